/**
 * What memory was before each level of the transaction touched it, noted on first touch, so that a rollback can put it back.
 * The first level is the session's own and begins at the last commit; then come the transaction and its savepoints; a running flush has one too.
 */

import type { FieldMeta } from "../../metadata/model-meta.js";
import type { InstanceState } from "../../loading/index.js";
import { LazySet } from "../../support/lazy.js";
import { held } from "../tracking/changes.js";
import { entryOf, JournalEntries, type Entry } from "./journal-entries.js";

/** A "plain" transaction was opened by a write, a "transaction" by `atomic` or `begin`. */
export type LevelKind = "session" | "plain" | "transaction" | "savepoint" | "flush";

export interface Level {
  readonly kind: LevelKind;
  /** The savepoint's name in the database; null for a level without one. */
  savepoint: string | null;
  readonly entries: JournalEntries;
  /** Objects first read after the level's first write. */
  readonly read: LazySet<object>;
  wrote: boolean;
  /** How many `onCommit` callbacks there were when it began. */
  readonly callbacks: number;
}

const newLevel = (kind: LevelKind, savepoint: string | null, callbacks: number): Level => ({
  kind,
  savepoint,
  entries: new JournalEntries(),
  read: new LazySet(),
  wrote: false,
  callbacks,
});

export class Journal {
  readonly levels: Level[] = [newLevel("session", null, 0)];

  get top(): Level {
    return this.levels[this.levels.length - 1] as Level;
  }
  /** The level that begins at the last commit. */
  get base(): Level {
    return this.levels[0] as Level;
  }
  get isEmpty(): boolean {
    return this.levels.length === 1 && this.base.entries.isEmpty;
  }
  get inTransaction(): boolean {
    const second = this.levels[1];
    return second !== undefined && second.kind !== "flush";
  }

  push(kind: "savepoint" | "flush", savepoint: string | null, callbacks: number): Level {
    const level = newLevel(kind, savepoint, callbacks);
    this.levels.push(level);
    return level;
  }

  /** A transaction begins; a flush that opens it may already be under way, inside it from now on. */
  begin(kind: "plain" | "transaction", callbacks: number): Level {
    const level = newLevel(kind, null, callbacks);
    this.levels.splice(1, 0, level);
    return level;
  }

  /** The transaction that a failed flush opened is over; the levels of that flush, which hold all that was noted in it, stay for their restoring. */
  end(): void {
    this.levels.splice(1, 1);
  }

  /**
   * Notes how the object is now, unless the innermost level already has. Its properties are noted only where a level begins with them unsaved:
   * whatever else a level touches was equal to its row when it began.
   */
  touch(object: object, state: InstanceState, unsaved = false): Entry {
    return this.#touchIn(this.top.entries, object, state, unsaved);
  }

  /** The same for what is done beside a running flush: it is no part of it, so that its failure leaves it alone. */
  touchBeside(object: object, state: InstanceState): void {
    let at = this.levels.length - 1;
    while (at > 0 && this.levels[at]?.kind === "flush") at--;
    this.#touchIn((this.levels[at] as Level).entries, object, state, false);
  }

  #touchIn(entries: JournalEntries, object: object, state: InstanceState, unsaved: boolean): Entry {
    const known = entries.get(object);
    if (known !== undefined) return known;
    const entry = entryOf(object, state, unsaved);
    entries.set(object, entry);
    return entry;
  }

  /** Adds a note to the innermost level, where one that it has already still counts: for what a flush comes to once. */
  append(object: object, entry: Entry): void {
    this.top.entries.append(object, entry);
  }

  /** The session gives a property its value. */
  fill(object: object, state: InstanceState, field: FieldMeta, value: unknown): void {
    const entry = this.touch(object, state);
    this.top.entries.fill(object, entry, field, held(object, field));
    (object as Record<string, unknown>)[field.name] = value;
  }

  /** A row was read for the first time: it leaves with the innermost level that has already written. */
  read(object: object): void {
    for (let at = this.levels.length - 1; at > 0; at--) {
      const level = this.levels[at] as Level;
      if (!level.wrote) continue;
      level.read.add(object);
      return;
    }
  }

  /** The innermost level ends well: what it noted belongs to the level around it, where that has no older note. */
  release(): void {
    const inner = this.levels.pop() as Level;
    const outer = this.top;
    for (const object of inner.read) if (!outer.entries.has(object)) outer.read.add(object);
    outer.entries.absorb(inner.entries);
    if (inner.wrote) outer.wrote = true;
  }

  /** Everything is committed: nothing can be put back any more. */
  forget(): void {
    this.levels.length = 0;
    this.levels.push(newLevel("session", null, 0));
  }
}

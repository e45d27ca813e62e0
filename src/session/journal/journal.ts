/**
 * Records the state of objects before each level of the transaction touched them, so that a rollback can restore it. The first level
 * belongs to the session and begins at the last commit; above it come the transaction, its savepoints, and a running flush.
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
  /** Number of `onCommit` callbacks when the level began. */
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
  /** The level that began at the last commit. */
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

  /** Begins a transaction. A flush that opens it may already be running; its level is then inside the transaction. */
  begin(kind: "plain" | "transaction", callbacks: number): Level {
    const level = newLevel(kind, null, callbacks);
    this.levels.splice(1, 0, level);
    return level;
  }

  /** Ends the transaction that a failed flush opened. The flush's own levels stay: they hold the entries needed to restore memory. */
  end(): void {
    this.levels.splice(1, 1);
  }

  /**
   * Records the object's state unless the innermost level already has it. Property values are recorded only if they were unsaved when the
   * level began; other objects equalled their rows then.
   */
  touch(object: object, state: InstanceState, unsaved = false): Entry {
    return this.#touchIn(this.top.entries, object, state, unsaved);
  }

  /** Like `touch`, for changes made outside a running flush: they are not part of it, so its failure does not undo them. */
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

  /** Adds an entry to the innermost level; an earlier entry of the object stays in force. For objects that a flush visits once. */
  append(object: object, entry: Entry): void {
    this.top.entries.append(object, entry);
  }

  /** Assigns a property on behalf of the session and records its previous value. */
  fill(object: object, state: InstanceState, field: FieldMeta, value: unknown): void {
    const entry = this.touch(object, state);
    this.top.entries.fill(object, entry, field, held(object, field));
    (object as Record<string, unknown>)[field.name] = value;
  }

  /** Records that a row was read for the first time: if the innermost level that has written rolls back, the object is detached. */
  read(object: object): void {
    for (let at = this.levels.length - 1; at > 0; at--) {
      const level = this.levels[at] as Level;
      if (!level.wrote) continue;
      level.read.add(object);
      return;
    }
  }

  /** Ends the innermost level successfully: the enclosing level takes over its entries, unless it has older ones. */
  release(): void {
    const inner = this.levels.pop() as Level;
    const outer = this.top;
    for (const object of inner.read) if (!outer.entries.has(object)) outer.read.add(object);
    outer.entries.absorb(inner.entries);
    if (inner.wrote) outer.wrote = true;
  }

  /** Everything is committed, so nothing can be restored any more. */
  forget(): void {
    this.levels.length = 0;
    this.levels.push(newLevel("session", null, 0));
  }
}

/**
 * What memory was before each level of the transaction touched it, noted on first touch, so that a rollback can put it back.
 * The first level is the session's own and begins at the last commit; then come the transaction and its savepoints; a running flush has one too.
 */

import type { FieldMeta } from "../metadata/model-meta.js";
import type { Expr } from "../sql/nodes.js";
import { snapshotCell } from "../metadata/comparable.js";
import type { CollectionState, InstanceOwner, InstanceState, InstanceStatus, RelatedObjects } from "../loading/index.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import { LazyMap, LazySet } from "../support/lazy.js";
import { held } from "./changes.js";

export interface SavedCollection {
  readonly items: object[] | null;
  readonly partial: readonly object[] | null;
  readonly added: readonly object[];
  readonly removed: readonly object[];
  readonly addedKeys: readonly unknown[];
  readonly removedKeys: readonly unknown[];
  readonly cleared: boolean;
}

/** One object as it was when a level first touched it. */
export interface Entry {
  readonly status: InstanceStatus;
  readonly owner: InstanceOwner | null;
  snapshot: unknown[] | null;
  readonly stale: boolean;
  readonly deleting: boolean;
  readonly related: RelatedObjects | null;
  readonly collections: ReadonlyMap<string, SavedCollection> | null;
  readonly expressions: ReadonlyMap<FieldMeta, Expr> | null;
  /** Cells of its properties, where they were not saved when the level began. */
  readonly values: readonly unknown[] | null;
  /** Properties that were filled in by the session (keys, versions, defaults), with what they held before. */
  filled: Filled | null;
  /** Stands for several objects that were alike, and is copied before anything is noted in it. */
  readonly shared: boolean;
}

/** Fields and what they held before, in turns. */
type Filled = unknown[];

/** What is noted of new rows that have neither relations nor expressions, and no values in fields that an INSERT fills: the same for all of a model. */
export const newRowEntry = (owner: InstanceOwner, fields: readonly FieldMeta[]): Entry => ({
  status: "pending",
  owner,
  snapshot: null,
  stale: false,
  deleting: false,
  related: null,
  collections: null,
  expressions: null,
  values: null,
  filled: fields.flatMap((field) => [field, undefined]),
  shared: true,
});

keepHiddenClass(newRowEntry(null as never, []));

/** Nothing is known of it but its own properties. */
export const isBare = ({ snapshot, related, collections, expressions, stale, deleting }: InstanceState): boolean =>
  snapshot === null && related === null && collections === null && expressions === null && !stale && !deleting;

/** A "plain" transaction was opened by a write, a "transaction" by `atomic` or `begin`. */
export type LevelKind = "session" | "plain" | "transaction" | "savepoint" | "flush";

export interface Level {
  readonly kind: LevelKind;
  /** The savepoint's name in the database; null for a level without one. */
  savepoint: string | null;
  entries: LazyMap<object, Entry>;
  /** Objects first read after the level's first write. */
  readonly read: LazySet<object>;
  wrote: boolean;
  /** How many `onCommit` callbacks there were when it began. */
  readonly callbacks: number;
}

const newLevel = (kind: LevelKind, savepoint: string | null, callbacks: number): Level => ({
  kind,
  savepoint,
  entries: new LazyMap(),
  read: new LazySet(),
  wrote: false,
  callbacks,
});

const saveCollection = (collection: CollectionState): SavedCollection => ({
  items: collection.items === null ? null : [...collection.items],
  partial: collection.partial,
  added: [...collection.added],
  removed: [...collection.removed],
  addedKeys: [...collection.addedKeys],
  removedKeys: [...collection.removedKeys],
  cleared: collection.cleared,
});

const saveCollections = (collections: ReadonlyMap<string, CollectionState>): Map<string, SavedCollection> => {
  const saved = new Map<string, SavedCollection>();
  for (const [name, collection] of collections) saved.set(name, saveCollection(collection));
  return saved;
};

const isNoted = (filled: Filled, field: FieldMeta): boolean => {
  for (let at = 0; at < filled.length; at += 2) if (filled[at] === field) return true;
  return false;
};

const keepOlder = (entries: LazyMap<object, Entry>, object: object, entry: Entry): void => {
  const older = entries.get(object);
  if (older === undefined) entries.set(object, entry);
  else if (entry.filled !== null) {
    const filled = (ownEntry(entries, object, older).filled ??= []);
    for (let at = 0; at < entry.filled.length; at += 2)
      if (!isNoted(filled, entry.filled[at] as FieldMeta)) filled.push(entry.filled[at], entry.filled[at + 1]);
  }
};

/** An entry that is this object's alone. */
const ownEntry = (entries: LazyMap<object, Entry>, object: object, entry: Entry): Entry => {
  if (!entry.shared) return entry;
  const own: Entry = { ...entry, filled: entry.filled === null ? null : [...entry.filled], shared: false };
  entries.set(object, own);
  return own;
};

const extended = new WeakMap<Entry, Map<FieldMeta, Entry>>();
/** The note for those of an entry's objects that had no value in this field either. */
const alsoFilled = (entry: Entry, field: FieldMeta): Entry => {
  let entries = extended.get(entry);
  if (entries === undefined) extended.set(entry, (entries = new Map()));
  let found = entries.get(field);
  if (found === undefined) entries.set(field, (found = { ...entry, filled: [...(entry.filled ?? []), field, undefined] }));
  return found;
};

/** Gives the properties that the session filled what they held before. */
export const putFilledBack = (object: object, filled: Filled): void => {
  for (let at = 0; at < filled.length; at += 2) (object as Record<string, unknown>)[(filled[at] as FieldMeta).name] = filled[at + 1];
};

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
    return this.levels.length === 1 && this.base.entries.size === 0;
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

  #touchIn(entries: Level["entries"], object: object, state: InstanceState, unsaved: boolean): Entry {
    const known = entries.get(object);
    if (known !== undefined) return known;
    const entry: Entry = {
      status: state.status,
      owner: state.owner,
      snapshot: state.snapshot,
      stale: state.stale,
      deleting: state.deleting,
      related: state.related === null ? null : state.related.copy(),
      collections: state.collections === null ? null : saveCollections(state.collections),
      expressions: state.expressions === null ? null : new Map(state.expressions),
      // What was deleted with unsaved changes kept them.
      values:
        unsaved || state.status === "deleted" ? state.meta.fields.map((field) => snapshotCell(held(object, field), field.type)) : null,
      filled: null,
      shared: false,
    };
    entries.set(object, entry);
    return entry;
  }

  /** The same, by an entry that says how it is; false where the innermost level has a note already. */
  touchAs(object: object, entry: Entry): boolean {
    const { entries } = this.top;
    if (entries.has(object)) return false;
    entries.set(object, entry);
    return true;
  }

  /** The session gives a property its value. */
  fill(object: object, state: InstanceState, field: FieldMeta, value: unknown): void {
    const entry = this.touch(object, state);
    if (entry.filled === null || !isNoted(entry.filled, field)) {
      const before = held(object, field);
      if (entry.shared && before === undefined) this.top.entries.set(object, alsoFilled(entry, field));
      else (ownEntry(this.top.entries, object, entry).filled ??= []).push(field, before);
    }
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
    if (outer.entries.size === 0) outer.entries = inner.entries;
    else for (const [object, entry] of inner.entries) keepOlder(outer.entries, object, entry);
    if (inner.wrote) outer.wrote = true;
  }

  /** Everything is committed: nothing can be put back any more. */
  forget(): void {
    this.levels.length = 0;
    this.levels.push(newLevel("session", null, 0));
  }
}

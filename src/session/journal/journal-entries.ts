/** The entries of one journal level, by object. */

import type { FieldMeta } from "../../metadata/model-meta.js";
import { snapshotCell } from "../../metadata/comparable.js";
import type { Expr } from "../../sql/nodes.js";
import type { InstanceOwner, InstanceState, InstanceStatus, RelatedObjects, SavedCollection } from "../../loading/index.js";
import { keepHiddenClass } from "../../support/hidden-classes.js";
import { held } from "../tracking/changes.js";

/** An object's state when a level first touched it. */
export interface Entry {
  readonly status: InstanceStatus;
  readonly owner: InstanceOwner | null;
  snapshot: unknown[] | null;
  readonly stale: boolean;
  readonly deleting: boolean;
  readonly related: RelatedObjects | null;
  readonly collections: ReadonlyMap<string, SavedCollection> | null;
  readonly replaced: InstanceState["replaced"];
  readonly expressions: ReadonlyMap<FieldMeta, Expr> | null;
  /** Values of the object's properties, kept only if they were unsaved when the level began. */
  readonly values: readonly unknown[] | null;
  /** Properties that the session filled in (keys, versions, defaults), with their previous values. */
  filled: Filled | null;
  /** One entry shared by several objects in the same state. */
  readonly shared: boolean;
}

/** Flat list: field, previous value, field, previous value, … */
export type Filled = readonly unknown[];

/** The current state of an object. Property values are included only if they may be unsaved. */
export const entryOf = (object: object, state: InstanceState, unsaved = false, filled: Filled | null = null, shared = false): Entry => ({
  status: state.status,
  owner: state.owner,
  snapshot: state.snapshot,
  stale: state.stale,
  deleting: state.deleting,
  related: state.related === null ? null : state.related.copy(),
  collections: state.collections === null ? null : saveCollections(state.collections),
  replaced: state.replaced,
  expressions: state.expressions === null ? null : new Map(state.expressions),
  // A deleted object keeps the unsaved changes it had.
  values: unsaved || state.status === "deleted" ? state.meta.fields.map((field) => snapshotCell(held(object, field), field.type)) : null,
  filled,
  shared,
});

const saveCollections = (collections: NonNullable<InstanceState["collections"]>): Map<string, SavedCollection> => {
  const saved = new Map<string, SavedCollection>();
  for (const [name, collection] of collections) saved.set(name, collection.save());
  return saved;
};

const newEntry = (status: InstanceStatus, owner: InstanceOwner | null, filled: Filled | null): Entry => ({
  status,
  owner,
  snapshot: null,
  stale: false,
  deleting: false,
  related: null,
  collections: null,
  replaced: null,
  expressions: null,
  values: null,
  filled,
  shared: true,
});

/** Entry for new rows without relations or expressions, whose filled fields had no value; shared by all such rows of a model. */
export const newRowEntry = (owner: InstanceOwner, filled: Filled): Entry => newEntry("pending", owner, filled);
/** Entry that puts a new object back outside any session, with its values kept. */
export const NEW_TRANSIENT: Entry = newEntry("transient", null, null);

keepHiddenClass(newRowEntry(null as never, []));

/** Whether the session stores nothing about the object beyond its own properties. */
export const isBare = ({ snapshot, related, collections, expressions, stale, deleting }: InstanceState): boolean =>
  snapshot === null && related === null && collections === null && expressions === null && !stale && !deleting;

const isFilled = (filled: Filled, field: FieldMeta): boolean => {
  for (let at = 0; at < filled.length; at += 2) if (filled[at] === field) return true;
  return false;
};

/** Restores the previous values of properties that the session filled. */
export const putFilledBack = (object: object, filled: Filled): void => {
  for (let at = 0; at < filled.length; at += 2) (object as Record<string, unknown>)[(filled[at] as FieldMeta).name] = filled[at + 1];
};

/**
 * Entries are mostly appended and then dropped at commit. So appends only go to two arrays, which are indexed by object on the first
 * lookup.
 */
export class JournalEntries {
  #entered: Map<object, Entry> | null = null;
  /** Appended since the last indexing; if an object occurs several times, its first entry counts. */
  #objects: object[] = [];
  #entries: Entry[] = [];

  get isEmpty(): boolean {
    return this.#objects.length === 0 && (this.#entered === null || this.#entered.size === 0);
  }

  /**
   * Adds an entry without checking for an earlier one. An earlier entry stays in force and takes over the later one's filled properties.
   */
  append(object: object, entry: Entry): void {
    this.#objects.push(object);
    this.#entries.push(entry);
  }

  get(object: object): Entry | undefined {
    return this.#enter()?.get(object);
  }
  has(object: object): boolean {
    return this.#enter()?.has(object) === true;
  }
  /** Sets or replaces the entry of an object; call `get` first. */
  set(object: object, entry: Entry): void {
    this.#enter();
    (this.#entered ??= new Map()).set(object, entry);
  }
  /** Adds the previous value of a property that the session fills; only the first one per property is kept. */
  fill(object: object, entry: Entry, field: FieldMeta, before: unknown): void {
    if (entry.filled !== null && isFilled(entry.filled, field)) return;
    const entered = this.#enter() as Map<object, Entry>;
    if (entry.shared && before === undefined) entered.set(object, alsoFilled(entry, field));
    else withFilled(entered, object, entry, field, before);
  }
  delete(object: object): void {
    this.#enter()?.delete(object);
  }

  /** Takes over the entries of a later level. */
  absorb(later: JournalEntries): void {
    if (this.isEmpty) {
      this.#entered = later.#entered;
      this.#objects = later.#objects;
      this.#entries = later.#entries;
    } else {
      later.each((object, entry) => this.append(object, entry));
    }
  }

  /** Visits all entries in order; an object may occur several times. */
  each(visit: (object: object, entry: Entry) => void): void {
    if (this.#entered !== null) for (const [object, entry] of this.#entered) visit(object, entry);
    for (let at = 0; at < this.#objects.length; at++) visit(this.#objects[at] as object, this.#entries[at] as Entry);
  }

  /** One entry per object. */
  all(): [object, Entry][] {
    return [...(this.#enter() ?? [])];
  }

  #enter(): Map<object, Entry> | null {
    const objects = this.#objects;
    if (objects.length === 0) return this.#entered;
    const entered = (this.#entered ??= new Map<object, Entry>());
    for (let at = 0; at < objects.length; at++) keepOlder(entered, objects[at] as object, this.#entries[at] as Entry);
    this.#objects = [];
    this.#entries = [];
    return entered;
  }
}

keepHiddenClass(new JournalEntries());

const keepOlder = (entered: Map<object, Entry>, object: object, entry: Entry): void => {
  const older = entered.get(object);
  if (older === undefined) entered.set(object, entry);
  else if (entry.filled !== null) {
    const { filled } = entry;
    let own = older;
    for (let at = 0; at < filled.length; at += 2)
      if (own.filled === null || !isFilled(own.filled, filled[at] as FieldMeta))
        own = withFilled(entered, object, own, filled[at] as FieldMeta, filled[at + 1]);
  }
};

/** The entry with one more filled property, copied first if it is shared. */
const withFilled = (entered: Map<object, Entry>, object: object, entry: Entry, field: FieldMeta, before: unknown): Entry => {
  const filled = entry.filled === null ? [field, before] : [...entry.filled, field, before];
  if (entry.shared) {
    const own: Entry = { ...entry, filled, shared: false };
    entered.set(object, own);
    return own;
  }
  entry.filled = filled;
  return entry;
};

const extended = new WeakMap<Entry, Map<FieldMeta, Entry>>();
/** The shared entry for objects that also had no value in this field. */
const alsoFilled = (entry: Entry, field: FieldMeta): Entry => {
  let entries = extended.get(entry);
  if (entries === undefined) extended.set(entry, (entries = new Map()));
  let found = entries.get(field);
  if (found === undefined) entries.set(field, (found = { ...entry, filled: [...(entry.filled ?? []), field, undefined] }));
  return found;
};

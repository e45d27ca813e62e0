/** What one level of the journal has noted, object by object. */

import type { FieldMeta } from "../../metadata/model-meta.js";
import { snapshotCell } from "../../metadata/comparable.js";
import type { Expr } from "../../sql/nodes.js";
import type { InstanceOwner, InstanceState, InstanceStatus, RelatedObjects, SavedCollection } from "../../loading/index.js";
import { keepHiddenClass } from "../../support/hidden-classes.js";
import { held } from "../tracking/changes.js";

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
  /** Stands for several objects that were alike. */
  readonly shared: boolean;
}

/** Fields and what they held before, in turns. */
export type Filled = readonly unknown[];

/** How an object is now. Its properties are part of that only where they may be unsaved. */
export const entryOf = (object: object, state: InstanceState, unsaved = false, filled: Filled | null = null, shared = false): Entry => ({
  status: state.status,
  owner: state.owner,
  snapshot: state.snapshot,
  stale: state.stale,
  deleting: state.deleting,
  related: state.related === null ? null : state.related.copy(),
  collections: state.collections === null ? null : saveCollections(state.collections),
  expressions: state.expressions === null ? null : new Map(state.expressions),
  // What was deleted with unsaved changes kept them.
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
  expressions: null,
  values: null,
  filled,
  shared: true,
});

/** What is noted of new rows that have nothing but values, and none in the fields that are filled: the same for all of a model. */
export const newRowEntry = (owner: InstanceOwner, filled: Filled): Entry => newEntry("pending", owner, filled);
/** A new object as it is outside of any session, where it keeps what it was given. */
export const NEW_TRANSIENT: Entry = newEntry("transient", null, null);

keepHiddenClass(newRowEntry(null as never, []));

/** Nothing is known of it but its own properties. */
export const isBare = ({ snapshot, related, collections, expressions, stale, deleting }: InstanceState): boolean =>
  snapshot === null && related === null && collections === null && expressions === null && !stale && !deleting;

const isFilled = (filled: Filled, field: FieldMeta): boolean => {
  for (let at = 0; at < filled.length; at += 2) if (filled[at] === field) return true;
  return false;
};

/** Gives the properties that the session filled what they held before. */
export const putFilledBack = (object: object, filled: Filled): void => {
  for (let at = 0; at < filled.length; at += 2) (object as Record<string, unknown>)[(filled[at] as FieldMeta).name] = filled[at + 1];
};

/**
 * Mostly they are written one after the other, and forgotten at the commit: what is appended is looked through, and entered by object,
 * only when one of them is asked for.
 */
export class JournalEntries {
  #entered: Map<object, Entry> | null = null;
  /** Appended since; where an object has several, the first is the one that counts. */
  #objects: object[] = [];
  #entries: Entry[] = [];

  get isEmpty(): boolean {
    return this.#objects.length === 0 && (this.#entered === null || this.#entered.size === 0);
  }

  /** For an object that may have been noted before: then what it was then stays, and what is filled since is added. */
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
  /** For one that was asked for and has none, or another one in its place. */
  set(object: object, entry: Entry): void {
    this.#enter();
    (this.#entered ??= new Map()).set(object, entry);
  }
  /** Adds to an object's note what a property held before the session fills it; the first time counts. */
  fill(object: object, entry: Entry, field: FieldMeta, before: unknown): void {
    if (entry.filled !== null && isFilled(entry.filled, field)) return;
    const entered = this.#enter() as Map<object, Entry>;
    if (entry.shared && before === undefined) entered.set(object, alsoFilled(entry, field));
    else withFilled(entered, object, entry, field, before);
  }
  delete(object: object): void {
    this.#enter()?.delete(object);
  }

  /** Takes in what was noted later. */
  absorb(later: JournalEntries): void {
    if (this.isEmpty) {
      this.#entered = later.#entered;
      this.#objects = later.#objects;
      this.#entries = later.#entries;
    } else {
      later.each((object, entry) => this.append(object, entry));
    }
  }

  /** All notes in their order; an object may come several times. */
  each(visit: (object: object, entry: Entry) => void): void {
    if (this.#entered !== null) for (const [object, entry] of this.#entered) visit(object, entry);
    for (let at = 0; at < this.#objects.length; at++) visit(this.#objects[at] as object, this.#entries[at] as Entry);
  }

  /** One note for each object. */
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

/** The same note, of the object alone, with one more property. */
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
/** The note for those of an entry's objects that had no value in this field either. */
const alsoFilled = (entry: Entry, field: FieldMeta): Entry => {
  let entries = extended.get(entry);
  if (entries === undefined) extended.set(entry, (entries = new Map()));
  let found = entries.get(field);
  if (found === undefined) entries.set(field, (found = { ...entry, filled: [...(entry.filled ?? []), field, undefined] }));
  return found;
};

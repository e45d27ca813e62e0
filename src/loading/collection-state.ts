/** What memory knows of one to-many relation of one instance: loaded or not, and what was added and removed since. */

import type { ToManyMeta, ManyToManyMeta } from "../metadata/model-meta.js";
import { keepHiddenClass } from "../support/hidden-classes.js";

export interface CollectionState {
  readonly relation: ToManyMeta | ManyToManyMeta;
  /** The instance it belongs to. */
  readonly owner: object;
  /** The loaded items in order, with adds and removes already applied; null: not loaded. */
  items: object[] | null;
  /** What a filtered or sliced prefetch without `toAttr` found: shown, never compared with the database nor written; null: there was none. */
  partial: readonly object[] | null;
  /** What the user holds of it, made on first touch by the room above. */
  manager: object | null;
  /** Pending until the flush; also while not loaded. */
  readonly added: Set<object>;
  readonly removed: Set<object>;
  /** Keys given instead of objects (`add(1, 2)`), of rows that were not in the session then. */
  readonly addedKeys: Set<unknown>;
  readonly removedKeys: Set<unknown>;
  /** clear() on a collection that is not loaded: everything in the database goes, then `added` comes. */
  cleared: boolean;
  /** Something was added, removed or cleared since: asked, like what follows, without making the sets. */
  readonly isTouched: boolean;
  readonly hasKeys: boolean;
  /** Copies of what is pending, and of all that stands in it. */
  changes(): CollectionChanges;
  save(): SavedCollection;
}

export interface CollectionChanges {
  readonly added: readonly object[];
  readonly removed: readonly object[];
  readonly addedKeys: readonly unknown[];
  readonly removedKeys: readonly unknown[];
  readonly cleared: boolean;
}
export interface SavedCollection {
  readonly items: readonly object[] | null;
  readonly partial: readonly object[] | null;
  readonly changes: CollectionChanges;
}

/** The sets are made when they are first asked for: most collections are only read. */
class Collection implements CollectionState {
  readonly relation: ToManyMeta | ManyToManyMeta;
  readonly owner: object;
  items: object[] | null = null;
  partial: readonly object[] | null = null;
  manager: object | null = null;
  cleared = false;
  #added: Set<object> | null = null;
  #removed: Set<object> | null = null;
  #addedKeys: Set<unknown> | null = null;
  #removedKeys: Set<unknown> | null = null;
  constructor(relation: ToManyMeta | ManyToManyMeta, owner: object) {
    this.relation = relation;
    this.owner = owner;
  }
  get added(): Set<object> {
    return (this.#added ??= new Set());
  }
  get removed(): Set<object> {
    return (this.#removed ??= new Set());
  }
  get addedKeys(): Set<unknown> {
    return (this.#addedKeys ??= new Set());
  }
  get removedKeys(): Set<unknown> {
    return (this.#removedKeys ??= new Set());
  }
  get isTouched(): boolean {
    return this.cleared || hasAny(this.#added) || hasAny(this.#removed) || this.hasKeys;
  }
  get hasKeys(): boolean {
    return hasAny(this.#addedKeys) || hasAny(this.#removedKeys);
  }
  save(): SavedCollection {
    return { items: this.items === null ? null : [...this.items], partial: this.partial, changes: this.changes() };
  }
  changes(): CollectionChanges {
    return {
      added: listOf(this.#added),
      removed: listOf(this.#removed),
      addedKeys: listOf(this.#addedKeys),
      removedKeys: listOf(this.#removedKeys),
      cleared: this.cleared,
    };
  }
}
const NONE: readonly never[] = [];
const listOf = <T>(set: ReadonlySet<T> | null): readonly T[] => (set === null || set.size === 0 ? NONE : [...set]);
const hasAny = (set: ReadonlySet<unknown> | null): boolean => set !== null && set.size > 0;
keepHiddenClass(new Collection(null as never, {}));

export const emptyCollection = (relation: ToManyMeta | ManyToManyMeta, owner: object): CollectionState => new Collection(relation, owner);

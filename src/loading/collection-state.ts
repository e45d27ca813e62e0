/** The state of one collection of one instance: its loaded items, and pending additions and removals. */

import type { ToManyMeta, ManyToManyMeta } from "../metadata/model-meta.js";
import { keepHiddenClass } from "../support/hidden-classes.js";

export interface CollectionState {
  readonly relation: ToManyMeta | ManyToManyMeta;
  /** The instance that owns the collection. */
  readonly owner: object;
  /** The loaded items in order, with pending changes applied; null if not loaded. */
  items: object[] | null;
  /** The items of a filtered or sliced prefetch without `toAttr`: shown, but never compared or written; null if there was none. */
  partial: readonly object[] | null;
  /** The relation manager that users hold, created on first access by the model layer. */
  manager: object | null;
  /** Pending changes until the next flush, also for collections that are not loaded. */
  readonly added: Set<object>;
  readonly removed: Set<object>;
  /** Keys given instead of objects (`add(1, 2)`) for rows that were not tracked. */
  readonly addedKeys: Set<unknown>;
  readonly removedKeys: Set<unknown>;
  /** Set by clear() on a collection that is not loaded: the flush removes all its rows, then adds `added`. */
  cleared: boolean;
  /** Whether there are pending changes. This and the next getter do not create the sets. */
  readonly isTouched: boolean;
  readonly hasKeys: boolean;
  /** Copies the pending changes, or the whole state. */
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

/** Creates its sets on first use, because most collections are only read. */
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

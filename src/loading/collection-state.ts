/** What memory knows of one to-many relation of one instance: loaded or not, and what was added and removed since. */

import type { ToManyMeta, ManyToManyMeta } from "../metadata/model-meta.js";

export interface CollectionState {
  readonly relation: ToManyMeta | ManyToManyMeta;
  /** The instance it belongs to. */
  readonly owner: object;
  /** The loaded items in order, with adds and removes already applied; null: not loaded. */
  items: object[] | null;
  /** What a filtered or sliced prefetch without `toAttr` found: shown, never compared with the database nor written; null: there was none. */
  partial: readonly object[] | null;
  /** Pending until the flush; also while not loaded. */
  readonly added: Set<object>;
  readonly removed: Set<object>;
  /** Keys given instead of objects (`add(1, 2)`), many-to-many only. */
  readonly addedKeys: Set<unknown>;
  readonly removedKeys: Set<unknown>;
  /** clear() on a collection that is not loaded: everything in the database goes, then `added` comes. */
  cleared: boolean;
}

export const emptyCollection = (relation: ToManyMeta | ManyToManyMeta, owner: object): CollectionState => ({
  relation,
  owner,
  items: null,
  partial: null,
  added: new Set(),
  removed: new Set(),
  addedKeys: new Set(),
  removedKeys: new Set(),
  cleared: false,
});

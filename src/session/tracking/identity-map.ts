/** The identity map: tracked instances by model and key, one object per row. */

import type { ModelMeta } from "../../metadata/model-meta.js";
import { RowTable } from "./row-table.js";

/** Subtypes share the table, and therefore the keys, of their base. */
export const rootOf = (meta: ModelMeta): ModelMeta => meta.subtypes?.base ?? meta;

/** Whether `meta` is `wanted` or a subtype of it. */
export const isOf = (meta: ModelMeta, wanted: ModelMeta): boolean =>
  meta === wanted || meta.ctor.prototype instanceof (wanted.ctor as unknown as new () => object);

export class IdentityMap {
  readonly #tables = new Map<ModelMeta, RowTable>();

  get size(): number {
    let size = 0;
    for (const rows of this.#tables.values()) size += rows.size;
    return size;
  }

  /** The row table of a model, for callers that work on many rows. */
  rows(meta: ModelMeta): RowTable {
    const root = rootOf(meta);
    let rows = this.#tables.get(root);
    if (rows === undefined) this.#tables.set(root, (rows = new RowTable(root.primaryKey.length)));
    return rows;
  }

  find(meta: ModelMeta, key: readonly unknown[]): object | undefined {
    return this.#tables.get(rootOf(meta))?.find(key);
  }

  /** Like `find`, for single-column keys. */
  findOne(meta: ModelMeta, cell: unknown): object | undefined {
    return this.#tables.get(rootOf(meta))?.findOne(cell);
  }

  set(meta: ModelMeta, key: readonly unknown[], object: object): void {
    this.rows(meta).set(key, object);
  }

  /** Removes the object if it is the one stored under this key. */
  remove(meta: ModelMeta, key: readonly unknown[], object: object): void {
    this.#tables.get(rootOf(meta))?.remove(key, object);
  }

  /** Whether any row of this model's table is tracked. */
  tracks(meta: ModelMeta): boolean {
    return (this.#tables.get(rootOf(meta))?.size ?? 0) > 0;
  }

  /** The models that have tracked rows; subtypes count as their base. */
  models(): Iterable<ModelMeta> {
    return this.#tables.keys();
  }

  /** Visits all tracked objects of a model's table in insertion order. */
  each(meta: ModelMeta, visit: (object: object) => void): void {
    this.#tables.get(rootOf(meta))?.each(visit);
  }

  /** Whether the test holds for any tracked object; stops at the first one. */
  some(meta: ModelMeta, test: (object: object) => boolean): boolean {
    return this.#tables.get(rootOf(meta))?.some(test) ?? false;
  }

  clear(): void {
    this.#tables.clear();
  }
}

/** One row, one object: tracked instances by model and key. */

import type { ModelMeta } from "../../metadata/model-meta.js";
import { RowTable } from "./row-table.js";

/** Subtypes share the table, and so the keys, of their base. */
export const rootOf = (meta: ModelMeta): ModelMeta => meta.subtypes?.base ?? meta;

/** Whether rows of a model are rows of another too. A row of the base is no instance of each of its subtypes. */
export const isOf = (meta: ModelMeta, wanted: ModelMeta): boolean =>
  meta === wanted || meta.ctor.prototype instanceof (wanted.ctor as unknown as new () => object);

export class IdentityMap {
  readonly #tables = new Map<ModelMeta, RowTable>();

  get size(): number {
    let size = 0;
    for (const rows of this.#tables.values()) size += rows.size;
    return size;
  }

  /** The rows of a model's table, for who works on many of them. */
  rows(meta: ModelMeta): RowTable {
    const root = rootOf(meta);
    let rows = this.#tables.get(root);
    if (rows === undefined) this.#tables.set(root, (rows = new RowTable(root.primaryKey.length)));
    return rows;
  }

  find(meta: ModelMeta, key: readonly unknown[]): object | undefined {
    return this.#tables.get(rootOf(meta))?.find(key);
  }

  /** The same for a key of one part. */
  findOne(meta: ModelMeta, cell: unknown): object | undefined {
    return this.#tables.get(rootOf(meta))?.findOne(cell);
  }

  set(meta: ModelMeta, key: readonly unknown[], object: object): void {
    this.rows(meta).set(key, object);
  }

  /** Takes the object out, if it is the one that stands at this key. */
  remove(meta: ModelMeta, key: readonly unknown[], object: object): void {
    this.#tables.get(rootOf(meta))?.remove(key, object);
  }

  /** Whether rows of this model's table are tracked at all. */
  tracks(meta: ModelMeta): boolean {
    return (this.#tables.get(rootOf(meta))?.size ?? 0) > 0;
  }

  /** The models that rows are tracked of (bases for their subtypes). */
  models(): Iterable<ModelMeta> {
    return this.#tables.keys();
  }

  /** All tracked objects of a model's table, in the order in which they came. */
  each(meta: ModelMeta, visit: (object: object) => void): void {
    this.#tables.get(rootOf(meta))?.each(visit);
  }

  /** Whether the test holds for one of them; it is asked no further then. */
  some(meta: ModelMeta, test: (object: object) => boolean): boolean {
    return this.#tables.get(rootOf(meta))?.some(test) ?? false;
  }

  clear(): void {
    this.#tables.clear();
  }
}

/** One row, one object: tracked instances by model and key, in nested maps of key parts, never joined strings. */

import type { ModelMeta } from "../metadata/model-meta.js";

type Node = Map<unknown, unknown>;

/** Subtypes share the table, and so the keys, of their base. */
export const rootOf = (meta: ModelMeta): ModelMeta => meta.subtypes?.base ?? meta;

/** Whether rows of a model are rows of another too. A row of the base is no instance of each of its subtypes. */
export const isOf = (meta: ModelMeta, wanted: ModelMeta): boolean =>
  meta === wanted || meta.ctor.prototype instanceof (wanted.ctor as unknown as new () => object);

/** Bytes are the only comparable cells that are no primitives; they stand in the map as hex. */
const part = (cell: unknown): unknown =>
  typeof cell === "object" && cell instanceof Uint8Array ? Buffer.from(cell).toString("hex") : cell;

export class IdentityMap {
  readonly #models = new Map<ModelMeta, Node>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  find(meta: ModelMeta, key: readonly unknown[]): object | undefined {
    let node: unknown = this.#models.get(rootOf(meta));
    for (let at = 0; at < key.length && node !== undefined; at++) node = (node as Node).get(part(key[at]));
    return node as object | undefined;
  }

  /** The same for a key of one part that is no object. */
  findOne(meta: ModelMeta, cell: unknown): object | undefined {
    return this.#models.get(rootOf(meta))?.get(cell) as object | undefined;
  }

  set(meta: ModelMeta, key: readonly unknown[], object: object): void {
    const root = rootOf(meta);
    let node = this.#models.get(root);
    if (node === undefined) this.#models.set(root, (node = new Map()));
    for (let at = 0; at < key.length - 1; at++) {
      const cell = part(key[at]);
      let next = node.get(cell) as Node | undefined;
      if (next === undefined) node.set(cell, (next = new Map()));
      node = next;
    }
    const last = part(key[key.length - 1]);
    if (!node.has(last)) this.#size++;
    node.set(last, object);
  }

  /** The same for a key of one part. */
  setOne(meta: ModelMeta, cell: unknown, object: object): void {
    const root = rootOf(meta);
    let node = this.#models.get(root);
    if (node === undefined) this.#models.set(root, (node = new Map()));
    const before = node.size;
    node.set(part(cell), object);
    this.#size += node.size - before;
  }

  /** Takes the object out, if it is the one that stands at this key. */
  remove(meta: ModelMeta, key: readonly unknown[], object: object): void {
    let node = this.#models.get(rootOf(meta));
    for (let at = 0; at < key.length - 1; at++) node = node?.get(part(key[at])) as Node | undefined;
    const last = part(key[key.length - 1]);
    if (node === undefined || node.get(last) !== object) return;
    node.delete(last);
    this.#size--;
  }

  /** Whether rows of this model's table are tracked at all. */
  tracks(meta: ModelMeta): boolean {
    return (this.#models.get(rootOf(meta))?.size ?? 0) > 0;
  }

  /** The models that rows are tracked of (bases for their subtypes). */
  models(): Iterable<ModelMeta> {
    return this.#models.keys();
  }

  /** All tracked objects of a model's table, in the order in which they came. */
  each(meta: ModelMeta, visit: (object: object) => void): void {
    const root = rootOf(meta);
    const node = this.#models.get(root);
    if (node !== undefined) walk(node, root.primaryKey.length, visit);
  }

  /** Whether the test holds for one of them; it is asked no further then. */
  some(meta: ModelMeta, test: (object: object) => boolean): boolean {
    const root = rootOf(meta);
    const node = this.#models.get(root);
    return node !== undefined && anyIn(node, root.primaryKey.length, test);
  }

  clear(): void {
    this.#models.clear();
    this.#size = 0;
  }
}

const walk = (node: Node, depth: number, visit: (object: object) => void): void => {
  if (depth === 1) for (const object of node.values()) visit(object as object);
  else for (const next of node.values()) walk(next as Node, depth - 1, visit);
};

const anyIn = (node: Node, depth: number, test: (object: object) => boolean): boolean => {
  for (const next of node.values()) if (depth === 1 ? test(next as object) : anyIn(next as Node, depth - 1, test)) return true;
  return false;
};

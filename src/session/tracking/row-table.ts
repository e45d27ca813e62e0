/**
 * The tracked objects of one table by key. Ascending numeric keys, the usual case, live in two parallel arrays; all other keys live in
 * nested maps by key part.
 */

import { keepHiddenClass } from "../../support/hidden-classes.js";

type Node = Map<unknown, unknown>;

/** Byte arrays are the only comparable cells that are not primitives; the map holds them as hex. */
const part = (cell: unknown): unknown =>
  typeof cell === "object" && cell instanceof Uint8Array ? Buffer.from(cell).toString("hex") : cell;

/** Removals leave holes in the arrays, which are compacted above this number if they are more than half of the entries. */
const FEW_HOLES = 32;
const FEW_ROWS = 16;

export class RowTable {
  readonly #parts: number;
  /**
   * Ascending integer keys live in two parallel arrays, which take a third of a Map's memory. From the first key out of order on, rows go
   * to the Map, so that iteration keeps insertion order. The arrays may be longer than `#length`.
   */
  #keys: number[] = [];
  #objects: (object | null)[] = [];
  #length = 0;
  #holes = 0;
  /** Index of the last hit; the next lookup is usually next to it. */
  #at = 0;
  #others: Node | null = null;
  #otherCount = 0;
  #visits = 0;

  /** @param parts number of key columns */
  constructor(parts: number) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#length - this.#holes + this.#otherCount;
  }

  /** Reserves space for this many more rows, instead of growing step by step. */
  expect(count: number): void {
    // For a few rows, reserving costs more than it saves.
    if (count < FEW_ROWS) return;
    const needed = this.#length + count;
    if (this.#others !== null || needed <= this.#keys.length) return;
    this.#keys.length = this.#objects.length = Math.max(needed, this.#length + (this.#length >> 1));
  }

  find(key: readonly unknown[]): object | undefined {
    if (this.#parts === 1) return this.findOne(key[0]);
    let node: unknown = this.#others ?? undefined;
    for (let at = 0; at < key.length && node !== undefined; at++) node = (node as Node).get(part(key[at]));
    return node as object | undefined;
  }

  /** Like `find`, for single-column keys. */
  findOne(cell: unknown): object | undefined {
    if (typeof cell === "number") {
      const at = this.#place(cell);
      if (at >= 0) return this.#objects[at] ?? undefined;
    }
    return this.#others === null ? undefined : (this.#others.get(part(cell)) as object | undefined);
  }

  set(key: readonly unknown[], object: object): void {
    if (this.#parts === 1) return this.setOne(key[0], object);
    let node = (this.#others ??= new Map());
    for (let at = 0; at < key.length - 1; at++) {
      const cell = part(key[at]);
      let next = node.get(cell) as Node | undefined;
      if (next === undefined) node.set(cell, (next = new Map()));
      node = next;
    }
    this.#put(node, part(key[key.length - 1]), object);
  }

  /** Like `set`, for single-column keys. */
  setOne(cell: unknown, object: object): void {
    if (typeof cell === "number") {
      const length = this.#length;
      if (this.#others === null && cell > (length === 0 ? -Infinity : (this.#keys[length - 1] as number))) {
        if (this.#holes > FEW_HOLES) this.#close();
        this.#keys[this.#length] = cell;
        this.#objects[this.#length++] = object;
        return;
      }
      const at = this.#place(cell);
      if (at >= 0) {
        if (this.#objects[at] === null) this.#holes--;
        this.#objects[at] = object;
        return;
      }
    }
    this.#put((this.#others ??= new Map()), part(cell), object);
  }

  /** Removes the object if it is the one stored under this key. */
  remove(key: readonly unknown[], object: object): void {
    const cell = key[0];
    if (this.#parts === 1 && typeof cell === "number") {
      const at = this.#place(cell);
      if (at >= 0) {
        if (this.#objects[at] !== object) return;
        this.#objects[at] = null;
        this.#holes++;
        return;
      }
    }
    let node = this.#others ?? undefined;
    for (let at = 0; at < key.length - 1; at++) node = node?.get(part(key[at])) as Node | undefined;
    const last = part(key[key.length - 1]);
    if (node === undefined || node.get(last) !== object) return;
    node.delete(last);
    if (--this.#otherCount === 0) this.#others = null;
  }

  /** Visits all objects in insertion order, including those added during the iteration. */
  each(visit: (object: object) => void): void {
    this.some((object) => {
      visit(object);
      return false;
    });
  }

  /** Whether the test holds for any object; stops at the first one. */
  some(test: (object: object) => boolean): boolean {
    this.#visits++;
    try {
      for (let at = 0; at < this.#length; at++) {
        const object = this.#objects[at] as object | null;
        if (object !== null && test(object)) return true;
      }
      return this.#others !== null && anyIn(this.#others, this.#parts, test);
    } finally {
      this.#visits--;
    }
  }

  /** Index of the key in the arrays, or -1. */
  #place(key: number): number {
    const keys = this.#keys;
    let high = this.#length - 1;
    if (high < 0 || key > (keys[high] as number)) return -1;
    const near = this.#at;
    if (keys[near] === key) return near;
    if (near < high && keys[near + 1] === key) return (this.#at = near + 1);
    let low = 0;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const there = keys[middle] as number;
      if (there === key) return (this.#at = middle);
      if (there < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #put(node: Node, cell: unknown, object: object): void {
    const before = node.size;
    node.set(cell, object);
    this.#otherCount += node.size - before;
  }

  /** Removes the holes, unless an iteration is running. */
  #close(): void {
    if (this.#visits > 0 || this.#holes * 2 < this.#length) return;
    const objects = this.#objects.slice(0, this.#length);
    this.#keys = this.#keys.filter((_, at) => (objects[at] ?? null) !== null);
    this.#objects = objects.filter((object) => object !== null);
    this.#length = this.#keys.length;
    this.#holes = this.#at = 0;
  }
}

const anyIn = (node: Node, depth: number, test: (object: object) => boolean): boolean => {
  for (const next of node.values()) if (depth === 1 ? test(next as object) : anyIn(next as Node, depth - 1, test)) return true;
  return false;
};

const sample = new RowTable(1);
sample.setOne(1, {});
keepHiddenClass(sample);

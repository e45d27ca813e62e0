/** A set and a map that allocate nothing until something is added; most of a session's sets stay empty. */

export class LazySet<T> {
  #set: Set<T> | null = null;

  get size(): number {
    return this.#set === null ? 0 : this.#set.size;
  }
  has(item: T): boolean {
    return this.#set !== null && this.#set.has(item);
  }
  add(item: T): this {
    (this.#set ??= new Set()).add(item);
    return this;
  }
  delete(item: T): boolean {
    return this.#set !== null && this.#set.delete(item);
  }
  clear(): void {
    this.#set = null;
  }
  [Symbol.iterator](): IterableIterator<T> {
    return (this.#set ?? NOTHING)[Symbol.iterator]() as IterableIterator<T>;
  }
}

export class LazyMap<K, V> {
  #map: Map<K, V> | null = null;

  get size(): number {
    return this.#map === null ? 0 : this.#map.size;
  }
  get(key: K): V | undefined {
    return this.#map === null ? undefined : this.#map.get(key);
  }
  has(key: K): boolean {
    return this.#map !== null && this.#map.has(key);
  }
  set(key: K, value: V): this {
    (this.#map ??= new Map()).set(key, value);
    return this;
  }
  delete(key: K): boolean {
    return this.#map !== null && this.#map.delete(key);
  }
  clear(): void {
    this.#map = null;
  }
}

const NOTHING: ReadonlySet<never> = new Set();

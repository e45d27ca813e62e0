/** A map for many instances that usually hold one entry: the first entry is stored in the object itself, at a quarter of a Map's memory. */

import { keepHiddenClass } from "./hidden-classes.js";

export class SmallMap<K, V> {
  #used = false;
  #key: K | undefined = undefined;
  #value: V | undefined = undefined;
  #more: Map<K, V> | null = null;

  get size(): number {
    return (this.#used ? 1 : 0) + (this.#more?.size ?? 0);
  }
  get(key: K): V | undefined {
    return this.#used && this.#key === key ? this.#value : this.#more?.get(key);
  }
  has(key: K): boolean {
    return (this.#used && this.#key === key) || this.#more?.has(key) === true;
  }
  set(key: K, value: V): this {
    if (this.#used ? this.#key === key : this.#more?.has(key) !== true) {
      this.#used = true;
      this.#key = key;
      this.#value = value;
    } else (this.#more ??= new Map<K, V>()).set(key, value);
    return this;
  }
  delete(key: K): boolean {
    if (!this.#used || this.#key !== key) return this.#more?.delete(key) ?? false;
    this.#used = false;
    this.#key = this.#value = undefined;
    return true;
  }
  /** Whether both hold exactly one entry, the same one. */
  isSameOne(other: SmallMap<K, V>): boolean {
    return this.size === 1 && other.size === 1 && this.#used && other.#used && this.#key === other.#key && this.#value === other.#value;
  }
  copy(): SmallMap<K, V> {
    const copy = new SmallMap<K, V>();
    copy.#used = this.#used;
    copy.#key = this.#key;
    copy.#value = this.#value;
    copy.#more = this.#more === null ? null : new Map(this.#more);
    return copy;
  }
  *[Symbol.iterator](): IterableIterator<[K, V]> {
    if (this.#used) yield [this.#key as K, this.#value as V];
    if (this.#more !== null) yield* this.#more;
  }
  *keys(): IterableIterator<K> {
    for (const [key] of this) yield key;
  }
  *values(): IterableIterator<V> {
    for (const [, value] of this) yield value;
  }
}
keepHiddenClass(new SmallMap<string, object>().set("", {}));

/** A bounded cache of recently used entries, with two generations: a hit costs one lookup and no reordering. */

export class Recent<K, V> {
  readonly #half: number;
  readonly #dropped: ((value: V) => void) | undefined;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(size: number, dropped?: (value: V) => void) {
    this.#half = Math.max(1, size >> 1);
    this.#dropped = dropped;
  }

  get(key: K): V | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const older = this.#old.get(key);
    if (older === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#half) {
      if (this.#dropped !== undefined) for (const gone of this.#old.values()) this.#dropped(gone);
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** Drops everything. */
  clear(): void {
    for (const generation of [this.#young, this.#old]) {
      if (this.#dropped !== undefined) for (const gone of generation.values()) this.#dropped(gone);
      generation.clear();
    }
  }
}

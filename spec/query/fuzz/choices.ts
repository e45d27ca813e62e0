/** Random choices that are written down, so that a program can be made again from them and made smaller by leaving some out. */

/** A small generator of random numbers: the same seed gives the same sequence. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Which choices belong to one part of the program. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whatever is drawn, 0 is the simplest answer. */
export class Choices {
  readonly taken: number[] = [];
  readonly spans: Span[] = [];
  readonly #next: (limit: number) => number;
  constructor(next: (limit: number) => number) {
    this.#next = next;
  }

  static random(seed: number): Choices {
    const random = randomFrom(seed);
    return new Choices((limit) => Math.floor(random() * limit));
  }

  /** Draws these again; what comes after them is the simplest. */
  static replay(taken: readonly number[]): Choices {
    let at = 0;
    return new Choices((limit) => Math.min(taken[at++] ?? 0, limit - 1));
  }

  /** A whole number from 0 up to the limit. */
  below(limit: number): number {
    const drawn = this.#next(limit);
    this.taken.push(drawn);
    return drawn;
  }
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error("nothing to choose from");
    return list[this.below(list.length)] as T;
  }
  /** One of the kinds, by weight. */
  kind<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let drawn = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [kind, weight] of entries) {
      if (drawn < weight) return kind;
      drawn -= weight;
    }
    throw new Error("weights are whole numbers");
  }
  /** A part that can be left out or made simpler as a whole. */
  part<T>(make: () => T): T {
    const from = this.taken.length;
    const made = make();
    this.spans.push({ from, to: this.taken.length });
    return made;
  }
  /** Up to `most` items, each one a part. */
  list<T>(most: number, percent: number, make: (index: number) => T): T[] {
    const items: T[] = [];
    while (items.length < most) {
      const item = this.part(() => (this.chance(percent) ? { made: make(items.length) } : null));
      if (item === null) break;
      items.push(item.made);
    }
    return items;
  }
  /** At least one. */
  some<T>(most: number, percent: number, make: (index: number) => T): T[] {
    const first = this.part(() => make(0));
    return [first, ...this.list(most - 1, percent, (index) => make(index + 1))];
  }
}

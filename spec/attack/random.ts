/** Random numbers from a seed, so that an input can be played again. */

export interface Random {
  /** From 0 to below `end`. */
  below(end: number): number;
  of<T>(list: readonly T[]): T;
}

/** Mulberry32: good enough to choose by, and the same everywhere. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, of: (list) => list[below(list.length)] as never };
};

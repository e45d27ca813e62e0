/** Makes a sequence of choices smaller for as long as the program made from it still fails. */

import { Choices, type Span } from "./choices.js";

/** Makes a program and runs it: the choices that it drew where it fails as before, else null. */
export type StillFails = (choices: Choices) => Promise<boolean>;

const isSmaller = (one: readonly number[], other: readonly number[]): boolean => {
  if (one.length !== other.length) return one.length < other.length;
  for (const [index, value] of one.entries()) if (value !== other[index]) return value < (other[index] as number);
  return false;
};

export const shrink = async (start: Choices, stillFails: StillFails, mostRuns = 3000): Promise<Choices> => {
  let best = start;
  let runs = 0;
  const seen = new Set<string>();
  const attempt = async (taken: readonly number[]): Promise<boolean> => {
    const key = taken.join();
    if (runs >= mostRuns || seen.has(key)) return false;
    seen.add(key);
    runs += 1;
    const choices = Choices.replay(taken);
    if (!(await stillFails(choices)) || !isSmaller(choices.taken, best.taken)) return false;
    best = choices;
    return true;
  };
  const without = ({ from, to }: Span): number[] => [...best.taken.slice(0, from), ...best.taken.slice(to)];
  const zeroed = ({ from, to }: Span): number[] => best.taken.map((value, index) => (index >= from && index < to ? 0 : value));
  const largestFirst = (): Span[] => [...best.spans].sort((one, other) => other.to - other.from - (one.to - one.from));

  for (let before: Choices | null = null; before !== best;) {
    before = best;
    for (const change of [without, zeroed])
      for (let index = 0; index < best.spans.length; index++) {
        const span = largestFirst()[index];
        if (span !== undefined && (await attempt(change(span)))) index = -1;
      }
    // A part in the place of the one around it.
    for (const outer of largestFirst())
      for (const inner of largestFirst())
        if (inner.from >= outer.from && inner.to <= outer.to && inner.to - inner.from < outer.to - outer.from)
          await attempt([...best.taken.slice(0, outer.from), ...best.taken.slice(inner.from, inner.to), ...best.taken.slice(outer.to)]);
    for (const length of [8, 4, 2, 1])
      for (let from = 0; from + length <= best.taken.length; from++) await attempt(without({ from, to: from + length }));
    for (let index = 0; index < best.taken.length; index++)
      for (const value of smallerThan(best.taken[index] as number)) if (await attempt(best.taken.with(index, value))) break;
  }
  return best;
};
const smallerThan = (value: number): number[] =>
  [...new Set([0, 1, value >> 1, value - 2, value - 1])].filter((one) => one >= 0 && one < value);

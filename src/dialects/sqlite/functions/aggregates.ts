/** Aggregates that are exact, and those that SQLite lacks; each can also forget a value again, as windows need. */

import * as decimals from "../../../support/decimal.js";
import type { sqliteAggregates } from "../function-names.js";
import { toDecimal } from "./decimals.js";
import type { Cell } from "./define.js";

type Decimal = decimals.Decimal;

export interface Aggregate<S> {
  readonly start: () => S;
  readonly step: (state: S, value: Cell) => void;
  readonly inverse: (state: S, value: Cell) => void;
  readonly result: (state: S) => Cell;
}

const ZERO: Decimal = { units: 0n, scale: 0 };

interface Sums {
  count: number;
  sum: Decimal;
  squares: Decimal;
}
function sums(withSquares: boolean, result: (state: Sums) => Cell): Aggregate<Sums> {
  const change = (state: Sums, value: Cell, sign: 1 | -1): void => {
    if (value === null) return;
    const combine = sign === 1 ? decimals.addDecimals : decimals.subtractDecimals;
    const decimal = toDecimal(value);
    state.count += sign;
    state.sum = combine(state.sum, decimal);
    if (withSquares) state.squares = combine(state.squares, decimals.multiplyDecimals(decimal, decimal));
  };
  return {
    start: () => ({ count: 0, sum: ZERO, squares: ZERO }),
    step: (state, value) => change(state, value, 1),
    inverse: (state, value) => change(state, value, -1),
    result: (state) => (state.count === 0 ? null : result(state)),
  };
}

const count = (state: Sums): Decimal => ({ units: BigInt(state.count), scale: 0 });

/** The sums are exact, so that nothing is lost where values are large and lie close together. */
function spread({ sample, root }: { readonly sample: boolean; readonly root: boolean }): Aggregate<Sums> {
  return sums(true, (state) => {
    const divisor = sample ? state.count - 1 : state.count;
    if (divisor === 0) return null;
    const n = count(state);
    const numerator = decimals.subtractDecimals(
      decimals.multiplyDecimals(n, state.squares),
      decimals.multiplyDecimals(state.sum, state.sum),
    );
    const denominator = decimals.multiplyDecimals(n, { units: BigInt(divisor), scale: 0 });
    // Twenty digits more than a floating point number holds, however small the quotient is.
    const scale = Math.max(numerator.scale + 40, 40);
    const variance = Number(decimals.formatDecimal(decimals.rescale(quotient(numerator, denominator, scale), scale)));
    return root ? Math.sqrt(variance) : variance;
  });
}
const quotient = (a: Decimal, b: Decimal, scale: number): Decimal => ({
  units: (a.units * decimals.power(scale + b.scale)) / (b.units * decimals.power(a.scale)),
  scale,
});

interface Candidates {
  /** Numbers of the values that came and went. */
  came: number;
  gone: number;
  /** Values that can still become the result, the best one first, each with its number. */
  readonly list: { readonly number: number; readonly value: Decimal }[];
}
/** A window forgets its values in the order they came, so a value that a later one beats can be forgotten at once. */
function extreme(wanted: 1 | -1): Aggregate<Candidates> {
  return {
    start: () => ({ came: 0, gone: 0, list: [] }),
    step: (state, value) => {
      if (value === null) return;
      const decimal = toDecimal(value);
      while (state.list.length > 0 && decimals.compareDecimals(decimal, state.list[state.list.length - 1]?.value ?? ZERO) === wanted)
        state.list.pop();
      state.list.push({ number: state.came++, value: decimal });
    },
    inverse: (state, value) => {
      if (value === null) return;
      if (state.list[0]?.number === state.gone++) state.list.shift();
    },
    result: ({ list }) => (list[0] === undefined ? null : decimals.formatDecimal(list[0].value)),
  };
}

type AggregateTable = { readonly [K in keyof typeof sqliteAggregates]: Aggregate<Sums> | Aggregate<Candidates> };
export const aggregates: AggregateTable = {
  decimalSum: sums(false, (state) => decimals.formatDecimal(state.sum)),
  decimalAvg: sums(false, (state) => decimals.formatDecimal(decimals.divideDecimals(state.sum, count(state)))),
  decimalMin: extreme(-1),
  decimalMax: extreme(1),
  stddev: spread({ sample: false, root: true }),
  stddevSample: spread({ sample: true, root: true }),
  variance: spread({ sample: false, root: false }),
  varianceSample: spread({ sample: true, root: false }),
};

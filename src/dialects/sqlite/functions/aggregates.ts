/** Exact aggregates, and aggregates that SQLite lacks; each can also remove a value, as windows require. */

import * as decimals from "../../../support/decimal.js";
import type { sqliteAggregates } from "../function-names.js";
import { toDecimal } from "./decimals.js";
import { asText, type Cell } from "./define.js";
import { parseJson, sortKeyOf } from "./documents.js";

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

/** The sums are exact, so that precision is not lost for large values that lie close together. */
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
    // Twenty digits more than a floating-point number holds, however small the quotient is.
    const scale = Math.max(numerator.scale + 40, 40);
    const variance = Number(decimals.formatDecimal(decimals.rescale(quotient(numerator, denominator, scale), scale)));
    return root ? Math.sqrt(variance) : variance;
  });
}
const quotient = (a: Decimal, b: Decimal, scale: number): Decimal => ({
  units: (a.units * decimals.power(scale + b.scale)) / (b.units * decimals.power(a.scale)),
  scale,
});

interface Candidates<V> {
  /** Numbers of values added and removed. */
  came: number;
  gone: number;
  /** Values that can still become the result, the best first, each with its number. */
  readonly list: { readonly number: number; readonly value: V }[];
}
/** A window removes values in the order they were added, so a value can be dropped as soon as a later one beats it. */
function extreme<V>({ read, compare, write }: Ordered<V>, wanted: 1 | -1): Aggregate<Candidates<V>> {
  const beats = (value: V, last: V): boolean => compare(value, last) * wanted > 0;
  return {
    start: () => ({ came: 0, gone: 0, list: [] }),
    step: (state, value) => {
      const given = read(value);
      if (given === null) return;
      for (let last = state.list.at(-1); last !== undefined && beats(given, last.value); last = state.list.at(-1)) state.list.pop();
      state.list.push({ number: state.came++, value: given });
    },
    inverse: (state, value) => {
      if (read(value) === null) return;
      if (state.list[0]?.number === state.gone++) state.list.shift();
    },
    result: ({ list }) => (list[0] === undefined ? null : write(list[0].value)),
  };
}

/** How values of one type are read, compared and returned. */
interface Ordered<V> {
  readonly read: (cell: Cell) => V | null;
  readonly compare: (a: V, b: V) => number;
  readonly write: (value: V) => Cell;
}
const decimal: Ordered<Decimal> = {
  read: (cell) => (cell === null ? null : toDecimal(cell)),
  compare: decimals.compareDecimals,
  write: decimals.formatDecimal,
};
interface KeyedJson {
  readonly key: Buffer;
  readonly text: string;
}
const json: Ordered<KeyedJson> = {
  read: (cell) => {
    if (cell === null) return null;
    const value = parseJson(cell);
    return value === null ? null : { key: Buffer.from(sortKeyOf(value)), text: asText(cell) };
  },
  compare: (a, b) => Buffer.compare(a.key, b.key),
  write: ({ text }) => text,
};
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;
/** SQLite has no integers beyond 64 bits. */
const wholeOrText = ({ units }: Decimal): Cell => (units >= LEAST && units <= GREATEST ? units : String(units));

type AggregateTable = {
  readonly [K in keyof typeof sqliteAggregates]: Aggregate<Sums> | Aggregate<Candidates<Decimal>> | Aggregate<Candidates<KeyedJson>>;
};
export const aggregates: AggregateTable = {
  decimalSum: sums(false, (state) => decimals.formatDecimal(state.sum)),
  decimalAvg: sums(false, (state) => decimals.formatDecimal(decimals.divideDecimals(state.sum, count(state)))),
  decimalMin: extreme(decimal, -1),
  decimalMax: extreme(decimal, 1),
  bigintSum: sums(false, (state) => wholeOrText(state.sum)),
  jsonMin: extreme(json, -1),
  jsonMax: extreme(json, 1),
  stddev: spread({ sample: false, root: true }),
  stddevSample: spread({ sample: true, root: true }),
  variance: spread({ sample: false, root: false }),
  varianceSample: spread({ sample: true, root: false }),
};

/** Exact arithmetic on decimals stored as text. */

import * as decimals from "../../../support/decimal.js";
import type { sqliteFunctions } from "../function-names.js";
import { asInteger, asNumber, asText, type Cell, type Given, ofPresent, type ScalarFunction, strict } from "./define.js";

type Decimal = decimals.Decimal;

export function toDecimal(value: Given): Decimal {
  if (typeof value === "bigint") return { units: value, scale: 0 };
  const parsed = decimals.parseDecimal(asText(value));
  if (parsed === null) throw new TypeError(`expected a decimal number, got ${JSON.stringify(asText(value))}`);
  return parsed;
}

const exact = { exact: true };
const one = (compute: (x: Decimal) => Decimal): ScalarFunction => strict(1, (x) => decimals.formatDecimal(compute(toDecimal(x))), exact);
function two(compute: (a: Decimal, b: Decimal) => Decimal | null): ScalarFunction {
  return strict(
    2,
    (a, b) => {
      const result = compute(toDecimal(a), toDecimal(b));
      return result === null ? null : decimals.formatDecimal(result);
    },
    exact,
  );
}
const unlessZero =
  (compute: (a: Decimal, b: Decimal) => Decimal) =>
  (a: Decimal, b: Decimal): Decimal | null =>
    b.units === 0n ? null : compute(a, b);

/** Floor and ceil: truncates toward zero, then corrects by one if that was the wrong direction. */
function towards(step: 1n | -1n): ScalarFunction {
  return one((x) => {
    const whole = decimals.truncate(x, 0);
    const short = step < 0n ? decimals.compareDecimals(x, whole) < 0 : decimals.compareDecimals(x, whole) > 0;
    return short ? { units: whole.units + step, scale: 0 } : whole;
  });
}

function extreme(wanted: 1 | -1): ScalarFunction {
  return ofPresent((values): Cell => {
    const best = values.map(toDecimal).reduce((left, right) => (decimals.compareDecimals(right, left) === wanted ? right : left));
    return decimals.formatDecimal(best);
  });
}

/** A float is rounded as the decimal that it prints as, so that 2.675 becomes 2.68. */
const round = strict(2, (value, places) => {
  const number = asNumber(value);
  if (!Number.isFinite(number)) return number;
  return Number(decimals.formatDecimal(decimals.rescale(toDecimal(String(number)), Math.trunc(asNumber(places)))));
});

type DecimalFunction = Extract<keyof typeof sqliteFunctions, `decimal${string}`> | "round" | "whole";
export const decimalFunctions: { readonly [K in DecimalFunction]: ScalarFunction } = {
  decimal: one((x) => x),
  decimalCompare: strict(2, (a, b) => asInteger(decimals.compareDecimals(toDecimal(a), toDecimal(b))), exact),
  whole: strict(
    2,
    (value, bits) => {
      const { units, scale } = decimals.rescale(toDecimal(value), 0);
      const limit = 1n << ((bits as bigint) - 1n);
      if (scale !== 0 || units < -limit || units >= limit)
        throw new RangeError(`${asText(value)} is out of the range of the column (${asText(bits)} bits)`);
      return units;
    },
    exact,
  ),
  decimalKey: strict(1, (x) => decimals.sortKey(toDecimal(x)), exact),
  decimalAdd: two(decimals.addDecimals),
  decimalSubtract: two(decimals.subtractDecimals),
  decimalMultiply: two(decimals.multiplyDecimals),
  decimalDivide: two(unlessZero(decimals.divideDecimals)),
  decimalModulo: two(unlessZero(decimals.remainder)),
  decimalNegate: one(({ units, scale }) => ({ units: -units, scale })),
  decimalAbs: one(({ units, scale }) => ({ units: units < 0n ? -units : units, scale })),
  decimalCeil: towards(1n),
  decimalFloor: towards(-1n),
  decimalSign: strict(1, (x) => asInteger(Math.sign(decimals.compareDecimals(toDecimal(x), { units: 0n, scale: 0 }))), exact),
  decimalRound: strict(2, (x, places) => decimals.formatDecimal(decimals.rescale(toDecimal(x), Math.trunc(asNumber(places)))), exact),
  decimalGreatest: extreme(1),
  decimalLeast: extreme(-1),
  round,
};

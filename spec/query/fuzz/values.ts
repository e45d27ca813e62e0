/** Values as the reference computes with them: exact decimals, instants as milliseconds, NULL as null. */

import { isDeepStrictEqual } from "node:util";
import type { Kind } from "./schema.js";
import type { Json, Literal } from "./program.js";

/** An exact decimal: `units` divided by 10 to the power of `scale`. */
export class Decimal {
  readonly units: bigint;
  readonly scale: number;
  constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }
  static of(text: string): Decimal {
    const [whole = "0", fraction = ""] = text.split(".");
    return new Decimal(BigInt(whole + fraction), fraction.length);
  }
  at(scale: number): bigint {
    return this.units * 10n ** BigInt(scale - this.scale);
  }
  /** To 12 digits behind the point: only quotients have more, which each database ends somewhere else. */
  rounded(): Decimal {
    if (this.scale <= 12) return this;
    const unit = 10n ** BigInt(this.scale - 12);
    const half = this.units < 0n ? -unit / 2n : unit / 2n;
    return new Decimal((this.units + half) / unit, 12);
  }
  toString(): string {
    const negative = this.units < 0n;
    const digits = (negative ? -this.units : this.units).toString().padStart(this.scale + 1, "0");
    const whole = digits.slice(0, digits.length - this.scale);
    const fraction = digits.slice(digits.length - this.scale).replace(/0+$/, "");
    return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
  }
  toNumber(): number {
    return Number(this.toString());
  }
}
export class JsonValue {
  readonly json: Json;
  constructor(json: Json) {
    this.json = json;
  }
}
export type Value = null | boolean | number | bigint | string | Decimal | JsonValue;

/** What a literal or a stored value is to the reference. */
export const valueOf = (kind: Kind, given: Literal | undefined): Value => {
  if (given === null || given === undefined) return null;
  if (given instanceof Date) return given.getTime();
  if (typeof given === "object") return new JsonValue(given.json);
  if (kind === "decimal") return Decimal.of(String(given));
  if (kind === "bigint" || typeof given === "bigint") return BigInt(given as number | bigint);
  return given;
};

export const compareText = (one: string, other: string): number => {
  const [left, right] = [Array.from(one), Array.from(other)];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};
const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0);
const toNumber = (value: Value): number => (value instanceof Decimal ? value.toNumber() : Number(value));
const toDecimal = (value: Value): Decimal =>
  value instanceof Decimal ? value : typeof value === "bigint" ? new Decimal(value, 0) : Decimal.of(String(value));

/** Less than, equal to or more than zero, of two values that are not NULL. */
export const compare = (one: Value, other: Value): number => {
  if (typeof one === "string" && typeof other === "string") return compareText(one, other);
  if (typeof one === "boolean" && typeof other === "boolean") return Number(one) - Number(other);
  if (one instanceof JsonValue && other instanceof JsonValue) return isDeepStrictEqual(one.json, other.json) ? 0 : 1;
  const exact = [one, other].every((value) => typeof value !== "number" || Number.isInteger(value));
  if (exact && (one instanceof Decimal || other instanceof Decimal || typeof one === "bigint" || typeof other === "bigint")) {
    const [left, right] = [toDecimal(one), toDecimal(other)];
    const scale = Math.max(left.scale, right.scale);
    return sign(left.at(scale) - right.at(scale));
  }
  return toNumber(one) - toNumber(other);
};

type Arithmetic = (one: Value, other: Value) => Value;
/** Arithmetic in the kind of the result; NULL in, NULL out. */
export const arithmetic = (kind: Kind, operator: string, one: Value, other: Value): Value => {
  if (one === null || other === null) return null;
  const apply: Arithmetic | undefined = (kind === "decimal" ? decimals : kind === "bigint" ? bigints : numbers)[operator];
  if (apply === undefined) throw new Error(`no ${operator} of ${kind}`);
  return apply(one, other);
};
const onDecimals =
  (work: (left: bigint, right: bigint, scale: number) => Decimal): Arithmetic =>
  (one, other) => {
    const [left, right] = [toDecimal(one), toDecimal(other)];
    const scale = Math.max(left.scale, right.scale);
    return work(left.at(scale), right.at(scale), scale);
  };
const decimals: Readonly<Record<string, Arithmetic>> = {
  add: onDecimals((left, right, scale) => new Decimal(left + right, scale)),
  sub: onDecimals((left, right, scale) => new Decimal(left - right, scale)),
  mul: (one, other) => {
    const [left, right] = [toDecimal(one), toDecimal(other)];
    return new Decimal(left.units * right.units, left.scale + right.scale);
  },
  mod: onDecimals((left, right, scale) => new Decimal(left % right, scale)),
};
const onBigints =
  (work: (left: bigint, right: bigint) => bigint): Arithmetic =>
  (one, other) =>
    work(BigInt(one as number | bigint), BigInt(other as number | bigint));
const bigints: Readonly<Record<string, Arithmetic>> = {
  add: onBigints((left, right) => left + right),
  sub: onBigints((left, right) => left - right),
  mul: onBigints((left, right) => left * right),
  mod: onBigints((left, right) => left % right),
};
const onNumbers =
  (work: (left: number, right: number) => number): Arithmetic =>
  (one, other) =>
    work(toNumber(one), toNumber(other));
const numbers: Readonly<Record<string, Arithmetic>> = {
  add: onNumbers((left, right) => left + right),
  sub: onNumbers((left, right) => left - right),
  mul: onNumbers((left, right) => left * right),
  div: onNumbers((left, right) => left / right),
  mod: onNumbers((left, right) => left % right),
};

/** The same text for the same value, whichever way it came: a Date or its milliseconds, "1.50" or "1.5". */
export const canonical = (kind: Kind, given: unknown): string => {
  if (given === null || given === undefined) return "null";
  if (given instanceof Date) return `instant ${given.toISOString()}`;
  if (kind === "timestamp" && typeof given === "number") return `instant ${new Date(given).toISOString()}`;
  if (given instanceof JsonValue) return sorted(given.json);
  if (given instanceof Decimal) return given.rounded().toString();
  if (kind === "decimal") return typeof given === "string" ? Decimal.of(given).rounded().toString() : `${typeof given} ${String(given)}`;
  if (kind === "bigint" || typeof given === "bigint") return `${String(given)}${typeof given === "bigint" ? "n" : ` as ${typeof given}`}`;
  if (kind === "double" && typeof given === "number") return String(Number(given.toPrecision(12)));
  if (kind === "json") return sorted(given as Json);
  return JSON.stringify(Object.is(given, -0) ? 0 : given);
};
const sorted = (json: Json): string =>
  JSON.stringify(json, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );

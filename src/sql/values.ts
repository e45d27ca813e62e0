/** Value checks that are the same for every database; each throws an InvalidValue that names the expected type. */

import { InvalidValue } from "../errors.js";
import { canonicalTime, isDate } from "../support/calendar.js";
import { describe } from "../support/describe.js";
import { type Decimal, parseDecimal, power, rescale } from "../support/decimal.js";
import { jsonNull } from "../support/json-null.js";
import type { ColumnType } from "./types.js";

export function refuse(expected: string, value: unknown): never {
  throw new InvalidValue(`expected ${expected}, got ${describe(value)}`);
}

/** Runs for every text that is written; these checks take a third of the time of a regular expression. */
const isStorable = (value: string): boolean =>
  value.indexOf("\0") < 0 && (value as string & { readonly isWellFormed: () => boolean }).isWellFormed();

export function text(value: unknown): string {
  if (typeof value !== "string") return refuse("a string", value);
  if (!isStorable(value)) return refuse("text without NUL characters and lone surrogates", value);
  return value;
}

/** The database counts code points, JavaScript UTF-16 units; only a text with too many units needs counting. */
export function textUpTo(length: number): (value: unknown) => string {
  return (value) => {
    const checked = text(value);
    if (checked.length <= length) return checked;
    let points = 0;
    for (const _ of checked) points++;
    return points <= length ? checked : refuse(`at most ${length} characters`, value);
  };
}

export function integer(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value + 0 : refuse("an integer in the safe range", value);
}
export function smallint(value: unknown): number {
  const number = integer(value);
  return number >= -32768 && number <= 32767 ? number : refuse("an integer from -32768 to 32767", value);
}
export function bigint(value: unknown): bigint {
  if (typeof value !== "bigint") return refuse("a bigint", value);
  return BigInt.asIntN(64, value) === value ? value : refuse("a bigint of 64 bits", value);
}
/** Adding 0 turns -0 into 0; databases treat -0 differently. */
export function double(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value + 0 : refuse("a finite number", value);
}
/** The shortest number with the same 32 bits, which is what a database with 4-byte floats returns. */
export function real(value: unknown): number {
  const number = double(value);
  const single = Math.fround(number);
  if (!Number.isFinite(single) || (single === 0 && number !== 0)) return refuse("a number that 32 bits can hold", value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}
export function boolean(value: unknown): boolean {
  return typeof value === "boolean" ? value : refuse("true or false", value);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export function uuid(value: unknown): string {
  if (typeof value !== "string") return refuse("a uuid", value);
  const lower = value.toLowerCase();
  return UUID.test(lower) ? lower : refuse("a uuid", value);
}

const FIRST_INSTANT = new Date("0001-01-01T00:00:00Z").getTime();
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
export function timestamp(value: unknown): Date {
  if (!(value instanceof Date)) return refuse("a Date", value);
  const time = value.getTime();
  return time >= FIRST_INSTANT && time <= LAST_INSTANT ? value : refuse("a Date in the years 1 to 9999", value);
}
export function date(value: unknown): string {
  return typeof value === "string" && isDate(value) ? value : refuse('a day as "YYYY-MM-DD"', value);
}
export function time(value: unknown): string {
  return (typeof value === "string" ? canonicalTime(value) : null) ?? refuse('a time as "HH:MM:SS", with at most three decimals', value);
}
export function duration(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value + 0 : refuse("a whole number of milliseconds", value);
}
export function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : refuse("a Uint8Array", value);
}
export function member(values: readonly string[]): (value: unknown) => string {
  const known = new Set(values);
  const expected = `one of ${values.map((one) => JSON.stringify(one)).join(", ")}`;
  return (value) => (typeof value === "string" && known.has(value) ? value : refuse(expected, value));
}
export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse("an array", value);
}

/** Returns the number as given after checking that it fits into the column when rounded. */
export function decimal({ precision, scale }: Extract<ColumnType, { kind: "decimal" }>): (value: unknown) => Decimal {
  const limit = precision === null ? null : power(precision);
  const expected =
    precision === null
      ? "a decimal number as a string"
      : `a decimal number as a string, with at most ${precision - (scale ?? 0)} digits before the point`;
  return (value) => {
    const parsed = typeof value === "string" ? parseDecimal(value) : null;
    if (parsed === null) return refuse(expected, value);
    if (limit === null) return parsed;
    const { units } = rescale(parsed, scale ?? 0);
    return units < limit && units > -limit ? parsed : refuse(expected, value);
  };
}

const ESCAPED_UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** The JSON text of a value; throws for values that JSON would silently change. */
export function json(value: unknown): string {
  if (value === jsonNull) return "null";
  let written: string | undefined;
  try {
    written = JSON.stringify(value);
  } catch (cause) {
    throw new InvalidValue(
      `expected a value that JSON can hold, got ${describe(value)}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (written === undefined || written === "null") return refuse("a value that JSON can hold", value);
  if (written.includes("null")) refuseSilentNulls(value);
  if (written.includes("\\u") && ESCAPED_UNSTORABLE.test(written)) return refuse("JSON without NUL characters and lone surrogates", value);
  return written;
}
export function parseJson(written: string): unknown {
  return written === "null" ? jsonNull : (JSON.parse(written) as unknown);
}

function refuseSilentNulls(value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) refuse("finite numbers in JSON", value);
  if (typeof value !== "object" || value === null || "toJSON" in value) return;
  if (!Array.isArray(value)) return Object.values(value).forEach(refuseSilentNulls);
  for (const element of value) {
    if (element === undefined || typeof element === "function" || typeof element === "symbol")
      refuse("values that JSON can hold in its arrays", element);
    refuseSilentNulls(element);
  }
}

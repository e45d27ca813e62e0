/** Converts values of requests, from query strings or JSON, to comparison values. */

import { InvalidValue } from "../errors.js";
import { fromJsonValue } from "../metadata/json-values.js";
import { comparableValue, type FilterEnd, type LookupName } from "../query/path-ends.js";
import { types, type ColumnType, type TypeKind } from "../sql/types.js";
import { describe } from "../support/describe.js";

const refuse = (expected: string, value: unknown): never => {
  throw new InvalidValue(`expected ${expected}, got ${describe(value)}`);
};

const WHOLE = /^-?\d{1,16}$/;
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const whole = (text: string): unknown => (WHOLE.test(text) ? Number(text) : text);
const number = (text: string): unknown => (NUMBER.test(text) && text.length < 40 ? Number(text) : text);
/** Parses texts of a query string for types that JSON represents differently. */
const readers: { readonly [K in TypeKind]?: (text: string) => unknown } = {
  smallint: whole,
  integer: whole,
  duration: whole,
  real: number,
  double: number,
  boolean: (text) => (text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text),
  // A day without a time means its start in UTC.
  timestamp: (text) => (DAY.test(text) ? fromJsonValue(`${text}T00:00:00Z`, types.timestamp) : text),
};

/** A single value of a type; lists and objects are not accepted. */
const one = (type: ColumnType, value: unknown): unknown => {
  if (type.kind === "array") return list(value).map((item) => one(type.of, item));
  if (typeof value === "object" || value === undefined) return refuse("one value", value);
  if (type.kind === "json" && typeof value === "number" && !Number.isFinite(value)) return refuse("a finite number", value);
  const read = fromJsonValue(typeof value === "string" ? (readers[type.kind]?.(value) ?? value) : value, type);
  return comparableValue(type, read, "");
};
/** A list from JSON, from a repeated name, or separated by commas. */
const list = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value as readonly unknown[];
  return typeof value === "string" ? value.split(",") : refuse("a list", value);
};
const limited = (items: readonly unknown[], most: number): readonly unknown[] => {
  if (items.length > most) throw new InvalidValue(`expected at most ${most} values, got ${items.length}`);
  return items;
};
const orNull = (type: ColumnType, value: unknown): unknown => (value === null ? null : one(type, value));
const asText = (_: ColumnType, value: unknown): unknown => one(types.text, value);
const elements = (type: ColumnType, value: unknown, most: number): unknown => {
  if (type.kind !== "array") return asText(type, value);
  return limited(list(value), most).map((item) => one(type.of, item));
};

type Read = (type: ColumnType, value: unknown, most: number) => unknown;
const reads: { readonly [K in LookupName]: Read } = {
  exact: orNull,
  ne: orNull,
  gt: one,
  gte: one,
  lt: one,
  lte: one,
  in: (type, value, most) => limited(list(value), most).map((item) => one(type, item)),
  range: (type, value) => {
    const ends = list(value);
    return ends.length === 2 ? ends.map((end) => one(type, end)) : refuse("two values, from and to", value);
  },
  isnull: (_, value) => one(types.boolean, value),
  contains: elements,
  overlap: elements,
  iexact: asText,
  icontains: asText,
  startswith: asText,
  istartswith: asText,
  endswith: asText,
  iendswith: asText,
  regex: asText,
  iregex: asText,
  haskey: asText,
  search: asText,
};

/** The value of a comparison; throws InvalidValue naming what was expected. */
export const requestValue = ({ type, lookup }: FilterEnd, value: unknown, most: number): unknown => {
  if (Array.isArray(value) && lookup !== "in" && lookup !== "range" && type.kind !== "array") return refuse("one value", value);
  if (type.kind === "array" && Array.isArray(value)) limited(value, most);
  return reads[lookup](type, value, most);
};

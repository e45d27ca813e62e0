/**
 * Cells of a snapshot in comparable form: primitives as they are, Date as ms, bytes as a copy, JSON and arrays as deep copies.
 * Comparing an instance with its snapshot is the hot path of every flush: a primitive costs one `===`.
 */

import type { ColumnType, CustomType, TypeKind } from "../sql/types.js";
import { canonicalTime } from "../support/calendar.js";
import { compareDecimals, parseDecimal } from "../support/decimal.js";
import { deepCopy, deepEqual, sameBytes } from "../support/plain-data.js";

/** A custom value beside what its codec makes of it: compared by the latter, restored from the former. */
class CustomCell {
  readonly value: unknown;
  readonly encoded: unknown;
  constructor(value: unknown, encoded: unknown) {
    this.value = value;
    this.encoded = encoded;
  }
}

const encode = (value: unknown, type: ColumnType): unknown => (type as CustomType).encode(value as never);

type Make = (value: unknown, type: ColumnType) => unknown;
const itself: Make = (value) => value;
const copy: Make = (value) => deepCopy(value);
const makers: { readonly [K in TypeKind]: Make } = {
  text: itself,
  varchar: itself,
  enum: itself,
  uuid: itself,
  date: itself,
  time: itself,
  decimal: itself,
  smallint: itself,
  integer: itself,
  bigint: itself,
  real: itself,
  double: itself,
  duration: itself,
  boolean: itself,
  timestamp: (value) => (value instanceof Date ? value.getTime() : value),
  bytes: copy,
  json: copy,
  array: (value, type) =>
    Array.isArray(value) ? value.map((item) => snapshotCell(item, (type as { of: ColumnType }).of)) : copy(value, type),
  custom: (value, type) => (value instanceof CustomCell ? value : new CustomCell(deepCopy(value), deepCopy(encode(value, type)))),
  unknown: copy,
};

/** The comparable form of a value that an instance holds; null and undefined stay, and so does what is a cell already. */
export const snapshotCell = (value: unknown, type: ColumnType): unknown =>
  value === null || value === undefined ? value : makers[type.kind](value, type);

const restorers: { readonly [K in TypeKind]: Make } = {
  ...makers,
  timestamp: (cell) => (typeof cell === "number" ? new Date(cell) : cell),
  array: (cell, type) => (Array.isArray(cell) ? cell.map((item) => valueOfCell(item, (type as { of: ColumnType }).of)) : copy(cell, type)),
  custom: (cell) => (cell instanceof CustomCell ? deepCopy(cell.value) : cell),
};

/** The value for an instance from its cell, sharing nothing with it. */
export const valueOfCell = (cell: unknown, type: ColumnType): unknown =>
  cell === null || cell === undefined ? cell : restorers[type.kind](cell, type);

type Compare = (value: unknown, cell: unknown, type: ColumnType) => boolean;
const never: Compare = () => false;
const sameDecimal: Compare = (value, cell) => {
  const [a, b] = [typeof value === "string" ? parseDecimal(value) : null, typeof cell === "string" ? parseDecimal(cell) : null];
  return a !== null && b !== null && compareDecimals(a, b) === 0;
};
const sameData: Compare = (value, cell) => deepEqual(value, cell);
/** Encodings decide, as only the codec knows which values are alike. One that varies from call to call, as ciphers do, decides nothing: then the values do. */
const sameCustom = (value: unknown, cell: CustomCell, type: ColumnType): boolean => {
  if (typeof value !== "object" && value === cell.value) return true;
  const encoded = encode(value, type);
  return deepEqual(encoded, cell.encoded) || (!deepEqual(encoded, encode(value, type)) && deepEqual(value, cell.value));
};
/** For values that are not identical to their cell. */
const comparers: { readonly [K in TypeKind]: Compare } = {
  text: never,
  varchar: never,
  enum: never,
  date: never,
  smallint: never,
  integer: never,
  bigint: never,
  boolean: never,
  duration: never,
  real: (value, cell) => typeof value === "number" && typeof cell === "number" && Object.is(Math.fround(value), Math.fround(cell)),
  // Other programs may have stored NaN, which is not equal to itself.
  double: (value, cell) => Object.is(value, cell),
  uuid: (value, cell) => typeof value === "string" && typeof cell === "string" && value.toLowerCase() === cell.toLowerCase(),
  time: (value, cell) =>
    typeof value === "string" && typeof cell === "string" && canonicalTime(value) !== null && canonicalTime(value) === canonicalTime(cell),
  decimal: sameDecimal,
  timestamp: (value, cell) => value instanceof Date && value.getTime() === cell,
  bytes: (value, cell) => value instanceof Uint8Array && cell instanceof Uint8Array && sameBytes(value, cell),
  json: sameData,
  array: (value, cell, type) =>
    Array.isArray(value) &&
    Array.isArray(cell) &&
    value.length === cell.length &&
    value.every((item, at) => sameAsSnapshot(item, cell[at], (type as { of: ColumnType }).of)),
  custom: (value, cell, type) => cell instanceof CustomCell && sameCustom(value, cell, type),
  unknown: sameData,
};

/** Whether an instance still holds what its cell says; `2.50` and `2.5` are one decimal, upper and lower case one uuid. */
export const sameAsSnapshot = (value: unknown, cell: unknown, type: ColumnType): boolean =>
  value === cell ||
  (value !== null && value !== undefined && cell !== null && cell !== undefined && comparers[type.kind](value, cell, type));

/** The encoded form of a custom cell; any other cell is its own. */
export const encodedCell = (cell: unknown): unknown => (cell instanceof CustomCell ? cell.encoded : cell);

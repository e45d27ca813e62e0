/**
 * Snapshot cells in comparable form: primitives as they are, dates as milliseconds, bytes, JSON and arrays as copies. Every flush compares
 * instances with their snapshots, and comparing a primitive is one `===`.
 */

import type { ColumnType, CustomType, TypeKind } from "../sql/types.js";
import { canonicalTime } from "../support/calendar.js";
import { compareDecimals, parseDecimal } from "../support/decimal.js";
import { deepCopy, deepEqual, sameBytes } from "../support/plain-data.js";

/** A custom value with its encoded form: the encoded form is compared, the value is restored. */
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

/** The comparable form of an instance value; null, undefined and existing cells are returned unchanged. */
export const snapshotCell = (value: unknown, type: ColumnType): unknown =>
  value === null || value === undefined ? value : makers[type.kind](value, type);

const restorers: { readonly [K in TypeKind]: Make } = {
  ...makers,
  timestamp: (cell) => (typeof cell === "number" ? new Date(cell) : cell),
  array: (cell, type) => (Array.isArray(cell) ? cell.map((item) => valueOfCell(item, (type as { of: ColumnType }).of)) : copy(cell, type)),
  custom: (cell) => (cell instanceof CustomCell ? deepCopy(cell.value) : cell),
};

/** The instance value of a cell, sharing no object with it. */
export const valueOfCell = (cell: unknown, type: ColumnType): unknown =>
  cell === null || cell === undefined ? cell : restorers[type.kind](cell, type);

type Compare = (value: unknown, cell: unknown, type: ColumnType) => boolean;
const never: Compare = () => false;
const sameDecimal: Compare = (value, cell) => {
  const [a, b] = [typeof value === "string" ? parseDecimal(value) : null, typeof cell === "string" ? parseDecimal(cell) : null];
  return a !== null && b !== null && compareDecimals(a, b) === 0;
};
const sameData: Compare = (value, cell) => deepEqual(value, cell);
/**
 * Compares the encoded forms, since only the codec knows which values are equal. If the encoding differs from call to call, as with
 * encryption, the values are compared.
 */
const sameCustom = (value: unknown, cell: CustomCell, type: ColumnType): boolean => {
  if (typeof value !== "object" && value === cell.value) return true;
  const encoded = encode(value, type);
  return deepEqual(encoded, cell.encoded) || (!deepEqual(encoded, encode(value, type)) && deepEqual(value, cell.value));
};
/** Comparison of values that are not identical to their cell. */
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
  // Other programs may have stored NaN, which does not equal itself.
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

/** Whether an instance value equals its cell; `2.50` and `2.5` are the same decimal, upper and lower case the same uuid. */
export const sameAsSnapshot = (value: unknown, cell: unknown, type: ColumnType): boolean =>
  value === cell ||
  (value !== null && value !== undefined && cell !== null && cell !== undefined && comparers[type.kind](value, cell, type));

/** The encoded form of a custom cell; any other cell is returned unchanged. */
export const encodedCell = (cell: unknown): unknown => (cell instanceof CustomCell ? cell.encoded : cell);

/** Reads the cells of a row from the bytes of its message: numbers, booleans and instants without an intermediate string. */

import type { ColumnType } from "../../sql/types.js";
import { readInstantAt } from "../../support/calendar.js";

/** How the bytes of a column are read; other types are read as text. */
const TEXT = 0;
const INTEGER = 1;
const BOOLEAN = 2;
const INSTANT = 3;
export type CellKind = typeof TEXT | typeof INTEGER | typeof BOOLEAN | typeof INSTANT;

const kinds: { readonly [K in ColumnType["kind"]]?: CellKind } = {
  smallint: INTEGER,
  integer: INTEGER,
  boolean: BOOLEAN,
  timestamp: INSTANT,
};
const NO_KINDS: readonly CellKind[] = [];
const known = new WeakMap<readonly ColumnType[], readonly CellKind[]>();

/** The cell kinds of a statement's outputs; unknown outputs are text. */
export const cellKindsOf = (outputs: readonly ColumnType[] | null): readonly CellKind[] => {
  if (outputs === null) return NO_KINDS;
  let own = known.get(outputs);
  if (own === undefined) known.set(outputs, (own = outputs.map(({ kind }) => kinds[kind] ?? TEXT)));
  return own;
};

const MINUS = 45;
const ZERO = 48;
/** Longer integers might not be safe; they are left to the codec, which checks them. */
const DIGITS = 9;

/** Undefined if the bytes are not a short integer. */
const integerAt = (bytes: Uint8Array, start: number, end: number): number | undefined => {
  const negative = bytes[start] === MINUS;
  let at = negative ? start + 1 : start;
  if (at === end || end - at > DIGITS) return undefined;
  let number = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return negative ? 0 - number : number;
};

const HALF = 0.5;
const PLUS = 43;
const POINT = 46;
const SECONDS_LENGTH = 19;
/**
 * Parses `2024-01-02 03:04:05+00`, with or without a fraction, to milliseconds; any microseconds count as half a millisecond. Undefined for
 * other formats.
 */
const instantAt = (bytes: Uint8Array, start: number, end: number): number | undefined => {
  const zone = end - 3;
  const point = start + SECONDS_LENGTH;
  if (zone < point || bytes[zone] !== PLUS || bytes[end - 2] !== ZERO || bytes[end - 1] !== ZERO) return undefined;
  let ms = 0;
  if (zone > point) {
    if (bytes[point] !== POINT) return undefined;
    let at = point + 1;
    for (let worth = 100; at < zone && worth >= 1; at++, worth /= 10) ms += ((bytes[at] as number) - ZERO) * worth;
    for (; at < zone; at++)
      if (bytes[at] !== ZERO) {
        ms += HALF;
        break;
      }
  }
  const time = readInstantAt(bytes, start, ms);
  return Number.isNaN(time) ? undefined : time;
};

const T = 116;
const F = 102;
const booleanAt = (bytes: Uint8Array, start: number, end: number): boolean | undefined =>
  end - start !== 1 ? undefined : bytes[start] === T ? true : bytes[start] === F ? false : undefined;

const cellAt = (kind: CellKind, bytes: Uint8Array, start: number, end: number): unknown => {
  switch (kind) {
    case INTEGER:
      return integerAt(bytes, start, end);
    case BOOLEAN:
      return booleanAt(bytes, start, end);
    case INSTANT:
      return instantAt(bytes, start, end);
    case TEXT:
      return undefined;
  }
};

const int32At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);

/** Reads the row whose message content begins at `start`. */
export const readRow = (bytes: Buffer, start: number, cells: readonly CellKind[]): unknown[] => {
  const count = ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
  const row = new Array<unknown>(count);
  let at = start + 2;
  for (let index = 0; index < count; index++) {
    const length = int32At(bytes, at);
    at += 4;
    if (length < 0) {
      row[index] = null;
      continue;
    }
    const end = at + length;
    row[index] = cellAt(cells[index] ?? TEXT, bytes, at, end) ?? bytes.toString("utf8", at, end);
    at = end;
  }
  return row;
};

/** Normalizes keys, so that the identity map finds a row however its key is written. */

import type { TypeKind } from "../sql/types.js";
import { canonicalTime } from "../support/calendar.js";
import { formatDecimal, parseDecimal } from "../support/decimal.js";
import { encodedCell, snapshotCell } from "./comparable.js";
import type { FieldMeta } from "./model-meta.js";

type Normalize = (cell: unknown) => unknown;
const itself: Normalize = (cell) => cell;
const hex: Normalize = (cell) =>
  cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex") : cell;

/** Removes insignificant zeros: `007.50` → `7.5`, `-0` → `0`. */
const shortestDecimal: Normalize = (cell) => {
  const parsed = typeof cell === "string" ? parseDecimal(cell) : null;
  if (parsed === null) return cell;
  const text = formatDecimal(parsed);
  return parsed.units === 0n ? "0" : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
};

const normalizers: { readonly [K in TypeKind]: Normalize } = {
  text: itself,
  varchar: itself,
  enum: itself,
  date: itself,
  smallint: itself,
  integer: itself,
  bigint: itself,
  real: itself,
  double: itself,
  duration: itself,
  boolean: itself,
  timestamp: itself,
  json: itself,
  array: itself,
  unknown: itself,
  uuid: (cell) => (typeof cell === "string" ? cell.toLowerCase() : cell),
  time: (cell) => (typeof cell === "string" ? (canonicalTime(cell) ?? cell) : cell),
  decimal: shortestDecimal,
  bytes: hex,
  custom: (cell) => hex(encodedCell(cell)),
};

/**
 * The normal form of one part of a key, given as an instance value or a snapshot cell: uuid in lower case, decimal without insignificant
 * zeros, instants as milliseconds, bytes as hex. The caller checks the value's type.
 */
export const keyCell = (value: unknown, { type }: Pick<FieldMeta, "type">): unknown =>
  value === null || value === undefined || typeof value === "number" || typeof value === "bigint"
    ? value
    : normalizers[type.kind](snapshotCell(value, type));

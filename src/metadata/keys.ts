/** Keys of rows in one form each, so that the identity map finds a row however its key was written. */

import { FieldError } from "../errors.js";
import type { ColumnType, TypeKind } from "../sql/types.js";
import { canonicalTime } from "../support/calendar.js";
import { formatDecimal, parseDecimal } from "../support/decimal.js";
import { encodedCell, snapshotCell } from "./comparable.js";
import type { FieldMeta } from "./model-meta.js";
import { problemWith } from "./values.js";

type Normalize = (cell: unknown) => unknown;
const itself: Normalize = (cell) => cell;
const hex: Normalize = (cell) => (cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex") : cell);

/** Without zeros that mean nothing: `007.50` → `7.5`, `-0` → `0`. */
const shortestDecimal: Normalize = (cell) => {
  const parsed = typeof cell === "string" ? parseDecimal(cell) : null;
  if (parsed === null) return cell;
  const text = formatDecimal(parsed);
  return parsed.units === 0n ? "0" : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
};

const normalizers: { readonly [K in TypeKind]: Normalize } = {
  text: itself, varchar: itself, enum: itself, date: itself, smallint: itself, integer: itself, bigint: itself, real: itself, double: itself, duration: itself, boolean: itself,
  timestamp: itself, json: itself, array: itself, unknown: itself,
  uuid: (cell) => (typeof cell === "string" ? cell.toLowerCase() : cell),
  time: (cell) => (typeof cell === "string" ? (canonicalTime(cell) ?? cell) : cell),
  decimal: shortestDecimal,
  bytes: hex,
  custom: (cell) => hex(encodedCell(cell)),
};

/** The normal form of a key's comparable cell. */
export const keyOfCell = (cell: unknown, type: ColumnType): unknown => normalizers[type.kind](cell);

/**
 * The normal form of a key's value as a caller gives it: uuid in lower case, decimal without idle zeros, instants as ms, bytes as hex.
 *
 * Errors: FieldError for a value that the field cannot hold: `1` where a bigint is the key would find nothing, and is refused.
 */
export const normalizeKey = (field: FieldMeta, value: unknown, model: string): unknown => {
  const problem = problemWith(field.type, value);
  if (problem !== null) throw new FieldError(`${model}.${field.name}: ${problem}`);
  return keyOfCell(snapshotCell(value, field.type), field.type);
};

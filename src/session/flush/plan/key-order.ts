/** Sorts rows by key as the database does. */

import type { FieldMeta } from "../../../metadata/model-meta.js";
import { keyCell } from "../../../metadata/keys.js";
import { compareText } from "../../../support/compare-text.js";
import { compareDecimals, parseDecimal } from "../../../support/decimal.js";
import type { RowWork, Step } from "../work/work.js";

/** Compares two cells of one key field, as held by a snapshot or an instance. */
export const compareCells = (one: unknown, other: unknown, { type }: FieldMeta): number => {
  if (typeof one === "number" || typeof one === "bigint") return one < (other as typeof one) ? -1 : one > (other as typeof one) ? 1 : 0;
  const [left, right] = [keyCell(one, { type }), keyCell(other, { type })];
  if (type.kind === "decimal") {
    const [a, b] = [parseDecimal(String(left)), parseDecimal(String(right))];
    if (a !== null && b !== null) return compareDecimals(a, b);
  }
  return compareText(String(left), String(right));
};

/** Compares by the keys stored in the database. Subtypes of one table may have their key fields at different positions. */
export const compareByKey = (one: RowWork, other: RowWork): number => {
  const [left, right] = [one.meta.primaryKey, other.meta.primaryKey];
  for (let at = 0; at < left.length; at++) {
    const field = left[at] as FieldMeta;
    const order = compareCells(cellOf(one, field), cellOf(other, right[at] as FieldMeta), field);
    if (order !== 0) return order;
  }
  return 0;
};
const cellOf = ({ state }: RowWork, field: FieldMeta): unknown => (state.snapshot as readonly unknown[])[field.position];

export const isInKeyOrder = (rows: readonly RowWork[]): boolean => {
  for (let at = 1; at < rows.length; at++) if (compareByKey(rows[at - 1] as RowWork, rows[at] as RowWork) > 0) return false;
  return true;
};

/** Sorts the stored rows of a step in place. Rows are mostly loaded in key order, so it checks before it sorts. */
export const sortByKey = ({ kind, rows, fields }: Step): void => {
  if (kind === "insert" || rows.length < 2 || rows.some(({ state }) => state.snapshot === null) || isInKeyOrder(rows)) return;
  const order = rows.map((work, at) => ({ work, fields: fields[at] })).sort((one, other) => compareByKey(one.work, other.work));
  order.forEach((one, at) => {
    rows[at] = one.work;
    if (one.fields !== undefined) fields[at] = one.fields;
  });
};

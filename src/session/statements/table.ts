/** Builds the SQL of a model: table, columns, conditions by key. */

import type { Dialect } from "../../database/contracts.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { snapshotCell, valueOfCell } from "../../metadata/comparable.js";
import type { Expr, Output, TableName, TargetColumn } from "../../sql/nodes.js";
import { and, column, equals, inArray, inRows, output, param, table } from "../../sql/factories/index.js";
import { types } from "../../sql/types.js";

export const tableOf = (meta: ModelMeta): TableName => table(meta.table, meta.schema);

export const columnOf = (meta: ModelMeta, field: FieldMeta): Expr => column(meta.table, field.column, field.type);

export const targetColumn = (field: FieldMeta): TargetColumn => ({ name: field.column, type: field.type });

export const returningOf = (meta: ModelMeta, fields: readonly FieldMeta[]): Output[] =>
  fields.map((field) => output(columnOf(meta, field)));

/** Decodes the cells that the driver returned. */
export const decodeRow = (dialect: Pick<Dialect, "codec">, fields: readonly FieldMeta[], row: readonly unknown[]): unknown[] =>
  fields.map((field, at) => {
    const cell = row[at];
    if (cell === null || cell === undefined) return null;
    const decode = dialect.codec(field.type).decode;
    return decode === undefined ? cell : decode(cell);
  });

/** Converts the given fields from snapshot cells to instance values. */
export const valuesOf = (fields: readonly FieldMeta[], row: readonly unknown[]): unknown[] => {
  const values = new Array<unknown>(fields.length);
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as FieldMeta;
    values[at] = valueOfCell(row[field.position], field.type);
  }
  return values;
};

/** Converts instance values to snapshot cells; returns the same array if all are primitives. */
export const cellsOf = (fields: readonly FieldMeta[], values: readonly unknown[]): readonly unknown[] => {
  let cells: unknown[] | null = null;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (typeof value === "object" && value !== null) (cells ??= [...values])[at] = snapshotCell(value, (fields[at] as FieldMeta).type);
  }
  return cells ?? values;
};

/** `column = value AND …` for each row: an array parameter for single columns, row values for several. */
export const whereRows = (meta: ModelMeta, fields: readonly FieldMeta[], rows: readonly (readonly unknown[])[]): Expr => {
  const [first] = rows;
  if (rows.length === 1 && first !== undefined)
    return and(...fields.map((field, at) => equals(columnOf(meta, field), param(first[at], field.type))));
  const [only] = fields;
  if (fields.length === 1 && only !== undefined)
    return inArray(
      columnOf(meta, only),
      param(
        rows.map((row) => row[0]),
        types.array(only.type),
      ),
    );
  return inRows(
    fields.map((field) => columnOf(meta, field)),
    rows.map((row) => row.map((value, at) => param(value, (fields[at] as FieldMeta).type))),
  );
};

/** Splits items so that each statement stays within the parameter limit. */
export function* chunks<T>(items: readonly T[], parametersPerItem: number, most: number): Iterable<readonly T[]> {
  const size = Math.max(1, Math.floor(most / Math.max(1, parametersPerItem)));
  if (items.length <= size) {
    if (items.length > 0) yield items;
    return;
  }
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

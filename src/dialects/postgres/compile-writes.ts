/** INSERT and UPDATE of many rows in PostgreSQL: one array parameter per column, so that one statement serves any number of rows. */

import type { RowBinding } from "../../sql/compile/batch.js";
import { writeAliased, writeTable } from "../../sql/compile/queries.js";
import type { Handler, Writer } from "../../sql/compile/writer.js";
import { encodeCell, insertWith, writeAssignment, writeReturning, writeValues } from "../../sql/compile/writes.js";
import type { Insert, TableName, TargetColumn, UpdateRows } from "../../sql/nodes.js";
import { arrayLiteral } from "./array-text.js";
import { batchName } from "./compile-types.js";

const ROWS = "flash_rows";

/** One column of all rows as the text of an array. */
function columnText(rows: readonly (readonly unknown[])[], at: number, type: TargetColumn["type"], out: Writer): string {
  const encode = out.grammar.encoder(type);
  const cells: unknown[] = [];
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]?.[at];
    cells.push(value === null ? null : encode(value));
  }
  return arrayLiteral(cells);
}
function writeUnnest(rows: readonly (readonly unknown[])[], columns: readonly TargetColumn[], table: TableName, out: Writer): void {
  out.write("unnest(");
  for (let at = 0; at < columns.length; at++) {
    const { name, type } = columns[at] as TargetColumn;
    if (at > 0) out.write(", ");
    const values = out.fixed(columnText(rows, at, type, out));
    if (type.kind === "enum") writeLikeColumn(values, name, table, out);
    else out.write(`${values}::${batchName(type).array}`);
  }
  out.write(")");
}
/** An array of the column's own type, which may be a native enum. The planner removes the branch that is never taken. */
function writeLikeColumn(values: string, column: string, table: TableName, out: Writer): void {
  out.write("CASE WHEN FALSE THEN (SELECT ARRAY_AGG(").name(column).write(") FROM ");
  writeTable(table, out);
  out.write(`) ELSE ${values} END`);
}
const cell = (at: number, { type }: TargetColumn): string => {
  const { cast } = batchName(type);
  return `${ROWS}.c${at}${cast === null ? "" : `::${cast}`}`;
};
const cellNames = (columns: readonly TargetColumn[]): string => columns.map((_, at) => `c${at}`).join(", ");

const writeRows: Handler<Insert> = (statement, out) => {
  const { columns, rows } = statement;
  if (statement.expressions || rows.length === 1) return writeValues(statement, out);
  out.write(`SELECT ${columns.map((column, at) => cell(at, column)).join(", ")} FROM `);
  writeUnnest(rows, columns, statement.into, out);
  out.write(` WITH ORDINALITY AS ${ROWS} (${cellNames(columns)}, place) ORDER BY ${ROWS}.place`);
};
export const writeInsert = insertWith(writeRows, false);

export const writeUpdateRows: Handler<UpdateRows> = (statement, out) => {
  const { keys, set, also, rows, alias } = statement;
  const columns = [...keys, ...set];
  const [only] = rows;
  const single = rows.length === 1 && only !== undefined;
  const value = (at: number, column: TargetColumn): string =>
    single ? out.fixed(encodeCell(only[at], column.type, out)) : cell(at, column);
  out.write("UPDATE ");
  writeAliased(statement.table, alias, out);
  out.write(" SET ");
  set.forEach((column, at) => {
    if (at > 0) out.write(", ");
    out.name(column.name).write(` = ${value(keys.length + at, column)}`);
  });
  if (set.length > 0 && also.length > 0) out.write(", ");
  out.list(also, writeAssignment);
  if (!single) {
    out.write(" FROM ");
    writeUnnest(rows, columns, statement.table, out);
    out.write(` AS ${ROWS} (${cellNames(columns)})`);
  }
  out.write(" WHERE ");
  keys.forEach((column, at) => {
    if (at > 0) out.write(" AND ");
    out
      .name(alias)
      .write(".")
      .name(column.name)
      .write(` = ${value(at, column)}`);
  });
  writeReturning(statement.returning, null, out);
};

/** One array per column, for any number of rows; limited so that a message stays far below the protocol's maximum. */
export const rowBinding: RowBinding = {
  anyNumber: true,
  tellsLastKey: false,
  most: () => 10_000,
  bind: (cells, rows, encoders) => {
    const width = encoders.length;
    return encoders.map((encode, column) => {
      const elements = new Array<unknown>(rows);
      for (let row = 0; row < rows; row++) {
        const value = cells[row * width + column];
        elements[row] = value === null ? null : encode(value);
      }
      return arrayLiteral(elements);
    });
  },
};

/** INSERT and UPDATE of many rows in SQLite: multi-row VALUES. */

import { bindEach, type RowBinding } from "../../sql/compile/batch.js";
import type { TargetColumn, UpdateRows } from "../../sql/nodes.js";
import { writeAliased } from "../../sql/compile/queries.js";
import type { Handler } from "../../sql/compile/writer.js";
import { encodeCell, insertWith, writeAssignment, writeReturning, writeRow, writeValues } from "../../sql/compile/writes.js";

export const writeInsert = insertWith(writeValues, true);

const ROWS = "flash_rows";

export const writeUpdateRows: Handler<UpdateRows> = (statement, out) => {
  const { keys, set, also, rows, alias } = statement;
  const columns = [...keys, ...set];
  const [only] = rows;
  const single = rows.length === 1 && only !== undefined;
  if (!single) {
    out
      .write(`WITH ${ROWS} (`)
      .names(columns.map((_, at) => `c${at}`))
      .write(") AS (VALUES ")
      .list(rows, (row) => writeRow(row, columns, out))
      .write(") ");
  }
  /** A single row needs no VALUES table; its values are inserted where they are used. */
  const cell = (at: number): void => {
    if (single) out.write(out.fixed(encodeCell(only[at], (columns[at] as TargetColumn).type, out)));
    else out.write(`${ROWS}.c${at}`);
  };
  out.write("UPDATE ");
  writeAliased(statement.table, alias, out);
  out.write(" SET ").list(set, ({ name }, page) => {
    page.name(name).write(" = ");
    cell(keys.length + set.findIndex((column) => column.name === name));
  });
  if (set.length > 0 && also.length > 0) out.write(", ");
  out.list(also, writeAssignment);
  if (!single) out.write(` FROM ${ROWS}`);
  out.write(" WHERE ").list(
    keys,
    ({ name }, page) => {
      page.name(alias).write(".").name(name).write(" = ");
      cell(keys.findIndex((column) => column.name === name));
    },
    " AND ",
  );
  writeReturning(statement.returning, alias, out);
};

/**
 * Longer INSERTs are not faster, and longer VALUES tables make an UPDATE slower. Limits also keep the number of distinct statements small.
 */
const ROWS_AT_ONCE = { insert: 500, updateRows: 50 } as const;
const MOST_PARAMETERS = 32_766;

/** The SQL has a placeholder per cell. */
export const rowBinding: RowBinding = {
  anyNumber: false,
  tellsLastKey: true,
  most: (columns, kind) => Math.min(ROWS_AT_ONCE[kind], Math.floor(MOST_PARAMETERS / columns)),
  bind: bindEach,
};

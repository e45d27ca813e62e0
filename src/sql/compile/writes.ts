/** The common parts of INSERT, UPDATE and DELETE. */

import type { Assignment, Delete, Expr, Insert, OnConflict, Output, RawStatement, TargetColumn, Update } from "../nodes.js";
import type { ColumnType } from "../types.js";
import { writeAliased, writeOutput, writeTable } from "./queries.js";
import type { Handler, Writer } from "./writer.js";

/** Writes the value for a column, encoded for that column and without a cast, since the column determines the type. */
function writeAssigned(value: Expr, type: ColumnType | undefined, out: Writer): void {
  if (value.kind === "param") out.write(out.bind(value, out.grammar.encoder(type ?? value.type)));
  else out.grammar.computed(value, type ?? value.type, out);
}

export const writeAssignment = ({ column, value, type }: Assignment, out: Writer): void => {
  out.name(column).write(" = ");
  writeAssigned(value, type, out);
};

/** `source`: the table name that RETURNING must omit, on databases that do not accept it there. */
export function writeReturning(returning: readonly Output[], source: string | null, out: Writer): void {
  if (returning.length === 0) return;
  out.bareSource = source;
  out.write(" RETURNING ").list(returning, writeOutput);
  out.bareSource = null;
}

/** Conflict targets use unqualified column names. */
function writeConflict(conflict: OnConflict | null, table: string, out: Writer): void {
  if (conflict === null) return;
  out.write(" ON CONFLICT");
  if (conflict.columns.length > 0) out.write(" (").names(conflict.columns).write(")");
  if (conflict.where !== null) {
    out.bareSource = table;
    out.write(" WHERE ").expr(conflict.where);
    out.bareSource = null;
  }
  if (conflict.action === "nothing") out.write(" DO NOTHING");
  else out.write(" DO UPDATE SET ").list(conflict.action, writeAssignment);
}

/** A row of instance values, encoded for their columns. */
export function writeRow(row: readonly unknown[], columns: readonly TargetColumn[], out: Writer): void {
  out.write("(");
  for (let at = 0; at < columns.length; at++) {
    if (at > 0) out.write(", ");
    out.write(out.fixed(encodeCell(row[at], (columns[at] as TargetColumn).type, out)));
  }
  out.write(")");
}
export function encodeCell(value: unknown, type: TargetColumn["type"], out: Writer): unknown {
  return value === null ? null : out.grammar.encoder(type)(value);
}
function writeExpressionRow(row: readonly unknown[], columns: readonly TargetColumn[], out: Writer): void {
  out.write("(");
  for (let at = 0; at < columns.length; at++) {
    if (at > 0) out.write(", ");
    writeAssigned(row[at] as Expr, columns[at]?.type, out);
  }
  out.write(")");
}

/** `rows` writes the inserted rows; with `bare`, RETURNING must not use the table's name. */
export const insertWith =
  (rows: Handler<Insert>, bare: boolean): Handler<Insert> =>
  (statement, out) => {
    const { into, columns } = statement;
    out.write("INSERT INTO ");
    writeTable(into, out);
    if (columns.length === 0) out.write(" DEFAULT VALUES");
    else {
      out
        .write(" (")
        .names(columns.map(({ name }) => name))
        .write(") ");
      rows(statement, out);
    }
    writeConflict(statement.onConflict, into.name, out);
    writeReturning(statement.returning, bare ? into.name : null, out);
  };
/** `VALUES (…), (…)`, from expressions or from values. */
export const writeValues: Handler<Insert> = ({ columns, rows, expressions }, out) => {
  const write = expressions
    ? (row: readonly unknown[]) => writeExpressionRow(row, columns, out)
    : (row: readonly unknown[]) => writeRow(row, columns, out);
  out.write("VALUES ").list(rows, write);
};

/** With `bare`, RETURNING accepts neither alias nor table name. */
export const updateWith =
  (bare: boolean): Handler<Update> =>
  (statement, out) => {
    out.write("UPDATE ");
    writeAliased(statement.table, statement.alias, out);
    out.write(" SET ").list(statement.set, writeAssignment);
    if (statement.where !== null) out.write(" WHERE ").expr(statement.where);
    writeReturning(statement.returning, bare ? statement.alias : null, out);
  };
export const deleteWith =
  (bare: boolean): Handler<Delete> =>
  (statement, out) => {
    out.write("DELETE FROM ");
    writeAliased(statement.from, statement.alias, out);
    if (statement.where !== null) out.write(" WHERE ").expr(statement.where);
    writeReturning(statement.returning, bare ? statement.alias : null, out);
  };
export const writeRaw: Handler<RawStatement> = (statement, out) => void out.expr(statement.fragment);

/** `renameColumn`: renames a column; keys, indexes and expressions that mention it follow. */

import {
  type CheckPicture,
  type IndexPicture,
  sameTable,
  type SchemaPicture,
  type SqlTexts,
  type TableName,
  typeCheckName,
  type TablePicture,
} from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind, OperationOf } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { columnObject, referring, tableObject } from "../footprints.js";
import { columnOf, tableOf, tableText } from "../pictures.js";
import { renamedIn } from "../sql-text.js";
import { call, tableWord, text } from "../words.js";

const inTable = (table: TablePicture, from: string, to: string): TablePicture => {
  const name = (column: string): string => (column === from ? to : column);
  const names = (columns: readonly string[]): readonly string[] => columns.map(name);
  const texts = (one: SqlTexts): SqlTexts => renamedIn(one, from, to);
  let number = 0;
  const check = (one: CheckPicture): CheckPicture => {
    if (one.column !== from) return { ...one, condition: texts(one.condition) };
    const usual = one.name === typeCheckName(table.name.name, from, number);
    const next = usual ? typeCheckName(table.name.name, to, number) : one.name;
    number++;
    return { ...one, name: next, column: to, condition: texts(one.condition) };
  };
  const index = (one: IndexPicture): IndexPicture => ({
    ...one,
    parts: one.parts.map((part) => ({
      ...part,
      column: part.column === null ? null : name(part.column),
      expression: part.expression === null ? null : texts(part.expression),
    })),
    include: names(one.include),
    where: one.where === null ? null : texts(one.where),
  });
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      name: name(column.name),
      generated: column.generated === null ? null : { ...column.generated, expression: texts(column.generated.expression) },
    })),
    primaryKey: table.primaryKey === null ? null : { ...table.primaryKey, columns: names(table.primaryKey.columns) },
    uniques: table.uniques.map((unique) => ({ ...unique, columns: names(unique.columns), include: names(unique.include) })),
    checks: table.checks.map(check),
    indexes: table.indexes.map(index),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, columns: names(key.columns) })),
  };
};

const referencesFollow = (table: TablePicture, to: TableName, from: string, next: string): TablePicture =>
  table.foreignKeys.some((key) => sameTable(key.references, to) && key.referencedColumns.includes(from))
    ? {
        ...table,
        foreignKeys: table.foreignKeys.map((key) =>
          sameTable(key.references, to)
            ? { ...key, referencedColumns: key.referencedColumns.map((column) => (column === from ? next : column)) }
            : key,
        ),
      }
    : table;

const apply = (state: SchemaPicture, { table, from, to }: OperationOf<"renameColumn">): SchemaPicture => {
  const found = tableOf(state, table);
  columnOf(found, from);
  if (found.columns.some((column) => column.name === to))
    throw new MigrationError(`table "${tableText(table)}" has a column "${to}" already`);
  return {
    ...state,
    tables: state.tables.map((other) => referencesFollow(sameTable(other.name, table) ? inTable(other, from, to) : other, table, from, to)),
  };
};

export const renameColumn: OperationKind<"renameColumn"> = {
  apply,
  invert: (_, { table, from, to }) => [{ kind: "renameColumn", table, from: to, to: from }],
  lower: (before, operation) =>
    alterStep(before, apply(before, operation), operation.table, { renamed: { [operation.from]: operation.to } }),
  footprint: (before, { table, from, to }) => ({
    reads: [tableObject(table), ...referring(before, table).map((other) => tableObject(other.name))],
    writes: [columnObject(table, from), columnObject(table, to)],
  }),
  print: ({ table, from, to }, printer) => call(printer.use("renameColumn"), [tableWord(table), text(from), text(to)]),
  describe: ({ table, from, to }) => `rename column ${tableText(table)}.${from} to ${to}`,
};

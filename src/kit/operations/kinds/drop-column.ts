/** `dropColumn`: drops a column and its values; objects that depend on it must be dropped first. */

import type { SchemaPicture, TablePicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind, OperationOf } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { columnObject, referring, tableObject } from "../footprints.js";
import { changeTable, columnOf, tableOf, tableText } from "../pictures.js";
import { mentions } from "../sql-text.js";
import { call, tableWord, text } from "../words.js";

/** Objects that depend on the column. */
const standing = (state: SchemaPicture, table: TablePicture, column: string): readonly string[] => [
  ...(table.primaryKey?.columns.includes(column) === true ? ["the primary key"] : []),
  ...table.uniques.filter((one) => [...one.columns, ...one.include].includes(column)).map((one) => one.name),
  ...table.checks.filter((one) => one.column === null && mentions(one.condition, column)).map((one) => one.name),
  ...table.foreignKeys.filter((one) => one.columns.includes(column)).map((one) => one.name),
  ...table.indexes
    .filter(
      (one) =>
        one.include.includes(column) ||
        one.parts.some((part) => part.column === column || (part.expression !== null && mentions(part.expression, column))) ||
        (one.where !== null && mentions(one.where, column)),
    )
    .map((one) => one.name),
  ...table.columns
    .filter((one) => one.name !== column && one.generated !== null && mentions(one.generated.expression, column))
    .map((one) => `the generated column ${one.name}`),
  ...referring(state, table.name).flatMap((other) =>
    other.foreignKeys
      .filter((key) => tableText(key.references) === tableText(table.name) && key.referencedColumns.includes(column))
      .map((key) => `${key.name} of ${tableText(other.name)}`),
  ),
];

const apply = (state: SchemaPicture, { table, column }: OperationOf<"dropColumn">): SchemaPicture => {
  const on = standing(state, tableOf(state, table), columnOf(tableOf(state, table), column).name);
  if (on.length > 0)
    throw new MigrationError(
      `column "${tableText(table)}.${column}" cannot be dropped while ${on.join(", ")} depend${on.length === 1 ? "s" : ""} on it`,
    );
  return changeTable(state, table, (found) => ({
    ...found,
    columns: found.columns.filter((other) => other.name !== column),
    checks: found.checks.filter((check) => check.column !== column),
  }));
};

export const dropColumn: OperationKind<"dropColumn"> = {
  apply,
  invert: (before, { table, column }) => {
    const found = tableOf(before, table);
    const was = columnOf(found, column);
    const checks = found.checks.filter((check) => check.column === column);
    return [{ kind: "addColumn", table, column: was, checks, fill: null }];
  },
  lower: (before, operation) => alterStep(before, apply(before, operation), operation.table),
  footprint: (_, { table, column }) => ({ reads: [tableObject(table)], writes: [columnObject(table, column)] }),
  print: ({ table, column }, printer) => call(printer.use("dropColumn"), [tableWord(table), text(column)]),
  describe: ({ table, column }) => `drop column ${tableText(table)}.${column}`,
};

/** `alterColumn`: type, NULL, default and other properties of an existing column. */

import type { ColumnPicture, SchemaPicture } from "flash-db/internal";
import type { ColumnChanges, OperationKind, OperationOf, Printer } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { columnObject, tableObject } from "../footprints.js";
import { changeTable, columnOf, tableOf, tableText } from "../pictures.js";
import { call, options, sqlWord, tableWord, text, typeWord } from "../words.js";

const apply = (state: SchemaPicture, { table, column, changes, checks }: OperationOf<"alterColumn">): SchemaPicture =>
  changeTable(state, table, (found) => {
    columnOf(found, column);
    return {
      ...found,
      columns: found.columns.map((other) => (other.name === column ? { ...other, ...changes } : other)),
      checks: checks === null ? found.checks : [...found.checks.filter((check) => check.column !== column), ...checks],
    };
  });

/** The previous values of the changed properties. */
const former = (column: ColumnPicture, changes: ColumnChanges): ColumnChanges =>
  Object.fromEntries(Object.keys(changes).map((key) => [key, column[key as keyof ColumnChanges]]));

const changesWord = ({ changes, using, fill }: OperationOf<"alterColumn">, printer: Printer): string =>
  options([
    changes.type === undefined ? null : `type: ${typeWord(changes.type, printer)}`,
    changes.nullable === undefined ? null : `nullable: ${String(changes.nullable)}`,
    changes.default === undefined ? null : `default: ${changes.default === null ? "null" : sqlWord(changes.default, printer)}`,
    changes.generated === undefined
      ? null
      : `generated: ${changes.generated === null ? "null" : sqlWord(changes.generated.expression, printer)}`,
    changes.generated === undefined || changes.generated === null || changes.generated.stored ? null : "stored: false",
    changes.identity === undefined ? null : `identity: ${JSON.stringify(changes.identity)}`,
    changes.collation === undefined ? null : `collation: ${JSON.stringify(changes.collation)}`,
    changes.comment === undefined ? null : `comment: ${JSON.stringify(changes.comment)}`,
    using === null ? null : `using: ${sqlWord(using, printer)}`,
    fill === null ? null : `fill: ${sqlWord(fill, printer)}`,
  ]) ?? "{}";

export const alterColumn: OperationKind<"alterColumn"> = {
  apply,
  invert: (before, { table, column, changes, checks }) => {
    const found = tableOf(before, table);
    return [
      {
        kind: "alterColumn",
        table,
        column,
        changes: former(columnOf(found, column), changes),
        checks: checks === null ? null : found.checks.filter((check) => check.column === column),
        using: null,
        fill: null,
      },
    ];
  },
  lower: (before, operation) =>
    alterStep(before, apply(before, operation), operation.table, {
      ...(operation.using === null ? {} : { using: { [operation.column]: operation.using } }),
      ...(operation.fill === null ? {} : { fill: { [operation.column]: operation.fill } }),
    }),
  footprint: (_, { table, column }) => ({ reads: [tableObject(table)], writes: [columnObject(table, column)] }),
  print: (operation, printer) =>
    call(printer.use("alterColumn"), [tableWord(operation.table), text(operation.column), changesWord(operation, printer)]),
  describe: ({ table, column, changes }) => `alter column ${tableText(table)}.${column} (${Object.keys(changes).join(", ")})`,
};

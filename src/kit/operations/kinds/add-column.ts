/** `addColumn`: a new column, with a value for existing rows. */

import type { SchemaPicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind, OperationOf } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { columnObject, tableObject } from "../footprints.js";
import { changeTable, tableText } from "../pictures.js";
import { call, columnWord, noTraits, options, sqlWord, tableWord, text } from "../words.js";

const apply = (state: SchemaPicture, { table, column, checks }: OperationOf<"addColumn">): SchemaPicture =>
  changeTable(state, table, (found) => {
    if (found.columns.some((other) => other.name === column.name))
      throw new MigrationError(`table "${tableText(table)}" has a column "${column.name}" already`);
    return { ...found, columns: [...found.columns, column], checks: [...found.checks, ...checks] };
  });

export const addColumn: OperationKind<"addColumn"> = {
  apply,
  invert: (_, { table, column }) => [{ kind: "dropColumn", table, column: column.name }],
  lower: (before, operation) =>
    alterStep(
      before,
      apply(before, operation),
      operation.table,
      operation.fill === null ? {} : { fill: { [operation.column.name]: operation.fill } },
    ),
  footprint: (_, { table, column }) => ({ reads: [tableObject(table)], writes: [columnObject(table, column.name)] }),
  print: ({ table, column, fill }, printer) =>
    call(printer.use("addColumn"), [
      tableWord(table),
      text(column.name),
      columnWord(column, noTraits, printer),
      options([fill === null ? null : `fill: ${sqlWord(fill, printer)}`]),
    ]),
  describe: ({ table, column }) => `add column ${tableText(table)}.${column.name}`,
};

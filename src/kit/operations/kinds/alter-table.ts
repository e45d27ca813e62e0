/** `alterTable`: the comment, and the SQL after CREATE TABLE. */

import type { OperationKind, OperationOf } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { tableObject } from "../footprints.js";
import { changeTable, tableOf, tableText } from "../pictures.js";
import { call, options, tableWord } from "../words.js";
import type { SchemaPicture } from "flash-db/internal";

const apply = (state: SchemaPicture, { table, comment, options }: OperationOf<"alterTable">): SchemaPicture =>
  changeTable(state, table, (found) => ({
    ...found,
    ...(comment === undefined ? {} : { comment }),
    ...(options === undefined ? {} : { options }),
  }));

export const alterTable: OperationKind<"alterTable"> = {
  apply,
  invert: (before, { table, comment, options }) => {
    const was = tableOf(before, table);
    return [
      {
        kind: "alterTable",
        table,
        ...(comment === undefined ? {} : { comment: was.comment }),
        ...(options === undefined ? {} : { options: was.options }),
      },
    ];
  },
  lower: (before, operation) => alterStep(before, apply(before, operation), operation.table),
  footprint: (_, { table }) => ({ reads: [tableObject(table)], writes: [`options ${tableText(table)}`] }),
  print: (operation, printer) =>
    call(printer.use("alterTable"), [
      tableWord(operation.table),
      options([
        operation.comment === undefined ? null : `comment: ${JSON.stringify(operation.comment)}`,
        operation.options === undefined ? null : `words: ${JSON.stringify(operation.options)}`,
      ]) ?? "{}",
    ]),
  describe: ({ table }) => `alter table ${tableText(table)}`,
};

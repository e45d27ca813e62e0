/** `dropTable`: drops a table and its rows. */

import { sameTable } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind } from "../contracts.js";
import { referring, tableObject, wholeTable } from "../footprints.js";
import { tableOf, tableText } from "../pictures.js";
import { call, tableWord } from "../words.js";

export const dropTable: OperationKind<"dropTable"> = {
  apply: (state, { table }) => {
    tableOf(state, table);
    const others = referring(state, table).filter((other) => !sameTable(other.name, table));
    if (others.length > 0)
      throw new MigrationError(
        `table "${tableText(table)}" cannot be dropped while foreign keys of ${others.map((other) => tableText(other.name)).join(", ")} refer to it; drop those first`,
      );
    return { ...state, tables: state.tables.filter((other) => !sameTable(other.name, table)) };
  },
  invert: (before, { table }) => [{ kind: "addTable", table: tableOf(before, table) }],
  lower: (before, { table }) => [{ kind: "dropTable", table: tableOf(before, table) }],
  footprint: (before, { table }) => ({
    reads: tableOf(before, table).foreignKeys.map((key) => tableObject(key.references)),
    writes: wholeTable(tableOf(before, table)),
  }),
  print: ({ table }, printer) => call(printer.use("dropTable"), [tableWord(table)]),
  describe: ({ table }) => `drop table ${tableText(table)}`,
};

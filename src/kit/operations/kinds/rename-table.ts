/** `renameTable`: renames a table; foreign keys of other tables follow. */

import { type ForeignKeyPicture, sameTable, type SchemaPicture, type TableName, typeCheckName, type TablePicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind } from "../contracts.js";
import { referring, tableObject, wholeTable } from "../footprints.js";
import { findTable, tableOf, tableText } from "../pictures.js";
import { call, tableWord } from "../words.js";

/** Checks of column types are named after the table. */
const renamed = (table: TablePicture, to: TableName): TablePicture => {
  const numbers = new Map<string, number>();
  const checks = table.checks.map((check) => {
    if (check.column === null) return check;
    const number = numbers.get(check.column) ?? 0;
    numbers.set(check.column, number + 1);
    return check.name === typeCheckName(table.name.name, check.column, number)
      ? { ...check, name: typeCheckName(to.name, check.column, number) }
      : check;
  });
  return { ...table, name: to, checks };
};

const apply = (state: SchemaPicture, from: TableName, to: TableName): SchemaPicture => {
  if (findTable(state, to) !== undefined) throw new MigrationError(`there is a table "${tableText(to)}" already`);
  const table = renamed(tableOf(state, from), to);
  const follow = (key: ForeignKeyPicture): ForeignKeyPicture => (sameTable(key.references, from) ? { ...key, references: to } : key);
  return {
    ...state,
    tables: state.tables.map((other) => {
      const next = sameTable(other.name, from) ? table : other;
      return next.foreignKeys.some((key) => sameTable(key.references, from))
        ? { ...next, foreignKeys: next.foreignKeys.map(follow) }
        : next;
    }),
  };
};

export const renameTable: OperationKind<"renameTable"> = {
  apply: (state, { from, to }) => apply(state, from, to),
  invert: (_, { from, to }) => [{ kind: "renameTable", from: to, to: from }],
  lower: (before, { from, to }) => [{ kind: "renameTable", before: tableOf(before, from), after: tableOf(apply(before, from, to), to) }],
  footprint: (before, { from, to }) => ({
    reads: referring(before, from).map((table) => tableObject(table.name)),
    writes: [...wholeTable(tableOf(before, from)), tableObject(to)],
  }),
  print: ({ from, to }, printer) => call(printer.use("renameTable"), [tableWord(from), tableWord(to)]),
  describe: ({ from, to }) => `rename table ${tableText(from)} to ${tableText(to)}`,
};

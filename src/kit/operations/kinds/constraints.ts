/** `addConstraint`, `dropConstraint` and `renameConstraint`: primary keys, uniques, checks, foreign keys. */

import type { SchemaPicture, TablePicture } from "flash-db/internal";
import type { Constraint, Footprint, OperationKind, OperationOf } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { columnObject, constraintObject, tableObject } from "../footprints.js";
import { changeTable, constraintName, constraintOf, tableOf, tableText, withConstraint, withoutConstraint } from "../pictures.js";
import { mentions } from "../sql-text.js";
import { call, constraintWord, tableWord, text } from "../words.js";

const columnsOf = (table: TablePicture, constraint: Constraint): readonly string[] => {
  if (constraint.kind !== "check") return constraint.columns;
  return table.columns.map((column) => column.name).filter((name) => mentions(constraint.condition, name));
};

const footprint = (before: SchemaPicture, constraint: Constraint, table: TablePicture): Footprint => ({
  reads: [
    tableObject(table.name),
    ...columnsOf(table, constraint).map((column) => columnObject(table.name, column)),
    ...(constraint.kind === "foreignKey"
      ? [tableObject(constraint.references), ...constraint.referencedColumns.map((column) => columnObject(constraint.references, column))]
      : []),
  ],
  writes: [constraintObject(table.name, constraintName(constraint))],
});

const added = (state: SchemaPicture, { table, constraint }: OperationOf<"addConstraint">): SchemaPicture =>
  changeTable(state, table, (found) => withConstraint(found, constraint));
const dropped = (state: SchemaPicture, { table, name }: OperationOf<"dropConstraint">): SchemaPicture =>
  changeTable(state, table, (found) => withoutConstraint(found, name));
const renamed = (state: SchemaPicture, { table, from, to }: OperationOf<"renameConstraint">): SchemaPicture =>
  changeTable(state, table, (found) => withConstraint(withoutConstraint(found, from), { ...constraintOf(found, from), name: to }));

export const addConstraint: OperationKind<"addConstraint"> = {
  apply: added,
  invert: (_, { table, constraint }) => [{ kind: "dropConstraint", table, name: constraintName(constraint) }],
  lower: (before, operation) => alterStep(before, added(before, operation), operation.table),
  footprint: (before, { table, constraint }) => footprint(before, constraint, tableOf(before, table)),
  print: ({ table, constraint }, printer) =>
    call(printer.use("addConstraint"), [tableWord(table), constraintWord(table, constraint, printer)]),
  describe: ({ table, constraint }) => `add ${constraintName(constraint)} to ${tableText(table)}`,
};

export const dropConstraint: OperationKind<"dropConstraint"> = {
  apply: dropped,
  invert: (before, { table, name }) => [{ kind: "addConstraint", table, constraint: constraintOf(tableOf(before, table), name) }],
  lower: (before, operation) => alterStep(before, dropped(before, operation), operation.table),
  footprint: (before, { table, name }) => footprint(before, constraintOf(tableOf(before, table), name), tableOf(before, table)),
  print: ({ table, name }, printer) => call(printer.use("dropConstraint"), [tableWord(table), text(name)]),
  describe: ({ table, name }) => `drop ${name} of ${tableText(table)}`,
};

export const renameConstraint: OperationKind<"renameConstraint"> = {
  apply: renamed,
  invert: (_, { table, from, to }) => [{ kind: "renameConstraint", table, from: to, to: from }],
  lower: (before, operation) => alterStep(before, renamed(before, operation), operation.table),
  footprint: (_, { table, from, to }) => ({
    reads: [tableObject(table)],
    writes: [constraintObject(table, from), constraintObject(table, to)],
  }),
  print: ({ table, from, to }, printer) => call(printer.use("renameConstraint"), [tableWord(table), text(from), text(to)]),
  describe: ({ table, from, to }) => `rename ${from} of ${tableText(table)} to ${to}`,
};

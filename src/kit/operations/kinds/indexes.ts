/** `addIndex`, `dropIndex` and `renameIndex`. */

import type { IndexPicture, SchemaPicture, TablePicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { Footprint, OperationKind, OperationOf } from "../contracts.js";
import { alterStep } from "../alter-step.js";
import { columnObject, indexObject, tableObject } from "../footprints.js";
import { changeTable, tableOf, tableText } from "../pictures.js";
import { mentions } from "../sql-text.js";
import { call, indexWord, tableWord, text } from "../words.js";

const indexOf = (table: TablePicture, name: string): IndexPicture => {
  const found = table.indexes.find((index) => index.name === name);
  if (found !== undefined) return found;
  throw new MigrationError(
    `table "${tableText(table.name)}" has no index "${name}" at this place; it has ${table.indexes.map((index) => index.name).join(", ") || "none"}`,
  );
};

const footprint = (table: TablePicture, index: IndexPicture): Footprint => ({
  reads: [
    tableObject(table.name),
    ...table.columns
      .map((column) => column.name)
      .filter(
        (name) =>
          index.include.includes(name) ||
          index.parts.some((part) => part.column === name || (part.expression !== null && mentions(part.expression, name))) ||
          (index.where !== null && mentions(index.where, name)),
      )
      .map((name) => columnObject(table.name, name)),
  ],
  writes: [indexObject(table.name, index.name)],
});

const added = (state: SchemaPicture, { table, index }: OperationOf<"addIndex">): SchemaPicture => {
  const owner = state.tables.find((other) => other.indexes.some((one) => one.name === index.name) && other.name.schema === table.schema);
  if (owner !== undefined) throw new MigrationError(`there is an index "${index.name}" already, on ${tableText(owner.name)}`);
  return changeTable(state, table, (found) => ({ ...found, indexes: [...found.indexes, index] }));
};
const dropped = (state: SchemaPicture, { table, name }: OperationOf<"dropIndex">): SchemaPicture =>
  changeTable(state, table, (found) => {
    const gone = indexOf(found, name);
    return { ...found, indexes: found.indexes.filter((index) => index !== gone) };
  });
const renamed = (state: SchemaPicture, { table, from, to }: OperationOf<"renameIndex">): SchemaPicture =>
  changeTable(state, table, (found) => {
    const changed = indexOf(found, from);
    return { ...found, indexes: found.indexes.map((index) => (index === changed ? { ...index, name: to } : index)) };
  });

export const addIndex: OperationKind<"addIndex"> = {
  apply: added,
  invert: (_, { table, index }) => [{ kind: "dropIndex", table, name: index.name }],
  lower: (before, operation) => alterStep(before, added(before, operation), operation.table),
  footprint: (before, { table, index }) => footprint(tableOf(before, table), index),
  print: ({ table, index }, printer) => call(printer.use("addIndex"), [tableWord(table), indexWord(table, index, printer)]),
  describe: ({ table, index }) => `add index ${index.name} on ${tableText(table)}`,
};

export const dropIndex: OperationKind<"dropIndex"> = {
  apply: dropped,
  invert: (before, { table, name }) => [{ kind: "addIndex", table, index: indexOf(tableOf(before, table), name) }],
  lower: (before, operation) => alterStep(before, dropped(before, operation), operation.table),
  footprint: (before, { table, name }) => footprint(tableOf(before, table), indexOf(tableOf(before, table), name)),
  print: ({ table, name }, printer) => call(printer.use("dropIndex"), [tableWord(table), text(name)]),
  describe: ({ table, name }) => `drop index ${name} of ${tableText(table)}`,
};

export const renameIndex: OperationKind<"renameIndex"> = {
  apply: renamed,
  invert: (_, { table, from, to }) => [{ kind: "renameIndex", table, from: to, to: from }],
  lower: (before, operation) => alterStep(before, renamed(before, operation), operation.table),
  footprint: (_, { table, from, to }) => ({ reads: [tableObject(table)], writes: [indexObject(table, from), indexObject(table, to)] }),
  print: ({ table, from, to }, printer) => call(printer.use("renameIndex"), [tableWord(table), text(from), text(to)]),
  describe: ({ table, from, to }) => `rename index ${from} of ${tableText(table)} to ${to}`,
};

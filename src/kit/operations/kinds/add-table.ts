/** `addTable`: a table with its columns, constraints and indexes. */

import { type ColumnPicture, indexName, type IndexPicture, type TablePicture, uniqueName, type UniquePicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind, Printer } from "../contracts.js";
import { tableObject, wholeTable } from "../footprints.js";
import { equal, findTable, tableText } from "../pictures.js";
import {
  call,
  checkWord,
  type ColumnTraits,
  columnsWord,
  constraintWord,
  foreignKeyWord,
  indexWord,
  options,
  plainColumns,
  tableWord,
  text,
  uniqueWord,
} from "../words.js";

const plainUnique = (table: TablePicture, unique: UniquePicture): string | null => {
  const [column] = unique.columns;
  if (unique.columns.length !== 1 || column === undefined || unique.name !== uniqueName(table.name.name, [column])) return null;
  return unique.include.length === 0 && !unique.nullsNotDistinct && unique.deferrable === null ? column : null;
};
const plainIndex = (table: TablePicture, index: IndexPicture): string | null => {
  const [column] = plainColumns(index) ?? [];
  if (index.parts.length !== 1 || column === undefined) return null;
  const usual: IndexPicture = {
    name: indexName(table.name.name, [column]),
    method: "btree",
    parts: [{ column, expression: null, descending: false, nulls: null, collation: null, operatorClass: null }],
    include: [],
    unique: false,
    nullsNotDistinct: false,
    where: null,
    valid: true,
  };
  return equal(usual, index) ? column : null;
};
/** Whether the key can be declared on the columns: unnamed and in column order. */
const keyInChain = ({ primaryKey, columns }: TablePicture): boolean =>
  primaryKey !== null &&
  primaryKey.name === null &&
  equal(
    primaryKey.columns,
    columns.map((column) => column.name).filter((name) => primaryKey.columns.includes(name)),
  );

const print = (table: TablePicture, printer: Printer): string => {
  const inChain = keyInChain(table);
  const uniques = new Set(table.uniques.map((unique) => plainUnique(table, unique)));
  const indexes = new Set(table.indexes.map((index) => plainIndex(table, index)));
  const traits = ({ name }: ColumnPicture): ColumnTraits => ({
    key: inChain && table.primaryKey?.columns.includes(name) === true,
    loneKey: table.primaryKey?.columns.length === 1,
    unique: uniques.has(name),
    index: indexes.has(name),
  });
  const rest = options([
    table.comment === null ? null : `comment: ${text(table.comment)}`,
    table.options === null ? null : `words: ${JSON.stringify(table.options)}`,
  ]);
  const items = [
    ...(inChain || table.primaryKey === null ? [] : [constraintWord(table.name, { kind: "primaryKey", ...table.primaryKey }, printer)]),
    ...table.uniques.filter((unique) => plainUnique(table, unique) === null).map((unique) => uniqueWord(table.name, unique, printer)),
    ...table.checks.filter((check) => check.column === null).map((check) => checkWord(check, printer)),
    ...table.foreignKeys.map((key) => foreignKeyWord(table.name, key, printer)),
    ...table.indexes.filter((index) => plainIndex(table, index) === null).map((index) => indexWord(table.name, index, printer)),
    ...(rest === null ? [] : [call(printer.use("tableOptions"), [rest])]),
  ];
  return `${printer.use("addTable")}(${[tableWord(table.name), columnsWord(table, traits, printer), ...items].join(", ")})`;
};

export const addTable: OperationKind<"addTable"> = {
  apply: (state, { table }) => {
    if (findTable(state, table.name) !== undefined) throw new MigrationError(`there is a table "${tableText(table.name)}" already`);
    return { ...state, tables: [...state.tables, table] };
  },
  invert: (_, { table }) => [{ kind: "dropTable", table: table.name }],
  lower: (_, { table }) => [{ kind: "createTable", table }],
  footprint: (_, { table }) => ({
    reads: table.foreignKeys.map((key) => tableObject(key.references)).filter((name) => name !== tableObject(table.name)),
    writes: wholeTable(table),
  }),
  print: ({ table }, printer) => print(table, printer),
  describe: ({ table }) => `add table ${tableText(table.name)}`,
};

/** The objects that operations read and write, and whether two operations conflict. */

import type { SchemaPicture, TableName, TablePicture } from "flash-db/internal";
import type { Footprint } from "./contracts.js";
import { tableText } from "./pictures.js";

export const tableObject = (table: TableName): string => tableText(table);
export const columnObject = (table: TableName, column: string): string => `${tableText(table)}.${column}`;
export const constraintObject = (table: TableName, name: string): string => `constraint ${tableText(table)} ${name}`;
export const indexObject = (table: TableName, name: string): string => `index ${table.schema === null ? name : `${table.schema}.${name}`}`;
export const typeObject = (name: TableName): string => `type ${tableText(name)}`;
export const sequenceObject = (name: TableName): string => `sequence ${tableText(name)}`;

/** All objects of a table, which are dropped or renamed with it. */
export const wholeTable = (table: TablePicture): readonly string[] => [
  tableObject(table.name),
  ...table.columns.map((column) => columnObject(table.name, column.name)),
  ...table.indexes.map((index) => indexObject(table.name, index.name)),
];

/** Tables whose foreign keys refer to this one. */
export const referring = (state: SchemaPicture, table: TableName): readonly TablePicture[] =>
  state.tables.filter((other) => other.foreignKeys.some((key) => tableText(key.references) === tableText(table)));

export const joined = (footprints: readonly Footprint[]): Footprint => ({
  reads: [...new Set(footprints.flatMap((one) => one.reads))],
  writes: [...new Set(footprints.flatMap((one) => one.writes))],
});

/** Objects that one writes and the other reads or writes; if there are none, the two commute. */
export const conflicts = (a: Footprint, b: Footprint): readonly string[] => {
  const touchedByA = new Set([...a.reads, ...a.writes]);
  const touchedByB = new Set([...b.reads, ...b.writes]);
  return [...new Set([...a.writes.filter((name) => touchedByB.has(name)), ...b.writes.filter((name) => touchedByA.has(name))])];
};

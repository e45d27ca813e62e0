/** DDL that makes a schema: tables in dependency order, then foreign keys of circles, then indexes. What exists stays as it is. */

import type { Dialect } from "../database/contracts.js";
import { typeCheckName } from "../metadata/names.js";
import type { TableName } from "../sql/nodes.js";
import { expressionText } from "./expression-text.js";
import {
  type ColumnPicture,
  type ForeignKeyPicture,
  type IndexPicture,
  sameTable,
  type SchemaPicture,
  type TablePicture,
  type UniquePicture,
} from "./picture.js";

/** Statements in the order they must run. `existing` are tables of the database: nothing is done to them. */
export const createStatements = (picture: SchemaPicture, dialect: Dialect, existing: readonly TableName[]): readonly string[] => {
  const exists = ({ schema, name }: TableName): boolean =>
    existing.some((other) => sameTable(other, { schema: dialect.features.schemas ? schema : null, name }));
  const missing = picture.tables.filter((table) => !exists(table.name));
  const tables = missing.filter(
    (table) =>
      !table.link ||
      table.foreignKeys.every(({ references }) => exists(references) || picture.tables.some((other) => sameTable(other.name, references))),
  );
  const made: TableName[] = [];
  const later: string[] = [];
  const creates = tables.map((table) => {
    made.push(table.name);
    // A key to a table that comes later: part of a circle.
    const early = table.foreignKeys.filter(
      ({ references }) =>
        dialect.schema.addsForeignKeys &&
        tables.some((other) => sameTable(other.name, references)) &&
        !made.some((name) => sameTable(name, references)),
    );
    later.push(...early.map((key) => `ALTER TABLE ${qualified(table.name, dialect)} ADD ${foreignKey(key, dialect)}`));
    return createTable(
      table,
      table.foreignKeys.filter((key) => !early.includes(key)),
      dialect,
    );
  });
  return [...schemas(tables, dialect), ...creates, ...later, ...tables.flatMap((table) => indexStatements(table, dialect))];
};

/** A table's name, with its schema where the database has such. */
export const qualified = ({ schema, name }: TableName, dialect: Dialect): string =>
  schema !== null && dialect.features.schemas ? `${dialect.quote(schema)}.${dialect.quote(name)}` : dialect.quote(name);

const schemas = (tables: readonly TablePicture[], dialect: Dialect): readonly string[] => {
  if (!dialect.features.schemas) return [];
  const names = new Set(tables.flatMap(({ name }) => (name.schema === null ? [] : [name.schema])));
  return [...names].map((name) => `CREATE SCHEMA IF NOT EXISTS ${dialect.quote(name)}`);
};

const createTable = (table: TablePicture, keys: readonly ForeignKeyPicture[], dialect: Dialect): string => {
  const lines = [
    ...table.columns.map((column) => columnLine(table, column, dialect)),
    ...(table.columns.some((column) => column.identity) ? [] : [`PRIMARY KEY ${list(table.primaryKey, dialect)}`]),
    ...table.uniques
      .filter((unique) => unique.where === null)
      .map((unique) => `CONSTRAINT ${dialect.quote(unique.name)} UNIQUE ${list(unique.columns, dialect)}`),
    ...table.columns.flatMap((column) => typeChecks(table, column, dialect)),
    ...table.checks.map(
      (check) =>
        `CONSTRAINT ${dialect.quote(check.name)} CHECK (${expressionText(check.condition, dialect, `check "${check.name}" of "${table.name.name}"`)})`,
    ),
    ...keys.map((key) => foreignKey(key, dialect)),
  ];
  return `CREATE TABLE ${qualified(table.name, dialect)} (\n  ${lines.join(",\n  ")}\n)`;
};

const list = (columns: readonly string[], dialect: Dialect): string => `(${columns.map((column) => dialect.quote(column)).join(", ")})`;

const columnLine = (table: TablePicture, column: ColumnPicture, dialect: Dialect): string => {
  const name = dialect.quote(column.name);
  if (column.identity) return `${name} ${dialect.schema.generatedKey(column.type)}`;
  const place = `${table.name.name}.${column.name}`;
  const collation = column.collate === null ? dialect.schema.defaultCollation(column.type) : dialect.quote(column.collate);
  return [
    `${name} ${dialect.schema.typeName(column.type)}`,
    ...(collation === null ? [] : [`COLLATE ${collation}`]),
    ...(column.default === null ? [] : [`DEFAULT (${expressionText(column.default, dialect, place)})`]),
    ...(column.generated === null ? [] : [`GENERATED ALWAYS AS (${expressionText(column.generated, dialect, place)}) STORED`]),
    ...(column.nullable ? [] : ["NOT NULL"]),
  ].join(" ");
};

const typeChecks = (table: TablePicture, column: ColumnPicture, dialect: Dialect): readonly string[] =>
  dialect.schema
    .typeChecks(column.type, dialect.quote(column.name))
    .map((condition, number) => `CONSTRAINT ${dialect.quote(typeCheckName(table.name.name, column.name, number))} CHECK (${condition})`);

const actions = { cascade: "CASCADE", setNull: "SET NULL", setDefault: "SET DEFAULT" } as const;

const foreignKey = (key: ForeignKeyPicture, dialect: Dialect): string => {
  const { onDelete, onUpdate } = key;
  const reference = `CONSTRAINT ${dialect.quote(key.name)} FOREIGN KEY ${list([key.column], dialect)} REFERENCES ${qualified(key.references, dialect)} ${list([key.referencedColumn], dialect)}`;
  return `${reference}${onDelete === "nothing" ? "" : ` ON DELETE ${actions[onDelete]}`}${onUpdate === "nothing" ? "" : ` ON UPDATE ${actions[onUpdate]}`}`;
};

const indexStatements = (table: TablePicture, dialect: Dialect): readonly string[] => [
  ...table.uniques.filter((unique) => unique.where !== null).map((unique) => indexStatement(table, asIndex(unique), dialect)),
  ...table.indexes.map((index) => indexStatement(table, index, dialect)),
];

const asIndex = (unique: UniquePicture): IndexPicture => ({
  name: unique.name,
  columns: unique.columns.map((name) => ({ name, descending: false })),
  unique: true,
  where: unique.where,
});

const indexStatement = (table: TablePicture, index: IndexPicture, dialect: Dialect): string => {
  const columns = index.columns.map(({ name, descending }) => `${dialect.quote(name)}${descending ? " DESC" : ""}`).join(", ");
  const where = index.where === null ? "" : ` WHERE ${expressionText(index.where, dialect, `index "${index.name}"`)}`;
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${dialect.quote(index.name)} ON ${qualified(table.name, dialect)} (${columns})${where}`;
};

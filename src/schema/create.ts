/**
 * DDL that creates a schema: types and sequences, tables in dependency order, foreign keys in cycles, indexes, comments. Existing tables
 * are not changed.
 */

import type { Dialect } from "../database/contracts.js";
import type { TableName } from "../sql/nodes.js";
import { types } from "../sql/types.js";
import {
  checkClause,
  columnClause,
  countedKey,
  foreignKeyClause,
  indexStatement,
  primaryKeyClause,
  qualified,
  uniqueClause,
} from "./clauses.js";
import {
  type EnumPicture,
  type ForeignKeyPicture,
  needsIndex,
  sameTable,
  type SchemaPicture,
  type SequencePicture,
  type TablePicture,
} from "./picture.js";

/**
 * Statements in execution order. `existing` are tables of the database, which are skipped. `links` are tables that are only created if all
 * tables that they refer to exist.
 */
export const createStatements = (
  picture: SchemaPicture,
  dialect: Dialect,
  existing: readonly TableName[] = [],
  links: readonly TableName[] = [],
): readonly string[] => {
  const exists = ({ schema, name }: TableName): boolean =>
    existing.some((other) => sameTable(other, { schema: dialect.features.schemas ? schema : null, name }));
  const missing = picture.tables.filter((table) => !exists(table.name));
  const tables = missing.filter(
    (table) =>
      !links.some((link) => sameTable(link, table.name)) ||
      table.foreignKeys.every(({ references }) => exists(references) || picture.tables.some((other) => sameTable(other.name, references))),
  );
  const made: TableName[] = [];
  const later: string[] = [];
  const afterIndexes: string[] = [];
  const creates = tables.map((table) => {
    made.push(table.name);
    if (!dialect.schema.altersTables) return createTable(table, dialect);
    // A key to a later table is part of a cycle, and a NOT VALID key can only be added to an existing table.
    const target = ({ references }: ForeignKeyPicture): TablePicture | undefined =>
      tables.find((other) => sameTable(other.name, references));
    const last = table.foreignKeys.filter((key) => needsIndex(key, target(key)));
    const early = table.foreignKeys.filter(
      (key) => !last.includes(key) && (!key.valid || (target(key) !== undefined && !made.some((name) => sameTable(name, key.references)))),
    );
    afterIndexes.push(...last.map((key) => `ALTER TABLE ${qualified(table.name, dialect)} ADD ${foreignKeyClause(key, dialect)}`));
    const unchecked = table.checks.filter((check) => !check.valid);
    const clauses = [
      ...unchecked.flatMap((check) => checkClause(check, dialect) ?? []),
      ...early.map((key) => foreignKeyClause(key, dialect)),
    ];
    later.push(...clauses.map((clause) => `ALTER TABLE ${qualified(table.name, dialect)} ADD ${clause}`));
    return createTable(
      {
        ...table,
        checks: table.checks.filter((check) => check.valid),
        foreignKeys: table.foreignKeys.filter((key) => !early.includes(key) && !last.includes(key)),
      },
      dialect,
    );
  });
  return [
    ...schemas([...tables, ...picture.enums, ...picture.sequences], dialect),
    ...(dialect.features.schemas ? picture.enums.map((one) => createEnum(one, dialect)) : []),
    ...(dialect.features.schemas ? picture.sequences.map((one) => createSequence(one, dialect)) : []),
    ...creates,
    ...later,
    ...tables.flatMap((table) => table.indexes.map((index) => indexStatement(table.name, index, dialect))),
    ...afterIndexes,
    ...(dialect.features.schemas ? picture.sequences.flatMap((one) => ownSequence(one, dialect)) : []),
    ...(dialect.schema.altersTables ? tables.flatMap((table) => commentStatements(table, dialect)) : []),
  ];
};

const schemas = (things: readonly { readonly name: TableName }[], dialect: Dialect): readonly string[] => {
  if (!dialect.features.schemas) return [];
  const names = new Set(things.flatMap(({ name }) => (name.schema === null ? [] : [name.schema])));
  return [...names].map((name) => `CREATE SCHEMA IF NOT EXISTS ${dialect.quote(name)}`);
};

/** The table with its constraints; indexes are separate statements. */
export const createTable = (table: TablePicture, dialect: Dialect): string => {
  const key = countedKey(table);
  const lines = [
    ...table.columns.map((column) => columnClause(column, dialect, column === key)),
    ...(key === null && table.primaryKey !== null ? [primaryKeyClause(table.primaryKey, dialect)] : []),
    ...table.uniques.map((unique) => uniqueClause(unique, dialect)),
    ...table.checks.flatMap((check) => checkClause(check, dialect) ?? []),
    ...table.foreignKeys.map((one) => foreignKeyClause(one, dialect)),
  ];
  const options = table.options?.[dialect.name];
  return `CREATE TABLE ${qualified(table.name, dialect)} (\n  ${lines.join(",\n  ")}\n)${options === undefined ? "" : ` ${options}`}`;
};

export const createEnum = ({ name, values }: EnumPicture, dialect: Dialect): string =>
  `CREATE TYPE ${qualified(name, dialect)} AS ENUM (${values.map((value) => dialect.schema.literal(value, types.text)).join(", ")})`;

export const createSequence = (sequence: SequencePicture, dialect: Dialect): string =>
  `CREATE SEQUENCE ${qualified(sequence.name, dialect)} AS ${dialect.schema.typeName(sequence.type)} INCREMENT ${sequence.increment} ` +
  `MINVALUE ${sequence.minimum} MAXVALUE ${sequence.maximum} START ${sequence.start}${sequence.cycle ? " CYCLE" : ""}`;

const ownSequence = ({ name, ownedBy }: SequencePicture, dialect: Dialect): readonly string[] =>
  ownedBy === null
    ? []
    : [`ALTER SEQUENCE ${qualified(name, dialect)} OWNED BY ${qualified(ownedBy.table, dialect)}.${dialect.quote(ownedBy.column)}`];

const commentStatements = ({ name, comment, columns }: TablePicture, dialect: Dialect): readonly string[] => [
  ...(comment === null ? [] : [commentOnTable(name, comment, dialect)]),
  ...columns.flatMap((column) => (column.comment === null ? [] : [commentOnColumn(name, column.name, column.comment, dialect)])),
];

export const commentOnTable = (table: TableName, comment: string | null, dialect: Dialect): string =>
  `COMMENT ON TABLE ${qualified(table, dialect)} IS ${dialect.schema.literal(comment, types.text)}`;

export const commentOnColumn = (table: TableName, column: string, comment: string | null, dialect: Dialect): string =>
  `COMMENT ON COLUMN ${qualified(table, dialect)}.${dialect.quote(column)} IS ${dialect.schema.literal(comment, types.text)}`;

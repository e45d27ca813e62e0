/** SQLite's type names and other DDL syntax. */

import type { SchemaSql } from "../../database/contracts.js";
import type { ColumnType, DataType, TypeKind } from "../../sql/types.js";
import { codecFor } from "./codecs.js";

/** The end of a name determines how SQLite stores the value; the beginning identifies the type when a schema is read. */
const names: { readonly [K in TypeKind]: (type: Extract<DataType, { kind: K }>) => string } = {
  text: () => "TEXT",
  varchar: ({ length }) => `VARCHAR(${length})`,
  smallint: () => "SMALLINT",
  integer: () => "INTEGER",
  bigint: () => "BIGINT",
  real: () => "REAL",
  double: () => "DOUBLE",
  boolean: () => "BOOLEAN",
  uuid: () => "UUID_TEXT",
  timestamp: () => "TIMESTAMP_TEXT",
  date: () => "DATE_TEXT",
  time: () => "TIME_TEXT",
  duration: () => "DURATION_INTEGER",
  json: () => "JSON_TEXT",
  bytes: () => "BLOB",
  decimal: ({ precision, scale }) => (precision === null ? "DECIMAL_TEXT" : `DECIMAL_TEXT(${precision},${scale ?? 0})`),
  enum: () => "ENUM_TEXT",
  array: () => "ARRAY_TEXT",
  custom: ({ sql }) => sql,
  unknown: () => "",
};
const typeName = (type: DataType): string => (names[type.kind] as (given: DataType) => string)(type);

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function literal(value: unknown, type: ColumnType): string {
  if (value === null) return "NULL";
  const cell = codecFor(type).encode(value);
  if (cell instanceof Uint8Array) return `X'${Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex")}'`;
  return typeof cell === "number" || typeof cell === "bigint" ? String(cell) : quoteText(String(cell));
}

function typeChecks(type: DataType, column: string): readonly string[] {
  if (type.kind === "boolean") return [`${column} IN (0, 1)`];
  if (type.kind === "enum") return [`${column} IN (${type.values.map(quoteText).join(", ")})`];
  return type.kind === "varchar" ? [`length(${column}) <= ${type.length}`] : [];
}

export const schemaSql: SchemaSql = {
  typeName,
  identity: (type, _, key) => (key ? "INTEGER PRIMARY KEY AUTOINCREMENT" : `${typeName(type)} NOT NULL`),
  typeChecks,
  literal,
  defaultCollation: () => null,
  listTables: `SELECT NULL, name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  altersTables: false,
  richIndexes: false,
  lockTables: null,
  listReferences: `SELECT child.name, key."from", key."table" FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key WHERE child.type = 'table'`,
  dropCascade: false,
  beforeDrop: "PRAGMA defer_foreign_keys = ON",
};

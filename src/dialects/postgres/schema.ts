/** PostgreSQL's type names and other DDL syntax. */

import type { SchemaSql } from "../../database/contracts.js";
import type { ColumnType, DataType, IdentityKind, TypeKind } from "../../sql/types.js";
import { codecFor } from "./codecs.js";

const names: { readonly [K in TypeKind]: (type: Extract<DataType, { kind: K }>) => string } = {
  text: () => "text",
  varchar: ({ length }) => `varchar(${length})`,
  smallint: () => "smallint",
  integer: ({ wide }) => (wide === true ? "bigint" : "integer"),
  bigint: () => "bigint",
  real: () => "real",
  double: () => "double precision",
  boolean: () => "boolean",
  uuid: () => "uuid",
  timestamp: () => "timestamptz(3)",
  date: () => "date",
  time: () => "time(3)",
  duration: () => "interval",
  json: () => "jsonb",
  bytes: () => "bytea",
  decimal: ({ precision, scale }) => (precision === null ? "numeric" : `numeric(${precision},${scale ?? 0})`),
  enum: () => "text",
  array: ({ of }) => `${typeName(of)}[]`,
  custom: ({ sql }) => sql,
  unknown: () => "text",
};
function typeName(type: DataType): string {
  return (names[type.kind] as (given: DataType) => string)(type);
}

function identity(type: DataType, kind: IdentityKind, key: boolean): string {
  const name = typeName(type);
  const counted =
    kind === "serial"
      ? name.replace(/^(small|big)?int(eger)?$/, "$1serial")
      : `${name} GENERATED ${kind === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`;
  return key ? `${counted} PRIMARY KEY` : counted;
}

/** `standard_conforming_strings` is on, so a backslash needs no escaping. */
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function literal(value: unknown, type: ColumnType): string {
  if (value === null) return "NULL";
  const cell = codecFor(type).encode(value);
  if (cell instanceof Uint8Array) return `'\\x${Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex")}'::bytea`;
  if (typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean") return String(cell);
  const quoted = quoteText(String(cell));
  return type.kind === "text" || type.kind === "varchar" || type.kind === "enum" || type.kind === "unknown"
    ? quoted
    : `${quoted}::${typeName(type)}`;
}

export const schemaSql: SchemaSql = {
  typeName,
  identity,
  typeChecks: (type, column) => (type.kind === "enum" ? [`${column} IN (${type.values.map(quoteText).join(", ")})`] : []),
  literal,
  defaultCollation: (type) => (type.kind === "text" || type.kind === "varchar" || type.kind === "enum" ? '"C"' : null),
  listTables: `SELECT spot.schema, table_name FROM information_schema.tables
    CROSS JOIN LATERAL (VALUES (table_schema::text), (NULL)) AS spot(schema)
    WHERE table_type = 'BASE TABLE' AND (spot.schema IS NOT NULL OR table_schema = current_schema()) ORDER BY 1, 2`,
  altersTables: true,
  richIndexes: true,
  lockTables: "SELECT pg_advisory_xact_lock(1179403592, 1413563461)",
  listReferences: null,
  dropCascade: true,
  beforeDrop: null,
};

/** The schemas of a PostgreSQL database that a picture shows, and a private scratch copy of them. */

import { createStatements, type SchemaPicture, type TableName } from "flash-db/internal";
import { type DatabaseSession } from "../session.js";
import { readPostgres, type SchemaNames } from "./read.js";

/** The current schema without a name, all other user schemas with their names. */
export const schemasOf = async (session: DatabaseSession): Promise<SchemaNames> => {
  const rows = await session.rows(
    `SELECT nspname::text, (nspname = current_schema())::text FROM pg_namespace
      WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY nspname`,
  );
  return new Map(rows.map(([name, current]) => [String(name), String(current) === "true" || current === "t" ? null : String(name)]));
};

/**
 * The picture as this server would return it: created in temporary schemas inside a transaction that is rolled back. So the server itself
 * decides which SQL is equivalent.
 */
export const scratchPicture = async (session: DatabaseSession, picture: SchemaPicture): Promise<SchemaPicture> => {
  const token = `flash_scratch_${Date.now().toString(36)}${Math.trunc(Math.random() * 1e9).toString(36)}`;
  const names = new Map<string | null, string>();
  const scratch = (schema: string | null): string => {
    const name = names.get(schema) ?? `${token}_${names.size}`;
    names.set(schema, name);
    return name;
  };
  const base = scratch(null);
  const moved = moveSchemas(picture, scratch);
  const { dialect } = session;
  await session.control("BEGIN");
  try {
    // Read before the path changes, so that user-defined functions and types are still found.
    const [[path] = []] = await session.rows("SELECT concat_ws(', ', quote_ident(current_schema()), 'public')");
    await session.execute(`CREATE SCHEMA ${dialect.quote(base)}`);
    await session.execute(`SET LOCAL search_path = ${[dialect.quote(base), path].join(", ")}`);
    for (const text of createStatements(moved, dialect)) await session.execute(text);
    const read = await readPostgres(session, new Map([...names].map(([schema, name]) => [name, schema])));
    return renamed(read, new Map([...names].map(([schema, name]) => [`${name}.`, schema === null ? "" : `${quoteIdent(schema)}.`])));
  } finally {
    await session.control("ROLLBACK");
  }
};

const quoteIdent = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

const moveSchemas = (picture: SchemaPicture, to: (schema: string | null) => string): SchemaPicture => {
  const moved = ({ schema, name }: TableName): TableName => ({ schema: to(schema), name });
  return {
    tables: picture.tables.map((table) => ({
      ...table,
      name: moved(table.name),
      foreignKeys: table.foreignKeys.map((key) => ({ ...key, references: moved(key.references) })),
    })),
    enums: picture.enums.map((one) => ({ ...one, name: moved(one.name) })),
    sequences: picture.sequences.map((one) => ({
      ...one,
      name: moved(one.name),
      ownedBy: one.ownedBy === null ? null : { ...one.ownedBy, table: moved(one.ownedBy.table) },
    })),
    unmanaged: [],
  };
};

/** Replaces names of scratch schemas in texts by the original names. */
const renamed = <T>(value: T, words: ReadonlyMap<string, string>): T => {
  if (typeof value === "string") {
    let text: string = value;
    for (const [from, to] of words) text = text.replaceAll(from, to);
    return text as T;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => renamed(one, words)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed<unknown>(one, words)])) as T;
};

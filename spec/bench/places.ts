/** Databases for the sides of a comparison, one each, removed afterwards. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";

/** The file of an SQLite database, or the URL of one on a PostgreSQL server. */
export type Place = { readonly file: string } | { readonly url: string };

/** In memory where the system has such a folder: a disk is not what is compared. */
const sqlitePlaces = (names: readonly string[]): { places: Place[]; remove: () => Promise<void> } => {
  const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "flash-db-bench-"));
  return {
    places: names.map((name) => ({ file: path.join(folder, `${name}.db`) })),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
};

const postgresPlaces = async (names: readonly string[]): Promise<{ places: Place[]; remove: () => Promise<void> }> => {
  const server = process.env["FLASH_DB_BENCH_PG"] ?? "";
  const databases = names.map((name) => `${name.replaceAll("-", "_")}_${process.pid}`);
  const asRoot = async (statement: (name: string) => string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    for (const name of databases) await client.query(statement(name));
    await client.end();
  };
  await asRoot((name) => `CREATE DATABASE ${name}`);
  return {
    places: databases.map((name) => ({ url: Object.assign(new URL(server), { pathname: `/${name}` }).href })),
    remove: () => asRoot((name) => `DROP DATABASE ${name} WITH (FORCE)`),
  };
};

/** `FLASH_DB_BENCH_PG` is the server's URL. */
export const makePlaces = async (database: string, ...names: string[]): Promise<{ places: Place[]; remove: () => Promise<void> }> =>
  database === "sqlite" ? sqlitePlaces(names) : postgresPlaces(names);

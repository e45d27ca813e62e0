/** Fresh, empty databases for specs: the same example can run on each kind. */

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, describe, inject } from "vitest";

/** "sqlite" is a database in memory, "sqlite file" one on disk, which has readers beside the writer; "postgres" is a schema of its own. */
export type Kind = "sqlite" | "sqlite file" | "postgres" | "postgres database";

export interface FreshDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

const makers: { readonly [K in Kind]: () => Promise<FreshDatabase> } = {
  sqlite: () => Promise.resolve({ url: "sqlite::memory:", remove: () => Promise.resolve() }),
  "sqlite file": async () => {
    const folder = await mkdtemp(join(tmpdir(), "flash-db-"));
    return { url: `sqlite:${join(folder, "app.db")}`, remove: () => rm(folder, { recursive: true, force: true }) };
  },
  // A schema takes a millisecond to make, a database a quarter of a second.
  postgres: async () => {
    const name = newName();
    await onServer(`CREATE SCHEMA ${name}`);
    const url = new URL(inject("postgresUrl"));
    url.searchParams.set("options", `-c search_path=${name}`);
    url.searchParams.set("application_name", name);
    return {
      url: url.href.replaceAll("+", "%20"),
      remove: async () => {
        await onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`);
        await onServer(`DROP SCHEMA ${name} CASCADE`);
      },
    };
  },
  "postgres database": async () => {
    const name = newName();
    await onServer(`CREATE DATABASE ${name}`);
    const url = new URL(inject("postgresUrl"));
    url.pathname = `/${name}`;
    return { url: url.href, remove: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
  },
};
const newName = (): string => `spec_${randomUUID().replaceAll("-", "")}`;

let administrator: Promise<Client> | null = null;
afterAll(async () => {
  await (await administrator)?.end();
  administrator = null;
});
async function connectAdministrator(): Promise<Client> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  return client;
}

/** Runs a statement as the server's superuser, outside whatever is being tested. */
export function onServer(sql: string): Promise<void> {
  administrator ??= connectAdministrator();
  const client = administrator;
  const mine = turn.then(async () => void (await (await client).query(sql)));
  turn = mine.catch(() => {});
  return mine;
}
/** A client runs one statement at a time. */
let turn = Promise.resolve();

/** An empty database; who asks removes it. `eachDatabase` and `fresh` do that by themselves. */
export const makeDatabase = (kind: Kind): Promise<FreshDatabase> => makers[kind]();

const leftovers: (() => Promise<unknown>)[] = [];

/** Done after the current example, the last first, whether it succeeds or fails. */
export function afterwards(work: () => Promise<unknown>): void {
  leftovers.push(work);
}
afterEach(async () => {
  for (let work = leftovers.pop(); work !== undefined; work = leftovers.pop()) await work();
});

/** The URL of an empty database that is removed after the example. */
export async function fresh(kind: Kind): Promise<string> {
  const database = await makeDatabase(kind);
  afterwards(() => database.remove());
  return database.url;
}

/** The examples run on every kind: `url()` gives the URL of an empty database, another one at each call. */
export function eachDatabaseUrl(
  title: string,
  examples: (url: () => Promise<string>, kind: Kind) => void,
  kinds: readonly Kind[] = ["sqlite", "postgres"],
): void {
  describe.each(kinds.map((kind) => ({ kind })))(`${title} ($kind)`, ({ kind }) => examples(() => fresh(kind), kind));
}

/** Databases for long runs: PostgreSQL started for them, or the one that `FLASH_DB_TEST_PG` names. */

import { randomUUID } from "node:crypto";
import process from "node:process";
import { Client } from "pg";
import { startPostgres } from "../../support/embedded-postgres.js";

/** Gives work the URL of an empty PostgreSQL database, and removes it afterwards. */
export const withPostgres = async <R>(work: (url: string) => Promise<R>): Promise<R> => {
  const given = process.env["FLASH_DB_TEST_PG"] ?? "";
  const server = given === "" ? await startPostgres() : null;
  const url = new URL(server?.url ?? given);
  const client = new Client({ connectionString: url.href });
  await client.connect();
  const name = `long_${randomUUID().replaceAll("-", "")}`;
  try {
    await client.query(`CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.end();
    await server?.stop();
  }
};

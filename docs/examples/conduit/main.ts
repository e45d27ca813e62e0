/** `npm run conduit -- --port 3000`, on a fresh SQLite file; `npm run conduit -- --port 3000 postgres` on a fresh PostgreSQL database. */

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "@flash-db/kit";
import { connect } from "flash-db";
import { type FreshDatabase, freshPostgres } from "./fresh-postgres.js";
import { createService } from "./service.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: "string", default: "3000" } } });
const folder = await mkdtemp(path.join(os.tmpdir(), "conduit-"));
const fresh: FreshDatabase =
  positionals[0] === "postgres"
    ? await freshPostgres(folder)
    : { url: `sqlite:${path.join(folder, "conduit.db")}`, remove: () => Promise.resolve() };

// In a rush, a late answer is better than none.
const database = await connect(fresh.url, { pool: { acquireTimeout: 30_000 } });
await migrate(database, path.join(import.meta.dirname, "migrations"));
const service = createService(database, randomBytes(32));
console.log(`Conduit on ${database.dialect}: ${await service.listen({ port: Number(values.port), host: "127.0.0.1" })}/api`);

const stop = async (): Promise<void> => {
  await service.close();
  await database.close();
  await fresh.remove();
  await rm(folder, { recursive: true, force: true });
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());

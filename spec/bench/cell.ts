/** One cell of the table in a process of its own: `cell.ts <sqlite|postgres> <workload> <rounds>`; prints one line of JSON. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { measure } from "./measure.js";
import { openFlash } from "./flash.js";
import { openRawPostgres, postgresAdmin } from "./raw-postgres.js";
import { openRawSqlite, openTuned, sqliteAdmin } from "./raw-sqlite.js";
import type { Admin, Side } from "./side.js";
import { workloads } from "./workloads.js";

const [databaseName = "", workloadName = "", rounds = "7"] = process.argv.slice(2);
const workload = workloads[workloadName];
if (workload === undefined) throw new Error(`no workload "${workloadName}", expected one of ${Object.keys(workloads).join(", ")}`);

// The server is pinned to the same processor by main.ts: wake-ups across processors cost more than what is measured.
if (process.platform === "linux" && existsSync("/usr/bin/taskset"))
  execFileSync("taskset", ["-pc", "1", String(process.pid)], { stdio: "ignore" });

interface Contestant {
  readonly admin: Admin;
  readonly side: Side;
}

const openSqlite = async (): Promise<{ raw: Contestant; flash: Contestant; readonly clean: () => void }> => {
  const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "flash-db-bench-"));
  const raw = await openRawSqlite(path.join(folder, "raw.db"));
  const file = path.join(folder, "flash.db");
  const side = await openFlash(`sqlite:${file}`);
  return {
    raw,
    flash: { side, admin: sqliteAdmin(openTuned(file), (date) => date.toISOString()) },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const openPostgres = async (): Promise<{ raw: Contestant; flash: Contestant; readonly clean: () => void }> => {
  const server = process.env["FLASH_DB_BENCH_PG"] ?? "";
  const names = [`raw_${process.pid}`, `flash_${process.pid}`] as const;
  const root = await postgresAdmin(server, async (client) => {
    for (const name of names) await client.query(`CREATE DATABASE ${name}`);
  });
  await root.close();
  const urlOf = (name: string): string => {
    const url = new URL(server);
    url.pathname = `/${name}`;
    return url.href;
  };
  const raw = await openRawPostgres(urlOf(names[0]));
  const side = await openFlash(urlOf(names[1]));
  return { raw, flash: { side, admin: await postgresAdmin(urlOf(names[1]), async () => {}) }, clean: () => {} };
};

const { raw, flash, clean } = databaseName === "sqlite" ? await openSqlite() : await openPostgres();
const result = await measure(workload, { raw, flash }, Number(rounds));
console.log(JSON.stringify({ database: databaseName, workload: workloadName, ...result }));
for (const { side, admin } of [raw, flash]) {
  await side.close();
  await admin.close();
}
clean();

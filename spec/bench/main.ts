/** `npm run bench`: Flash DB against hand-written driver code. `-- --database sqlite --only W2,W3 --rounds 9`. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { startPostgres } from "../support/embedded-postgres.js";
import { median, type Measurement } from "./measure.js";
import { postgresAdmin } from "./raw-postgres.js";
import { workloads } from "./workloads.js";

/** What issue "Tracked instances for the price of the driver's rows" asks at most; W3b and W4b in milliseconds. */
const goals: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  sqlite: { W1: 1.3, W1b: 1.8, W2: 1.4, W3: 2.2, W4: 1.6, W5: 1.5, W5b: 1.2, W6: 1.5, W7: 1.5, W8: 1.2 },
  postgres: { W1: 1.2, W1b: 1.3, W2: 1.1, W3: 1.2, W4: 1.1, W5: 1.1, W5b: 1.0, W6: 1.2, W7: 1.2, W8: 1.15 },
};
/** Cells that are compared in absolute terms: 5,000 hits at 1 µs each, and a flush in 1 ms. */
const absolute: Readonly<Record<string, number>> = { W3b: 5, W4b: 1 };

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    growth: { type: "boolean", default: false },
    million: { type: "boolean", default: false },
  },
});
if (values.growth) {
  await import("./growth.js");
  process.exit(0);
}
const databases = values.database === undefined ? ["sqlite", "postgres"] : [values.database];
const chosen = values.only === undefined ? Object.keys(workloads) : values.only.split(",");

type Cell = Measurement & { readonly database: string; readonly workload: string };
const runCell = (database: string, workload: string, url: string): Cell | string => {
  const child = spawnSync(
    process.execPath,
    ["--import", "tsx", "--expose-gc", path.join(import.meta.dirname, "cell.ts"), database, workload, values.rounds],
    {
      encoding: "utf8",
      env: { ...process.env, FLASH_DB_BENCH_PG: url, TZ: "UTC" },
    },
  );
  if (child.status !== 0) return child.stderr.trim().split("\n").slice(-12).join("\n");
  return JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "") as Cell;
};

const server = databases.includes("postgres") ? await startPostgres() : null;
if (server !== null && process.platform === "linux" && existsSync("/usr/bin/taskset")) {
  const pid = readFileSync(path.join(server.folder, "postmaster.pid"), "utf8").split("\n")[0] ?? "";
  execFileSync("taskset", ["-pc", "1", pid], { stdio: "ignore" });
}
/** Bytes of heap per row that stay while 100,000 rows are held, in a process of its own. */
const runMemory = async (database: string, side: "raw" | "flash"): Promise<number | null> => {
  const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "flash-db-memory-"));
  const url =
    database === "sqlite"
      ? `sqlite:${path.join(folder, `${side}.db`)}`
      : await makeDatabase(server?.url ?? "", `memory_${side}_${process.pid}`);
  const child = spawnSync(
    process.execPath,
    ["--import", "tsx", "--expose-gc", path.join(import.meta.dirname, "memory.ts"), side, url, "100000"],
    { encoding: "utf8" },
  );
  rmSync(folder, { recursive: true, force: true });
  if (child.status === 0) return (JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "") as { bytesPerRow: number }).bytesPerRow;
  console.error(child.stderr.trim().split("\n").slice(-8).join("\n"));
  return null;
};
const makeDatabase = async (url: string, name: string): Promise<string> => {
  const admin = await postgresAdmin(url, async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
  });
  await admin.close();
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
};

/** Milliseconds to import the built package in an empty process, the median of nine. */
const importTime = (): number | null => {
  const entry = path.resolve(import.meta.dirname, "../../dist/index.js");
  if (!existsSync(entry)) return null;
  const code = `const s = performance.now(); await import(${JSON.stringify(pathToFileURL(entry).href)}); console.log(performance.now() - s);`;
  return median(
    Array.from({ length: 9 }, () => Number(spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }).stdout)),
  );
};

let failed = false;
try {
  for (const database of databases) {
    const table = new Table({
      head: [database, "", "raw ms", "ours ms", "ratio", "goal", "spread"],
      colAligns: ["left", "left", "right", "right", "right", "right", "right"],
      style: { head: [], border: [], compact: true },
    });
    let worst = 0;
    for (const name of chosen) {
      const cell = runCell(database, name, server?.url ?? "");
      if (typeof cell === "string") {
        failed = true;
        table.push([name, workloads[name]?.title ?? "", "", "", "failed", "", ""]);
        console.error(cell);
        continue;
      }
      const inMilliseconds = absolute[name];
      if (inMilliseconds === undefined) worst = Math.max(worst, cell.ratio);
      table.push([
        name,
        workloads[name]?.title ?? "",
        cell.rawMs.toFixed(2),
        cell.flashMs.toFixed(2),
        inMilliseconds === undefined ? cell.ratio.toFixed(2) : "–",
        inMilliseconds === undefined ? (goals[database]?.[name]?.toFixed(2) ?? "") : `${inMilliseconds} ms`,
        cell.spread.toFixed(2),
      ]);
    }
    if (values.only === undefined) {
      const [raw, flash] = [await runMemory(database, "raw"), await runMemory(database, "flash")];
      table.push(["heap", "bytes held per row at 100,000", raw ?? "failed", flash ?? "failed", "–", "600 B", ""]);
      if (raw === null || flash === null) failed = true;
    }
    console.log(table.toString());
    console.log(`worst ratio to raw: ${worst.toFixed(2)}`);
  }
  const milliseconds = values.only === undefined ? importTime() : null;
  if (milliseconds !== null) console.log(`import of the package: ${milliseconds.toFixed(0)} ms (goal 40 ms)`);
} finally {
  await server?.stop();
}
process.exitCode = failed ? 1 : 0;

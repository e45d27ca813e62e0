/** `npm run bench`: Flash DB against hand-written driver code, and other libraries if asked; CONTRIBUTING.md has the options. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "../support/embedded-postgres.js";
import { ratios } from "./goals.js";
import { printGrowth } from "./growth.js";
import { type Measurement } from "./measure.js";
import { installPeers, peers, peersFolder } from "./peers.js";
import { buildPackage, measureApart, runtimeOf } from "./processes.js";
import { printAnswers, printFootprint, printPeers, printOurs, type Cells } from "./report.js";
import type { Answers } from "./responsive.js";
import { workloads } from "./workloads.js";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    runs: { type: "string", default: "1" },
    with: { type: "string" },
    peers: { type: "boolean", default: false },
    built: { type: "boolean", default: false },
    growth: { type: "boolean", default: false },
    answers: { type: "boolean", default: false },
  },
});
const databases = values.database === undefined ? ["sqlite", "postgres"] : [values.database];
const chosen = values.only === undefined ? Object.keys(workloads) : values.only.split(",");
const whole = values.only === undefined;
for (const name of databases)
  if (!(name in ratios)) throw new Error(`--database: expected ${Object.keys(ratios).join(" or ")}, got ${name}`);
for (const name of chosen)
  if (!(name in workloads)) throw new Error(`--only: expected cells of ${Object.keys(workloads).join(", ")}, got ${name}`);
if (values.peers) installPeers();
// The peers need better-sqlite3 13, or a newer Node than it does; everybody gets the same one.
const runtime = runtimeOf(values.with, values.peers ? peersFolder : null);

let failed = false;
/** What the process printed; undefined when it failed. */
const take = <Result>(script: string, args: readonly string[], server: string): Result | undefined => {
  const taken = measureApart<Result>(runtime, script, args, { FLASH_DB_BENCH_PG: server });
  if ("result" in taken) return taken.result;
  failed = true;
  console.error(`${args.join(" ")}: ${taken.failure}`);
  return undefined;
};

/** Each side's runs of each cell. One run of everything after the other, so that a slow quarter of an hour is not one cell's. */
const measureCells = (database: string, server: string, sides: readonly string[]): Cells => {
  const cells: Cells = new Map(sides.map((side) => [side, new Map(chosen.map((name) => [name, []]))]));
  for (let run = 0; run < Number(values.runs); run++)
    for (const name of chosen)
      for (const side of sides) {
        const cell = take<Measurement | null>("cell.ts", [database, name, values.rounds, side], server);
        cells
          .get(side)
          ?.get(name)
          ?.push(cell ?? null);
      }
  return cells;
};
const measureHeap = (database: string, server: string, sides: readonly string[]): Map<string, number> =>
  new Map(sides.map((side) => [side, take<number>("memory.ts", [database, "100000", side], server) ?? Number.NaN]));

const compare = async (url: string): Promise<void> => {
  if (whole) await printFootprint(runtime, values.peers ? peers : {});
  for (const database of databases) {
    const others = values.peers ? Object.keys(peers).filter((name) => peers[name]?.[database as "sqlite" | "postgres"] !== null) : [];
    const cells = measureCells(database, url, ["flash", ...others]);
    const heap = whole ? measureHeap(database, url, ["raw", "flash", ...others]) : null;
    if (values.peers) printPeers(database, cells, heap);
    printOurs(database, cells, heap);
  }
  if (whole && databases.includes("sqlite")) measureAnswers(url);
};
const measureAnswers = (url: string): void => printAnswers(take<Readonly<Record<string, Answers>>>("responsive.ts", ["50000"], url) ?? {});

if (!values.built) buildPackage(whole && !values.growth && !values.answers);
const server = databases.includes("postgres") && !values.answers ? await startPostgres() : null;
try {
  if (server !== null && process.platform === "linux" && existsSync("/usr/bin/taskset")) {
    const pid = readFileSync(path.join(server.folder, "postmaster.pid"), "utf8").split("\n")[0] ?? "";
    execFileSync("taskset", ["-pc", "1", pid], { stdio: "ignore" });
  }
  console.log(`${take<string>("versions.ts", [], "") ?? ""}\n`);
  const url = server?.url ?? "";
  if (values.answers) measureAnswers(url);
  else if (values.growth) await printGrowth(databases, (script, args) => take(script, args, url));
  else await compare(url);
} finally {
  await server?.stop();
}
process.exitCode = failed ? 1 : 0;

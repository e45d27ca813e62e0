/** `npm run bench`: Flash DB against hand-written driver code. `-- --database sqlite --only W2,W3 --rounds 9`. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { startPostgres } from "../support/embedded-postgres.js";
import type { Measurement } from "./measure.js";
import { workloads } from "./workloads.js";

/** What issue "Tracked instances for the price of the driver's rows" asks at most; W3b and W4b in milliseconds. */
const goals: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  sqlite: { W1: 1.3, W1b: 1.8, W2: 1.4, W3: 2.2, W4: 1.6, W5: 1.5, W5b: 1.2, W6: 1.5, W7: 1.5, W8: 1.2 },
  postgres: { W1: 1.2, W1b: 1.3, W2: 1.1, W3: 1.2, W4: 1.1, W5: 1.1, W5b: 1.0, W6: 1.2, W7: 1.2, W8: 1.15 },
};
/** Cells that are compared in absolute terms: 5,000 hits at 1 µs each, and a flush in 1 ms. */
const absolute: Readonly<Record<string, number>> = { W3b: 5, W4b: 1 };

const { values } = parseArgs({
  options: { database: { type: "string" }, only: { type: "string" }, rounds: { type: "string", default: "7" } },
});
const databases = values.database === undefined ? ["sqlite", "postgres"] : [values.database];
const chosen = values.only === undefined ? Object.keys(workloads) : values.only.split(",");

type Cell = Measurement & { readonly database: string; readonly workload: string };
const runCell = (database: string, workload: string, url: string): Cell | string => {
  const child = spawnSync(process.execPath, ["--import", "tsx", "--expose-gc", path.join(import.meta.dirname, "cell.ts"), database, workload, values.rounds], {
    encoding: "utf8",
    env: { ...process.env, FLASH_DB_BENCH_PG: url, TZ: "UTC" },
  });
  if (child.status !== 0) return child.stderr.trim().split("\n").slice(-12).join("\n");
  return JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "") as Cell;
};

const server = databases.includes("postgres") ? await startPostgres() : null;
if (server !== null && process.platform === "linux" && existsSync("/usr/bin/taskset")) {
  const pid = readFileSync(path.join(server.folder, "postmaster.pid"), "utf8").split("\n")[0] ?? "";
  execFileSync("taskset", ["-pc", "1", pid], { stdio: "ignore" });
}
let failed = false;
try {
  for (const database of databases) {
    const table = new Table({ head: [database, "", "raw ms", "ours ms", "ratio", "goal", "spread"], colAligns: ["left", "left", "right", "right", "right", "right", "right"] });
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
    console.log(table.toString());
    console.log(`worst ratio to raw: ${worst.toFixed(2)}`);
  }
} finally {
  await server?.stop();
}
process.exitCode = failed ? 1 : 0;

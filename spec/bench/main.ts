/** `npm run bench`: Flash DB against hand-written driver code. `-- --database sqlite --only W2,W3 --rounds 9 --runs 3 --with folder`. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "../support/embedded-postgres.js";
import { installed, importMs, instantiations } from "./footprint.js";
import { bytesPerRow, footprint, milliseconds, ratios } from "./goals.js";
import { median, type Measurement } from "./measure.js";
import { buildPackage, measureApart, runtimeOf } from "./processes.js";
import { markdown } from "./table.js";
import { workloads } from "./workloads.js";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    runs: { type: "string", default: "1" },
    with: { type: "string" },
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
const whole = values.only === undefined;
const runtime = runtimeOf(values.with);

let failed = false;
/** What the process printed; undefined when it failed. */
const take = <Result>(script: string, args: readonly string[], server: string): Result | undefined => {
  const taken = measureApart<Result>(runtime, script, args, { FLASH_DB_BENCH_PG: server });
  if ("result" in taken) return taken.result;
  failed = true;
  console.error(`${args.join(" ")}: ${taken.failure}`);
  return undefined;
};

type Cell = readonly string[];
/** The cell's runs side by side, each figure as their median. */
const rowOf = (database: string, name: string, runs: readonly Measurement[]): Cell => {
  const title = [name, workloads[name]?.title ?? ""];
  if (runs.length === 0) return [...title, "", "", "failed"];
  const of = (key: keyof Measurement): string => median(runs.map((run) => run[key])).toFixed(2);
  const limit = milliseconds[name];
  return limit === undefined
    ? [...title, of("rawMs"), of("ms"), of("ratio"), ratios[database]?.[name]?.toFixed(2) ?? "", of("quickest"), of("spread")]
    : [...title, of("rawMs"), of("ms"), "–", `${limit} ms`, "–", of("spread")];
};

const measureDatabase = (database: string, server: string): void => {
  const cells = new Map<string, Measurement[]>(chosen.map((name) => [name, []]));
  for (let run = 0; run < Number(values.runs); run++)
    for (const [name, runs] of cells) {
      const cell = take<Measurement>("cell.ts", [database, name, values.rounds, "flash"], server);
      if (cell !== undefined) runs.push(cell);
    }
  const rows = [...cells].map(([name, runs]) => rowOf(database, name, runs));
  if (whole) {
    const [raw, ours] = ["raw", "flash"].map((side) => take<number>("memory.ts", [database, "100000", side], server));
    rows.push(["heap", "bytes held per row at 100,000", String(raw ?? ""), String(ours ?? "failed"), "–", `${bytesPerRow} B`, "–"]);
  }
  console.log(markdown([[database, "", "raw ms", "ours ms", "ratio", "goal", "quickest", "spread"], ...rows]));
  const worst = [...cells].filter(([name]) => milliseconds[name] === undefined).map(([, runs]) => median(runs.map((run) => run.ratio)));
  console.log(`worst ratio to raw: ${Math.max(0, ...worst).toFixed(2)}\n`);
};

const measureFootprint = async (): Promise<void> => {
  const { megabytes, packages } = installed();
  const entry = path.resolve(import.meta.dirname, "../../dist/index.js");
  console.log(
    markdown([
      ["the package", "figure", "goal"],
      ["import", `${importMs(runtime.node, entry).toFixed(0)} ms`, `${footprint.importMs} ms`],
      ["installed beside the driver", `${megabytes.toFixed(2)} MB`, `${footprint.megabytes} MB`],
      ["packages", String(packages), String(footprint.packages)],
      ...(await Promise.all(
        (["TypeScript 6", "TypeScript 7"] as const).map(async (compiler) => [
          `50 models, 200 queries: instantiations, ${compiler}`,
          (await instantiations(compiler)).toLocaleString("en"),
          footprint.instantiations.toLocaleString("en"),
        ]),
      )),
    ]),
  );
};

buildPackage(whole);
const server = databases.includes("postgres") ? await startPostgres() : null;
try {
  if (server !== null && process.platform === "linux" && existsSync("/usr/bin/taskset")) {
    const pid = readFileSync(path.join(server.folder, "postmaster.pid"), "utf8").split("\n")[0] ?? "";
    execFileSync("taskset", ["-pc", "1", pid], { stdio: "ignore" });
  }
  console.log(`${take<string>("versions.ts", [], "") ?? ""}\n`);
  if (whole) await measureFootprint();
  for (const database of databases) measureDatabase(database, server?.url ?? "");
} finally {
  await server?.stop();
}
process.exitCode = failed ? 1 : 0;

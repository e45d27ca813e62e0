/** One cell of the table in a process of its own: `cell.ts <sqlite|postgres> <workload> <rounds> <side>`; prints one line of JSON, null where the side has no such work. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { openContestant } from "./contestants.js";
import { measure } from "./measure.js";
import { makePlaces } from "./places.js";
import { NotApplicable } from "./side.js";
import { workloads } from "./workloads.js";

const [database = "", workloadName = "", rounds = "7", name = "flash"] = process.argv.slice(2);
const workload = workloads[workloadName];
if (workload === undefined) throw new Error(`no workload "${workloadName}", expected one of ${Object.keys(workloads).join(", ")}`);

// The server is pinned to the same processor by main.ts: wake-ups across processors cost more than what is measured.
if (process.platform === "linux" && existsSync("/usr/bin/taskset"))
  execFileSync("taskset", ["-pc", "1", String(process.pid)], { stdio: "ignore" });

const { places, remove } = await makePlaces(database, "raw_side", `${name}_side`);
const [rawPlace, place] = places;
if (rawPlace === undefined || place === undefined) throw new Error("places are missing");
const raw = await openContestant(workload.against === undefined ? "raw" : name, rawPlace);
const other = await openContestant(name, place);
const result = await measure(workload, { raw, other }, Number(rounds)).catch((error: unknown) => {
  if (error instanceof NotApplicable) return null;
  throw error;
});
console.log(JSON.stringify(result));
for (const { side, admin } of [raw, other]) {
  await side.close();
  await admin.close();
}
await remove();

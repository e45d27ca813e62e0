/** Heap held per loaded row in a process of its own: `memory.ts <sqlite|postgres> <rows> <side>`; prints one line of JSON. */

import { openContestant } from "./contestants.js";
import { makePlaces } from "./places.js";

const [database = "", count = "100000", name = "flash"] = process.argv.slice(2);
const rows = Number(count);

const { places, remove } = await makePlaces(database, `${name}_memory`);
const [place] = places;
if (place === undefined) throw new Error("a place is missing");
const { side, admin } = await openContestant(name, place);
await admin.seed(rows, 0);

const collect = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const before = collect();
const kept = await side.hold();
const held = collect() - before;
if (kept.rows.length !== rows) throw new Error(`expected ${rows} rows, got ${kept.rows.length}`);
console.log(JSON.stringify(Math.round(held / rows)));
await kept.release();
await side.close();
await admin.close();
await remove();

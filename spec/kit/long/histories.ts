/** `npm run histories -- FILE…`: plays the histories of schemas that stand in these files, with the `ddl.mjs` that lies beside them. */

import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { playHistory } from "../support/histories.js";
import { withPostgres } from "./servers.js";

interface Ddl {
  readonly statesOf: (steps: unknown) => readonly { readonly name: string; readonly facts: unknown }[];
  readonly toDDL: (facts: unknown) => readonly string[];
  readonly PRELUDE: readonly string[];
}

const files = process.argv.slice(2);
if (files.length === 0) throw new Error("expected files of histories: npm run histories -- history-crates.json.gz");
let right = true;
for (const file of files) {
  const { statesOf, toDDL, PRELUDE } = (await import(pathToFileURL(path.join(path.dirname(path.resolve(file)), "ddl.mjs")).href)) as Ddl;
  const states = statesOf(JSON.parse(gunzipSync(readFileSync(file)).toString())).map(({ name, facts }) => ({
    name,
    statements: toDDL(facts),
  }));
  const played = await withPostgres((url) => playHistory(url, states, PRELUDE));
  const share = (part: number, whole: number): string => `${part} of ${whole} (${((100 * part) / Math.max(whole, 1)).toFixed(1)} %)`;
  for (const problem of played.problems) console.log(problem);
  console.log(
    `${path.basename(file)}: the picture can say ${share(played.sayable, played.pairs)} pairs of states; of those come out right ${share(played.right, played.sayable)}; ${played.asked} renames were asked`,
  );
  for (const [line, states] of [...played.unsaid].sort((a, b) => b[1] - a[1]).slice(0, 12))
    console.log(`  not said in ${states} states: ${line.slice(0, 240)}`);
  right &&= played.right >= played.sayable * 0.95;
}
process.exitCode = right ? 0 : 1;

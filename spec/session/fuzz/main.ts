/** Any number of random programs: `npm run fuzz -- --runs 20000 [--seed 1] [--path 3:1] [--url postgres://…]`. */

import { parseArgs } from "node:util";
import { connect } from "../../../src/connect.js";
import { play } from "./play.js";

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" }, path: { type: "string" }, url: { type: "string" } } });
const database = await connect(values.url ?? "sqlite::memory:");
const began = performance.now();
try {
  await play(database, { runs: Number(values.runs ?? 2000), seed: values.seed === undefined ? undefined : Number(values.seed), path: values.path });
  console.log(`${values.runs ?? 2000} programs in ${((performance.now() - began) / 1000).toFixed(1)} s: memory and rows agreed`);
} finally {
  await database.close();
}

/** Random programs against a plain reference: memory and rows agree after every step. */

import { it } from "vitest";
import { connect } from "../../../src/connect.js";
import { afterwards, fresh } from "../../support/fresh.js";
import { play } from "./play.js";

const cases = [
  { kind: "sqlite", runs: 500 },
  { kind: "postgres", runs: 50 },
] as const;

it.each(cases)("$runs random programs on $kind", { timeout: 300_000 }, async ({ kind, runs }) => {
  const database = await connect(await fresh(kind));
  afterwards(() => database.close({ timeout: 0 }));
  await play(database, { runs, seed: 20_261_122 });
});

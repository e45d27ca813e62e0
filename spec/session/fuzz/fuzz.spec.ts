/** Programs of several sessions against a plain reference of rows and memory: always the same ones here, others by `npm run fuzz -- --runs 20000`. */

import { expect, it } from "vitest";
import { fresh, type Kind } from "../../support/fresh.js";
import { runPrograms } from "./run.js";

const shares: readonly { readonly kind: Kind; readonly runs: number }[] = [
  { kind: "sqlite", runs: 1700 },
  { kind: "sqlite file", runs: 100 },
  { kind: "postgres", runs: 200 },
];

it.each(shares)("$runs programs on $kind agree with the reference", { timeout: 300_000 }, async ({ kind, runs }) => {
  const failure = await runPrograms(await fresh(kind), { runs, seed: 20_261_122 });
  expect(failure === null ? null : `seed ${failure.seed}${failure.story}`).toBeNull();
});

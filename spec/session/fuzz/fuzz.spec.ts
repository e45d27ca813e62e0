/** Random programs of several sessions against a plain reference of rows and memory. More of them: `npm run fuzz -- --runs 20000`. */

import { expect, it } from "vitest";
import { fresh, type Kind } from "../../support/fresh.js";
import { runPrograms } from "./run.js";

const shares: readonly { readonly kind: Kind; readonly runs: number }[] = [
  { kind: "sqlite", runs: 1700 },
  { kind: "sqlite file", runs: 100 },
  { kind: "postgres", runs: 200 },
];

it.each(shares)("$runs programs on $kind agree with the reference", { timeout: 300_000 }, async ({ kind, runs }) => {
  const failure = await runPrograms(await fresh(kind), { runs });
  expect(failure === null ? null : `seed ${failure.seed}${failure.story}`).toBeNull();
});

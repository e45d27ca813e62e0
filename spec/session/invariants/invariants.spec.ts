/** Programs judged by invariants: always the same ones here, others by `npm run fuzz -- --programs invariants --runs 20000`. */

import { expect, it } from "vitest";
import { fresh, type Kind } from "../../support/fresh.js";
import { runInvariantPrograms } from "./play.js";

const shares: readonly { readonly kind: Kind; readonly runs: number }[] = [
  { kind: "sqlite", runs: 80 },
  { kind: "postgres", runs: 15 },
];

it.each(shares)("$runs programs on $kind keep the invariants", { timeout: 300_000 }, async ({ kind, runs }) => {
  const failure = await runInvariantPrograms(await fresh(kind), { runs, seed: 20_261_122 });
  expect(failure === null ? null : `seed ${failure.seed}${failure.story}`).toBeNull();
});

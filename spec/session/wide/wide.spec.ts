/** Wide programs against a plain reference: always the same ones here, others by `npm run fuzz -- --programs wide --runs 20000`. */

import { expect, it } from "vitest";
import { fresh, type Kind } from "../../support/fresh.js";
import { runWidePrograms } from "./play.js";

const shares: readonly { readonly kind: Kind; readonly runs: number }[] = [
  { kind: "sqlite", runs: 500 },
  { kind: "postgres", runs: 60 },
];

it.each(shares)("$runs wide programs on $kind agree with the reference", { timeout: 300_000 }, async ({ kind, runs }) => {
  const failure = await runWidePrograms(await fresh(kind), { runs, seed: 20_261_122 });
  expect(failure === null ? null : `seed ${failure.seed}${failure.story}`).toBeNull();
});

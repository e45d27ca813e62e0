/** Random queries against an evaluation over arrays: always the same ones here, others by `npm run fuzz -- --programs queries --runs 20000`. */

import { expect, it } from "vitest";
import { fresh, type Kind } from "../../support/fresh.js";
import { runQueryPrograms } from "./run.js";

const kinds: readonly { readonly kind: Kind }[] = [{ kind: "sqlite" }, { kind: "postgres" }];

it.each(kinds)("250 queries on $kind answer as the reference does", { timeout: 120_000 }, async ({ kind }) => {
  const failure = await runQueryPrograms(await fresh(kind), { runs: 250, seed: 20_261_130 });
  expect(failure === null ? null : `seed ${failure.seed}: ${failure.story}`).toBeNull();
});

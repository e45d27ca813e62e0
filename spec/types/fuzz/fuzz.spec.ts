/** Random programs: the compiler's answer is the run time's. Always the same ones here, others by `npm run fuzz -- --programs types --runs 5000`. */

import { expect, it } from "vitest";
import { runTypePrograms } from "./run.js";

it("the compiler accepts the 500 programs that run, and no other", { timeout: 240_000 }, async () => {
  let share = 0;
  const failure = await runTypePrograms("sqlite::memory:", {
    runs: 500,
    seed: 20_261_201,
    compilers: ["TypeScript 7"],
    counted: (accepted, refused) => (share = accepted / (accepted + refused)),
  });
  expect(failure === null ? null : `seed ${failure.seed}: ${failure.story}`).toBeNull();
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.9);
});

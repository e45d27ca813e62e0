/** A run passes when every test ran that could, and there are as many as before. */

import { expect, it } from "vitest";
import { problemsOf, type Counts, type Rules } from "./verdict.js";

const rules: Rules = {
  skips: [
    { test: "spec/a.spec.ts > old", reason: "needs a newer Node" },
    { test: "spec/b.spec.ts", reason: "needs a pooler", package: "pgbouncer" },
  ],
  expected: 10,
  allPackages: false,
};
const counts = (passed: number, ...skipped: string[]): Counts => ({ passed, failed: 0, skipped });

it("passes with as many tests as before, or more", () => {
  expect(problemsOf(counts(10), rules)).toEqual([]);
  expect(problemsOf(counts(11), rules)).toEqual([]);
});

it("fails with fewer tests than before", () => {
  expect(problemsOf(counts(9), rules)).toEqual(["9 tests, fewer than the 10 of spec/gate/expected.json"]);
});

it("counts a failed test as one that is there", () => {
  expect(problemsOf({ passed: 9, failed: 1, skipped: [] }, rules)).toEqual([]);
});

it("allows a skip that is listed, and counts it as a test", () => {
  expect(problemsOf(counts(8, "spec/a.spec.ts > old engines", "spec/b.spec.ts > a suite > a test"), rules)).toEqual([]);
});

it("fails with a skip that is not listed", () => {
  expect(problemsOf(counts(10, "spec/a.spec.ts > new"), rules)).toEqual([
    "skipped without an entry in spec/gate/skips.json that allows it here: spec/a.spec.ts > new",
  ]);
});

it("allows no skip for want of a package where all packages are installed", () => {
  const strict = { ...rules, allPackages: true };
  expect(problemsOf(counts(10, "spec/a.spec.ts > old"), strict)).toEqual([]);
  expect(problemsOf(counts(10, "spec/b.spec.ts > a test"), strict)).toHaveLength(1);
});

it("asks nothing of a run of some tests but that there are any", () => {
  const some = { ...rules, expected: null };
  expect(problemsOf(counts(1, "spec/c.spec.ts > a test"), some)).toEqual([]);
  expect(problemsOf(counts(0, "spec/c.spec.ts > a test"), some)).toEqual(["no test ran"]);
});

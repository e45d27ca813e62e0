/** Branches that commute lead to one schema in every order. */

import { expect, it, vi } from "vitest";
import { fresh } from "../support/fresh.js";
import { mergeInAllOrders } from "./support/branches.js";

vi.setConfig({ testTimeout: 60_000 });

it.each([["sqlite", 20] as const, ["postgres database", 3] as const])(
  "random triples of branches come to one schema in all six orders (%s)",
  async (kind, wanted) => {
    let commuting = 0;
    for (let seed = 1; commuting < wanted; seed++) {
      const problems = await mergeInAllOrders(seed, () => fresh(kind));
      expect(problems ?? []).toEqual([]);
      if (problems !== null) commuting++;
      expect(seed).toBeLessThan(1000);
    }
  },
);

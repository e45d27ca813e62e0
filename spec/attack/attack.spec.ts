/** Hostile values in every place of every public entry; `npm run attack` plays as many as wanted. */

import { expect, it } from "vitest";
import { fresh } from "../support/fresh.js";
import { attack } from "./attack.js";

it.each(["sqlite", "postgres"] as const)(
  "every hostile input ends in an answer or an error of Flash DB, and nothing is injected (%s)",
  async (kind) => {
    expect(await attack(await fresh(kind), { inputs: 1_000, seed: 20_261_201 })).toEqual([]);
  },
  60_000,
);

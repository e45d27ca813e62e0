/** What the types cost: instantiations on 50 models and 200 queries, against the package as its users have it. */

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFiles, installDeclarations, makeFolder } from "./support/compiler.js";
import { everyday, models, queries } from "./support/many-models.js";

const { folder, remove } = makeFolder();
beforeAll(() => installDeclarations(folder), 120_000);
afterAll(remove);

const measure = async (name: string, sources: Readonly<Record<string, string>>): Promise<number> => {
  const home = path.join(folder, name);
  mkdirSync(home);
  for (const [file, text] of Object.entries(sources)) writeFileSync(path.join(home, file), text);
  const { output, instantiations } = await checkFiles(
    "TypeScript 6",
    folder,
    Object.keys(sources).map((file) => path.join(home, file)),
    {},
  );
  expect(output).toBe("");

  return instantiations;
};

describe("instantiations on TypeScript 6", () => {
  it("stay low for dense models and rich queries", async () => {
    expect(await measure("dense", { "models.ts": models, "queries.ts": queries })).toBeLessThan(275_000);
  }, 120_000);

  it("stay low for everyday queries", async () => {
    expect(await measure("everyday", everyday(50))).toBeLessThan(200_000);
  }, 120_000);
});

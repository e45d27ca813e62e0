/** Suggestions for names that do not exist. */

import { describe, expect, it } from "vitest";
import { didYouMean } from "../../src/support/did-you-mean.js";

describe("didYouMean", () => {
  it.each([
    ["autor", "author"],
    ["titel", "title"],
    ["createdat", "createdAt"],
    ["nam", "name"],
    ["pst", "post"],
  ])("for %s suggests %s", (given, meant) =>
    expect(didYouMean(given, ["author", "title", "createdAt", "name", "post"])).toBe(` Did you mean '${meant}'?`),
  );
  it("says nothing where nothing is near", () => {
    expect(didYouMean("colour", ["author", "title"])).toBe("");
    expect(didYouMean("x", [])).toBe("");
  });
  it("takes the nearest of several", () => expect(didYouMean("tags", ["bags", "tag"])).toBe(" Did you mean 'bags'?"));
});

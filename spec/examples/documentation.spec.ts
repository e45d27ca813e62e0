/** The examples beside the code and in the guides are programs: all of them compile. */

import { beforeAll, describe, expect, it } from "vitest";
import { complaintsAbout } from "./compiling.js";
import { docstringExamples, type Example, guideExamples } from "./documented.js";

describe("documentation", () => {
  const beside = docstringExamples();
  const guides = guideExamples();
  const wrong = { place: "here", code: "await User.objects.filter({ nam: 1 }).fetch(db); // …" };
  let found: readonly string[] = [];
  // One program for all, since reading the types takes longer than checking the examples.
  beforeAll(async () => {
    found = await complaintsAbout([...beside, ...guides, wrong]);
  }, 180_000);
  const about = (examples: readonly Example[]): string[] =>
    found.filter((complaint) => examples.some(({ place }) => complaint.startsWith(`${place}: `)));

  it("has examples beside the code that compile", () => {
    expect(beside.length).toBeGreaterThan(200);
    expect(about(beside)).toEqual([]);
  });

  it("has guides whose examples compile", () => {
    expect(guides.length).toBeGreaterThan(25);
    expect(about(guides)).toEqual([]);
  });

  it("would notice what does not compile", () => {
    expect(about([wrong])).toEqual([expect.stringMatching(/^here: .*nam.*\n {4}await User/s)]);
    expect(found).toHaveLength(1);
  });
});

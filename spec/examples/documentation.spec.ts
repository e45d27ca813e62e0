/** The examples beside the code and in the guides are programs: all of them compile. */

import { beforeAll, describe, expect, it } from "vitest";
import { complaintsAbout } from "./compiling.js";
import { docstringExamples, type Example, guideExamples } from "./documented.js";
import { pageOf, programPages } from "./pages.js";

describe("documentation", () => {
  const beside = docstringExamples();
  const guides = guideExamples();
  const wrong = { place: "here", code: "await User.objects.filter({ nam: 1 }).fetch(db); // …" };
  const pages = programPages();
  const wrongPage = pageOf("there.md", '```ts\nimport { model } from "flash-db";\nmodel(1);\n```');
  let found: readonly string[] = [];
  // One program for all, since reading the types takes longer than checking the examples.
  beforeAll(async () => {
    found = await complaintsAbout([...beside, ...guides, wrong], [...pages, wrongPage]);
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

  it("has pages that are one program and compile", () => {
    expect(pages.length).toBeGreaterThan(0);
    expect(found.filter((complaint) => pages.some(({ file }) => complaint.startsWith(`${file}:`)))).toEqual([]);
  });

  it("would notice what does not compile", () => {
    expect(about([wrong])).toEqual([expect.stringMatching(/^here: .*nam.*\n {4}await User/s)]);
    expect(found.filter((complaint) => complaint.startsWith("there.md:3: "))).toHaveLength(1);
    expect(found).toHaveLength(2);
  });
});

/** The examples beside the code and in the guides are programs: all of them compile. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as flashDb from "../../src/index.js";
import * as testing from "../../src/testing.js";
import { errorsOf } from "../types/support/compiler.js";
import { docstringExamples, type Example, guideExamples, programOf, repository } from "./documented.js";
import * as prelude from "./prelude.js";

/** Names of types in the public list. */
const typeNames = [...readFileSync(path.join(repository, "src/index.ts"), "utf8").matchAll(/export type \{([^}]*)\}/g)]
  .flatMap(([, names = ""]) => names.split(","))
  .map((name) => name.trim().replace(/^\w+ as /, ""))
  .filter((name) => name !== "");
const valueNames = [
  .../interface Values \{([\s\S]*?)\n\}/
    .exec(readFileSync(path.join(import.meta.dirname, "prelude.ts"), "utf8"))![1]!
    .matchAll(/^ {2}(\w+):/gm),
].map(([, name]) => name);
const header = [
  `import { expect } from "vitest";`,
  `import { ${Object.keys(flashDb).join(", ")} } from "flash-db";`,
  `import type { ${[...typeNames, "Sql"].join(", ")} } from "flash-db";`,
  `import { ${Object.keys(testing).join(", ")} } from "../../../src/testing.js";`,
  `import { ${Object.keys(prelude).join(", ")}, type Point, type Values } from "../../examples/prelude.js";`,
];

/** All examples as one program, each a function of its own. */
const complaints = (examples: readonly Example[]): string[] => {
  const lines = [...header];
  const places: { readonly from: number; readonly place: string; readonly text: string[] }[] = [];
  for (const example of examples) {
    const text = programOf(example).split("\n");
    lines.push(`export const example${places.length} = async ({ ${valueNames.join(", ")} }: Values) => {{`);
    places.push({ from: lines.length, place: example.place, text });
    lines.push(...text, "}};");
  }
  return errorsOf(lines.join("\n")).map(({ line, message }) => {
    const at = places.findLast(({ from }) => from <= line);
    return at === undefined ? `line ${line}: ${message}` : `${at.place}: ${message}\n    ${at.text[line - at.from] ?? ""}`;
  });
};

describe("documentation", () => {
  const beside = docstringExamples();
  const guides = guideExamples();
  const wrong = { place: "here", code: "await User.objects.filter({ nam: 1 }).fetch(db); // …" };
  let found: readonly string[] = [];
  // One program for all, since reading the types takes longer than checking the examples.
  beforeAll(() => {
    found = complaints([...beside, ...guides, wrong]);
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

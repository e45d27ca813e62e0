/** The titles in docs/parity.md are titles of specs. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const repository = path.resolve(import.meta.dirname, "../..");
const withoutEscapes = (text: string): string => text.replaceAll("\\", "");
const [, ...parts] = readFileSync(path.join(repository, "docs/parity.md"), "utf8").split(/^### /m);
const listed = parts.map((part) => ({
  file: /^\[(.+?)\]/.exec(part)?.[1] ?? part,
  titles: [...part.matchAll(/^- (.+?)(?: — `.*)?$/gm)].map((match) => withoutEscapes(match[1] ?? "")),
}));

describe("docs/parity.md", () => {
  it.each(listed)("names specs of $file", ({ file, titles }) => {
    const source = withoutEscapes(readFileSync(path.join(repository, file), "utf8"));
    expect(titles.length).toBeGreaterThan(0);
    expect(titles.filter((title) => !["'", '"', "`"].some((quote) => source.includes(`${quote}${title}${quote}`)))).toEqual([]);
  });

  it("names every file of the two folders that follow other libraries", () => {
    const files = listed.map(({ file }) => file);
    expect(files.filter((file) => file.startsWith("spec/python-package/"))).toHaveLength(9);
    expect(files.filter((file) => file.startsWith("spec/django/"))).toHaveLength(7);
  });
});

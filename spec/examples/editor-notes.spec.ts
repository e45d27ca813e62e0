/** What pages say that an editor shows is what TypeScript's language service says. */

import { afterAll, describe, expect, it } from "vitest";
import { Editor } from "../types/support/editor.js";
import { type Page, pageOf, programPages } from "./pages.js";

const editor = new Editor("export {};");
afterAll(() => editor.dispose());

const marked = ({ code }: Page, line: number, column: number): string =>
  code
    .split("\n")
    .map((text, at) => (at === line ? `${text.slice(0, column)}/*|*/${text.slice(column)}` : text))
    .join("\n");

const notesOf = (page: Page) =>
  page.notes.map(({ kind, line, column, text }) => ({ kind, place: `${page.file}:${line + 1}:${column + 1}`, text }));
const shownFor = (page: Page) =>
  page.notes.map(({ kind, line, column }) => {
    const text =
      kind === "hover"
        ? editor.hover(marked(page, line, column))
        : editor.problems(page.code).find((problem) => problem.line === line && problem.column === column)?.message;
    return { kind, place: `${page.file}:${line + 1}:${column + 1}`, text: text ?? "nothing" };
  });

describe("notes of what an editor says", { timeout: 120_000 }, () => {
  const pages = programPages().filter(({ notes }) => notes.length > 0);

  it.each(pages)("are true in $file", (page) => {
    expect(shownFor(page)).toEqual(notesOf(page));
    const mistakes = page.notes.filter(({ kind }) => kind === "mistake").map(({ line }) => line);
    expect(editor.problems(page.code).filter(({ line }) => !mistakes.includes(line))).toEqual([]);
  });

  it("would be found wrong", () => {
    const page = pageOf("here.md", "```ts\nconst one = 1;\n//    ^? const one: 2\nconst two: string = one;\n//    ^ Never.\n```");
    expect(shownFor(page).map(({ text }) => text)).toEqual(["const one: 1", "Type 'number' is not assignable to type 'string'."]);
  });
});

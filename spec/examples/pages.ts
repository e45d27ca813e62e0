/**
 * Pages whose blocks are one program, from the first to the last: those with the comment `<!-- one program -->`. Two kinds of notes say
 * what an editor shows: `//  ^? type` under a name, `//  ^ message` under a mistake.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { markdownFiles, repository } from "./documented.js";

export interface Note {
  readonly kind: "hover" | "mistake";
  /** Of the code above the note, from 0. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
}
export interface Page {
  readonly file: string;
  /** Its code in the lines where the page has it; all other lines are empty. */
  readonly code: string;
  readonly notes: readonly Note[];
}

const MARK = "<!-- one program -->";
const NOTE = /^(\s*\/\/\s*)\^(\?)? (.+)$/;

export const isOneProgram = (text: string): boolean => text.includes(MARK);

const codeOf = (text: string): string[] => {
  let inside = false;
  return text.split("\n").map((line) => {
    if (line.startsWith("```")) {
      inside = line === "```ts";
      return "";
    }
    return inside ? line : "";
  });
};

const notesIn = (lines: readonly string[]): Note[] =>
  lines.flatMap((line, at): Note[] => {
    const [, before, question, text = ""] = NOTE.exec(line) ?? [];
    if (before === undefined) return [];
    const above = lines.slice(0, at).findLastIndex((one) => !NOTE.test(one));
    return [{ kind: question === undefined ? "mistake" : "hover", line: above, column: before.length, text }];
  });

export const pageOf = (file: string, text: string): Page => {
  const lines = codeOf(text);
  return { file, code: lines.join("\n"), notes: notesIn(lines) };
};

export const programPages = (): Page[] =>
  markdownFiles()
    .map((file) => ({ file, text: readFileSync(path.join(repository, file), "utf8") }))
    .filter(({ text }) => isOneProgram(text))
    .map(({ file, text }) => pageOf(file, text));

/** The page's program for a compiler that should find nothing: mistakes are expected where notes are. */
export const withExpectedErrors = ({ file, code, notes }: Page): string => {
  const lines = code.split("\n");
  for (const { kind, line } of notes) {
    if (kind === "hover") continue;
    if (!/^\s*(?:\/\/.*)?$/.test(lines[line - 1] ?? ""))
      throw new Error(`${file}:${line + 1}: leave an empty line above the mistake, for @ts-expect-error`);
    lines[line - 1] = "// @ts-expect-error";
  }
  return lines.join("\n");
};

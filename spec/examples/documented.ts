/** The examples of the documentation as programs: found in docstrings and Markdown, wrapped so that they can be compiled and run. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "../..");

export interface Example {
  /** `src/model/typing/queryset.ts:42`. */
  readonly place: string;
  readonly code: string;
}

/** The text of a docstring without its stars. */
const bodyOf = (comment: string): string =>
  comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n");

const FENCED = /```ts\n([\s\S]*?)```/g;

/** `@example` blocks, or fenced ones where there is no such tag. */
const inDocstrings = (file: string): Example[] => {
  const text = readFileSync(path.join(repository, file), "utf8");
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const place = `${file}:${text.slice(0, comment.index).split("\n").length}`;
    const body = bodyOf(comment[0]);
    const tagged = [...body.matchAll(/@example\s([\s\S]*?)(?=\n@|$)/g)].map((match) => (match[1] ?? "").replace(/```(?:ts)?/g, ""));
    const codes = tagged.length > 0 ? tagged : [...body.matchAll(FENCED)].map((match) => match[1] ?? "");
    return codes.map((code) => ({ place, code: code.trim() }));
  });
};

/** A block that shows a file of the repository, which is compiled where it is. */
const SHOWN_FILE = /<!-- file: (\S+) -->\s*```ts\n([\s\S]*?)```/g;
export const shownFiles = (file: string): { readonly file: string; readonly code: string }[] =>
  [...readFileSync(path.join(repository, file), "utf8").matchAll(SHOWN_FILE)].map(([, shown = "", code = ""]) => ({ file: shown, code }));

/** Fenced blocks of a Markdown file. */
const inMarkdown = (file: string): Example[] => {
  const text = readFileSync(path.join(repository, file), "utf8");
  if (text.includes("<!-- one program -->")) return [];
  return [...text.replace(SHOWN_FILE, "").matchAll(FENCED)].map((block) => ({
    place: `${file}:${text.slice(0, block.index).split("\n").length}`,
    code: block[1] ?? "",
  }));
};

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(path.join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !/(?:^|\/)(?:node_modules|dist)\//.test(file))
    .map((file) => path.posix.join(folder, file));

export const docstringExamples = (): Example[] => filesIn("src", ".ts").flatMap(inDocstrings);
/** The README and the pages of `docs/`, without what TypeDoc writes there. */
export const markdownFiles = (): string[] => ["README.md", ...filesIn("docs", ".md").filter((file) => !file.startsWith("docs/api/"))];
/** Blocks that stand alone; pages that are one program are in `pages.ts`. */
export const guideExamples = (): Example[] => markdownFiles().flatMap(inMarkdown);

/** Parts of a model's fields, `name: t.text()`, and of a class, `clean() { … }`, are programs only inside one. */
const inPlace = (code: string): string => {
  if (/^\w+: (?:t\.|foreignKey|oneToOne|hasMany|hasOne|manyToMany|anyOf)/.test(code)) return `void ({\n${code}\n});`;
  if (/^(?:override |async )*\w+\([^)]*\)(?:: [\w<>]+)? \{/.test(code)) return `void class extends User {\n${code}\n};`;
  return code;
};

/** Comments stay; `…` in the code stands for whatever is left out. */
const withoutGaps = (code: string): string =>
  code.replace(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|…/g, (found) => (found === "…" ? "/* … */" : found));

/** The example as the body of a function, imports and declarations of modules left out: what it may use comes from the prelude and the package. */
export const programOf = ({ code }: Example): string =>
  inPlace(
    withoutGaps(code)
      .replace(/^import [^;]*;$/gm, "")
      .replace(/^declare module [\s\S]*?\}\s*\}$/gm, "")
      .replace(/^export default /gm, "void ")
      .replace(/^export (?=(?:async )?(?:class|const|function) )/gm, "")
      .trim(),
  );

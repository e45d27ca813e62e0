/**
 * Reads migration files without a compiler if they only import from Flash DB and contain neither types nor functions: every command reads
 * all of them, which may be thousands.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";

type Module = Readonly<Record<string, unknown>>;

const IMPORT = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*import \{([^}]*)\} from "(flash-db(?:\/migrations)?)";/y;
/** Strings and comments, which may contain any word. */
const TEXT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
/** Generic calls would be read as comparisons; functions must keep the source text that the compiler produces. Regular expressions and template strings could hide a quote from TEXT. */
const OTHER = /\b(?:import|export|function|await|async|class|require|this|eval|arguments)\b|=>|[\w$]<[\w{[("']|[/`]/;
const END = /^export default /m;

const packages = new Map<string, Promise<Module>>();
/** Resolved from the file's location; cached per folder. */
const packageOf = (name: string, file: string): Promise<Module> => {
  const key = `${path.dirname(file)} ${name}`;
  const known = packages.get(key) ?? (import(pathToFileURL(createRequire(file).resolve(name)).href) as Promise<Module>);
  packages.set(key, known);
  return known;
};

/** Returns null if the file needs the compiler. */
export const readPlain = async (file: string): Promise<Module | null> => {
  const text = readFileSync(file, "utf8");
  const names: string[] = [];
  const values: unknown[] = [];
  let body = 0;
  IMPORT.lastIndex = 0;
  for (let found = IMPORT.exec(text); found !== null; found = IMPORT.exec(text)) {
    body = IMPORT.lastIndex;
    const exported = await packageOf(found[2] ?? "", file);
    for (const word of (found[1] ?? "").split(",").map((one) => one.trim())) {
      if (word === "") continue;
      if (!/^[\w$]+$/.test(word) || !(word in exported)) return null;
      names.push(word);
      values.push(exported[word]);
    }
  }
  const rest = text.slice(body);
  if (body === 0 || !END.test(rest) || OTHER.test(rest.replace(END, "").replaceAll(TEXT, '""'))) return null;
  const lines = text.slice(0, body).replaceAll(/[^\n]+/g, "");
  let run: (...given: readonly unknown[]) => unknown;
  try {
    run = compileFunction(`"use strict";${lines}${rest.replace(END, "return ")}`, names, { filename: file }) as typeof run;
  } catch {
    return null;
  }
  return { default: run(...values) };
};

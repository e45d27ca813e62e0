/** Runs random programs and compiles them: what compiles must run, what runs must compile, and values must be of their types. */

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Choices } from "../../query/fuzz/choices.js";
import { checkFiles, compilers, installDeclarations, makeFolder, repository, type Compiler } from "../support/compiler.js";
import { programOf } from "./generate.js";
import { Ground, type Outcome } from "./ground.js";
import { classes } from "./shapes.js";

export interface TypeFailure {
  readonly seed: number;
  readonly story: string;
}
export interface TypeRunOptions {
  readonly runs: number;
  readonly seed?: number | undefined;
  readonly progress?: (() => void) | undefined;
  readonly compilers?: readonly Compiler[] | undefined;
  /** Told how many compiled: neither all nor none prove anything. */
  readonly counted?: ((accepted: number, refused: number) => void) | undefined;
}
const AT_ONCE = 1000;

/** A line for the compiler, and whether it has to compile. */
interface Line {
  readonly text: string;
  readonly compiles: boolean;
  readonly why: string;
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  bigint: (value) => typeof value === "bigint",
  boolean: (value) => typeof value === "boolean",
  Date: (value) => value instanceof Date,
  Uint8Array: (value) => value instanceof Uint8Array,
};
/** What the type of the values has to say, as far as they show it. */
const claims = (text: string, values: readonly unknown[]): Line[] => {
  const some = values.filter((value) => value !== null);
  const kind = Object.keys(kinds).find((name) => some.length > 0 && some.every((value) => kinds[name]?.(value)));
  if (kind === undefined) return [];
  const other = kind === "string" ? "number" : "string";
  const claim = (type: string, compiles: boolean): Line => ({
    text: text.replace("return ", "const given: readonly (").replace("readonly (", `readonly (${type})[] = `),
    compiles,
    why: `its values are ${kind}${values.includes(null) ? " or null" : ""}, and the type is compared with ${type}`,
  });
  return [claim(`${kind} | null`, true), claim(`${other} | null`, false), ...(values.includes(null) ? [claim(kind, false)] : [])];
};
const linesOf = (text: string, outcome: Outcome): Line[] =>
  "refused" in outcome
    ? [{ text, compiles: false, why: outcome.refused }]
    : [{ text, compiles: true, why: "it ran" }, ...(outcome.values === null ? [] : claims(text, outcome.values))];

const own = new Set(["Studio", "Show"]);
const head = (names: readonly string[]): string =>
  [
    `import { ${names.join(", ")}, type Session } from "flash-db";`,
    `import { ${Object.keys(classes)
      .filter((name) => !own.has(name))
      .join(", ")} } from "./shared.js";`,
    `import { ${[...own].join(", ")} } from "./models.js";`,
    "declare const keys: { country: string; person: number; author: number; editor: number; book: number; studio: string; guest: string; owner: number; boss: number; parent: number };",
    "declare const read: (value: unknown) => void;",
  ].join("\n");
const functions = [
  "Avg",
  "Case",
  "Coalesce",
  "Count",
  "Extract",
  "F",
  "Length",
  "Lower",
  "Max",
  "Min",
  "Q",
  "Sum",
  "Trim",
  "Trunc",
  "Upper",
  "Value",
  "When",
];

/** The first line that the compiler and the run time do not agree on. */
const disagreement = async (compiler: Compiler, folder: string, lines: readonly Line[]): Promise<readonly string[]> => {
  const file = path.join(folder, "programs.ts");
  const first = head(functions).split("\n").length;
  writeFileSync(
    file,
    `${head(functions)}\n${lines.map(({ text }, at) => `export const p${at} = async (db: Session) => { ${text} };`).join("\n")}\n`,
  );
  const { output } = await checkFiles(compiler, folder, [file], {});
  const said = new Map<number, string>();
  for (const one of output.split("\n")) {
    const [, name, line, message] = /(\w+)\.ts\((\d+),\d+\): error (.*)/.exec(one) ?? [];
    const at = Number(line) - first - 1;
    if (name === undefined) continue;
    if (name !== "programs" || at < 0) throw new Error(one);
    if (!said.has(at)) said.set(at, message ?? "");
  }
  return lines.flatMap(({ text, compiles, why }, at) =>
    said.has(at) === compiles ? [`${text}\n  run time: ${why}\n  ${compiler}: ${said.get(at) ?? "compiles"}`] : [],
  );
};

export const runTypePrograms = async (url: string, options: TypeRunOptions): Promise<TypeFailure | null> => {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const { folder, remove } = makeFolder();
  const ground = await Ground.open(url);
  try {
    mkdirSync(folder, { recursive: true });
    await installDeclarations(folder);
    cpSync(path.join(repository, "spec/query/fuzz/models.ts"), path.join(folder, "shared.ts"));
    cpSync(path.join(repository, "spec/types/fuzz/models.ts"), path.join(folder, "models.ts"));
    let accepted = 0;
    let refused = 0;
    for (let from = 0; from < options.runs; from += AT_ONCE) {
      const lines: Line[] = [];
      for (let number = from; number < Math.min(options.runs, from + AT_ONCE); number++) {
        const text = programOf(Choices.random(seed + number));
        const outcome = await ground.run(text);
        if ("refused" in outcome) refused++;
        else accepted++;
        lines.push(...linesOf(text, outcome));
        options.progress?.();
      }
      for (const compiler of options.compilers ?? (Object.keys(compilers) as Compiler[])) {
        const found = await disagreement(compiler, folder, lines);
        if (found.length > 0) return { seed, story: `${found.length} of ${lines.length} lines\n${found.slice(0, 40).join("\n")}` };
      }
    }
    options.counted?.(accepted, refused);
    return null;
  } finally {
    await ground.close();
    remove();
  }
};

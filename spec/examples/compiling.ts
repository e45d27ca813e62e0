/** Examples as one TypeScript program, checked by the compiler in a process of its own; what it complains of is told with the example's place. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as flashDb from "../../src/index.js";
import * as vocabulary from "../../src/migrations.js";
import * as testing from "../../src/testing.js";
import { type Example, programOf, repository } from "./documented.js";
import { type Page, withExpectedErrors } from "./pages.js";
import * as prelude from "./prelude.js";

const textOf = (file: string): string => readFileSync(path.join(repository, file), "utf8");
/** Names of types in the public list. */
const typeNames = [...textOf("src/index.ts").matchAll(/export type \{([^}]*)\}/g)]
  .flatMap(([, names = ""]) => names.split(","))
  .map((name) => name.trim().replace(/^\w+ as /, ""))
  .filter((name) => name !== "");
const values = /interface Values \{([\s\S]*?)\n\}/.exec(textOf("spec/examples/prelude.ts"))?.[1] ?? "";
const valueNames = [...values.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
const header = [
  `import { expect } from "vitest";`,
  `import { ${Object.keys(flashDb).join(", ")} } from "flash-db";`,
  `import type { ${[...typeNames, "Sql"].join(", ")} } from "flash-db";`,
  `import { ${Object.keys(testing).join(", ")} } from "flash-db/testing";`,
  `import * as vocabulary from "flash-db/migrations";`,
  `import { migrate } from "@flash-db/kit";`,
  `import { ${Object.keys(prelude).join(", ")}, type Point, type Values } from "prelude";`,
];

const options = {
  extends: path.join(repository, "tsconfig.json"),
  compilerOptions: {
    noUnusedLocals: false,
    noUnusedParameters: false,
    noEmit: true,
    types: ["node"],
    typeRoots: [path.join(repository, "node_modules/@types")],
    paths: {
      "flash-db": [path.join(repository, "src/index.ts")],
      "flash-db/testing": [path.join(repository, "src/testing.ts")],
      "flash-db/migrations": [path.join(repository, "src/migrations.ts")],
      "flash-db/internal": [path.join(repository, "src/internal.ts")],
      "@flash-db/kit": [path.join(repository, "src/kit/index.ts")],
      prelude: [path.join(repository, "spec/examples/prelude.ts")],
    },
  },
  include: ["*.ts"],
};

const check = async (program: string, pages: readonly Page[]): Promise<string> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "flash-db-examples-"));
  try {
    symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(options));
    writeFileSync(path.join(folder, "examples.ts"), program);
    // (`export {}` has even a page without an import be a module.)
    for (const [at, page] of pages.entries()) writeFileSync(path.join(folder, `page${at}.ts`), `${withExpectedErrors(page)}\nexport {};`);
    const compiler = path.join(repository, "node_modules/typescript-7/bin/tsc");
    return await new Promise((resolve) => {
      execFile(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { cwd: folder }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Each example is a function of its own, each page a module. */
export const complaintsAbout = async (examples: readonly Example[], pages: readonly Page[]): Promise<readonly string[]> => {
  const lines = [...header];
  const places: { readonly from: number; readonly place: string; readonly text: string[] }[] = [];
  for (const example of examples) {
    const text = programOf(example).split("\n");
    lines.push(`export const example${places.length} = async ({ ${valueNames.join(", ")} }: Values) => {{`);
    // The words of migrations are called like those of models.
    if (/migrations/.test(example.place)) lines.push(`const { ${Object.keys(vocabulary).join(", ")} } = vocabulary; {`);
    places.push({ from: lines.length, place: example.place, text });
    lines.push(...text, /migrations/.test(example.place) ? "}}};" : "}};");
  }
  const output = await check(lines.join("\n"), pages);
  return output
    .split(/\n(?! )/)
    .filter((said) => said.trim() !== "")
    .map((said) => said.replace(/^page(\d+)\.ts\((\d+),\d+\)/, (_, at: string, line: string) => `${pages[Number(at)]?.file}:${line}`))
    .map((said) => {
      const [, line = "0", message = said] = /^examples\.ts\((\d+),\d+\): error TS\d+: ([\s\S]*)$/.exec(said) ?? [];
      const at = places.findLast(({ from }) => from < Number(line));
      return at === undefined ? said : `${at.place}: ${message}\n    ${at.text[Number(line) - 1 - at.from] ?? ""}`;
    });
};

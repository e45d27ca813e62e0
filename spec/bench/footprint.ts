/** What users pay before anything runs: importing the package, its disk space and packages, and type checks of a large program. */

import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkFiles, installDeclarations, makeFolder, repository, type Compiler } from "../types/support/compiler.js";
import { everydayModels, everydayQueries } from "../types/support/many-models.js";
import { median } from "./measure.js";

/** Milliseconds to import a module in an empty process, the median of fifteen. */
export const importMs = (node: string, file: string): number => {
  const code = `const s = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - s);`;
  return median(
    Array.from({ length: 15 }, () => Number(spawnSync(node, ["--input-type=module", "-e", code], { encoding: "utf8" }).stdout)),
  );
};

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(path.join(entry.parentPath, entry.name)).size, 0);

/** A package's dependencies, their own ones included, as installed at the top of `node_modules`. */
const dependenciesOf = (manifest: string, found = new Set<string>()): Set<string> => {
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as { dependencies?: Record<string, string> };
  for (const name of Object.keys(dependencies))
    if (!found.has(name)) dependenciesOf(path.join(repository, "node_modules", name, "package.json"), found.add(name));
  return found;
};

/** What an installation adds beside the driver. */
export const installed = (): { readonly megabytes: number; readonly packages: number } => {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--silent"], { cwd: repository, encoding: "utf8" }),
  ) as { readonly unpackedSize: number }[];
  const others = dependenciesOf(path.join(repository, "package.json"));
  const bytes = [...others].reduce((sum, name) => sum + bytesIn(path.join(repository, "node_modules", name)), packed?.unpackedSize ?? 0);
  return { megabytes: bytes / 1e6, packages: others.size + 1 };
};

/** Instantiations for 50 models and four everyday queries on each: list, one with its relations, insert, update. */
export const instantiations = async (compiler: Compiler): Promise<number> => {
  const { folder, remove } = makeFolder();
  try {
    await installDeclarations(folder);
    const sources = { "models.ts": everydayModels, "queries.ts": everydayQueries };
    mkdirSync(path.join(folder, "everyday"));
    const files = Object.entries(sources).map(([name, text]) => {
      const file = path.join(folder, "everyday", name);
      writeFileSync(file, text);
      return file;
    });
    const checked = await checkFiles(compiler, folder, files, {});
    if (checked.output !== "") throw new Error(checked.output);
    return checked.instantiations;
  } finally {
    remove();
  }
};

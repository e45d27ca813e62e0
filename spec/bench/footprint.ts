/** What users pay before anything runs: importing a package, its disk space and packages, and type checks of a large program. */

import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkFiles, installDeclarations, makeFolder, repository, type Compiler } from "../types/support/compiler.js";
import { everyday } from "../types/support/many-models.js";
import { median } from "./measure.js";
import { peersFolder, type Peer } from "./peers.js";
import type { Runtime } from "./processes.js";

export interface Installed {
  readonly megabytes: number;
  readonly packages: number;
}

/** Milliseconds to import what is called so from a folder, in an empty process, the median of fifteen. */
const importMs = ({ node }: Runtime, entry: string, folder: string): number => {
  const code = `const s = performance.now(); await import(${JSON.stringify(entry)}); console.log(performance.now() - s);`;
  return median(
    Array.from({ length: 15 }, () =>
      Number(spawnSync(node, ["--input-type=module", "-e", code], { cwd: folder, encoding: "utf8" }).stdout),
    ),
  );
};
export const importOurs = (runtime: Runtime): number => importMs(runtime, "flash-db", repository);
export const importPeer = (runtime: Runtime, peer: Peer): number => importMs(runtime, peer.entry, peersFolder);

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !path.relative(folder, entry.parentPath).split(path.sep).includes("node_modules"))
    .reduce((sum, entry) => sum + lstatSync(path.join(entry.parentPath, entry.name)).size, 0);

/** Every database's library has these or the like; what a package adds beside them is compared. */
const drivers = new Set(["better-sqlite3", "pg"]);
/** Packages and what they depend on, as installed at the top of a folder's `node_modules`. */
const withDependencies = (modules: string, names: Iterable<string>, found = new Set<string>()): Set<string> => {
  for (const name of names) {
    if (found.has(name) || drivers.has(name)) continue;
    found.add(name);
    const manifest = JSON.parse(readFileSync(path.join(modules, name, "package.json"), "utf8")) as { dependencies?: object };
    withDependencies(modules, Object.keys(manifest.dependencies ?? {}), found);
  }
  return found;
};
const sizeOf = (folder: string, names: Iterable<string>): Installed => {
  const modules = path.join(folder, "node_modules");
  const found = [...withDependencies(modules, names)];
  return { megabytes: found.reduce((sum, name) => sum + bytesIn(path.join(modules, name)), 0) / 1e6, packages: found.length };
};
export const installedPeer = (peer: Peer): Installed => sizeOf(peersFolder, peer.packages);
export const installedOurs = (): Installed => {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--silent"], { cwd: repository, encoding: "utf8" }),
  ) as { readonly unpackedSize: number }[];
  const { dependencies } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")) as { dependencies: object };
  const others = sizeOf(repository, Object.keys(dependencies));
  return { megabytes: (packed?.unpackedSize ?? Number.NaN) / 1e6 + others.megabytes, packages: 1 + others.packages };
};

const check = async (compiler: Compiler, folder: string, sources: Readonly<Record<string, string>>): Promise<number> => {
  mkdirSync(path.join(folder, "everyday"));
  const files = Object.entries(sources).map(([name, text]) => {
    const file = path.join(folder, "everyday", name);
    writeFileSync(file, text);
    return file;
  });
  const checked = await checkFiles(compiler, folder, files, {});
  if (checked.output !== "") throw new Error(checked.output);
  return checked.instantiations;
};
/** Instantiations for so many models and four everyday queries on each: list, one with its relations, insert, update. */
export const instantiations = async (compiler: Compiler, models = 50): Promise<number> => {
  const { folder, remove } = makeFolder();
  try {
    await installDeclarations(folder);
    return await check(compiler, folder, everyday(models));
  } finally {
    remove();
  }
};
/** The same for a peer; null where there is nothing to compare. */
export const instantiationsOf = async (compiler: Compiler, { program, packages }: Peer): Promise<number | null> => {
  if (program === null) return null;
  const { folder, remove } = makeFolder();
  try {
    mkdirSync(path.join(folder, "node_modules/@mikro-orm"));
    for (const name of packages) symlinkSync(path.join(peersFolder, "node_modules", name), path.join(folder, "node_modules", name));
    return await check(compiler, folder, program(50));
  } finally {
    remove();
  }
};

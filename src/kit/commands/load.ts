/** Loads TypeScript and JavaScript files of the project: configuration, models and migrations. */

import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createJiti } from "jiti";
import { MigrationError } from "../errors.js";
import { readPlain } from "./read-plain.js";

type Module = Readonly<Record<string, unknown>>;

/** If another loader is active (tsx, Bun, Deno), modules are imported normally: a second loader would load every class twice. */
const loads = (): boolean =>
  process.execArgv.some((option) => /tsx|ts-node|--import|--loader/.test(option)) || "Bun" in globalThis || "Deno" in globalThis;

/** The nearest node_modules, where other tools keep their caches too; a folder that all users share could be filled by another one. */
const cacheFolder = (from: string): string | false => {
  const modules = path.join(from, "node_modules");
  if (existsSync(modules)) return path.join(modules, ".cache/flash-db");
  const above = path.dirname(from);
  return above === from ? false : cacheFolder(above);
};

/** What the compiler made of a file is kept by the file's content. */
const jiti = createJiti(import.meta.url, { moduleCache: true, fsCache: cacheFolder(process.cwd()) });

/** Imports a file; errors name the file. */
export const loadModule = async (file: string, what: string): Promise<Module> => {
  if (!existsSync(file)) throw new MigrationError(`${what} ${shown(file)} does not exist`);
  try {
    const plain = await readPlain(file);
    if (plain !== null) return plain;
    return loads() ? ((await import(pathToFileURL(file).href)) as Module) : await jiti.import<Module>(file);
  } catch (error) {
    throw new MigrationError(`${what} ${shown(file)} could not be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
      facts: { file },
    });
  }
};

export const shown = (file: string): string => {
  const relative = path.relative(process.cwd(), file);
  return relative === "" || relative.startsWith("..") ? file : relative;
};

/** Child processes of a benchmark: each measures one thing and prints it as one line of JSON. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const repository = path.resolve(import.meta.dirname, "../..");

/** What the children run on. */
export interface Runtime {
  readonly node: string;
  /** The folder whose `node_modules` has better-sqlite3, or null for the project's own. */
  readonly drivers: string | null;
}

/** Node and drivers out of a folder, as far as they are installed there; the rest is this Node and the drivers of `home`. */
export const runtimeOf = (folder: string | undefined, home: string | null): Runtime => {
  if (folder === undefined) return { node: process.execPath, drivers: home };
  const modules = path.resolve(folder, "node_modules");
  if (!existsSync(modules)) throw new Error(`--with ${folder}: expected a folder with node_modules; see CONTRIBUTING.md`);
  const [node, driver] = [path.join(modules, ".bin/node"), path.join(modules, "better-sqlite3")];
  return { node: existsSync(node) ? node : process.execPath, drivers: existsSync(driver) ? path.resolve(folder) : home };
};

/** Compiles the package, since what its users run is measured and not sources that a loader changed; `whole`: with its declarations. */
export const buildPackage = (whole: boolean): void => {
  execFileSync("npm", ["run", "--silent", whole ? "build" : "build:code"], { cwd: repository, stdio: ["ignore", "inherit", "inherit"] });
};

const hook = path.join(import.meta.dirname, "drivers.ts");

/** Runs a script of this folder; gives the last line that it prints, parsed, or what it said when it failed. */
export const measureApart = <Result>(
  runtime: Runtime,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { readonly result: Result } | { readonly failure: string } => {
  const hooks = runtime.drivers === null ? [] : ["--import", hook];
  const child = spawnSync(runtime.node, ["--import", "tsx", ...hooks, "--expose-gc", path.join(import.meta.dirname, script), ...args], {
    cwd: repository,
    encoding: "utf8",
    env: {
      ...process.env,
      TZ: "UTC",
      // Without the path that leads to the sources, "flash-db" is the built package.
      TSX_TSCONFIG_PATH: path.join(import.meta.dirname, "built.tsconfig.json"),
      ...(runtime.drivers === null ? {} : { FLASH_DB_BENCH_DRIVERS: runtime.drivers }),
      ...environment,
    },
  });
  if (child.status !== 0) return { failure: child.stderr.trim().split("\n").slice(-12).join("\n") };
  return { result: JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "") as Result };
};

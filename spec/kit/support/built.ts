/** The core and the kit built from the source into a folder of their own, as a project has them installed, and the binary run there as a process. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";

const repository = path.resolve(import.meta.dirname, "../../..");
const source = path.join(repository, "src");

const options: BuildOptions = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  packages: "external",
  supported: { arrow: false },
  logLevel: "warning",
};

const installed = ["better-sqlite3", "pg", "dataloader", "eventemitter3", "jiti", "@clack"];

/** What a process said, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}
export interface Workshop {
  /** An empty project folder that finds both packages. */
  readonly project: (name: string, files: Readonly<Record<string, string>>) => string;
  /** Starts `flash-db` in a project's folder. */
  readonly start: (folder: string, ...args: readonly string[]) => Running;
  readonly run: (folder: string, ...args: readonly string[]) => Promise<Ended>;
  readonly remove: () => void;
}

export const openWorkshop = async (): Promise<Workshop> => {
  const root = mkdtempSync(path.join(tmpdir(), "flash-db-kit-"));
  const modules = path.join(root, "node_modules");
  const core = path.join(modules, "flash-db");
  const kit = path.join(modules, "@flash-db/kit");
  for (const folder of [core, kit]) mkdirSync(folder, { recursive: true });
  const names = ["index", "testing", "migrations", "internal"];
  await build({ ...options, entryPoints: names.map((name) => path.join(source, `${name}.ts`)), outdir: path.join(core, "dist") });
  await build({
    ...options,
    entryPoints: [path.join(source, "kit/main.ts")],
    outdir: path.join(kit, "dist"),
    tsconfigRaw: {},
  });
  const exported = Object.fromEntries(names.map((name) => [name === "index" ? "." : `./${name}`, `./dist/${name}.js`]));
  writeFileSync(path.join(core, "package.json"), JSON.stringify({ name: "flash-db", version: "0.0.0", type: "module", exports: exported }));
  writeFileSync(path.join(kit, "package.json"), JSON.stringify({ name: "@flash-db/kit", version: "0.0.0", type: "module" }));
  for (const name of installed) symlinkSync(path.join(repository, "node_modules", name), path.join(modules, name));
  // Beside another version of it, npm puts it into the workspace.
  symlinkSync(path.join(source, "kit/node_modules/commander"), path.join(modules, "commander"));
  const binary = path.join(kit, "dist/main.js");

  const start = (folder: string, ...args: readonly string[]): Running => {
    const child = spawn(process.execPath, [binary, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", CI: "1", FORCE_COLOR: undefined },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal, out, err }));
    });
    return { process: child, ended };
  };
  return {
    project: (name, files) => {
      const folder = path.join(root, name);
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
      return folder;
    },
    start,
    run: (folder, ...args) => start(folder, ...args).ended,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};

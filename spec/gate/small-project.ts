/** A project with this one's commands and settings and a single source file, in which a fault can be planted. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface SmallProject extends Disposable {
  readonly folder: string;
}

/** `compilerOptions` are added to the project's own. */
export const smallProject = (repository: string, source: string, compilerOptions: object = {}): SmallProject => {
  const folder = mkdtempSync(path.join(tmpdir(), "flash-db-gate-"));
  const read = (name: string) => JSON.parse(readFileSync(path.join(repository, name), "utf8")) as Readonly<Record<string, object>>;
  const write = (name: string, content: object) => writeFileSync(path.join(folder, name), JSON.stringify(content));
  for (const name of ["src/kit", "spec", "docs/examples"]) mkdirSync(path.join(folder, name), { recursive: true });
  for (const name of ["package.json", "src/kit/package.json", ".oxlintrc.json"])
    cpSync(path.join(repository, name), path.join(folder, name));
  // A single file uses few of the dependencies.
  write(".knip.json", { ...read(".knip.json"), rules: { dependencies: "off", devDependencies: "off" } });
  const settings = read("tsconfig.json");
  write("tsconfig.json", { ...settings, compilerOptions: { ...settings["compilerOptions"], ...compilerOptions } });
  symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "src/index.ts"), source);
  for (const name of ["index.ts", "main.ts"]) writeFileSync(path.join(folder, "src/kit", name), "export const kit = 1;\n");
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

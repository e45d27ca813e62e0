/** TypeScript as the type specs use it: whole projects through `tsc`, single programs and editors through the compiler's own interface. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import ts from "typescript";

export const repository = path.resolve(import.meta.dirname, "../../..");
export const entry = path.join(repository, "src/index.ts");

/** The two compilers that users have. */
export const compilers = { "TypeScript 6": "typescript", "TypeScript 7": "typescript-7" } as const;
export type Compiler = keyof typeof compilers;
/** How strict users are. */
export const strictness = { strict: {}, "strict and exact": { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true } } as const;

const base = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable", "esnext.decorators"],
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  types: ["node"],
  noEmit: true,
  skipLibCheck: true,
};

/** A folder for one spec, outside the repository, that is removed by `remove`. */
export const makeFolder = (): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "flash-db-types-"));
  mkdirSync(path.join(folder, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types", "eventemitter3", "dataloader"])
    symlinkSync(path.join(repository, "node_modules", name), path.join(folder, "node_modules", name));
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** Installs the package into the folder as its users have it: declarations only, behind its `exports`. */
export const installDeclarations = async (folder: string): Promise<void> => {
  const home = path.join(folder, "node_modules/flash-db");
  mkdirSync(home, { recursive: true });
  writeFileSync(
    path.join(home, "package.json"),
    JSON.stringify({
      name: "flash-db",
      version: "0.0.0",
      type: "module",
      exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    }),
  );
  writeFileSync(
    path.join(folder, "emit.json"),
    JSON.stringify({
      extends: path.join(repository, "src/tsconfig.json"),
      compilerOptions: {
        emitDeclarationOnly: true,
        rootDir: path.join(repository, "src"),
        outDir: path.join(home, "dist"),
        typeRoots: [path.join(repository, "node_modules/@types")],
      },
      include: [path.join(repository, "src")],
    }),
  );
  // Errors inside function bodies are for the type check of the project; here only what is declared matters.
  await tsc("TypeScript 7", path.join(folder, "emit.json"));
};

export interface Compiled {
  /** What the compiler said; "" when everything is right. */
  readonly output: string;
  readonly instantiations: number;
}
/** Runs `tsc` on a configuration file. */
export const tsc = (compiler: Compiler, config: string): Promise<Compiled> =>
  new Promise((resolve) => {
    const args = [
      path.join(repository, "node_modules", compilers[compiler], "bin/tsc"),
      "-p",
      config,
      "--extendedDiagnostics",
      "--pretty",
      "false",
    ];
    // It exits with 1 when it has something to say, which is in its output.
    execFile(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 26 }, (_, stdout, stderr) => {
      const statistics = stdout.indexOf("Files:");
      resolve({
        output: (statistics < 0 ? stdout : stdout.slice(0, statistics)).trim() + stderr,
        instantiations: Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1] ?? Number.NaN),
      });
    });
  });
/** Type-checks files of a folder against the package that `installDeclarations` put there. */
export const checkFiles = (compiler: Compiler, folder: string, files: readonly string[], flags: object): Promise<Compiled> => {
  const config = path.join(folder, "tsconfig.check.json");
  writeFileSync(
    config,
    JSON.stringify({ compilerOptions: { ...base, typeRoots: [path.join(repository, "node_modules/@types")], ...flags }, files }),
  );
  return tsc(compiler, config);
};

/** Options for the compiler's own interface; programs are seen as standing beside the proofs. */
export const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.esnext.decorators.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
  typeRoots: [path.join(repository, "node_modules/@types")],
  paths: { "flash-db": [entry] },
};
export const virtualFile = (name: string): string => path.join(repository, "spec/types/proofs", name);

/** Errors of one program given as text: line (from 0) and the message's first line. */
export const errorsOf = (text: string): { readonly line: number; readonly message: string }[] => {
  const name = virtualFile("asked.ts");
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true) : read(file, ...rest);
  const exists = host.fileExists.bind(host);
  host.fileExists = (file) => file === name || exists(file);
  const program = ts.createProgram([name], options, host);
  const source = program.getSourceFile(name);
  return ts.getPreEmitDiagnostics(program, source).map(({ start, messageText }) => ({
    line: source?.getLineAndCharacterOfPosition(start ?? 0).line ?? -1,
    message: ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0] ?? "",
  }));
};

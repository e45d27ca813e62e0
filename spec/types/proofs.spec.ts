/** The proofs and the contract programs compile as they stand, with both compilers, strict and exact: every `@ts-expect-error` in them is needed. */

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkFiles, compilers, makeFolder, repository, strictness, type Compiler } from "./support/compiler.js";

const { folder, remove } = makeFolder();
afterAll(remove);

const proofs = path.join(repository, "spec/types/proofs");
const contract = path.resolve(repository, "../shared/contract");
const files = (home: string): string[] => readdirSync(home).filter((name) => name.endsWith(".ts")).map((name) => path.join(home, name));

describe.each(Object.keys(compilers) as Compiler[])("%s", (compiler) => {
  it.each(Object.entries(strictness))("agrees with every proof, %s", (_, flags) => {
    expect(checkFiles(compiler, folder, files(proofs), flags).output).toBe("");
  }, 60_000);

  it.skipIf(!existsSync(contract)).each(Object.entries(strictness))("compiles the contract programs, %s", (_, flags) => {
    expect(checkFiles(compiler, folder, files(contract), flags).output).toBe("");
  }, 60_000);
});

/** The proofs and the contract programs compile as they stand, with both compilers, strict and exact: every `@ts-expect-error` in them is needed. */

import { cpSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFiles, compilers, installDeclarations, makeFolder, repository, strictness, type Compiler } from "./support/compiler.js";

const { folder, remove } = makeFolder();
const sources = { proofs: path.join(repository, "spec/types/proofs"), contract: path.join(repository, "spec/contract") };
beforeAll(async () => {
  for (const [name, home] of Object.entries(sources)) cpSync(home, path.join(folder, name), { recursive: true });
  await installDeclarations(folder);
}, 120_000);
afterAll(remove);

const files = Object.keys(sources).flatMap((name) =>
  readdirSync(sources[name as keyof typeof sources], { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, name, file)),
);

describe.each(Object.keys(compilers) as Compiler[])("%s", (compiler) => {
  it.each(Object.entries(strictness))(
    "agrees with every proof and compiles the contract programs, %s",
    async (_, flags) => {
      expect(files.length).toBeGreaterThan(30);
      expect((await checkFiles(compiler, folder, files, { ...flags, declaration: true })).output).toBe("");
    },
    120_000,
  );
});

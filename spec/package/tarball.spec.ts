/** The package as users get it: packed, unpacked into an empty project, and the contract programs run from there. */

import { execFile } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { fresh } from "../support/fresh.js";
import { describeLife, installKit } from "./kit-life.js";
import { describeTutorial } from "./tutorial.js";

const repository = path.resolve(import.meta.dirname, "../..");
const contract = path.join(repository, "spec/contract");
const project = mkdtempSync(path.join(os.tmpdir(), "flash-db-packed-"));
// Never synchronously: a worker that does not answer for a minute is taken for lost.
const run = async (command: string, args: readonly string[], cwd = project): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd, encoding: "utf8" })).stdout;

beforeAll(async () => {
  await run("npm", ["run", "--silent", "build"], repository);
  const packing = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", project], repository);
  const packed = packing.trim().split("\n").at(-1) ?? "";
  mkdirSync(path.join(project, "node_modules/@types"), { recursive: true });
  await run("tar", ["-xzf", packed]);
  cpSync(path.join(project, "package"), path.join(project, "node_modules/flash-db"), { recursive: true });
  for (const name of ["eventemitter3", "dataloader", "pg", "better-sqlite3", "@types/node", "undici-types"])
    symlinkSync(path.join(repository, "node_modules", name), path.join(project, "node_modules", name));
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ type: "module" }));
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the packed package", () => {
  it("is light", () => {
    const manifest = JSON.parse(readFileSync(path.join(project, "node_modules/flash-db/package.json"), "utf8")) as { dependencies: object };
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["dataloader", "eventemitter3"]);
    const sizeOf = (name: string): number => {
      const folder = path.join(project, "node_modules", name);
      return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((file) => lstatSync(path.join(folder, file)))
        .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
    };
    const bytes = sizeOf("flash-db") + sizeOf("dataloader") + sizeOf("eventemitter3");
    expect(bytes / 1024 / 1024).toBeLessThan(1.8);
  });

  it("is imported without any driver", async () => {
    await run(process.execPath, [
      "--input-type=module",
      "-e",
      'import { model, t } from "flash-db"; if (typeof model !== "function" || typeof t.text !== "function") process.exit(1);',
    ]);
  });

  it("keeps the names of errors through the bundler", async () => {
    const program = `import * as all from "flash-db";
      const errors = Object.entries(all).filter(([, value]) => value?.prototype instanceof Error);
      if (errors.length < 15) throw new Error("only " + errors.length + " errors are exported");
      console.log(errors.filter(([name, value]) => value.name !== name).map(([name, value]) => name + " is called " + value.name).join());`;
    expect((await run(process.execPath, ["--input-type=module", "-e", program])).trim()).toBe("");
  });

  it("works where code must not be made from strings", async () => {
    const program = `import { initDb, closeDb, getDb, model, t } from "flash-db";
      class Note extends model("notes")({ text: t.text() }) {}
      const database = await initDb("sqlite::memory:"); await database.createAll([Note]);
      await getDb(async (db) => { await Note.objects.create(db, { text: "x" }); await db.commit(); console.log(await Note.objects.filter({ text__contains: "x" }).count(db)); });
      await closeDb();`;
    // better-sqlite3 13 itself makes row factories from strings for objects; the ORM reads arrays.
    const flags = ["--disallow-code-generation-from-strings", "--input-type=module"];
    expect((await run(process.execPath, [...flags, "-e", program])).trim()).toBe("1");
  });
});

describe("the packed kit", () => {
  beforeAll(() => installKit(project), 180_000);
  describeLife(
    () => project,
    "SQLite",
    () => "sqlite:app.db",
  );
  describeLife(
    () => project,
    "PostgreSQL",
    () => fresh("postgres"),
  );
  describeTutorial(() => project);
});

describe("the contract programs", () => {
  const compilers = { "TypeScript 6": "typescript", "TypeScript 7": "typescript-7" };
  const strictness = { strict: {}, exact: { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true } };
  for (const [compiler, folder] of Object.entries(compilers))
    for (const [level, extra] of Object.entries(strictness))
      it(`compile with ${compiler}, ${level}`, async () => {
        const source = path.join(project, "source");
        mkdirSync(source, { recursive: true });
        for (const name of ["types.ts", "quickstart.ts"]) cpSync(path.join(contract, name), path.join(source, name));
        const config = {
          compilerOptions: {
            target: "es2022",
            lib: ["es2023", "esnext.disposable"],
            module: "nodenext",
            moduleResolution: "nodenext",
            strict: true,
            types: ["node"],
            outDir: "../built",
            rootDir: ".",
            ...extra,
          },
          include: ["*.ts"],
        };
        writeFileSync(path.join(source, "tsconfig.json"), JSON.stringify(config));
        expect(await run(process.execPath, [path.join(repository, "node_modules", folder, "bin/tsc"), "-p", source])).toBe("");
      }, 60_000);

  const urls = {
    "SQLite in memory": "sqlite::memory:",
    "an SQLite file": `sqlite:${path.join(project, "quickstart.db")}`,
    PostgreSQL: inject("postgresUrl"),
  };
  for (const [name, url] of Object.entries(urls))
    it(`quickstart prints ok on ${name}`, async () => {
      const printed = await run(process.execPath, [path.join(project, "built/quickstart.js"), url]);
      expect(printed.trim().split("\n").at(-1)).toBe("ok");
    }, 60_000);
});

/** The commands of package.json end with a status other than 0 when something failed, crashed or did not run. */

import { spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, inject, it } from "vitest";
import { smallProject } from "./small-project.js";

const repository = path.resolve(import.meta.dirname, "../..");
const planted = path.join(import.meta.dirname, "planted");

interface Ended {
  readonly status: number | null;
  readonly printed: string;
}
/** Runs `npm run NAME -- ARGS` as a shell would, without what this run of Vitest has put into the environment. */
const command = (
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  folder = repository,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const own = Object.entries(process.env).filter(([key]) => !/^(VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|FLASH_DB_)/.test(key));
    const child = spawn("npm", ["run", "--silent", name, "--", ...args], {
      cwd: folder,
      env: { ...Object.fromEntries(own), NO_COLOR: "1", ...environment },
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, printed }));
  });
/** Runs a planted spec; the server is this run's, or one of its own. */
const spec = (file: string, args: readonly string[] = [], server = inject("postgresUrl")): Promise<Ended> =>
  command("spec", args, { FLASH_DB_SPECS: `spec/gate/planted/${file}`, FLASH_DB_TEST_PG: server });
/** The module is loaded into the program before its own code. */
const withPlanted = (module: string) => ({ NODE_OPTIONS: `--import=${pathToFileURL(path.join(planted, module)).href}` });

describe("a command ends with a status other than 0", { timeout: 300_000 }, () => {
  it("when a spec fails beside the embedded server", async () => {
    const { status, printed } = await spec("failing.ts", [], "");
    expect(printed).toContain("1 failed");
    expect(status).toBe(1);
  });

  it.each([
    ["kills its process", "crashing.ts", /Worker exited unexpectedly|Channel closed/],
    ["cannot be loaded", "unloadable.ts", /Error: planted/],
    ["forgets a promise that is rejected", "unawaited.ts", /Unhandled Rejection/],
    ["skips everything", "empty.ts", /no test ran/],
    ["is not found", "nowhere.ts", /No test files found/],
  ])("when a spec %s", async (_, file, says) => {
    const { status, printed } = await spec(file);
    expect(printed).toMatch(says);
    expect(status).toBe(1);
  });

  it("when no spec has the title asked for", async () => {
    const { status, printed } = await spec("failing.ts", ["-t", "no such title"]);
    expect(printed).toContain("no test ran");
    expect(status).toBe(1);
  });

  it.each(["plain", "wide"])("when the fuzzer finds a mismatch in %s programs", async (programs) => {
    const { status, printed } = await command(
      "fuzz",
      ["--programs", programs, "--runs", "200", "--seed=1"],
      withPlanted("idle-updates.mjs"),
    );
    expect(printed).toContain(`again with --programs ${programs}`);
    expect(status).toBe(1);
  });

  it("when the fuzzer crashes", async () => {
    const { status } = await command("fuzz", ["--runs", "50", "--seed=1"], withPlanted("killed.mjs"));
    expect(status).not.toBe(0);
  });

  it("when the fuzzer plays nothing", async () => {
    expect((await command("fuzz", ["--runs", "many"])).status).toBe(1);
  });

  it("when an answer is not the reference's", async () => {
    const { status, printed } = await command("oracle", ["ch.write", "sqlite"], withPlanted("idle-updates.mjs"));
    expect(printed).toContain("FAIL ch.write");
    expect(status).toBe(1);
  });

  it("when the oracle crashes", async () => {
    expect((await command("oracle", ["ch.write", "sqlite"], withPlanted("killed.mjs"))).status).not.toBe(0);
  });

  it("when the oracle has no such question", async () => {
    expect((await command("oracle", ["ch.nowhere", "sqlite"])).status).toBe(1);
  });

  it("when a benchmark crashes", async () => {
    // Not built anew: other specs may be packing it.
    const { status } = await command(
      "bench",
      ["--built", "--only", "W2", "--database", "sqlite", "--rounds", "1"],
      withPlanted("killed.mjs"),
    );
    expect(status).toBe(1);
  });

  it("when a benchmark has no such cell", async () => {
    expect((await command("bench", ["--only", "W99", "--database", "sqlite"])).status).toBe(1);
  });

  it.each([
    ["types", "a value has the wrong type", "export const planted: number = 'one';", "TS2322"],
    ["types", "a file cannot be parsed", "export const planted = ;", "TS1109"],
    ["lint", "a promise is forgotten", "export const planted = (): void => {\n  Promise.resolve();\n};", "no-floating-promises"],
    ["lint", "a dependency is not installed", 'import "planted";\n\nexport const planted = 1;', "planted"],
  ])("%s: when %s", async (name, _, source, says) => {
    using project = smallProject(repository, source);
    const { status, printed } = await command(name, [], {}, project.folder);
    expect(printed).toContain(says);
    expect(status).not.toBe(0);
  });

  it("types: when only the newer compiler refuses", async () => {
    using project = smallProject(repository, "export const planted = 1;", { baseUrl: ".", ignoreDeprecations: "6.0" });
    const { status, printed } = await command("types", [], {}, project.folder);
    expect(printed).toContain("baseUrl");
    expect(status).not.toBe(0);
  });

  it.each(["types", "lint"])("%s: and with 0 when nothing is wrong", async (name) => {
    using project = smallProject(repository, "export const planted: number = 1;\n");
    const { status, printed } = await command(name, [], {}, project.folder);
    expect([status, printed]).toEqual([0, printed]);
  });
});

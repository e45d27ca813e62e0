/** What the README shows and what `npm run example` does, run as a newcomer runs them. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const repository = path.resolve(import.meta.dirname, "../..");
const run = async (file: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, ["--import", "tsx", path.join(repository, file), ...args], {
    cwd: repository,
    env: { ...process.env, NO_COLOR: "1" },
  });

describe("the README", () => {
  const readme = readFileSync(path.join(repository, "README.md"), "utf8");

  it("shows the quickstart as it is run", () => {
    const block = /<!-- quickstart: (\S+) -->\s*```ts\n([\s\S]*?)```/.exec(readme);
    expect(block?.[2]).toBe(readFileSync(path.join(repository, block?.[1] ?? ""), "utf8"));
  });

  it("has a quickstart that says what its comments promise", async () => {
    const { stdout, stderr } = await run("docs/examples/quickstart.ts");
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual([
      "created Ada",
      "changed Ada Lovelace",
      "1 2 Ada Lovelace",
      "Notes by Ada Lovelace",
      "Letters by Ada Lovelace",
      "changed Nobody",
      "still Ada Lovelace",
    ]);
  }, 30_000);

  it("links only to files that are there", () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? "").filter((link) => !link.includes("://"));
    for (const link of links) expect(() => readFileSync(path.join(repository, link)), link).not.toThrow();
  });
});

describe("npm run example", () => {
  for (const args of [[], ["postgres"]])
    it(`answers the same on ${args[0] ?? "sqlite"}`, async () => {
      const { stdout, stderr } = await run("docs/examples/movies/main.ts", ...args);
      expect(stderr).not.toMatch(/warn|error/i);
      expect(stdout).toContain("3201 films of 550 directors, 1915-02-08 to");
      expect(stdout).toContain("3201 post_save signals");
      expect(stdout).toMatch(/Steven Spielberg\s*│\s*23 │ 8,544 M\$/);
      expect(stdout).toMatch(/Action\s+│\s+420 │ Pearl Harbor \(183 min\)/);
      expect(stdout).toContain("post_save Pulp Fiction: minutes");
      expect(stdout).toMatch(/UPDATE "films" SET "minutes" = \S+, "updated_at" = /);
    }, 90_000);
});

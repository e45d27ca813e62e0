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

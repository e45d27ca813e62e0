/** What the README shows and what `npm run example` does, run as a newcomer runs them. */

import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { markdownFiles, shownFiles } from "./documented.js";

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

/** Every letter that the example prints is one column wide. */
const columns = (line: string): number => line.length;

describe("pages that show files", () => {
  it.each(markdownFiles().flatMap((page) => shownFiles(page).map((shown) => ({ page, ...shown }))))(
    "$page shows $file",
    ({ file, code }) => {
      expect(code).toBe(readFileSync(path.join(repository, file), "utf8"));
    },
  );
});

describe("npm run example", () => {
  for (const args of [[], ["postgres"]])
    it(`shows the same answers on ${args[0] ?? "sqlite"}, each beside its code and its SQL`, async () => {
      const { stdout, stderr } = await run("spec/examples/start-movies.ts", ...args);
      expect(stderr.replaceAll(/[░█ \d/\n]/g, "")).toBe("");
      expect(stdout).toMatch(/3201 films saved in \S+ s, in \d+ statements; 3201 post_save signals/);
      expect(stdout).toContain("│  3201 │ 1915-02-08 │ 2011-12-23 │");
      expect(stdout).toMatch(/\.annotate\(\{ count: Count\("films"\)[^┌]*LEFT JOIN "films"[^┌]*┌/);
      expect(stdout).toMatch(/Steven Spielberg\s*│\s*23 │\s*8544 │/);
      expect(stdout).toMatch(/Action\s+│\s+420 │ Pearl Harbor \(183 min\)/);
      expect(stdout).toContain("post_save of Pulp Fiction: minutes");
      expect(stdout).toMatch(/UPDATE "films"\nSET "minutes" = \S+, "updated_at" = /);
      expect(stdout.split("\n").filter((line) => columns(line) > 80)).toEqual([]);
    }, 90_000);

  it("is code to copy: it imports nothing outside its folder but packages", () => {
    const folder = path.join(repository, "docs/examples/movies");
    for (const file of readdirSync(folder)) expect(readFileSync(path.join(folder, file), "utf8"), file).not.toMatch(/from "\.\.\//);
  });
});

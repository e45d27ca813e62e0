/** The tutorial, followed by a reader who has the packed packages: its files, its commands, its changes. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { fresh } from "../support/fresh.js";

const repository = path.resolve(import.meta.dirname, "../..");
const page = readFileSync(path.join(repository, "docs/tutorial.md"), "utf8");
const blocks = (language: string, text = page): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block = ""]) => block);

/** `-` lines are replaced by `+` lines, where the file has them. */
const applied = (source: string, diff: string): string => {
  const side = (sign: string): string =>
    diff
      .split("\n")
      .filter((line) => line.startsWith(" ") || line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  expect(source, diff).toContain(side("-"));
  return source.replace(side("-"), side("+"));
};

interface Command {
  readonly words: readonly string[];
  /** What the page says that it prints. */
  readonly prints: readonly string[];
}
const commandsIn = (text: string): Command[] =>
  blocks("sh", text).flatMap((block) => {
    const found: { words: string[]; prints: string[] }[] = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("#")) found.at(-1)?.prints.push(line.replace(/^#\s+/, ""));
      else if (line !== "") found.push({ words: line.replace(/\s+#.*$/, "").split(/\s+/), prints: [] });
    }
    return found.filter(({ words }) => words[0] === "npx" && words[1] === "flash-db");
  });

/** `project` has both packages in its node_modules. */
export const describeTutorial = (project: () => string): void => {
  it("leads to a service that is tested and migrated", async () => {
    const folder = path.join(project(), "books");
    mkdirSync(folder);
    for (const name of ["fastify", "tsx", "typescript"])
      symlinkSync(path.join(repository, "node_modules", name), path.join(project(), "node_modules", name));
    const run = async (file: string, args: readonly string[], environment = {}): Promise<{ code: number; out: string }> => {
      const env = { ...process.env, NO_COLOR: "1", CI: "1", ...environment };
      try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args], { cwd: folder, env });
        return { code: 0, out: stdout + stderr };
      } catch (error) {
        const failed = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
        return { code: failed.code, out: failed.stdout + failed.stderr };
      }
    };
    const typeCheck = () => run(path.join(repository, "node_modules/typescript/bin/tsc"), ["--noEmit"]);
    const test = (url: string) => run("--import", ["tsx", "--test", "app.test.ts"], { TEST_DATABASE_URL: url });
    const follow = async (commands: readonly Command[], environment = {}): Promise<void> => {
      for (const { words, prints } of commands) {
        const { code, out } = await run(path.join(project(), "node_modules/@flash-db/kit/dist/main.js"), words.slice(2), environment);
        expect(code, `${words.join(" ")}\n${out}`).toBe(0);
        for (const line of prints) expect(out).toContain(line);
      }
    };

    for (const name of ["models.ts", "app.ts", "server.ts", "app.test.ts"])
      cpSync(path.join(repository, "docs/examples/tutorial", name), path.join(folder, name));
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(path.join(folder, "tsconfig.json"), blocks("json")[0] ?? "");
    const [before = "", after = ""] = page.split("## 6.");
    await follow(commandsIn(before));
    expect(await typeCheck()).toEqual({ code: 0, out: "" });
    expect((await test("sqlite::memory:")).out).toContain("# fail 0");

    for (const [at, diff] of blocks("diff").entries()) {
      const file = path.join(folder, at < 2 ? "models.ts" : "app.ts");
      if (at === 2) expect((await typeCheck()).out).toContain(`'Problem<"no field, relation or lookup 'name' on", Shelf>'`);
      writeFileSync(file, applied(readFileSync(file, "utf8"), diff));
    }
    expect(await typeCheck()).toEqual({ code: 0, out: "" });
    await follow(commandsIn(after.slice(0, after.indexOf("## 7."))));
    expect((await test("sqlite::memory:")).out).toContain("# fail 0");
    expect((await test(await fresh("postgres"))).out).toContain("# fail 0");
    await follow([{ words: ["npx", "flash-db", "migrate"], prints: ["0002_labels"] }], { DATABASE_URL: await fresh("postgres") });
  }, 240_000);
};

/** A whole life of a schema through the packed binary: from nothing to branches, and back. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const repository = path.resolve(import.meta.dirname, "../..");
const kit = path.join(repository, "src/kit");

/** Builds and packs the kit, and puts it beside the core that is in the project already. */
export const installKit = async (project: string): Promise<void> => {
  const run = promisify(execFile);
  await run("npm", ["run", "--silent", "build"], { cwd: kit });
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", project], { cwd: kit });
  const folder = path.join(project, "node_modules/@flash-db/kit");
  mkdirSync(path.join(project, "kit"), { recursive: true });
  await run("tar", ["-xzf", path.join(project, stdout.trim().split("\n").at(-1) ?? ""), "-C", path.join(project, "kit")]);
  cpSync(path.join(project, "kit/package"), folder, { recursive: true });
  for (const name of ["jiti", "@clack", "sisteransi", "fast-string-width", "fast-string-truncated-width", "fast-wrap-ansi"])
    symlinkSync(path.join(repository, "node_modules", name), path.join(project, "node_modules", name));
  symlinkSync(path.join(kit, "node_modules/commander"), path.join(project, "node_modules/commander"));
};

interface Ended {
  readonly code: number;
  readonly out: string;
}

/** The examples of one database; `url` is an empty one. */
export const describeLife = (project: () => string, name: string, urlOf: (folder: string) => Promise<string> | string): void => {
  it(`lives from the first migration to merged branches on ${name}`, async () => {
    const folder = path.join(project(), `life-${name.replaceAll(/\W/g, "-")}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const url = await urlOf(folder);
    const binary = path.join(project(), "node_modules/@flash-db/kit/dist/main.js");
    const flash = async (...args: readonly string[]): Promise<Ended> => {
      try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [binary, ...args], {
          cwd: folder,
          encoding: "utf8",
          env: { ...process.env, NO_COLOR: "1", CI: "1", FORCE_COLOR: undefined },
        });
        return { code: 0, out: stdout + stderr };
      } catch (error) {
        const failed = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
        return { code: failed.code, out: failed.stdout + failed.stderr };
      }
    };
    const fine = async (...args: readonly string[]): Promise<string> => {
      const { code, out } = await flash(...args);
      expect(code, `flash-db ${args.join(" ")}\n${out}`).toBe(0);
      return out;
    };
    const models = (text: string): void =>
      writeFileSync(
        path.join(folder, "models.ts"),
        `import { foreignKey, model, sql, t } from "flash-db";\nvoid [foreignKey, sql];\n${text}\n`,
      );
    const program = async (body: string): Promise<string> => {
      const text = `import { connect } from "flash-db"; const database = await connect(${JSON.stringify(url)});
        const db = database.session(); const rows = async (text) => (await db.execute(text)); ${body}; await db.commit(); await db.close(); await database.close();`;
      return (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", text], { cwd: folder })).stdout.trim();
    };
    const migration = (text: string): string => readdirSync(path.join(folder, "migrations")).find((file) => file.startsWith(text)) ?? "";

    // The first migration, and rows.
    models(`export class User extends model<User>("users")({ name: t.text(), role: t.enum(["a", "b"]).default("a") }) {}
      export class Note extends model<Note>("notes")({ text: t.text(), user: foreignKey(() => User, { onDelete: "cascade" }) }) {}`);
    await fine("init", "--url", url);
    expect((await flash("makemigrations", "--check")).code).toBe(3);
    expect(await fine("makemigrations")).toContain("add table users");
    expect(await fine("migrate")).toContain("0001_initial");
    expect(await fine("migrate")).toContain("nothing to do");
    expect(await fine("check")).toContain("the database matches its history");
    await program(
      `const { sql } = await import("flash-db"); await rows(sql\`INSERT INTO users (name, role) VALUES ('Ada', 'a'), ('', 'b')\`); await rows(sql\`INSERT INTO notes (text, user_id) VALUES ('x', 1)\`)`,
    );

    // A rename in CI: it stops with both answers, and keeps the values once it is said.
    models(`export class User extends model<User>("users")({ fullName: t.text(), role: t.enum(["a", "b"]).default("a") }) {}
      export class Note extends model<Note>("notes")({ text: t.text(), user: foreignKey(() => User, { onDelete: "cascade" }) }) {}`);
    const asked = await flash("makemigrations", "--json");
    expect(asked.code).toBe(2);
    const { questions } = JSON.parse(asked.out) as {
      readonly questions: readonly { readonly answers: readonly { readonly option: string }[] }[];
    };
    expect(questions[0]?.answers.map(({ option }) => option)).toEqual(["--rename users.name:full_name", "--drop users.name"]);
    expect((await flash("makemigrations", "--rename", "users.nam:full_name")).out).toContain('did you mean "users.name"?');
    writeFileSync(path.join(folder, "hints.json"), JSON.stringify({ rename: ["users.name:full_name"] }));
    await fine("makemigrations", "--hints", "hints.json");
    expect(await fine("sqlmigrate", "0002")).toContain("RENAME COLUMN");
    await fine("migrate");
    const names = `const { sql } = await import("flash-db"); console.log(JSON.stringify([(await rows(sql\`SELECT full_name FROM users ORDER BY id\`)), (await rows(sql\`SELECT text FROM notes\`))]))`;
    expect(await program(names)).toMatch(/Ada.*x/);
    expect(await fine("check")).toContain("the database matches its history");

    // Two branches that commute need no file; two that do not are named.
    const branch = (file: string, text: string): void =>
      writeFileSync(
        path.join(folder, "migrations", file),
        `import { addColumn, alterColumn, migration, t } from "flash-db/migrations";\nvoid [addColumn, alterColumn, t];\nexport default migration({ after: [${JSON.stringify(migration("0002").replace(".ts", ""))}] }, ${text});\n`,
      );
    branch("0003_age.ts", 'addColumn("users", "age", t.integer().nullable())');
    branch("0003_nick.ts", 'addColumn("users", "nick", t.text().nullable())');
    expect(await fine("migrate")).toMatch(/0003_age[^]*0003_nick/);
    branch("0004_wide.ts", 'alterColumn("users", "nick", { type: t.varchar(80) })');
    branch("0004_narrow.ts", 'alterColumn("users", "nick", { type: t.varchar(40) })');
    for (const file of ["0004_wide.ts", "0004_narrow.ts"]) {
      const place = path.join(folder, "migrations", file);
      writeFileSync(place, readFileSync(place, "utf8").replace(/after: \[.*?\]/, 'after: ["0003_age", "0003_nick"]'));
    }
    const conflict = await flash("migrate");
    expect([conflict.code, conflict.out]).toEqual([2, expect.stringContaining("users.nick: 0004_narrow and 0004_wide")]);
    models(`export class User extends model<User>("users")({ fullName: t.text(), role: t.enum(["a", "b"]).default("a"), age: t.integer().nullable(), nick: t.varchar(60).nullable() }) {}
      export class Note extends model<Note>("notes")({ text: t.text(), user: foreignKey(() => User, { onDelete: "cascade" }) }) {}`);
    await fine("makemigrations", "--merge");
    await fine("migrate");
    expect(await fine("check")).toContain("the migrations match the models");
    expect(await fine("check")).toContain("the database matches its history");

    // Back: what nobody said is not lost.
    await program(`const { sql } = await import("flash-db"); await rows(sql\`UPDATE users SET age = 36\`)`);
    const refused = await flash("migrate", "0002");
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining("would lose the contents of users.age")]);
    await fine("migrate", "0002", "--lose");
    expect(await program(names)).toMatch(/Ada.*x/);
    await fine("migrate");

    // An edited file is found and mended.
    const edited = path.join(folder, "migrations/0003_age.ts");
    writeFileSync(edited, `// A licence.\n${readFileSync(edited, "utf8")}`);
    await fine("history");
    writeFileSync(edited, readFileSync(edited, "utf8").replace("t.integer()", "t.bigint()"));
    const found = await flash("migrate");
    expect([found.code, found.out]).toEqual([1, expect.stringContaining("0003_age: the file was edited after it ran")]);
    expect((await flash("history", "repair")).code).toBe(2);
    writeFileSync(edited, readFileSync(edited, "utf8").replace("t.bigint()", "t.integer()"));
    expect(await fine("showmigrations")).not.toContain("[!]");

    // A drawing, a prompt, and code that migrates.
    expect(await fine("diagram")).toContain("users ||--o{ notes : user_id");
    await fine("diagram", "-o", "schema.svg");
    expect(readFileSync(path.join(folder, "schema.svg"), "utf8")).toMatch(/^<svg[^]*users[^]*<\/svg>\n$/);
    const typed = execFile(process.execPath, [binary, "shell"], { cwd: folder });
    typed.stdin?.end("(await User.objects.all().order('id').first(db)).fullName\n(await User.objects.count(db)) + 40\n");
    let said = "";
    typed.stdout?.on("data", (piece: string) => (said += piece));
    await new Promise((resolve) => typed.once("close", resolve));
    expect(said).toContain("42");
    expect((await flash("migrat")).out).toContain("Did you mean migrate?");
    await program(
      `const { migrate } = await import("@flash-db/kit"); await migrate(database, "migrations", { target: "zero" }); console.log((await migrate(database, "migrations")).length)`,
    );
  }, 180_000);
};

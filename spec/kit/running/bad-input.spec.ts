/** What people give by mistake, and what the world around does: each a clear error that says what to do, and the database as before. */

import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { afterwards, fresh, onServer } from "../../support/fresh.js";
import { type Ended, openWorkshop, type Workshop } from "../support/built.js";

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
}, 60_000);
afterAll(() => shop.remove());

type Files = Readonly<Record<string, string>>;
const config = (url = "sqlite:app.db"): Files => ({
  "flash-db.config.js": `export default { url: ${JSON.stringify(url)}, models: "models.ts" };`,
});
const model = (name: string, table: string): string =>
  `import { model, t } from "flash-db"; export class ${name} extends model<${name}>("${table}")({ name: t.text() }) {}\n`;
const migration = (after: string, body: string): string =>
  `import { addColumn, addTable, alterColumn, migration, sql, t } from "flash-db/migrations"; void [addColumn, addTable, alterColumn, sql, t]; export default migration({ after: [${after}] }, ${body});\n`;
const initial: Files = {
  "models.ts": model("User", "users"),
  "migrations/0001_initial.ts": migration("", 'addTable("users", { id: t.id(), name: t.text() })'),
};
let count = 0;
const project = (files: Files): string => shop.project(`bad-${++count}`, files);
const failing = async (files: Files, ...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await shop.run(project(files), ...args);
  expect(code, out + err).toBe(1);
  return out + err;
};

describe("models", () => {
  it.each<[string, string | null, RegExp]>([
    ["that throw", 'throw new Error("no DATABASE_URL");', /models\.ts could not be loaded: no DATABASE_URL/],
    ["that are no TypeScript", "export const x = {", /models\.ts could not be loaded: .*Unexpected token/],
    ["that export nothing", "export const x = 1;", /models\.ts exports no models: expected classes that extend model/],
    ["that are not there", null, /models' module models\.ts does not exist/],
    [
      "of one table twice",
      `${model("User", "users")}export class Person extends model<Person>("users")({ age: t.integer() }) {}`,
      /User and Person are both models of table "users"/,
    ],
  ])("%s", async (_, text, message) => {
    expect(await failing({ ...config(), ...(text === null ? {} : { "models.ts": text }) }, "makemigrations")).toMatch(message);
  });
});

describe("files", () => {
  it.each<[string, Files, RegExp]>([
    ["that export no migration", { "migrations/0002_x.ts": "export default 1;" }, /0002_x\.ts exports no migration; write/],
    ["that throw", { "migrations/0002_x.ts": "throw new Error('oops');" }, /0002_x\.ts could not be loaded: oops/],
    [
      "of one name",
      { "migrations/0001_initial.js": initial["migrations/0001_initial.ts"] ?? "" },
      /two migrations are called "0001_initial"/,
    ],
    [
      "that come after one that is missing",
      { "migrations/0003_x.ts": migration('"0002_gone"', "") },
      /after "0002_gone", which is not in the folder.*bring the file back/,
    ],
    [
      "that come after each other in a circle",
      { "migrations/0002_x.ts": migration('"0003_y"', ""), "migrations/0003_y.ts": migration('"0002_x"', "") },
      /in a cycle: 0002_x → 0003_y → 0002_x/,
    ],
  ])("%s", async (_, files, message) => {
    expect(await failing({ ...config(), ...initial, ...files }, "migrate")).toMatch(message);
  });

  it("that were edited, or are gone, after they ran", async () => {
    const folder = project({ ...config(), ...initial });
    expect((await shop.run(folder, "migrate")).code).toBe(0);
    const file = path.join(folder, "migrations/0001_initial.ts");
    shop.project(path.basename(folder), {
      "migrations/0001_initial.ts": `${initial["migrations/0001_initial.ts"] ?? ""}// only a comment\n`,
    });
    expect((await shop.run(folder, "migrate")).code).toBe(0);
    shop.project(path.basename(folder), {
      "migrations/0001_initial.ts": migration("", 'addTable("users", { id: t.id(), name: t.varchar(9) })'),
    });
    expect((await shop.run(folder, "migrate")).err).toMatch(/0001_initial: the file was edited after it ran[^]*history repair/);
    rmSync(file);
    expect((await shop.run(folder, "migrate")).err).toMatch(/0001_initial: it ran, but its file is not in the folder/);
  });

  it("a wrong rename hint", async () => {
    expect(await failing({ ...config(), ...initial }, "makemigrations", "--rename", "users.nam:full_name")).toMatch(
      /--rename users\.nam:full_name: the migrations know no "users\.nam"/,
    );
  });
});

describe("the database", () => {
  it.each<[string, string, RegExp]>([
    [
      "cannot be reached",
      "postgres://u:secret@127.0.0.1:1/x",
      /postgres:\/\/u:…@127\.0\.0\.1:1\/x cannot be reached: .*ECONNREFUSED.*Check that the server runs/,
    ],
    ["has no folder", "sqlite:nowhere/app.db", /The folder .*nowhere of the database .* does not exist\. Make it first\./],
    ["is of no known kind", "mysql://x/y", /"mysql" is not a supported database; expected one of postgres, sqlite/],
  ])("%s", async (_, url, message) => {
    const said = await failing({ ...config(url), ...initial }, "migrate");
    expect(said).toMatch(message);
    expect(said).not.toContain("secret");
  });

  it("gives no permission", async () => {
    const url = new URL(await fresh("postgres database"));
    const role = `visitor_${String(process.pid)}`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'visitor'`);
    afterwards(() => onServer(`DROP ROLE ${role}`));
    [url.username, url.password] = [role, "visitor"];
    expect(await failing({ ...config(url.href), ...initial }, "migrate")).toMatch(/permission denied for schema public/);
  });

  it("has no room left: nothing of the migration is kept, and the next run does it", async () => {
    const rows = `sql(sql\`INSERT INTO users (name) SELECT hex(randomblob(40000)) FROM json_each('[${Array.from({ length: 30 }, (_, at) => at).join(",")}]')\`)`;
    const folder = project({ ...config(), ...initial, "migrations/0002_rows.ts": migration('"0001_initial"', rows) });
    const binary = path.join(folder, "../node_modules/@flash-db/kit/dist/main.js");
    const { code, err } = await new Promise<Pick<Ended, "code" | "err">>((resolve) =>
      execFile(
        "bash",
        ["-c", `trap '' XFSZ; ulimit -f 500; exec "${process.execPath}" "${binary}" migrate`],
        { cwd: folder },
        (error, _, said) => resolve({ code: typeof error?.code === "number" ? error.code : 0, err: said }),
      ),
    );
    expect([code, err]).toEqual([1, expect.stringMatching(/0002_rows: .*make room on the disk.*run the same command again/)]);
    expect((await shop.run(folder, "showmigrations")).out).toMatch(/\[x\] 0001_initial\n\[ \] 0002_rows/);
    expect((await shop.run(folder, "migrate")).code).toBe(0);
  }, 60_000);

  it("is held by a long query: it is waited for, and who waits is told", async () => {
    const folder = project({ ...config(), ...initial });
    const database = new Sqlite(path.join(folder, "app.db"));
    afterwards(() => Promise.resolve(database.close()));
    database.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
    const run = shop.start(folder, "migrate");
    await new Promise((resolve) => run.process.stderr?.once("data", resolve));
    database.exec("COMMIT");
    const { code, err } = await run.ended;
    expect([code, err]).toEqual([0, expect.stringContaining("waiting for another process, since now: it writes to this database")]);
  }, 60_000);

  it("holds a table by a long query: the migration steps aside, and tries again", async () => {
    const url = await fresh("postgres database");
    const folder = project({ ...config(url), ...initial });
    expect((await shop.run(folder, "migrate")).code).toBe(0);
    shop.project(path.basename(folder), {
      "migrations/0002_age.ts": migration('"0001_initial"', 'addColumn("users", "age", t.integer().nullable())'),
    });
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE");
    const run = shop.start(folder, "migrate");
    // It asks for a stronger lock, and gives up after three seconds.
    await new Promise((resolve) => setTimeout(resolve, 4500));
    await client.query("COMMIT");
    await client.end();
    expect(await run.ended).toMatchObject({ code: 0, out: expect.stringContaining("0002_age") as string });
  }, 60_000);
});

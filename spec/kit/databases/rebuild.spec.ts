/** SQLite builds a table anew for most changes: whatever hangs on the table stays as it was. */

import type { Database } from "flash-db";
import {
  addColumn,
  addConstraint,
  addTable,
  alterColumn,
  check,
  dropColumn,
  foreignKey,
  index,
  type MigrationItem,
  renameColumn,
  sql,
  t,
  tableOptions,
  unique,
} from "flash-db/migrations";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/connect.js";
import { runTo } from "../../../src/kit/commands/running.js";
import { graphOf } from "../../../src/kit/state/index.js";
import { afterwards, fresh } from "../../support/fresh.js";
import { given } from "../migrations.js";
import { withSession } from "../support/there-and-back.js";

const users = addTable("users", { id: t.id(), name: t.text(), age: t.integer().nullable() }, index(["name"], { name: "users_by_name" }));
const notes = addTable(
  "notes",
  { id: t.id(), text: t.text(), user_id: t.key(), maybe_id: t.key().nullable() },
  foreignKey("user_id", "users.id", { onDelete: "cascade" }),
  foreignKey("maybe_id", "users.id", { onDelete: "setNull" }),
);

/** A database with these tables and statements, before the change; the change is run by the returned function. */
const prepared = async (tables: readonly MigrationItem[], texts: readonly string[]) => {
  const database: Database = await connect(await fresh("sqlite file"));
  afterwards(() => database.close({ timeout: 0 }));
  const first = given("0001", [], ...tables);
  await runTo(database, graphOf([first]), () => undefined, {});
  await withSession(database, async (session) => {
    for (const text of texts) await session.execute(text);
  });
  return {
    change: async (...items: readonly MigrationItem[]) =>
      void (await runTo(database, graphOf([first, given("0002", ["0001"], ...items)]), () => undefined, {})),
    rows: async (text: string) =>
      (await withSession(database, (session) => session.rows(text))).map((row) =>
        row.map((cell) => (typeof cell === "bigint" ? Number(cell) : cell)),
      ),
    execute: (text: string) => withSession(database, (session) => session.execute(text)),
  };
};
const rows = ["INSERT INTO users (name, age) VALUES ('Ada', 36), ('', NULL), ('Ada', -1)"];
/** It cannot be done in place. */
const change = alterColumn("users", "age", { type: t.bigint() });

describe("building a table anew keeps", () => {
  it("the mark of AUTOINCREMENT: the key of a deleted row is not given again", async () => {
    const { change: run, rows: read, execute } = await prepared([users], [...rows, "DELETE FROM users WHERE id = 3"]);
    await run(change);
    await execute("INSERT INTO users (name) VALUES ('new')");
    expect(await read("SELECT max(id) FROM users")).toEqual([[4]]);
  });

  it("the mark of an empty table", async () => {
    const { change: run, rows: read, execute } = await prepared([users], [...rows, "DELETE FROM users"]);
    await run(change);
    await execute("INSERT INTO users (name) VALUES ('new')");
    expect(await read("SELECT id FROM users")).toEqual([[4]]);
  });

  it("rows of other tables that refer to it, whatever they do when it goes", async () => {
    const {
      change: run,
      rows: read,
      execute,
    } = await prepared([users, notes], [...rows, "INSERT INTO notes (text, user_id, maybe_id) VALUES ('a', 1, 2), ('b', 3, 3)"]);
    await run(change);
    expect(await read("SELECT text, user_id, maybe_id FROM notes ORDER BY id")).toEqual([
      ["a", 1, 2],
      ["b", 3, 3],
    ]);
    // They still refer to it.
    await execute("DELETE FROM users WHERE id = 3");
    expect(await read("SELECT count(*) FROM notes")).toEqual([[1]]);
    await expect(execute("INSERT INTO notes (text, user_id) VALUES ('c', 99)")).rejects.toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
  });

  it("rows that refer to rows of the same table, in circles too", async () => {
    const tree = addTable(
      "nodes",
      { id: t.id(), up_id: t.key().nullable(), size: t.integer() },
      foreignKey("up_id", "nodes.id", { onDelete: "cascade" }),
    );
    const { change: run, rows: read } = await prepared(
      [tree],
      ["INSERT INTO nodes (id, size) VALUES (1, 1), (2, 2)", "UPDATE nodes SET up_id = 3 - id"],
    );
    await run(alterColumn("nodes", "size", { type: t.bigint() }));
    expect(await read("SELECT id, up_id FROM nodes ORDER BY id")).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it("triggers, which still do their work", async () => {
    const {
      change: run,
      rows: read,
      execute,
    } = await prepared(
      [users],
      [
        ...rows,
        "CREATE TABLE log (text)",
        "CREATE TRIGGER renamed AFTER UPDATE OF name ON users BEGIN INSERT INTO log VALUES (new.name); END",
      ],
    );
    await run(change);
    await execute("UPDATE users SET name = 'Eve' WHERE id = 1");
    expect(await read("SELECT text FROM log")).toEqual([["Eve"]]);
  });

  it("views over it, and views over those", async () => {
    const { change: run, rows: read } = await prepared(
      [users],
      [...rows, "CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18", "CREATE VIEW names AS SELECT name FROM adults"],
    );
    await run(change);
    expect(await read("SELECT name FROM names")).toEqual([["Ada"]]);
  });

  it("indexes, its own and those that no migration speaks of", async () => {
    const { change: run, rows: read } = await prepared(
      [users],
      [...rows, "CREATE UNIQUE INDEX by_hand ON users (lower(name), id) WHERE age > 0"],
    );
    await run(change);
    expect(await read("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'users' ORDER BY 1")).toEqual([
      ["by_hand"],
      ["users_by_name"],
    ]);
  });

  it("STRICT and WITHOUT ROWID", async () => {
    const strict = addTable(
      "facts",
      { code: t.text().primaryKey(), size: t.integer() },
      tableOptions({ words: { sqlite: "STRICT, WITHOUT ROWID" } }),
    );
    const { change: run, rows: read } = await prepared([strict], ["INSERT INTO facts VALUES ('a', 1)"]);
    await run(alterColumn("facts", "size", { nullable: true }));
    expect(await read("SELECT strict, wr FROM pragma_table_list WHERE name = 'facts'")).toEqual([[1, 1]]);
    expect(await read("SELECT code, size FROM facts")).toEqual([["a", 1]]);
  });

  it("what several changes at once ask for, in one go", async () => {
    const { change: run, rows: read, execute } = await prepared([users], rows);
    await run(
      renameColumn("users", "name", "full_name"),
      addColumn("users", "nick", t.text(), { fill: sql`full_name || '!'` }),
      addConstraint("users", check("aged", sql`"age" IS NULL OR "age" > -9`)),
      addConstraint("users", unique(["full_name", "nick", "age"])),
      alterColumn("users", "age", { type: t.bigint() }),
    );
    expect(await read("SELECT id, full_name, nick, age FROM users ORDER BY id")).toEqual([
      [1, "Ada", "Ada!", 36],
      [2, "", "!", null],
      [3, "Ada", "Ada!", -1],
    ]);
    await expect(execute("INSERT INTO users (full_name, nick, age) VALUES ('x', 'y', -10)")).rejects.toMatchObject({
      code: "CHECK_VIOLATION",
    });
  });
});

describe("building a table anew refuses, and leaves everything as it was,", () => {
  it("when a view needs a column that goes", async () => {
    const { change: run, rows: read } = await prepared([users], [...rows, "CREATE VIEW ages AS SELECT age FROM users"]);
    await expect(run(dropColumn("users", "age"), alterColumn("users", "name", { nullable: true }))).rejects.toThrow(
      /view "ages" uses something/,
    );
    expect(await read("SELECT count(*), count(age) FROM users")).toEqual([[3, 2]]);
    expect(await read("SELECT count(*) FROM ages")).toEqual([[3]]);
  });

  it("when rows break what is asked for", async () => {
    const { change: run, rows: read } = await prepared([users], rows);
    await expect(run(addConstraint("users", unique(["name"])))).rejects.toMatchObject({ cause: { code: "UNIQUE_VIOLATION" } });
    await expect(run(addConstraint("users", check("aged", sql`"age" > 0`)))).rejects.toThrow(/0002: .*aged/);
    expect(await read("SELECT count(*) FROM users")).toEqual([[3]]);
  });

  it("when a new key leads nowhere", async () => {
    const { change: run, rows: read } = await prepared(
      [users, addTable("pets", { id: t.id(), user_id: t.key() })],
      [...rows, "INSERT INTO pets (user_id) VALUES (1), (77)"],
    );
    await expect(run(addConstraint("pets", foreignKey("user_id", "users.id")))).rejects.toThrow(
      /1 row would refer to missing rows: pets 2 → users/,
    );
    expect(await read("SELECT count(*) FROM pragma_foreign_key_list('pets')")).toEqual([[0]]);
  });
});

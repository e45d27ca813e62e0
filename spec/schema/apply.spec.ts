/** The DDL of models run for real: tables keep what their models promise, exist once, and go again. */

import { expect, it } from "vitest";
import type { DatabaseCore } from "../../src/database/database.js";
import { FlashDbError } from "../../src/errors.js";
import { softDelete, t, timestamps } from "../../src/metadata/fields.js";
import { check, index, unique } from "../../src/metadata/options.js";
import { anyOf, foreignKey, hasMany, manyToMany, oneToOne } from "../../src/metadata/relations.js";
import { metadataOf } from "../../src/metadata/registry.js";
import { createTables, dropTables } from "../../src/schema/index.js";
import { fragment, raw } from "../../src/sql/factories/index.js";
import { sql } from "../../src/sql/template.js";
import { define, subtype } from "../metadata/models.js";
import { eachCore, openCore, run, who } from "../support/drivers.js";
import { fresh } from "../support/fresh.js";
import { resolver } from "./resolver.js";

class User extends define("users", {
  name: t.text().unique(),
  role: t.enum(["admin", "it's"]).default("admin"),
  best: foreignKey(() => Post, { onDelete: "setNull" }).nullable(),
  posts: hasMany(() => Post, "author"),
}) {}
class Profile extends define("profiles", { user: oneToOne(() => User, { onDelete: "cascade" }).primaryKey(), bio: t.varchar(3) }) {}
class Post extends define(
  "posts",
  {
    title: t.text(),
    author: foreignKey(() => User),
    tags: manyToMany(() => Tag),
    parent: foreignKey(() => Post).nullable(),
    ...softDelete(),
  },
  {
    indexes: [index("author", "-title")],
    constraints: [unique("author", "title"), check("titled", { title__ne: "" }), check("known", { title__in: ["a", "b", "O'Hara"] })],
  },
) {}
class Tag extends define("tags", { label: t.text() }) {}
class Everything extends define("everything", {
  code: t.uuid().primaryKey(),
  a: t.smallint(),
  b: t.integer(),
  d: t.bigint(),
  e: t.real(),
  f: t.double(),
  g: t.decimal(30, 10),
  h: t.boolean(),
  i: t.date(),
  j: t.time(),
  k: t.duration(),
  l: t.json(),
  m: t.bytes(),
  n: t.array(t.timestamp()),
  o: t.custom({ sql: "text", encode: String, decode: String }),
  p: t.text().dbDefault(sql`'x'`),
  q: t.integer().generated(sql`b + ${1}`),
  version: t.version(),
  ...timestamps(),
  about: anyOf({ user: () => User, tag: () => Tag }).nullable(),
}) {}
class Person extends define("people", { kind: t.text() }) {}
class Admin extends subtype(Person, "admin", { level: t.integer(), boss: foreignKey(() => Admin) }) {}
const all = [Profile, Post, Tag, Everything, Admin, User].map((model) => metadataOf(model));
const tables = ["everything", "people", "posts", "posts_tags", "profiles", "tags", "users"];

const listed = async (core: DatabaseCore): Promise<readonly unknown[]> => {
  const { rows } = await core.run(core.dialect.compile(raw(fragment([core.dialect.schema.listTables], []), false)), who());
  return rows
    .filter(([schema]) => schema === null)
    .map(([, name]) => String(name))
    .sort((a, b) => (a < b ? -1 : 1));
};
/** The `code` of the error, or null where the statement passes. */
const refused = async (core: DatabaseCore, text: string): Promise<string | null> => {
  const transaction = await core.begin({}, who());
  try {
    await transaction.run({ text, parameters: [], values: [], outputs: null, writes: true });
    await transaction.commit();
    return null;
  } catch (error) {
    if (transaction.status !== "ended") await transaction.rollback();
    if (error instanceof FlashDbError) return error.code;
    throw error;
  }
};

eachCore("tables", (open) => {
  it("are made with every type, once, and dropped again", async () => {
    const core = await open();
    await createTables(core, all, resolver);
    expect(await listed(core)).toEqual(tables);
    expect(await refused(core, "INSERT INTO tags (label) VALUES ('kept')")).toBeNull();
    await createTables(core, all, resolver);
    expect((await run(core, "SELECT label FROM tags")).rows).toEqual([["kept"]]);
    await dropTables(core, all);
    expect(await listed(core)).toEqual([]);
    await dropTables(core, all);
  });

  it("are made where some exist already, a link once both its tables are there", async () => {
    const core = await open();
    await createTables(core, [metadataOf(Tag)], resolver);
    expect(await listed(core)).toEqual(["tags"]);
    await createTables(core, [metadataOf(User), metadataOf(Post)], resolver);
    expect(await listed(core)).toEqual(["posts", "posts_tags", "tags", "users"]);
  });

  it("refuse what the model refuses", async () => {
    const core = await open();
    await createTables(core, all, resolver);
    const answers: [string, string | null][] = [
      ["INSERT INTO users (name, role) VALUES ('ada', 'admin')", null],
      ["INSERT INTO users (name, role) VALUES ('ada', 'admin')", "UNIQUE_VIOLATION"],
      ["INSERT INTO users (name, role) VALUES ('bob', 'it''s')", null],
      ["INSERT INTO users (name, role) VALUES ('cyd', 'root')", "CHECK_VIOLATION"],
      ["INSERT INTO users (name, role) VALUES (NULL, 'admin')", "NOT_NULL_VIOLATION"],
      ["INSERT INTO posts (title, author_id) VALUES ('a', 1)", null],
      ["INSERT INTO posts (title, author_id) VALUES ('a', 1)", "UNIQUE_VIOLATION"],
      ["INSERT INTO posts (title, author_id) VALUES ('O''Hara', 1)", null],
      ["INSERT INTO posts (title, author_id) VALUES ('', 1)", "CHECK_VIOLATION"],
      ["INSERT INTO posts (title, author_id) VALUES ('z', 1)", "CHECK_VIOLATION"],
      ["INSERT INTO posts (title, author_id) VALUES ('b', 99)", "FOREIGN_KEY_VIOLATION"],
      ["UPDATE posts SET deleted_at = '2024-01-01T00:00:00.000Z' WHERE title = 'a'", null],
      ["INSERT INTO posts (title, author_id) VALUES ('a', 1)", null],
      ["DELETE FROM users WHERE id = 1", "FOREIGN_KEY_VIOLATION"],
      ["UPDATE users SET best_id = 1 WHERE id = 2", null],
      ["INSERT INTO people (kind, level) VALUES ('admin', 3)", null],
      ["INSERT INTO people (kind) VALUES ('person')", null],
    ];
    for (const [text, code] of answers) expect([text, await refused(core, text)]).toEqual([text, code]);
  });

  it("wait until COMMIT where the relation says so", async () => {
    class Page extends define("pages", { next: foreignKey(() => Page, { deferrable: "deferred" }) }) {}
    const core = await open();
    await createTables(core, [metadataOf(Page)], resolver);
    const transaction = await core.begin({}, who());
    for (const text of ["INSERT INTO pages (id, next_id) VALUES (1, 2)", "INSERT INTO pages (id, next_id) VALUES (2, 1)"])
      await transaction.run({ text, parameters: [], values: [], outputs: null, writes: true });
    await transaction.commit();
    expect(await refused(core, "INSERT INTO pages (id, next_id) VALUES (3, 4)")).toBe("FOREIGN_KEY_VIOLATION");
  });

  it("do on delete what the relation says", async () => {
    const core = await open();
    await createTables(core, all, resolver);
    for (const text of [
      "INSERT INTO users (name, role) VALUES ('ada', 'admin')",
      "INSERT INTO profiles (user_id, bio) VALUES (1, 'x')",
      "INSERT INTO posts (title, author_id) VALUES ('a', 1)",
      "INSERT INTO posts (title, author_id, parent_id) VALUES ('b', 1, 1)",
      "INSERT INTO tags (label) VALUES ('t')",
      "INSERT INTO posts_tags (post_id, tag_id) VALUES (1, 1)",
      "UPDATE users SET best_id = 1",
    ])
      expect([text, await refused(core, text)]).toEqual([text, null]);
    expect(await refused(core, "DELETE FROM posts WHERE id = 1")).toBe("FOREIGN_KEY_VIOLATION");
    // A tree goes in one statement, children and parents in any order.
    expect(await refused(core, "DELETE FROM posts")).toBeNull();
    expect((await run(core, "SELECT best_id FROM users")).rows).toEqual([[null]]);
    expect((await run(core, "SELECT post_id FROM posts_tags")).rows).toEqual([]);
    expect(await refused(core, "DELETE FROM users")).toBeNull();
    expect((await run(core, "SELECT user_id FROM profiles")).rows).toEqual([]);
  });

  it("go although their rows refer to each other in a circle", async () => {
    const core = await open();
    const circle = [metadataOf(User), metadataOf(Post), metadataOf(Tag)];
    await createTables(core, circle, resolver);
    for (const text of [
      "INSERT INTO users (name, role) VALUES ('ada', 'admin')",
      "INSERT INTO posts (title, author_id, parent_id) VALUES ('a', 1, 1)",
      "UPDATE users SET best_id = 1",
    ])
      expect(await refused(core, text)).toBeNull();
    await dropTables(core, circle);
    expect(await listed(core)).toEqual([]);
  });

  it("are made all or none", async () => {
    const core = await open();
    class Fine extends define("fine", { name: t.text() }) {}
    class Broken extends define("broken", { name: t.text().dbDefault(sql`no such thing(`) }) {}
    await expect(createTables(core, [metadataOf(Fine), metadataOf(Broken)], resolver)).rejects.toThrow(FlashDbError);
    expect(await listed(core)).toEqual([]);
  });

  it("may be in a schema of their own", async () => {
    const core = await open();
    class Log extends define("logs", { text: t.text().index() }, { schema: "audit" }) {}
    await createTables(core, [metadataOf(Log)], resolver);
    await createTables(core, [metadataOf(Log)], resolver);
    const table = core.dialect.features.schemas ? "audit.logs" : "logs";
    expect(await refused(core, `INSERT INTO ${table} (text) VALUES ('x')`)).toBeNull();
    await dropTables(core, [metadataOf(Log)]);
    await expect(run(core, `SELECT * FROM ${table}`)).rejects.toThrow(FlashDbError);
  });

  it("that rows of others refer to are not dropped with those rows", async () => {
    const core = await open();
    await createTables(core, all, resolver);
    for (const text of ["INSERT INTO users (name, role) VALUES ('ada', 'admin')", "INSERT INTO profiles (user_id, bio) VALUES (1, 'x')"])
      expect(await refused(core, text)).toBeNull();
    const drop = dropTables(core, [metadataOf(User), metadataOf(Post)]);
    if (core.dialect.schema.listReferences === null) await drop;
    else await expect(drop).rejects.toThrow('rows of table "profiles" refer to table "users" by "user_id"');
    expect((await run(core, "SELECT bio FROM profiles")).rows).toEqual([["x"]]);
    await run(core, "DELETE FROM profiles");
    await dropTables(core, [metadataOf(User), metadataOf(Post)]);
    expect(await listed(core)).not.toContain("users");
  });

  it("of one name in two schemas are two tables, or refused", async () => {
    const core = await open();
    class Here extends define("twins", { a: t.text() }) {}
    class There extends define("twins", { b: t.text() }, { schema: "audit" }) {}
    const made = createTables(core, [metadataOf(Here), metadataOf(There)], resolver);
    if (!core.dialect.features.schemas) {
      await expect(made).rejects.toThrow("in different schemas, which this database does not have");
      return;
    }
    await made;
    expect(await refused(core, "INSERT INTO audit.twins (b) VALUES ('x')")).toBeNull();
    expect((await run(core, "SELECT a FROM twins")).rows).toEqual([]);
    await dropTables(core, [metadataOf(Here), metadataOf(There)]);
  });
});

it("tables are made by several programs that start at once", async () => {
  const url = await fresh("postgres");
  const cores = await Promise.all(Array.from({ length: 6 }, () => openCore(url)));
  await Promise.all(cores.map((core) => createTables(core, all, resolver)));
  expect(await listed(cores[0] as DatabaseCore)).toEqual(tables);
});

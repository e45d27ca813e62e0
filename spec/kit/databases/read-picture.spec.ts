/** What a catalogue says of a schema is what the models asked for, and what others made keeps every fact when it is made again. */

import { expect } from "vitest";
import type { Database } from "../../../src/connect.js";
import { handleOf } from "../../../src/connect.js";
import { softDelete, t, timestamps } from "../../../src/metadata/fields.js";
import { check, index, unique } from "../../../src/metadata/options.js";
import { anyOf, foreignKey, hasMany, manyToMany, oneToOne } from "../../../src/metadata/relations.js";
import { metadataOf } from "../../../src/metadata/registry.js";
import type { ModelClass } from "../../../src/metadata/model-meta.js";
import { pictureOf, type SchemaPicture } from "../../../src/schema/index.js";
import { sql } from "../../../src/sql/template.js";
import { differences, factsOf } from "../../../src/kit/databases/facts.js";
import { canonicalPicture, readPicture } from "../../../src/kit/databases/read-picture.js";
import { type DatabaseSession, openDatabaseSession } from "../../../src/kit/databases/session.js";
import { define, subtype } from "../../metadata/models.js";
import { itOnEachDatabase } from "../../support/databases.js";
import { resolver } from "../../schema/resolver.js";

class Author extends define("authors", {
  name: t.text().unique(),
  role: t.enum(["admin", "it's"]).default("admin"),
  best: foreignKey(() => Post, { onDelete: "setNull" }).nullable(),
  posts: hasMany(() => Post, "author"),
}) {}
class Profile extends define("profiles", {
  user: oneToOne(() => Author, { onDelete: "cascade", onUpdate: "cascade" }).primaryKey(),
  bio: t.varchar(3),
}) {}
class Post extends define(
  "posts",
  {
    title: t.text(),
    views: t.integer().dbDefault(sql`${5}`),
    author: foreignKey(() => Author),
    tags: manyToMany(() => Tag),
    parent: foreignKey(() => Post).nullable(),
    ...softDelete(),
  },
  {
    indexes: [index("author", "-title"), index("views", { where: sql`${sql.identifier("views")} > ${3}` })],
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
  about: anyOf({ author: () => Author, tag: () => Tag }).nullable(),
}) {}
class Person extends define("people", { kind: t.text() }) {}
class Admin extends subtype(Person, "admin", { level: t.integer(), boss: foreignKey(() => Admin) }) {}
class Account extends define("accounts", { id: t.bigid(), odd: t.text().column('Odd "Name"') }) {}
const models = [Author, Profile, Post, Tag, Everything, Admin, Account] as unknown as readonly ModelClass[];

const withSession = async <R>(database: Database, work: (session: DatabaseSession) => Promise<R>): Promise<R> => {
  const session = await openDatabaseSession(database, "spec");
  try {
    return await work(session);
  } finally {
    session.release();
  }
};
const asked = (database: Database, of: readonly ModelClass[] = models): SchemaPicture =>
  pictureOf(
    of.map((model) => metadataOf(model)),
    resolver,
    [handleOf(database).dialect],
  );
/** A database of its own: a catalogue is read as a whole. */
const onEach = (title: string, example: Parameters<typeof itOnEachDatabase>[1]): void =>
  itOnEachDatabase(title, example, ["sqlite", "postgres database"]);

const same = { missing: [], extra: [] };

onEach("reads back what createAll made", async (database) => {
  await database.createAll(models);
  const picture = asked(database);
  await withSession(database, async (session) => {
    const read = await readPicture(session);
    expect(JSON.parse(JSON.stringify(read))).toEqual(read);
    expect(differences(await canonicalPicture(session, picture), read, session.dialect)).toEqual(same);
    expect(read.tables.map((table) => table.name.name).sort()).toEqual([
      "accounts",
      "authors",
      "everything",
      "people",
      "posts",
      "posts_tags",
      "profiles",
      "tags",
    ]);
    // Nothing of the comparison stays behind.
    expect(await readPicture(session)).toEqual(read);
  });
});

onEach("a picture that was read makes the same schema again", async (database) => {
  await database.createAll(models);
  await withSession(database, async (session) => {
    const read = await readPicture(session);
    expect(differences(read, await canonicalPicture(session, read), session.dialect)).toEqual(same);
  });
});

onEach("tells apart what differs", async (database) => {
  await database.createAll(models);
  await withSession(database, async (session) => {
    const whole = asked(database);
    const [first, ...rest] = whole.tables;
    if (first === undefined) throw new Error("no table");
    const changed = { ...whole, tables: [{ ...first, columns: first.columns.map((column) => ({ ...column, nullable: true })) }, ...rest] };
    const found = differences(await canonicalPicture(session, changed), await readPicture(session), session.dialect);
    expect(found.missing.length).toBeGreaterThan(0);
    expect(found.missing.length).toBe(found.extra.length);
  });
});

const others = {
  sqlite: [
    `CREATE TABLE parent (a INTEGER, b TEXT COLLATE NOCASE, PRIMARY KEY (a, b)) WITHOUT ROWID`,
    `CREATE TABLE [odd table] (
       id INTEGER PRIMARY KEY AUTOINCREMENT, -- a comment, with (
       name VARCHAR(20) NOT NULL DEFAULT 'it''s, (', [size] NUMERIC(10, 2) DEFAULT -1.5 CHECK ([size] > 0),
       up TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL, pa INTEGER, pb TEXT, self INTEGER REFERENCES [odd table] ON DELETE SET NULL,
       CONSTRAINT parent_fk FOREIGN KEY (pa, pb) REFERENCES parent (a, b) ON DELETE CASCADE ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED,
       CONSTRAINT "one each" UNIQUE (name, pa), CHECK (name <> '' /* never ) empty */))`,
    `CREATE TABLE strict (a ANY, b INT PRIMARY KEY, c TEXT NOT NULL) STRICT`,
    `CREATE UNIQUE INDEX names ON [odd table] (lower(name) DESC, name COLLATE NOCASE, (pa + 1), pb) WHERE pa IS NOT NULL AND name <> ')'`,
    `CREATE VIEW seen AS SELECT name FROM [odd table]`,
    `CREATE TRIGGER noted AFTER INSERT ON strict BEGIN INSERT INTO parent VALUES (new.b, 'x'); END`,
  ],
  postgres: [
    `CREATE TYPE mood AS ENUM ('good', 'it''s bad')`,
    `CREATE SCHEMA billing`,
    `CREATE SEQUENCE numbers INCREMENT 5 START 100 CYCLE`,
    `CREATE TABLE parent (a integer, b text COLLATE "C", CONSTRAINT parents_key PRIMARY KEY (a, b))`,
    `CREATE TABLE billing.bills (id serial PRIMARY KEY, big bigserial, number integer DEFAULT nextval('numbers') NOT NULL, always smallint GENERATED ALWAYS AS IDENTITY)`,
    `COMMENT ON TABLE billing.bills IS 'what it''s about'`,
    `COMMENT ON COLUMN billing.bills.id IS 'the key'`,
    `CREATE TABLE odd ("Odd Name" text NOT NULL, email character varying DEFAULT 'x'::character varying, m mood DEFAULT 'good', at timestamp DEFAULT now(),
       net inet, tags text[] DEFAULT '{}', pa integer, pb text, code char(3), bill integer REFERENCES billing.bills DEFERRABLE, during tstzrange,
       up text GENERATED ALWAYS AS (upper("Odd Name")) STORED, n numeric, CHECK (pa > 0),
       CONSTRAINT parent_fk FOREIGN KEY (pa, pb) REFERENCES parent ON DELETE CASCADE ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED,
       CONSTRAINT once UNIQUE NULLS NOT DISTINCT (email, m) INCLUDE (at), CONSTRAINT later UNIQUE (code) DEFERRABLE,
       CONSTRAINT apart EXCLUDE USING gist (during WITH &&))`,
    `ALTER TABLE odd ADD CONSTRAINT unseen CHECK (pa < 100) NOT VALID`,
    `CREATE INDEX lowered ON odd (lower("Odd Name") DESC NULLS LAST, email text_pattern_ops, pb COLLATE "C") INCLUDE (n) WHERE email IS NOT NULL`,
    `CREATE INDEX tagged ON odd USING gin (tags)`,
    `CREATE VIEW seen AS SELECT email FROM odd`,
  ],
};

onEach("keeps every fact of a schema that others made", async (database, kind) => {
  await withSession(database, async (session) => {
    const texts = kind !== "sqlite" ? others.postgres : others.sqlite;
    for (const text of texts) await session.execute(text);
    const read = await readPicture(session);
    expect(differences(read, await canonicalPicture(session, read), session.dialect)).toEqual(same);
    expect(read.unmanaged.map((one) => one.kind).sort()).toEqual(kind !== "sqlite" ? ["exclusion", "view"] : ["trigger", "view"]);
    expect(factsOf(read, session.dialect)).toMatchSnapshot();
  });
});

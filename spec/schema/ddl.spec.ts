/** The DDL of models on each dialect, as text; `apply.spec.ts` runs it. */

import { describe, expect, it } from "vitest";
import { postgresDialect } from "../../src/dialects/postgres/dialect.js";
import { sqliteDialect } from "../../src/dialects/sqlite/dialect.js";
import type { ModelOptions } from "../../src/metadata/options.js";
import { softDelete, t } from "../../src/metadata/fields.js";
import { check, index, unique } from "../../src/metadata/options.js";
import { anyOf, foreignKey, manyToMany, oneToOne } from "../../src/metadata/relations.js";
import { metadataOf } from "../../src/metadata/registry.js";
import { F } from "../../src/query/expressions/basic.js";
import { createStatements, dropStatements, linkTables, pictureOf } from "../../src/schema/index.js";
import { sql } from "../../src/sql/template.js";
import { define, messageOf, subtype } from "../metadata/models.js";
import { resolver } from "./resolver.js";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
type Name = keyof typeof dialects;
const names: readonly Name[] = ["sqlite", "postgres"];

const ddl = (models: readonly unknown[], name: Name): readonly string[] =>
  createStatements(
    pictureOf(
      models.map((model) => metadataOf(model)),
      resolver,
      [dialects[name]],
    ),
    dialects[name],
  ).map((text) => text.replace(/\s+/g, " "));
const columns = (fields: object, name: Name, options: ModelOptions = {}): readonly string[] => {
  const [create = "", ...rest] = ddl([define("x", { code: t.text().primaryKey(), ...fields }, options)], name);
  const lines = create.replace(/^CREATE TABLE "x" \( /, "").replace(/ \)$/, "");
  return [
    lines.replace(/^"code" text COLLATE "C" NOT NULL, |^"code" TEXT NOT NULL, /, "").replace(/, PRIMARY KEY \("code"\)/, ""),
    ...rest,
  ];
};

describe("what only one of the databases has", () => {
  class Note extends define(
    "notes",
    {
      body: t.text().comment("it's long"),
      tags: t.json(),
      subject: foreignKey(() => Note)
        .nullable()
        .renamedFrom("about_id")
        .comment("what it is on"),
    },
    {
      comment: "short texts",
      renamedFrom: "remarks",
      indexes: [index("tags", { method: "gin", name: "tagged" })],
      constraints: [unique("body", { deferrable: "deferred", name: "bodies" })],
    },
  ) {}

  it("comments, methods of indexes and uniques that wait are written where the database has them", () => {
    const [sqlite, postgres] = [ddl([Note], "sqlite"), ddl([Note], "postgres")];
    expect(postgres.filter((text) => !text.startsWith("CREATE TABLE"))).toEqual([
      `CREATE INDEX "tagged" ON "notes" USING "gin" ("tags")`,
      `CREATE INDEX "notes_subject_id_idx" ON "notes" ("subject_id")`,
      `COMMENT ON TABLE "notes" IS 'short texts'`,
      `COMMENT ON COLUMN "notes"."body" IS 'it''s long'`,
      `COMMENT ON COLUMN "notes"."subject_id" IS 'what it is on'`,
    ]);
    expect(postgres[0]).toContain(`CONSTRAINT "bodies" UNIQUE ("body") DEFERRABLE INITIALLY DEFERRED`);
    expect(sqlite.slice(1)).toEqual([
      `CREATE INDEX "tagged" ON "notes" ("tags")`,
      `CREATE INDEX "notes_subject_id_idx" ON "notes" ("subject_id")`,
    ]);
    expect(sqlite[0]).toMatch(/CONSTRAINT "bodies" UNIQUE \("body"\)(?! DEFERRABLE)/);
  });

  it("former names are known to the metadata", () => {
    const meta = metadataOf(Note);
    expect([meta.renamedFrom, meta.fieldsByName.get("subjectId")?.renamedFrom]).toEqual(["remarks", "about_id"]);
  });
});

describe("columns", () => {
  class Other extends define("others", { name: t.text() }) {}
  it.each<[object, readonly string[], readonly string[]]>([
    [{ a: t.text() }, [`"a" TEXT NOT NULL`], [`"a" text COLLATE "C" NOT NULL`]],
    [{ a: t.text().nullable() }, [`"a" TEXT`], [`"a" text COLLATE "C"`]],
    [{ a: t.text().collate("nocase") }, [`"a" TEXT COLLATE "nocase" NOT NULL`], [`"a" text COLLATE "nocase" NOT NULL`]],
    [
      { a: t.varchar(3) },
      [`"a" VARCHAR(3) NOT NULL, CONSTRAINT "x_a_check" CHECK (length("a") <= 3)`],
      [`"a" varchar(3) COLLATE "C" NOT NULL`],
    ],
    [
      { a: t.smallint(), b: t.integer(), d: t.bigint() },
      [`"a" SMALLINT NOT NULL, "b" INTEGER NOT NULL, "d" BIGINT NOT NULL`],
      [`"a" smallint NOT NULL, "b" integer NOT NULL, "d" bigint NOT NULL`],
    ],
    [{ a: t.real(), b: t.double() }, [`"a" REAL NOT NULL, "b" DOUBLE NOT NULL`], [`"a" real NOT NULL, "b" double precision NOT NULL`]],
    [{ a: t.decimal(20, 4) }, [`"a" DECIMAL_TEXT(20,4) NOT NULL`], [`"a" numeric(20,4) NOT NULL`]],
    [{ a: t.boolean() }, [`"a" BOOLEAN NOT NULL, CONSTRAINT "x_a_check" CHECK ("a" IN (0, 1))`], [`"a" boolean NOT NULL`]],
    [{ a: t.uuid() }, [`"a" UUID_TEXT NOT NULL`], [`"a" uuid NOT NULL`]],
    [
      { a: t.timestamp(), b: t.date(), e: t.time(), d: t.duration() },
      [`"a" TIMESTAMP_TEXT NOT NULL, "b" DATE_TEXT NOT NULL, "e" TIME_TEXT NOT NULL, "d" DURATION_INTEGER NOT NULL`],
      [`"a" timestamptz(3) NOT NULL, "b" date NOT NULL, "e" time(3) NOT NULL, "d" interval NOT NULL`],
    ],
    [
      { a: t.json(), b: t.bytes(), d: t.array(t.integer()) },
      [`"a" JSON_TEXT NOT NULL, "b" BLOB NOT NULL, "d" ARRAY_TEXT NOT NULL`],
      [`"a" jsonb NOT NULL, "b" bytea NOT NULL, "d" integer[] NOT NULL`],
    ],
    [
      { a: t.enum(["x", "it's"]).nullable() },
      [`"a" ENUM_TEXT, CONSTRAINT "x_a_check" CHECK ("a" IN ('x', 'it''s'))`],
      [`"a" text COLLATE "C", CONSTRAINT "x_a_check" CHECK ("a" IN ('x', 'it''s'))`],
    ],
    [{ a: t.custom({ sql: "point", encode: String, decode: String }) }, [`"a" point NOT NULL`], [`"a" point NOT NULL`]],
    [{ createdAt: t.text().column('Made "At"') }, [`"Made ""At""" TEXT NOT NULL`], [`"Made ""At""" text COLLATE "C" NOT NULL`]],
    [{ a: t.text().default("never in DDL") }, [`"a" TEXT NOT NULL`], [`"a" text COLLATE "C" NOT NULL`]],
    [
      { a: t.text().dbDefault(sql`lower(${"It's\\"})`) },
      [`"a" TEXT DEFAULT (lower('It''s\\')) NOT NULL`],
      [`"a" text COLLATE "C" DEFAULT (lower('It''s\\')) NOT NULL`],
    ],
    [
      {
        a: t
          .integer()
          .generated(sql`${sql.identifier("code")} || ${3}`)
          .nullable(),
      },
      [`"a" INTEGER GENERATED ALWAYS AS ("code" || 3) STORED`],
      [`"a" integer GENERATED ALWAYS AS ("code" || 3) STORED`],
    ],
    [
      { a: t.integer(), b: t.integer().generated(sql`${F("a")} + ${1}`) },
      [`"a" INTEGER NOT NULL, "b" INTEGER GENERATED ALWAYS AS ("a" + 1) STORED NOT NULL`],
      [`"a" integer NOT NULL, "b" integer GENERATED ALWAYS AS ("a" + 1) STORED NOT NULL`],
    ],
    [
      { a: t.text().unique() },
      [`"a" TEXT NOT NULL, CONSTRAINT "x_a_key" UNIQUE ("a")`],
      [`"a" text COLLATE "C" NOT NULL, CONSTRAINT "x_a_key" UNIQUE ("a")`],
    ],
    [
      { a: t.integer().index() },
      [`"a" INTEGER NOT NULL`, `CREATE INDEX "x_a_idx" ON "x" ("a")`],
      [`"a" integer NOT NULL`, `CREATE INDEX "x_a_idx" ON "x" ("a")`],
    ],
    [
      { other: foreignKey(() => Other, { onDelete: "cascade", onUpdate: "cascade" }) },
      [
        `"other_id" INTEGER NOT NULL, CONSTRAINT "x_other_id_fkey" FOREIGN KEY ("other_id") REFERENCES "others" ("id") ON DELETE CASCADE ON UPDATE CASCADE`,
        `CREATE INDEX "x_other_id_idx" ON "x" ("other_id")`,
      ],
      [
        `"other_id" bigint NOT NULL, CONSTRAINT "x_other_id_fkey" FOREIGN KEY ("other_id") REFERENCES "others" ("id") ON DELETE CASCADE ON UPDATE CASCADE`,
        `CREATE INDEX "x_other_id_idx" ON "x" ("other_id")`,
      ],
    ],
    [
      { o: oneToOne(() => Other, { deferrable: "deferred" }), p: oneToOne(() => Other, { onDelete: "cascade", deferrable: "immediate" }) },
      ...(["INTEGER", "bigint"] as const).map((type) => [
        `"o_id" ${type} NOT NULL, "p_id" ${type} NOT NULL, CONSTRAINT "x_o_id_key" UNIQUE ("o_id"), CONSTRAINT "x_p_id_key" UNIQUE ("p_id"), ` +
          `CONSTRAINT "x_o_id_fkey" FOREIGN KEY ("o_id") REFERENCES "others" ("id") DEFERRABLE INITIALLY DEFERRED, ` +
          `CONSTRAINT "x_p_id_fkey" FOREIGN KEY ("p_id") REFERENCES "others" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE`,
      ]),
    ] as unknown as [object, readonly string[], readonly string[]],
    [
      {
        o: oneToOne(() => Other, { onDelete: "setNull" })
          .nullable()
          .column("who"),
      },
      [
        `"who" INTEGER, CONSTRAINT "x_who_key" UNIQUE ("who"), CONSTRAINT "x_who_fkey" FOREIGN KEY ("who") REFERENCES "others" ("id") ON DELETE SET NULL`,
      ],
      [
        `"who" bigint, CONSTRAINT "x_who_key" UNIQUE ("who"), CONSTRAINT "x_who_fkey" FOREIGN KEY ("who") REFERENCES "others" ("id") ON DELETE SET NULL`,
      ],
    ],
    [
      { about: anyOf({ other: () => Other }) },
      [
        `"about_type" ENUM_TEXT NOT NULL, "about_id" INTEGER NOT NULL, CONSTRAINT "x_about_type_check" CHECK ("about_type" IN ('other'))`,
        `CREATE INDEX "x_about_type_about_id_idx" ON "x" ("about_type", "about_id")`,
      ],
      [
        `"about_type" text COLLATE "C" NOT NULL, "about_id" bigint NOT NULL, CONSTRAINT "x_about_type_check" CHECK ("about_type" IN ('other'))`,
        `CREATE INDEX "x_about_type_about_id_idx" ON "x" ("about_type", "about_id")`,
      ],
    ],
  ])("%# on both dialects", (fields, sqlite, postgres) => {
    expect(columns(fields, "sqlite")).toEqual(sqlite);
    expect(columns(fields, "postgres")).toEqual(postgres);
  });
});

describe.each(names)("on %s", (name) => {
  const both = <T>(sqlite: T, postgres: T): T => ({ sqlite, postgres })[name];

  it("an id is counted up, whatever refers to it is not", () => {
    class User extends define("users", {}) {}
    class Profile extends define("profiles", { user: oneToOne(() => User, { onDelete: "cascade" }).primaryKey() }) {}
    expect(ddl([User, Profile], name)).toEqual([
      `CREATE TABLE "users" ( "id" ${both("INTEGER PRIMARY KEY AUTOINCREMENT", "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")} )`,
      `CREATE TABLE "profiles" ( "user_id" ${both("INTEGER", "bigint")} NOT NULL, PRIMARY KEY ("user_id"), CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE )`,
    ]);
  });

  it.each([
    ["protect", ""],
    ["restrict", ""],
    ["nothing", ""],
    ["doNothing", ""],
    ["cascade", " ON DELETE CASCADE"],
  ] as const)("onDelete %s is written as '%s', and not at all when the session does it", (onDelete, clause) => {
    class Parent extends define("parents", {}) {}
    class Child extends define("children", {
      a: foreignKey(() => Parent, { onDelete }),
      b: foreignKey(() => Parent, { onDelete, by: "session" }),
    }) {}
    const [, child = ""] = ddl([Parent, Child], name);
    expect(child).toContain(`FOREIGN KEY ("a_id") REFERENCES "parents" ("id")${clause}, `);
    expect(child).toContain(`FOREIGN KEY ("b_id") REFERENCES "parents" ("id") )`);
  });

  it("setDefault is written with the default of the column, which the session knows by itself where it is its work", () => {
    class Parent extends define("parents", { code: t.text().primaryKey() }) {}
    class Child extends define("children", {
      a: foreignKey(() => Parent, { onDelete: "setDefault" }).default("it's"),
      b: foreignKey(() => Parent, { onDelete: "setDefault", by: "session" }).default("x"),
    }) {}
    const [, child = ""] = ddl([Parent, Child], name);
    expect(child).toMatch(/"a_id" \S+( COLLATE "C")? DEFAULT \('it''s'\) NOT NULL/);
    expect(child).toContain(`FOREIGN KEY ("a_id") REFERENCES "parents" ("code") ON DELETE SET DEFAULT`);
    expect(child).toMatch(/"b_id" \S+( COLLATE "C")? NOT NULL/);
    class Wrong extends define("wrongs", { a: foreignKey(() => Parent).default(1 as never) }) {}
    expect(() => ddl([Parent, Wrong], name)).toThrow("Wrong.a: has a default of the wrong type: expected a string, got the number 1");
  });

  it("unique constraints leave out deleted rows", () => {
    class Page extends define(
      "pages",
      { slug: t.text().unique(), site: t.integer(), ...softDelete() },
      { constraints: [unique("site", "slug")], indexes: [index("site", { unique: true, where: sql`site > ${0}` })] },
    ) {}
    const [create, ...indexes] = ddl([Page], name);
    expect(create).not.toContain("UNIQUE");
    expect(indexes).toEqual([
      `CREATE UNIQUE INDEX "pages_slug_key" ON "pages" ("slug") WHERE "deleted_at" IS NULL`,
      `CREATE UNIQUE INDEX "pages_site_slug_key" ON "pages" ("site", "slug") WHERE "deleted_at" IS NULL`,
      `CREATE UNIQUE INDEX "pages_site_idx" ON "pages" ("site") WHERE (site > 0) AND ("deleted_at" IS NULL)`,
    ]);
  });

  it("checks speak of bare columns, their values written as literals", () => {
    class Post extends define(
      "posts",
      { title: t.text(), views: t.integer() },
      {
        constraints: [
          check("titled", { title__ne: "O'Hara \\ $1 ?" }),
          check("seen", { views__gt: 3, views__in: [4, 5] }),
          check("begun", { title__startswith: "a" }),
        ],
      },
    ) {}
    const [create = ""] = ddl([Post], name);
    expect(create).toContain(`CONSTRAINT "titled" CHECK (NOT ("title" = ('O''Hara \\ $1 ?')))`);
    expect(create).toContain(`CONSTRAINT "seen" CHECK (("views" > (3)) AND ("views" IN (4, 5)))`);
    expect(create).toMatch(/CONSTRAINT "begun" CHECK \(.*'a'.*\)/);
    expect(create).not.toMatch(/"posts"\./);
  });

  it("refuses an expression that needs parameters all the same", () => {
    class Post extends define("posts", { settings: t.json() }, { constraints: [check("themed", { settings__theme: "x" })] }) {}
    expect(messageOf(() => createStatements(pictureOf([metadataOf(Post)], resolver, [dialects[name]]), dialects[name]))).toContain(
      `ConfigurationError: check "themed" of "posts": this expression needs parameters`,
    );
  });

  it("an index stands once: not where a key, a constraint or another index begins with its column", () => {
    class A extends define("as", {}) {}
    class B extends define(
      "bs",
      {
        one: foreignKey(() => A),
        two: foreignKey(() => A),
        three: foreignKey(() => A),
        four: foreignKey(() => A).primaryKey(),
        five: foreignKey(() => A).primaryKey(),
      },
      { indexes: [index("one", "-two")], constraints: [unique("two", "three")] },
    ) {}
    expect(ddl([A, B], name).slice(2)).toEqual([
      `CREATE INDEX "bs_one_id_two_id_idx" ON "bs" ("one_id", "two_id" DESC)`,
      `CREATE INDEX "bs_three_id_idx" ON "bs" ("three_id")`,
      `CREATE INDEX "bs_five_id_idx" ON "bs" ("five_id")`,
    ]);
  });

  it("tables stand after those that they refer to, links last", () => {
    class Post extends define("posts", { author: foreignKey(() => User), tags: manyToMany(() => Tag) }) {}
    class Tag extends define("tags", {}) {}
    class User extends define("users", {}) {}
    const picture = pictureOf(
      [Post, Tag, User].map((model) => metadataOf(model)),
      resolver,
      [dialects[name]],
    );
    expect(picture.tables.map((table) => table.name.name)).toEqual(["users", "posts", "tags", "posts_tags"]);
    const keyType = both("INTEGER", "bigint");
    expect(ddl([Post, Tag, User], name)[3]).toBe(
      `CREATE TABLE "posts_tags" ( "post_id" ${keyType} NOT NULL, "tag_id" ${keyType} NOT NULL, PRIMARY KEY ("post_id", "tag_id"), ` +
        `CONSTRAINT "posts_tags_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE CASCADE, CONSTRAINT "posts_tags_tag_id_fkey" FOREIGN KEY ("tag_id") REFERENCES "tags" ("id") ON DELETE CASCADE )`,
    );
    expect(dropStatements(picture, dialects[name])).toEqual([
      ...both(["PRAGMA defer_foreign_keys = ON"], []),
      ...["posts_tags", "tags", "posts", "users"].map((table) => `DROP TABLE IF EXISTS "${table}"${both("", " CASCADE")}`),
    ]);
  });

  it("keys that go round in a circle are added afterwards where that is possible, else inline", () => {
    class Team extends define("teams", {
      captain: foreignKey(() => Player, { onDelete: "setNull" }).nullable(),
      parent: foreignKey(() => Team).nullable(),
    }) {}
    class Player extends define("players", { team: foreignKey(() => Team) }) {}
    const statements = ddl([Team, Player], name);
    const captain = `CONSTRAINT "teams_captain_id_fkey" FOREIGN KEY ("captain_id") REFERENCES "players" ("id") ON DELETE SET NULL`;
    expect(statements[0]?.includes(captain)).toBe(name === "sqlite");
    expect(statements[0]).toContain(`FOREIGN KEY ("parent_id") REFERENCES "teams" ("id")`);
    expect(statements.filter((text) => text.startsWith("ALTER"))).toEqual(both<string[]>([], [`ALTER TABLE "teams" ADD ${captain}`]));
    expect(statements[1]).toContain(`FOREIGN KEY ("team_id") REFERENCES "teams" ("id")`);
  });

  it("what exists is left alone, and a link waits for its tables", () => {
    class Post extends define("posts", { tags: manyToMany(() => Tag) }) {}
    class Tag extends define("tags", {}) {}
    const picture = pictureOf([metadataOf(Post)], resolver, [dialects[name]]);
    const tables = (existing: readonly string[]) =>
      createStatements(
        picture,
        dialects[name],
        existing.map((table) => ({ schema: null, name: table })),
        linkTables([metadataOf(Post)]),
      ).map((text) => text.split('"')[1]);
    expect(metadataOf(Tag).table).toBe("tags");
    expect(tables([])).toEqual(["posts"]);
    expect(tables(["posts"])).toEqual([]);
    expect(tables(["posts", "tags"])).toEqual(["posts_tags", "posts_tags_tag_id_idx"]);
    expect(tables(["posts", "tags", "posts_tags"])).toEqual([]);
  });

  it("subtypes share a table, which has the columns of all, empty for the others", () => {
    class Person extends define("people", { kind: t.text(), name: t.text() }) {}
    class Admin extends subtype(Person, "admin", { level: t.integer(), boss: foreignKey(() => Admin) }) {}
    const statements = ddl([Admin], name);
    expect(statements).toEqual(ddl([Person, Admin], name));
    expect(statements[0]).toContain(
      both(
        `"name" TEXT NOT NULL, "level" INTEGER, "boss_id" INTEGER,`,
        `"name" text COLLATE "C" NOT NULL, "level" integer, "boss_id" bigint,`,
      ),
    );
    expect(statements[0]).toContain(`FOREIGN KEY ("boss_id") REFERENCES "people" ("id")`);
  });

  it("a schema of their own is made where the database has such", () => {
    class Log extends define("logs", { parent: foreignKey(() => Log).nullable() }, { schema: "audit" }) {}
    const [first = "", second = ""] = ddl([Log], name);
    expect(first).toBe(both(second === "" ? "" : first, `CREATE SCHEMA IF NOT EXISTS "audit"`));
    expect(both(first, second)).toContain(both(`CREATE TABLE "logs" (`, `CREATE TABLE "audit"."logs" (`));
    expect(both(first, second)).toContain(both(`REFERENCES "logs" ("id")`, `REFERENCES "audit"."logs" ("id")`));
  });

  it("names that are too long are cut, each in its own way", () => {
    const long = "a_table_whose_name_is_nearly_as_long_as_a_name_can_be_really";
    class Long extends define(long, { first: t.text().unique(), second: t.text().unique() }) {}
    const constraints = [...(ddl([Long], name)[0] ?? "").matchAll(/CONSTRAINT "([^"]+)"/g)].map(([, found]) => found ?? "");
    expect(constraints).toHaveLength(2);
    expect(new Set(constraints).size).toBe(2);
    for (const found of constraints) expect(found.length).toBeLessThanOrEqual(63);
  });
});

describe("refusals", () => {
  it("two models of one table", () => {
    const [a, b] = [define("same", { x: t.text() }), define("same", { y: t.text() })];
    expect(messageOf(() => pictureOf([metadataOf(a), metadataOf(b)], resolver, []))).toContain(`two models have the table "same"`);
  });
  it("subtypes whose fields share a column", () => {
    class Base extends define("bases", { kind: t.text() }) {}
    class A extends subtype(Base, "a", { level: t.integer() }) {}
    class B extends subtype(Base, "b", { rank: t.integer().column("level") }) {}
    expect(messageOf(() => pictureOf([metadataOf(A), metadataOf(B)], resolver, []))).toContain(`share the column "level"`);
  });
});

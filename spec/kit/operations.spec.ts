/** Operations: each is printed and read again without loss, and undone without a trace. */

import {
  addColumn,
  addConstraint,
  addEnum,
  addIndex,
  addSequence,
  addTable,
  alterColumn,
  alterEnum,
  alterTable,
  check,
  code,
  column,
  contract,
  dropColumn,
  dropConstraint,
  dropEnum,
  dropIndex,
  dropSequence,
  dropTable,
  foreignKey,
  index,
  migration,
  type MigrationItem,
  part,
  past,
  primaryKey,
  renameColumn,
  renameConstraint,
  renameIndex,
  renameTable,
  sql,
  t,
  tableOptions,
  unique,
} from "flash-db/migrations";
import { knownModels } from "flash-db/internal";
import { describe, expect, it } from "vitest";
import { applyAll, describeOf, footprintOf, invertAll, lowerAll, meaningOf } from "../../src/kit/operations/index.js";
import { factsOf } from "../../src/kit/state/index.js";
import { given, picture, printed, readText } from "./migrations.js";

const users = addTable(
  "users",
  {
    id: t.id(),
    first: t.text(),
    last: t.varchar(40).nullable(),
    email: t.text().unique(),
    role: t.enum(["admin", "it's"]),
    group_id: t.key().nullable().index(),
    joined: column(t.timestamp(), { default: { postgres: sql`now()`, sqlite: sql`CURRENT_TIMESTAMP` }, comment: "when" }),
    folded: t.text().generated(sql`lower(first)`),
    tags: t.array(t.text()),
    points: t.decimal(10, 2).dbDefault(sql`0`),
    address: t.native("inet").nullable(),
  },
  foreignKey("group_id", "groups.id", { onDelete: "setNull", deferrable: "deferred" }),
  check("users_first_filled", sql`first <> '' AND "first" <> 'first'`),
  unique(["first", "last"], { nullsNotDistinct: true, name: "users_names" }),
  index(["last", part(sql`lower(email)`, { descending: true, nulls: "last" })], {
    name: "users_search",
    where: sql`last IS NOT NULL`,
    unique: true,
  }),
  tableOptions({ comment: "people", words: { sqlite: "STRICT" } }),
);
const groups = addTable("groups", { id: t.id(), name: t.text() });
const members = addTable("members", { user_id: t.key(), group_id: t.key() }, primaryKey(["group_id", "user_id"], { name: "members_key" }));
const start = [
  groups,
  users,
  members,
  addEnum("mood", ["good", "bad"]),
  addSequence("numbers", { start: 5, cycle: true, ownedBy: "groups.id" }),
];

const changes: Readonly<Record<string, readonly MigrationItem[]>> = {
  addTable: [addTable("auth.books", { isbn: t.text().primaryKey(), pages: t.integer() })],
  dropTable: [dropTable("users")],
  renameTable: [renameTable("groups", "teams")],
  alterTable: [alterTable("users", { comment: null, words: null })],
  addColumn: [addColumn("users", "age", t.integer(), { fill: 0 })],
  dropColumn: [dropColumn("users", "points")],
  renameColumn: [renameColumn("users", "first", "given")],
  alterColumn: [alterColumn("users", "role", { type: t.varchar(10), nullable: true, default: sql`'x'`, using: sql`role`, fill: "member" })],
  addConstraint: [addConstraint("groups", unique(["name"])), addConstraint("members", foreignKey(["user_id"], "users", ["id"]))],
  dropConstraint: [dropConstraint("users", "users_names"), dropConstraint("members", "members_key")],
  renameConstraint: [renameConstraint("users", "users_names", "users_full")],
  addIndex: [addIndex("groups", index(["name"], { method: "gin", include: ["id"] }))],
  dropIndex: [dropIndex("users", "users_search")],
  renameIndex: [renameIndex("users", "users_search", "users_found")],
  addEnum: [addEnum("size", ["s", "m"])],
  dropEnum: [dropEnum("mood")],
  alterEnum: [alterEnum("mood", ["fine", "bad", "worse"], { renamed: { good: "fine" } })],
  addSequence: [addSequence("more", { increment: 2, maximum: 99n })],
  dropSequence: [dropSequence("numbers")],
  sql: [
    sql(
      { postgres: sql`CREATE VIEW v AS SELECT 1`, sqlite: [sql`SELECT 1`, sql`SELECT 2`] },
      { reverse: sql`DROP VIEW v`, state: [addColumn("users", "extra", t.text().nullable())] },
    ),
  ],
  contract: [contract(dropColumn("users", "address"))],
};

describe("an operation", () => {
  const before = picture(...start);

  for (const [kind, items] of Object.entries(changes)) {
    const { operations } = given("0002", ["0001"], ...items);

    it(`${kind} is printed and read again without loss`, () => {
      const text = printed(operations);
      expect(readText(text).operations, text).toEqual(operations);
    });

    it(`${kind} is undone without a trace`, () => {
      const after = applyAll(before, operations);
      expect(factsOf(after) === factsOf(before)).toBe(false);
      const inverse = invertAll(before, operations);
      if (inverse === null) throw new Error("it has no inverse");
      const back = applyAll(after, inverse);
      expect(factsOf(back)).toBe(factsOf(before));
    });

    it(`${kind} says what it does, what it touches and what a database has to do`, () => {
      expect(operations.map(describeOf).join()).toMatch(/\w+ \w+/);
      expect(footprintOf(before, operations).writes.length).toBeGreaterThan(0);
      expect(lowerAll(before, operations).length).toBeGreaterThan(0);
    });
  }

  it("makes a whole table that is printed and read again", () => {
    const { operations } = given("0001", [], ...start);
    const text = printed(operations);
    expect(readText(text).operations, text).toEqual(operations);
    expect(text).toContain("email: t.text().unique()");
    expect(text).toContain("group_id: t.key().nullable().index()");
  });

  it("lets keys, checks and indexes follow a renamed column, but no text and no function of its name", () => {
    const after = applyAll(before, given("0002", [], renameColumn("users", "first", "given")).operations);
    const table = after.tables.find((one) => one.name.name === "users");
    expect(table?.checks.find((one) => one.name === "users_first_filled")?.condition["postgres"]).toBe(
      `given <> '' AND "given" <> 'first'`,
    );
    expect(table?.uniques.find((one) => one.name === "users_names")?.columns).toEqual(["given", "last"]);
    expect(table?.columns.find((one) => one.name === "folded")?.generated?.expression["sqlite"]).toBe("lower(given)");
  });

  it("refuses what does not fit, with what there is", () => {
    const refused = (...items: readonly MigrationItem[]): string => {
      try {
        applyAll(before, given("0002", [], ...items).operations);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(refused(dropColumn("users", "nick"))).toBe(
      'table "users" has no column "nick" at this place; it has id, first, last, email, role, group_id, joined, folded, tags, points, address',
    );
    expect(refused(dropTable("groups"))).toContain("foreign keys of users refer to it");
    expect(refused(dropColumn("users", "first"))).toContain("users_names, users_first_filled, the generated column folded");
    expect(refused(addTable("users", { id: t.id() }))).toBe('there is a table "users" already');
    expect(refused(dropConstraint("groups", "x"))).toContain("it has primary key");
  });
});

describe("past()", () => {
  it("is no model of the application, and works like one", () => {
    const known = knownModels().length;
    const User = past("users", { first: t.text(), fullName: t.text().nullable() });
    expect(knownModels()).toHaveLength(known);
    const made = new User({ first: "Ada" });
    const first: string = made.first;
    const full: string | null = made.fullName ?? null;
    expect([first, full, User.objects.filter({ first: "Ada" }).toSQL("sqlite").text]).toEqual([
      "Ada",
      null,
      'SELECT "users"."id", "users"."first", "users"."full_name" FROM "users" WHERE "users"."first" = ?',
    ]);
  });

  it("is compared with the table at its place", () => {
    const step = (model: ReturnType<typeof past>) => given("0002", [], code("x", { models: [model], up: () => undefined })).operations;
    const before = picture(...start);
    expect(() => applyAll(before, step(past("users", { nick: t.text() })))).toThrow(/past\("users"\)\.nick: the table has no such column/);
    expect(() => applyAll(before, step(past("users", { first: t.integer() })))).toThrow('past("users").first is integer, here it is text');
    expect(() => applyAll(before, step(past("users", { first: t.text().nullable() })))).toThrow(/is nullable, here it is not/);
    expect(applyAll(before, step(past("users", { first: t.text() })))).toBe(before);
  });
});

describe("the meaning of a migration", () => {
  it("does not change with comments and formatting, but with what it does", () => {
    // prettier-ignore
    const a = given("0001", [], groups, code("x", { up: () => { return 1; } }));
    const b = given(
      "0001",
      [],
      groups,
      code("x", {
        up: () => {
          // A comment.
          return 1;
        },
      }),
    );
    const c = given("0001", [], groups, code("x", { up: () => 2 }));
    expect(meaningOf(a)).toBe(meaningOf(b));
    expect(meaningOf(a)).not.toBe(meaningOf(c));
  });
});

describe("the vocabulary", () => {
  it("refuses what it cannot use, where it is written", () => {
    expect(() => migration({ after: [] }, "x" as never)).toThrow(/entry 1 is the string "x"|entry 1 is/);
    expect(() => addColumn("users", "x", "text" as never)).toThrow(/expected a column, as in t\.text\(\)/);
    expect(() => foreignKey("a", "authors")).toThrow('the target as "authors.id"');
    expect(() => alterColumn("users", "x", { nulable: true } as never)).toThrow(/no option 'nulable'.*nullable/);
  });
});

/** Detection: from one picture to another, nothing guessed, nothing lost in silence. */

import {
  addColumn,
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
  unique,
} from "flash-db/migrations";
import { describe, expect, it } from "vitest";
import { detect, leadsTo, needsAnswers, noAnswers, readRename } from "../../src/kit/detect/index.js";
import { describeOf } from "../../src/kit/operations/index.js";
import { picture, printed } from "./migrations.js";

const users = addTable("users", { id: t.id(), name: t.text(), email: t.text() });
const rename = (...texts: readonly string[]) => ({ ...noAnswers, renames: texts.map(readRename) });
const found = (...parameters: Parameters<typeof detect>): readonly string[] => detect(...parameters).operations.map(describeOf);

describe("a rename", () => {
  const before = picture(users);
  const after = picture(addTable("users", { id: t.id(), full_name: t.text(), email: t.text() }));

  it("is asked for, with both answers", () => {
    const { questions } = detect(before, after);
    expect(questions).toHaveLength(1);
    expect(questions[0]?.answers.map(({ option }) => option)).toEqual(["--rename users.name:full_name", "--drop users.name"]);
    expect(needsAnswers(questions).exitCode).toBe(2);
  });

  it("is done where it is said, and keeps the values", () => {
    const { operations, loses, questions } = detect(before, after, rename("users.name:full_name"));
    expect(operations.map(describeOf)).toEqual(["rename column users.name to full_name"]);
    expect([loses, questions]).toEqual([[], []]);
  });

  it("is done where the model says it", () => {
    expect(found(before, after, noAnswers, { renames: [{ from: "users.name", to: "full_name" }], fills: {} })).toEqual([
      "rename column users.name to full_name",
    ]);
  });

  it("is no question between columns of different types", () => {
    const other = picture(addTable("users", { id: t.id(), age: t.integer().nullable(), email: t.text() }));
    const { operations, loses, questions } = detect(before, other);
    expect(questions).toEqual([]);
    expect(operations.map(describeOf)).toEqual(["add column users.age", "drop column users.name"]);
    expect(loses).toEqual(["users.name"]);
  });

  it("that fits nothing is refused", () => {
    expect(() => detect(before, after, rename("users.nam:full_name"))).toThrow(
      'the migrations know no "users.nam"; did you mean "users.name"?',
    );
    expect(() => detect(before, after, rename("users.email:full_name"))).toThrow(/the models still have "users.email"/);
    expect(() => readRename("users.name")).toThrow(/expected old:new/);
  });

  it("of a column in a renamed table may name the table as it was, or as it is", () => {
    const people = picture(addTable("people", { id: t.id(), full_name: t.text(), email: t.text() }));
    const renamed = ["rename table users to people", "rename column people.name to full_name"];
    expect(found(before, people, rename("users:people", "users.name:full_name"))).toEqual(renamed);
    expect(found(before, people, rename("users:people", "people.name:full_name"))).toEqual(renamed);
    expect(() => detect(before, people, rename("users:people", "people.nam:full_name"))).toThrow('did you mean "people.name"?');
  });

  it("of a table is asked for where half of its columns are alike", () => {
    const people = picture(addTable("people", { id: t.id(), name: t.text(), age: t.integer() }));
    const { questions } = detect(before, people);
    expect(questions.map(({ object }) => object)).toEqual(["users"]);
    expect(found(before, people, rename("users:people"), { renames: [], fills: { "people.age": { postgres: "0", sqlite: "0" } } })).toEqual(
      ["rename table users to people", "add column people.age", "drop column people.email"],
    );
    expect(detect(before, people, { ...noAnswers, drops: ["users"] }).loses).toEqual(["users"]);
  });
});

describe("a column that may no longer be NULL", () => {
  const before = picture(addTable("users", { id: t.id(), age: t.integer().nullable() }));
  const after = picture(addTable("users", { id: t.id(), age: t.integer() }));

  it("asks what rows get that hold NULL, once", () => {
    const [question, ...others] = detect(before, after).questions;
    expect([question?.object, others]).toEqual(["users.age", []]);
    expect(question?.text).toContain("is no longer nullable");
    const { operations } = detect(before, after, { ...noAnswers, fills: { "users.age": { postgres: "7", sqlite: "7" } } });
    expect(printed(operations)).toContain('alterColumn("users", "age", { nullable: false, fill: sql`7` })');
  });

  it("asks nothing where it has a default", () => {
    const given = picture(addTable("users", { id: t.id(), age: t.integer().dbDefault(sql`0`) }));
    expect(detect(before, given).questions).toEqual([]);
  });
});

describe("a new required column", () => {
  const after = picture(users, addColumn("users", "age", t.integer()));

  it("stops with three ways", () => {
    const [question] = detect(picture(users), after).questions;
    expect(question?.answers.map(({ option }) => option)).toEqual(["--fill users.age=VALUE", ".default(value)", ".nullable()"]);
  });

  it("is filled with what was said", () => {
    const { operations } = detect(picture(users), after, { ...noAnswers, fills: { "users.age": { postgres: "7", sqlite: "7" } } });
    expect(printed(operations)).toContain('addColumn("users", "age", t.integer(), { fill: sql`7` })');
  });
});

describe("operations", () => {
  const books = addTable(
    "books",
    { id: t.id(), title: t.varchar(20), user_id: t.key().nullable(), kind: t.enum(["a", "b"]) },
    foreignKey("user_id", "users.id"),
    check("titled", sql`title <> ''`),
    unique(["title", "kind"]),
    index(["kind"]),
  );
  const pairs: Readonly<Record<string, readonly [readonly MigrationItem[], readonly MigrationItem[]]>> = {
    "of new and gone tables": [[users], [addTable("tags", { id: t.id(), size: t.integer(), label: t.boolean() })]],
    "of tables that refer to each other": [
      [],
      [
        addTable("a", { id: t.id(), b_id: t.key().nullable() }, foreignKey("b_id", "b.id")),
        addTable("b", { id: t.id(), a_id: t.key().nullable() }, foreignKey("a_id", "a.id")),
      ],
    ],
    "of constraints and indexes": [
      [users, books],
      [
        users,
        addTable(
          "books",
          { id: t.id(), title: t.varchar(20), user_id: t.key().nullable(), kind: t.enum(["a", "b"]) },
          unique(["kind", "title"]),
        ),
      ],
    ],
    "of types and their checks": [
      [users, books],
      [
        users,
        books,
        alterColumn("books", "kind", { type: t.enum(["a", "b", "c"]) }),
        alterColumn("books", "title", { type: t.varchar(30), nullable: true }),
      ],
    ],
    "of a renamed constraint": [
      [addTable("x", { id: t.id(), a: t.text() }, unique(["a"], { name: "old" }))],
      [addTable("x", { id: t.id(), a: t.text() }, unique(["a"], { name: "new" }))],
    ],
    "of a dropped column with all that stands on it": [
      [users, books],
      [users, addTable("books", { id: t.id(), user_id: t.key().nullable(), kind: t.enum(["a", "b"]) })],
    ],
  };
  for (const [title, [a, b]] of Object.entries(pairs))
    it(`${title} lead to the other picture, and back`, () => {
      const [before, after] = [picture(...a), picture(...b)];
      const fills = { renames: [], fills: { "books.title": { postgres: "''", sqlite: "''" } } };
      for (const [from, to] of [
        [before, after],
        [after, before],
      ] as const) {
        const { operations, questions } = detect(from, to, noAnswers, fills);
        expect(questions).toEqual([]);
        expect(leadsTo(from, operations, to), printed(operations)).toBe(true);
      }
    });

  it("are none where nothing differs", () => {
    expect(detect(picture(users, books), picture(users, books)).operations).toEqual([]);
  });

  it("say a renamed constraint as such", () => {
    const [a, b] = pairs["of a renamed constraint"] ?? [[], []];
    expect(found(picture(...a), picture(...b))).toEqual(["rename old of x to new"]);
  });

  it("say what they lose", () => {
    const before = picture(users, books);
    expect(detect(before, picture(users, books, dropColumn("users", "email"))).loses).toEqual(["users.email"]);
    expect(detect(before, picture(users, books, alterColumn("books", "title", { type: t.varchar(10) }))).loses).toEqual(["books.title"]);
    expect(detect(before, picture(users, books, alterColumn("books", "title", { type: t.varchar(99) }))).loses).toEqual([]);
    expect(detect(before, picture(users, books, renameColumn("users", "email", "mail")), rename("users.email:mail")).loses).toEqual([]);
  });
});

/** What a model may not be: refused when it is defined, before any relation's target is asked for. */

import { describe, expect, it } from "vitest";
import { Json, softDelete, t, timestamps } from "../../src/metadata/fields.js";
import { anyOf, foreignKey, hasMany, hasOne, manyToMany, oneToOne } from "../../src/metadata/relations.js";
import { check, index, unique } from "../../src/metadata/options.js";
import { sql } from "../../src/sql/template.js";
import { define, messageOf } from "./models.js";

/** A target that must not be called while models are being defined. */
const never = () => {
  throw new Error("a relation's target was called at definition");
};
class User extends define("users", {}) {}

const refused = (fields: object): string => messageOf(() => define("posts", fields));

describe("names", () => {
  it.each([
    "a__b",
    "then",
    "save",
    "delete",
    "hardDelete",
    "restore",
    "clean",
    "fullClean",
    "refresh",
    "load",
    "toJSON",
    "toObject",
    "pk",
    "isPersisted",
    "set",
    "objects",
    "c",
    "on",
    "subtype",
    "DoesNotExist",
    "MultipleObjectsReturned",
    "constructor",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "ends_",
    "with space",
    "1st",
    "a-b",
    "a.b",
    "",
  ])("'%s' is refused", (name) => {
    expect(refused({ [name]: t.text() })).toContain(`ConfigurationError: The model of table "posts": '${name}' `);
    expect(refused({ [name]: hasMany(never, "post") })).toContain(`'${name}' `);
  });
  it.each(["name", "length", "_private", "$state", "größe", "in", "not", "year", "a_b", "object"])("'%s' is allowed", (name) => {
    expect(() => define("posts", { [name]: t.text() })).not.toThrow();
  });
  it("__proto__ is refused, however it is written", () => {
    expect(refused({ ["__proto__"]: t.text() })).toContain("two underscores");
    // A literal's `__proto__:` is no property: it replaces the prototype.
    expect(refused(Object.setPrototypeOf({ name: t.text() }, t.text() as unknown as object) as object)).toContain(
      "was a field called '__proto__'?",
    );
  });
});

describe("tables", () => {
  it.each<[unknown, string]>([
    ["", "is no name for a table"],
    ["a\0b", "is no name for a table"],
    ["x".repeat(64), "is too long for a table: 64 bytes, at most 63"],
    ["é".repeat(32), "64 bytes"],
    [3, "expected the table's name"],
  ])("%j is refused", (table, message) => expect(messageOf(() => define(table as string, { name: t.text() }))).toContain(message));
});

describe("fields", () => {
  it.each<[string, object, string]>([
    ["something that is no field", { name: "text" }, `'name' is the string "text"; expected a field or relation`],
    ["a builder that was not called", { name: never }, "'name' is the function never; expected a field or relation"],
    ["data that looks like a field", { name: { kind: "field", type: { kind: "text" } } }, "'name' is a plain object"],
    [
      "a field beside the relation that gives it",
      { author: foreignKey(never), authorId: t.integer() },
      "'authorId' stands beside relation 'author'",
    ],
    ["the same the other way round", { authorId: t.integer(), author: foreignKey(never) }, "'authorId' stands beside relation 'author'"],
    ["a field beside anyOf's type", { aboutType: t.text(), about: anyOf({ a: never }) }, "'aboutType' stands beside relation 'about'"],
    [
      "two fields of one column",
      { userName: t.text(), user_name: t.text() },
      `'user_name' has column "user_name", which 'userName' has too`,
    ],
    [
      "columns that differ only in case",
      { a: t.text().column("Name"), b: t.text().column("name") },
      `'b' has column "name", which 'a' has too`,
    ],
    [
      "a relation's column taken",
      { author: foreignKey(never), writer: t.integer().column("author_id") },
      `'writer' has column "author_id", which 'authorId' has too`,
    ],
    ["a column that is too long", { name: t.text().column("x".repeat(64)) }, `'${"x".repeat(64)}' is too long for a column: 64 bytes`],
    ["two versions", { a: t.version(), b: t.version() }, "'b' counts versions, and so does 'a'"],
    ["two marks of deletion", { ...softDelete(), goneAt: softDelete().deletedAt }, "'goneAt' marks deleted rows, and so does 'deletedAt'"],
    ["a version with a default", { v: t.version().default(3) }, "'v' counts versions: it cannot be nullable or have a default"],
    ["a nullable key", { code: t.text().primaryKey().nullable() }, "'code' is a primary key and cannot be nullable"],
    ["a key of JSON", { code: t.json().primaryKey() }, "'code' is of type json, which cannot be a primary key"],
    ["a key of arrays", { code: t.array(t.text()).primaryKey() }, "'code' is of type array, which cannot be a primary key"],
    [
      "a generated key",
      {
        code: t
          .text()
          .generated(sql`'x'`)
          .primaryKey(),
      },
      "'code' is a primary key and cannot be generated",
    ],
    [
      "two defaults",
      {
        at: t
          .timestamp()
          .default(() => new Date())
          .dbDefault(sql`now()`),
      },
      "'at' has more than one of default(), dbDefault() and generated()",
    ],
    [
      "a default of what is generated",
      {
        at: t
          .text()
          .default("x")
          .generated(sql`lower(name)`),
      },
      "'at' has more than one of",
    ],
    [
      "onUpdate of what is generated",
      {
        at: t
          .text()
          .generated(sql`lower(name)`)
          .onUpdate(() => "x"),
      },
      "'at' is generated by the database and cannot have onUpdate()",
    ],
    ["a default of a counted key", { id: t.id().default(3) }, "'id' is counted up by the database and has no other default"],
    ["a collation of numbers", { age: t.integer().collate("C") }, "'age' is of type integer: only texts have a collation"],
    ["an id that is no key", { id: t.integer() }, "'id' is not the primary key"],
    [
      "a null default of what is not nullable",
      { age: t.integer().default(null as never) },
      "'age' has a default of the wrong type: expected an integer in the safe range, got null",
    ],
    [
      "a default of another type",
      { age: t.integer().default("3" as never) },
      `'age' has a default of the wrong type: expected an integer in the safe range, got the string "3"`,
    ],
    [
      "a default that is no member",
      { role: t.enum(["a", "b"]).default("c" as never) },
      `'role' has a default of the wrong type: expected one of "a", "b", got the string "c"`,
    ],
    [
      "a default that is too long",
      { slug: t.varchar(2).default("abc") },
      "'slug' has a default of the wrong type: expected at most 2 characters",
    ],
    [
      "a decimal default as a number",
      { price: t.decimal(5, 2).default(1 as never) },
      "'price' has a default of the wrong type: expected a decimal number as a string",
    ],
    [
      "a default object of another type",
      { when: t.timestamp().default([] as never) },
      "'when' has a default of the wrong type: expected a Date, got an array of 0",
    ],
  ])("%s", (_, fields, message) => expect(refused(fields)).toContain(`ConfigurationError: The model of table "posts": ${message}`));

  it("allows a default of each type", () => {
    expect(() =>
      define("posts", {
        a: t.text().default(""),
        b: t.bigint().default(1n),
        day: t.date().default("2024-02-29"),
        d: t.json().default({}),
        e: t.json<unknown>().default(Json.null),
        f: t.integer().nullable().default(null),
        ...timestamps(),
      }),
    ).not.toThrow();
  });
});

describe("relations", () => {
  it.each<[string, () => unknown, string]>([
    [
      "setNull where null cannot be",
      () => define("posts", { author: foreignKey(never, { onDelete: "setNull" }) }),
      `'author' has onDelete: "setNull", so it must be .nullable()`,
    ],
    [
      "setNull of anyOf where null cannot be",
      () => define("posts", { about: anyOf({ a: never }, { onDelete: "setNull" }) }),
      `'about' has onDelete: "setNull"`,
    ],
    [
      "setDefault without a default",
      () => define("posts", { author: foreignKey(never, { onDelete: "setDefault" }) }),
      `'author' has onDelete: "setDefault", so it must have a .default(key)`,
    ],
    [
      "setDefault of anyOf",
      () => anyOf({ a: never }, { onDelete: "setDefault" as never }),
      `anyOf(): expected onDelete to be one of "cascade", "protect", "restrict", "setNull", "nothing", "doNothing", got the string "setDefault"`,
    ],
    [
      "a default that only a function knows",
      () => foreignKey(never, { onDelete: "setDefault" }).default((() => 1) as never),
      "default(): expected the key of a row, as in default(1), got",
    ],
    [
      "a nullable key",
      () => define("posts", { author: oneToOne(never).primaryKey().nullable() }),
      "'author' is a primary key and cannot be nullable",
    ],
    [
      "a misspelt action",
      () => foreignKey(never, { onDelete: "setnull" as never }),
      `foreignKey(): expected onDelete to be one of "cascade", "protect", "restrict", "setNull", "nothing", "doNothing", "setDefault", got the string "setnull". Did you mean 'setNull'?`,
    ],
    [
      "a misspelt option",
      () => foreignKey(never, { ondelete: "cascade" } as never),
      "foreignKey(): no option 'ondelete'. Did you mean 'onDelete'?",
    ],
    [
      "the class itself",
      () => foreignKey(User),
      "foreignKey(): expected a function that gives the model, got the class itself; write () => User",
    ],
    [
      "no function",
      () => hasMany("Post", "author"),
      'hasMany(): expected a function that gives the model, as in () => User, got the string "Post"',
    ],
    [
      "hasMany without a name",
      () => hasMany(never, undefined as never),
      "hasMany(): expected the name of the target's foreign key that leads back, got undefined",
    ],
    [
      "a misspelt orphans",
      () => hasOne(never, "user", { orphans: "remove" as never }),
      `hasOne(): expected orphans to be one of "keep", "delete"`,
    ],
    [
      "onUpdate of another kind",
      () => foreignKey(never, { onUpdate: "setNull" as never }),
      `foreignKey(): expected onUpdate to be one of "cascade"`,
    ],
    ["by of another kind", () => foreignKey(never, { by: "me" as never }), `foreignKey(): expected by to be one of "database", "session"`],
    [
      "a table beside through",
      () => manyToMany(never, { through: never, table: "x" }),
      "manyToMany(): `table` and `columns` are for the automatic table",
    ],
    [
      "one column",
      () => manyToMany(never, { columns: ["a"] as never }),
      "manyToMany(): expected two different names as `columns`: near, far",
    ],
    ["the same column twice", () => manyToMany(never, { columns: ["a", "a"] }), "manyToMany(): expected two different names as `columns`"],
    [
      "throughFields without through",
      () => manyToMany(never, { throughFields: ["a", "b"] }),
      "manyToMany(): `throughFields` needs `through`",
    ],
    [
      "symmetrical with a reverse",
      () => manyToMany(never, { symmetrical: true, reverse: "x" }),
      "manyToMany(): a symmetrical relation is its own reverse",
    ],
    ["anyOf of nothing", () => anyOf({}), "anyOf(): expected models by their stored names"],
    [
      "anyOf of classes",
      () => anyOf({ post: User }),
      "anyOf(): expected a function that gives the model, got the class itself; write () => User",
    ],
  ])("%s", (_, act, message) => expect(messageOf(act)).toContain(message));

  it("asks no target for its model", () => {
    expect(() =>
      define("posts", {
        author: foreignKey(never),
        tags: manyToMany(never, { through: never }),
        many: hasMany(never, "x"),
        one: hasOne(never, "x"),
        about: anyOf({ a: never }),
      }),
    ).not.toThrow();
  });
});

describe("options", () => {
  it.each<[string, () => unknown, string]>([
    [
      "an unknown option",
      () => define("posts", { a: t.text() }, { orderin: ["a"] } as never),
      "model(): no option 'orderin'. Did you mean 'ordering'?",
    ],
    ["an index of nothing", () => index(), "index(): expected the names of one field or more"],
    ["a constraint of nothing", () => unique({ name: "x" }), "unique(): expected the names of one field or more"],
    [
      "an index where of text",
      () => index("a", { where: "a > 3" as never }),
      'index(): expected SQL as sql`…` for `where`, got the string "a > 3"',
    ],
    ["a misspelt index option", () => index("a", { uniqe: true } as never), "index(): no option 'uniqe'. Did you mean 'unique'?"],
    ["a check without a name", () => check("", { a: 1 }), "check(): expected the constraint's name first"],
    ["a check without a filter", () => check("positive", "a > 0" as never), `check("positive"): expected a filter, as in { age__gt: 0 }`],
  ])("%s", (_, act, message) => expect(messageOf(act)).toContain(message));
});

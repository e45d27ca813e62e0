/** Field builders: frozen definitions, an immutable chain, and arguments that are checked at once. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { FieldDefinition } from "../../src/metadata/definition.js";
import { definitionOf } from "../../src/metadata/definition.js";
import { Json, softDelete, t, timestamps } from "../../src/metadata/fields.js";
import { sql } from "../../src/sql/template.js";
import { messageOf } from "./models.js";

const field = (builder: unknown): FieldDefinition => definitionOf(builder) as FieldDefinition;
const typeOf = (builder: unknown): unknown => field(builder).type;

describe("t", () => {
  it.each<[string, unknown, object]>([
    ["text", t.text(), { kind: "text" }],
    ["varchar", t.varchar(80), { kind: "varchar", length: 80 }],
    ["smallint", t.smallint(), { kind: "smallint" }],
    ["integer", t.integer(), { kind: "integer" }],
    ["bigint", t.bigint(), { kind: "bigint" }],
    ["real", t.real(), { kind: "real" }],
    ["double", t.double(), { kind: "double" }],
    ["decimal", t.decimal(20, 4), { kind: "decimal", precision: 20, scale: 4 }],
    ["boolean", t.boolean(), { kind: "boolean" }],
    ["uuid", t.uuid(), { kind: "uuid" }],
    ["timestamp", t.timestamp(), { kind: "timestamp" }],
    ["date", t.date(), { kind: "date" }],
    ["time", t.time(), { kind: "time" }],
    ["duration", t.duration(), { kind: "duration" }],
    ["bytes", t.bytes(), { kind: "bytes" }],
    ["json", t.json(), { kind: "json" }],
    ["enum", t.enum(["a", "b"]), { kind: "enum", values: ["a", "b"] }],
    ["array", t.array(t.varchar(3)), { kind: "array", of: { kind: "varchar", length: 3 } }],
    ["array of what may be null", t.array(t.text().nullable()), { kind: "array", of: { kind: "text" }, nulls: true }],
    ["array of arrays", t.array(t.array(t.integer())), { kind: "array", of: { kind: "array", of: { kind: "integer" } } }],
  ])("%s", (_, builder, type) => expect(typeOf(builder)).toEqual(type));

  it("makes keys that the database counts, and versions that the session counts", () => {
    expect(field(t.id())).toMatchObject({ type: { kind: "integer", wide: true }, primaryKey: true, identity: true });
    expect(field(t.bigid())).toMatchObject({ type: { kind: "bigint" }, primaryKey: true, identity: true });
    const version = field(t.version());
    expect(version).toMatchObject({ type: { kind: "integer" }, version: true, editable: false });
    expect(version.onInsert?.()).toBe(1);
  });

  it("carries a custom codec", () => {
    const custom = field(
      t.custom({ sql: "point", encode: (point: { x: number }) => `${point.x}`, decode: (text: string) => ({ x: Number(text) }) }),
    );
    expect(custom.type).toMatchObject({ kind: "custom", sql: "point" });
  });

  it("fills timestamps, and marks the field of soft deletion", () => {
    const { createdAt, updatedAt } = timestamps();
    expect(field(createdAt).onInsert?.()).toBeInstanceOf(Date);
    expect(field(createdAt).onUpdate).toBeNull();
    expect(field(updatedAt).onUpdate?.()).toBeInstanceOf(Date);
    expect(field(softDelete().deletedAt)).toMatchObject({ nullable: true, softDelete: true });
  });
});

describe("the chain", () => {
  it("gives a new frozen field each time and leaves the former one as it was", () => {
    const plain = t.text();
    const rich = plain
      .nullable()
      .unique()
      .index()
      .column("label")
      .editable(false)
      .collate("de-x-icu")
      .onUpdate(() => "x");
    expect(field(plain)).toMatchObject({
      nullable: false,
      unique: false,
      index: false,
      column: null,
      editable: true,
      collate: null,
      onUpdate: null,
    });
    expect(field(rich)).toMatchObject({ nullable: true, unique: true, index: true, column: "label", editable: false, collate: "de-x-icu" });
    expect(field(rich).onUpdate?.()).toBe("x");
    expect(Object.isFrozen(field(rich))).toBe(true);
  });

  it("keeps a plain default, calls a function, and copies what could be shared", () => {
    expect(field(t.integer().default(0)).default).toEqual({ value: 0 });
    expect(field(t.json<object>().nullable().default(null)).default).toEqual({ value: null });
    let count = 0;
    const made = field(t.integer().default(() => ++count)).default;
    expect(made !== null && "make" in made && [made.make(), made.make()]).toEqual([1, 2]);
    for (const builder of [
      t.array(t.text()).default(["x"]),
      t.json().default({ a: { b: 1 } }),
      t.timestamp().default(new Date(5)),
      t.bytes().default(new Uint8Array([1])),
    ]) {
      const { default: given } = field(builder);
      const [one, other] = given !== null && "make" in given ? [given.make(), given.make()] : [null, null];
      expect(one).toEqual(other);
      expect(one).not.toBe(other);
    }
  });
  it("keeps a default apart from the object it was given", () => {
    const labels = ["x"];
    const builder = t.array(t.text()).default(labels);
    labels.push("y");
    const { default: given } = field(builder);
    expect(given !== null && "make" in given && given.make()).toEqual(["x"]);
  });
  it("takes Json.null as a default of its own", () => {
    expect(field(t.json<unknown>().default(Json.null)).default).toEqual({ value: Json.null });
  });
  it("takes expressions for what the database fills", () => {
    expect(field(t.timestamp().dbDefault(sql`now()`)).dbDefault).toMatchObject({ kind: "fragment", texts: ["now()"] });
    expect(field(t.text().generated(sql`lower(name)`))).toMatchObject({ generated: { kind: "fragment" }, editable: false });
  });
  it("gathers Standard Schemas in the order given", () => {
    const [first, second] = [z.string().min(1), z.string().max(3)];
    expect(field(t.text().check(first).check(second)).checks).toEqual([first, second]);
    expect(field(t.json(z.object({}))).checks).toHaveLength(1);
  });
});

describe("arguments", () => {
  it.each<[string, () => unknown, string]>([
    ["a length of 0", () => t.varchar(0), "t.varchar(): expected a length from 1 to 10485760, got the number 0"],
    ["a fractional length", () => t.varchar(1.5), "t.varchar(): expected a length from 1 to 10485760, got the number 1.5"],
    ["no digits", () => t.decimal(0, 0), "t.decimal(): expected a number of digits from 1 to 1000, got the number 0"],
    ["more decimals than digits", () => t.decimal(3, 4), "t.decimal(): expected a number of decimals from 0 to 3, got the number 4"],
    ["an empty enum", () => t.enum([]), "t.enum(): expected a list of words, got an array of 0"],
    ["an enum with an empty word", () => t.enum(["a", ""]), 't.enum(): expected words that are not empty, got the string ""'],
    ["a word twice", () => t.enum(["a", "a"]), "t.enum(): a word stands twice in a, a"],
    [
      "an array of nothing",
      () => t.array(undefined as never),
      "t.array(): expected the field type of its elements, as in t.array(t.text()), got undefined",
    ],
    ["an array of unique elements", () => t.array(t.text().unique()), "t.array(): expected a bare element type"],
    [
      "a codec without decode",
      () => t.custom({ sql: "x", encode: String } as never),
      "t.custom(): expected a function as `decode`, got undefined",
    ],
    ["an undefined default", () => t.text().default(undefined as never), "default(): expected a value or a function that makes one"],
    [
      "SQL as a string",
      () => t.text().dbDefault("now()" as never),
      "dbDefault(): expected SQL as sql`…`, got a plain string; write sql`now()`",
    ],
    [
      "data that looks like SQL",
      () => t.text().dbDefault({ kind: "fragment", texts: ["x"], values: [] } as never),
      "dbDefault(): expected SQL as sql`…`, got a plain object",
    ],
    [
      "a schema that is none",
      () => t.text().check({ parse: () => 1 } as never),
      "check(): expected a Standard Schema (zod, valibot, arktype), got a plain object",
    ],
    ["an empty column", () => t.text().column(""), 'column(): expected the column\'s name, got the string ""'],
    ["editable(undefined)", () => t.text().editable(undefined as never), "editable(): expected true or false, got undefined"],
    ["onUpdate of a value", () => t.text().onUpdate("x" as never), "onUpdate(): expected a function that makes the value"],
  ])("refuses %s", (_, act, message) => expect(messageOf(act)).toContain(`ConfigurationError: ${message}`));
});

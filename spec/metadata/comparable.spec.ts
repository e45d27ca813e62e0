/** Snapshots: what changed is seen, what only looks different is not, and nothing is shared with the instance. */

import { describe, expect, it } from "vitest";
import { sameAsSnapshot, snapshotCell, valueOfCell } from "../../src/metadata/comparable.js";
import { definitionOf, type FieldDefinition } from "../../src/metadata/definition.js";
import { Json, t } from "../../src/metadata/fields.js";
import { keyCell } from "../../src/metadata/keys.js";
import { metadataOf } from "../../src/metadata/registry.js";
import type { ColumnType } from "../../src/sql/types.js";
import { define } from "./models.js";

const typeOf = (builder: unknown): ColumnType => (definitionOf(builder) as FieldDefinition).type;
const point = t.custom({ sql: "point", encode: (value: { x: number }) => `${value.x}`, decode: (text: string) => ({ x: Number(text) }) });

describe("a cell", () => {
  it.each<[unknown, unknown, unknown]>([
    [t.text(), "x", "x"],
    [t.text(), null, null],
    [t.text(), undefined, undefined],
    [t.bigint(), 3n, 3n],
    [t.timestamp(), new Date(5), 5],
    [t.array(t.timestamp()), [new Date(5), null], [5, null]],
    [t.json(), { a: [1] }, { a: [1] }],
    [t.json(), Json.null, Json.null],
  ])("%# is comparable", (builder, value, cell) => expect(snapshotCell(value, typeOf(builder))).toEqual(cell));

  it.each<[unknown, unknown]>([
    [t.text(), "x"],
    [t.timestamp(), new Date(5)],
    [t.bytes(), new Uint8Array([1, 2])],
    [t.json(), { a: [{ b: 1 }] }],
    [t.array(t.timestamp()), [new Date(5)]],
    [point, { x: 3 }],
    [t.json(), Json.null],
    [t.integer(), null],
  ])("%# gives the value back, sharing nothing with it", (builder, value) => {
    const type = typeOf(builder);
    const cell = snapshotCell(value, type);
    const restored = valueOfCell(cell, type);
    expect(restored).toEqual(value);
    if (typeof value === "object" && value !== null && value !== Json.null) expect(restored).not.toBe(value);
    expect(sameAsSnapshot(restored, cell, type)).toBe(true);
  });
});

describe("what changed inside", () => {
  it.each<[string, unknown, () => unknown, (value: never) => void]>([
    ["a date", t.timestamp(), () => new Date(5), (value: Date) => value.setTime(6)],
    ["bytes", t.bytes(), () => new Uint8Array([1, 2]), (value: Uint8Array) => (value[1] = 3)],
    ["JSON", t.json(), () => ({ a: [{ b: 1 }] }), (value: { a: { b: number }[] }) => (value.a[0] = { b: 2 })],
    ["JSON, deeper", t.json(), () => ({ a: { b: 1 } }), (value: { a: Record<string, unknown> }) => delete value.a["b"]],
    ["an array", t.array(t.text()), () => ["x"], (value: string[]) => value.push("y")],
    ["an array of dates", t.array(t.timestamp()), () => [new Date(5)], (value: Date[]) => value[0]?.setTime(6)],
    ["a custom value", point, () => ({ x: 1 }), (value: { x: number }) => (value.x = 2)],
  ])("of %s is seen", (_, builder, make, change) => {
    const type = typeOf(builder);
    const value = make();
    const cell = snapshotCell(value, type);
    expect(sameAsSnapshot(value, cell, type)).toBe(true);
    change(value as never);
    expect(sameAsSnapshot(value, cell, type)).toBe(false);
  });
});

describe("the same in other words", () => {
  it.each<[unknown, unknown, unknown]>([
    [t.decimal(9, 2), "2.50", "2.5"],
    [t.decimal(9, 2), "-0", "0"],
    [t.uuid(), "AB00", "ab00"],
    [t.time(), "10:00", "10:00:00"],
    [t.timestamp(), new Date(5), new Date(5)],
    [t.json(), { a: 1, b: 2 }, { b: 2, a: 1 }],
    [t.json(), { a: undefined }, {}],
    [point, { x: 1 }, { x: 1 }],
    [t.real(), 0.1, Math.fround(0.1)],
  ])("%# is no change", (builder, value, before) =>
    expect(sameAsSnapshot(value, snapshotCell(before, typeOf(builder)), typeOf(builder))).toBe(true),
  );
  it.each<[unknown, unknown, unknown]>([
    [t.text(), "a", "A"],
    [t.text(), "", null],
    [t.text(), null, ""],
    [t.integer(), 1, 2],
    [t.integer(), "1", 1],
    [t.bigint(), 1, 1n],
    [t.boolean(), 1, true],
    [t.decimal(9, 2), "2.5", "2.51"],
    [t.decimal(9, 2), "x", "2"],
    [t.timestamp(), 5, 6],
    [t.json(), {}, []],
    [t.json(), Json.null, null],
    [t.json(), [], {}],
    [t.array(t.text()), ["a"], ["a", "b"]],
    [t.time(), "x", "y"],
    [point, { x: 1 }, { x: 2 }],
  ])("%# is a change", (builder, value, before) =>
    expect(sameAsSnapshot(value, snapshotCell(before, typeOf(builder)), typeOf(builder))).toBe(false),
  );
});

describe("keys", () => {
  const model = define("keyed", {
    code: t.bigint().primaryKey(),
    uuid: t.uuid(),
    price: t.decimal(30, 10),
    at: t.timestamp(),
    raw: t.bytes(),
    time: t.time(),
    point,
    name: t.text(),
  });
  const field = (name: string) => metadataOf(model).fieldsByName.get(name) ?? expect.fail(`no field ${name}`);
  it.each<[string, unknown, unknown]>([
    ["uuid", "0190F3C6-0000-7000-8000-00000000000A", "0190f3c6-0000-7000-8000-00000000000a"],
    ["price", "007.5000000000", "7.5"],
    ["price", "-0.0", "0"],
    ["price", "100", "100"],
    ["at", new Date(5), 5],
    ["raw", new Uint8Array([0, 255]), "00ff"],
    ["time", "10:00", "10:00:00"],
    ["code", 3n, 3n],
    ["point", { x: 4 }, "4"],
    ["name", "A", "A"],
  ])("of %s have one form: %o is %o", (name, value, key) => {
    expect(keyCell(value, field(name))).toEqual(key);
    // The same from a cell of the snapshot.
    expect(keyCell(snapshotCell(value, field(name).type), field(name))).toEqual(key);
  });
  it("that are missing stay so", () =>
    expect([keyCell(null, field("uuid")), keyCell(undefined, field("uuid"))]).toEqual([null, undefined]));
});

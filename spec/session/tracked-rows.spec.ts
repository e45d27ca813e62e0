/** The tracked objects of one table against a plain Map, over any order of what can be done with them. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowTable } from "../../src/session/tracking/row-table.js";

type Step = readonly ["set" | "remove" | "removeOther" | "find", number] | readonly ["expect", number] | readonly ["each", number];

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constant("set" as const), fc.integer({ min: -3, max: 60 })) },
    { weight: 3, arbitrary: fc.tuple(fc.constant("remove" as const), fc.integer({ min: -3, max: 60 })) },
    fc.tuple(fc.constantFrom("removeOther" as const, "find" as const, "each" as const), fc.integer({ min: -3, max: 60 })),
    fc.tuple(fc.constant("expect" as const), fc.integer({ min: 0, max: 20 })),
  ),
  { maxLength: 200 },
);

/** Ascending runs are what the lists are for. */
const ascending = fc
  .tuple(fc.integer({ min: 0, max: 120 }), steps)
  .map(([count, then]): readonly Step[] => [...Array.from({ length: count }, (_, at): Step => ["set", at]), ...then]);

describe("tracked rows", () => {
  for (const [name, key] of [
    ["numbers", (number: number): readonly unknown[] => [number]],
    ["texts", (number: number): readonly unknown[] => [`key ${number}`]],
    ["two parts", (number: number): readonly unknown[] => [number >> 2, `part ${number & 3}`]],
    ["numbers and infinities", (number: number): readonly unknown[] => [number < 0 ? [NaN, -Infinity, Infinity][-number - 1] : number / 2]],
  ] as const)
    it(`are what a Map would hold: ${name}`, () => {
      fc.assert(
        fc.property(fc.oneof(steps, ascending), (program) => {
          const rows = new RowTable(key(0).length);
          const model = new Map<number, object>();
          for (const [what, number] of program) {
            if (what === "set") {
              const object = { number };
              rows.set(key(number), object);
              model.set(number, object);
            } else if (what === "remove") {
              rows.remove(key(number), model.get(number) ?? {});
              model.delete(number);
            } else if (what === "removeOther") rows.remove(key(number), {});
            else if (what === "expect") rows.expect(number);
            else if (what === "each") {
              const seen = new Set<object>();
              rows.each((object) => seen.add(object));
              expect(seen).toEqual(new Set(model.values()));
            }
            expect(rows.find(key(number))).toBe(model.get(number));
            expect(rows.size).toBe(model.size);
          }
          for (const [number, object] of model) expect(rows.find(key(number))).toBe(object);
          const all: object[] = [];
          rows.each((object) => all.push(object));
          expect(all).toHaveLength(model.size);
        }),
        { numRuns: 300 },
      );
    });

  it("come in the order in which they came, in lists or not", () => {
    const rows = new RowTable(1);
    for (const key of [1, 2, 5, 3, 9, "x", 4]) rows.setOne(key, { key });
    const keys: unknown[] = [];
    rows.each((object) => keys.push((object as { key: unknown }).key));
    expect(keys).toEqual([1, 2, 5, 3, 9, "x", 4]);
  });

  it("may change while somebody goes through them", () => {
    const rows = new RowTable(1);
    const objects = Array.from({ length: 200 }, (_, key) => ({ key }));
    for (const object of objects) rows.setOne(object.key, object);
    const seen: number[] = [];
    rows.each((object) => {
      const { key } = object as { key: number };
      seen.push(key);
      if (key < 150) rows.remove([key], object);
      if (key === 160) rows.setOne(200, { key: 200 });
    });
    expect(seen).toEqual([...objects.map(({ key }) => key), 200]);
    expect(rows.size).toBe(51);
    rows.setOne(201, { key: 201 });
    expect(rows.findOne(170)).toBe(objects[170]);
    expect(rows.findOne(10)).toBeUndefined();
    expect(rows.size).toBe(52);
  });
});

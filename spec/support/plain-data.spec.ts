/** Copies and comparison of plain data. */

import { describe, expect, it } from "vitest";
import { deepCopy, deepEqual } from "../../src/support/plain-data.js";

describe("deepCopy", () => {
  it("shares nothing mutable with what it copies", () => {
    const given = { a: [1, { b: 2 }], when: new Date(5), raw: new Uint8Array([1]) };
    const copy = deepCopy(given) as typeof given;
    expect(copy).toEqual(given);
    expect(copy.a).not.toBe(given.a);
    expect(copy.a[1]).not.toBe(given.a[1]);
    expect(copy.when).not.toBe(given.when);
    expect(copy.raw).not.toBe(given.raw);
  });
  it("keeps a key called __proto__ a key", () => {
    const copy = deepCopy(JSON.parse('{"__proto__": {"admin": true}}')) as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect((copy as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("deepEqual", () => {
  it.each<[unknown, unknown]>([
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [new Date(1), new Date(1)],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [null, null],
    ["x", "x"],
  ])("%j is %j", (a, b) => expect(deepEqual(a, b)).toBe(true));
  it.each<[unknown, unknown]>([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, {}],
    [{}, { a: 1 }],
    [[1, 2], [1]],
    [[], {}],
    [{}, []],
    [new Date(1), new Date(2)],
    [new Date(1), {}],
    [1, "1"],
    [null, {}],
    [new Uint8Array([1]), new Uint8Array([2])],
    [{ a: null }, {}],
    [{ toString: 1 }, {}],
  ])("%j is not %j", (a, b) => expect(deepEqual(a, b)).toBe(false));
});

/** A bounded cache keeps what is used and tells of what it drops. */

import { expect, it } from "vitest";
import { Recent } from "../../src/support/recent.js";

it("never holds much more than its size, and keeps what is asked for", () => {
  const dropped: number[] = [];
  const cache = new Recent<number, number>(10, (value) => dropped.push(value));
  for (let at = 0; at < 100; at++) {
    cache.set(at, at);
    expect(cache.get(0)).toBe(0);
    expect(at + 1 - dropped.length).toBeLessThanOrEqual(10);
  }
  expect(cache.get(99)).toBe(99);
  expect(cache.get(50)).toBeUndefined();
  expect(new Set(dropped).size).toBe(dropped.length);
  expect(dropped).not.toContain(0);
});

it("drops everything when it is cleared", () => {
  const dropped: string[] = [];
  const cache = new Recent<string, string>(4, (value) => dropped.push(value));
  for (const key of ["a", "b", "c"]) cache.set(key, key);
  cache.clear();
  expect(dropped.toSorted()).toEqual(["a", "b", "c"]);
  expect(cache.get("a")).toBeUndefined();
});

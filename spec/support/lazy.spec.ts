/** Sets and maps that are made on first use behave like those of the language. */

import { expect, it } from "vitest";
import { LazyMap, LazySet } from "../../src/support/lazy.js";

it("a lazy set holds what was added, in that order, until it is taken out", () => {
  const set = new LazySet<number>();
  expect([set.size, set.has(1), set.delete(1), [...set]]).toEqual([0, false, false, []]);
  set.add(2).add(1).add(2);
  expect([set.size, set.has(1), [...set]]).toEqual([2, true, [2, 1]]);
  expect([set.delete(2), [...set]]).toEqual([true, [1]]);
  set.clear();
  expect([set.size, [...set]]).toEqual([0, []]);
});

it("a lazy map holds what was set, until it is taken out", () => {
  const map = new LazyMap<string, number>();
  expect([map.size, map.get("a"), map.has("a"), map.delete("a")]).toEqual([0, undefined, false, false]);
  map.set("b", 2).set("a", 1).set("b", 3);
  expect([map.size, map.get("b"), map.has("a")]).toEqual([2, 3, true]);
  expect([map.delete("b"), map.size, map.has("b")]).toEqual([true, 1, false]);
  map.clear();
  expect([map.size, map.has("a")]).toEqual([0, false]);
});

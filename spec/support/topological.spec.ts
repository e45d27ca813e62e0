/** The topological sort: stable, complete, and honest about circles. */

import { describe, expect, it } from "vitest";
import { topological } from "../../src/support/topological.js";

const sort = (edges: Readonly<Record<string, string>>) => {
  const { order, cycles } = topological(Object.keys(edges), (item) => (edges[item] ?? "").split(""));
  return { order: order.join(""), cycles: cycles.map((cycle) => cycle.join("")) };
};

describe("topological", () => {
  it("puts each item after what it depends on", () => {
    expect(sort({ a: "c", b: "a", c: "" })).toEqual({ order: "cab", cycles: [] });
  });
  it("keeps the given order where nothing speaks against it", () => {
    expect(sort({ d: "", c: "", b: "", a: "" }).order).toBe("dcba");
    expect(sort({ d: "a", c: "", b: "", a: "" }).order).toBe("adcb");
  });
  it("reports a circle, and what depends on itself, and still gives every item", () => {
    expect(sort({ x: "a", a: "b", b: "c", c: "a", s: "s" })).toEqual({ order: "abcxs", cycles: ["abc", "s"] });
  });
  it("keeps two circles apart and in order", () => {
    expect(sort({ a: "bc", b: "a", c: "d", d: "c" })).toEqual({ order: "cdab", cycles: ["ab", "cd"] });
  });
  it("ignores dependencies that are not among the items", () => {
    expect(sort({ a: "z" })).toEqual({ order: "a", cycles: [] });
  });
  it("is not limited by the stack", () => {
    const items = Array.from({ length: 100_000 }, (_, index) => index);
    expect(topological(items, (item) => (item + 1 < items.length ? [item + 1] : [])).order[0]).toBe(99_999);
  });
});

/** SmallMap behaves as a Map does, whatever is done to it. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { SmallMap } from "../../src/support/small-map.js";

const step = fc.record({ verb: fc.constantFrom("set", "delete"), key: fc.constantFrom("a", "b", "c"), value: fc.integer() });

it("holds what a Map holds after any sequence of sets and deletes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const [map, small] = [new Map<string, number>(), new SmallMap<string, number>()];
      for (const { verb, key, value } of steps) {
        if (verb === "set") {
          map.set(key, value);
          small.set(key, value);
        } else expect(small.delete(key)).toBe(map.delete(key));
        expect(small.size).toBe(map.size);
      }
      const sorted = (entries: Iterable<[string, number]>): [string, number][] => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(small)).toEqual(sorted(map));
      expect(new Set(small.keys())).toEqual(new Set(map.keys()));
      expect(new Set(small.values())).toEqual(new Set(map.values()));
      const copy = small.copy();
      expect(sorted(copy)).toEqual(sorted(map));
      copy.set("a", -1).set("b", -1).delete("c");
      expect(sorted(small)).toEqual(sorted(map));
      for (const key of ["a", "b", "c", "d"]) expect([small.has(key), small.get(key)]).toEqual([map.has(key), map.get(key)]);
    }),
  );
});

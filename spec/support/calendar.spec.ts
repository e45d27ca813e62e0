/** Instants as text: the same as JavaScript's own. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { readInstant, writeInstant } from "../../src/support/calendar.js";

const DAY = 86_400_000;
const first = Date.parse("0001-01-01T00:00:00.000Z");
const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

it("writes every day around the turns of centuries as JavaScript does", () => {
  for (const year of [1896, 1996, 2096]) {
    for (let time = Date.UTC(year, 0, 1); time < Date.UTC(year + 10, 0, 1); time += DAY)
      expect(writeInstant(time)).toBe(new Date(time).toISOString());
  }
});

it("writes any instant so that it is read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (time) => {
      expect(writeInstant(time)).toBe(new Date(time).toISOString());
      expect(readInstant(writeInstant(time))).toBe(time);
    }),
  );
});

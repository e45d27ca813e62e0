/** The few values of each kind that rows hold and conditions ask for, so that they meet; the simplest first. */

import type { Choices } from "./choices.js";
import { moods } from "./models.js";
import type { Literal } from "./program.js";
import type { Kind } from "./schema.js";

export const zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "+05:30", "-03:00", "UTC"];
const texts = ["a", "b", "", "A", "ab", "aB", "a%", "_", "\\", "é", "É", "z", "🙂", " a", "1", "true", "null"];
const pools: { readonly [K in Kind]: readonly Literal[] } = {
  integer: [0, 1, 2, 3, -1, 10],
  bigint: [0n, 1n, -5n, 9_007_199_254_740_993n, 9_007_199_254_740_992n],
  decimal: ["0", "1.5", "-2.25", "10", "0.01", "2"],
  double: [0, 1.5, -0.25, 10, 2, 0.5],
  text: texts,
  boolean: [false, true],
  date: ["2024-01-01", "2023-12-31", "2024-02-29", "1999-07-04", "2024-12-30"],
  // The clocks of Berlin and New York are changed at some of these.
  timestamp: [
    "2024-01-01T00:00:00.000Z",
    "2023-12-31T23:59:59.999Z",
    "2024-02-29T12:30:15.250Z",
    "1999-07-04T05:06:07.000Z",
    "2024-03-31T01:00:00.000Z",
    "2023-10-29T00:15:00.000Z",
    "2023-10-29T01:15:00.000Z",
    "2024-11-03T05:59:59.999Z",
  ].map((text) => new Date(text)),
  time: ["00:00:00", "13:45:10", "23:59:59.5"],
  enum: moods,
  json: [
    { json: {} },
    { json: { size: 1 } },
    { json: { size: 10, name: "a" } },
    { json: { size: 2, name: "b", deep: { on: true } } },
    { json: { name: null } },
    { json: { size: 1.5, name: "1" } },
    { json: { deep: { on: false } } },
  ],
};
export const literalOf = (choices: Choices, kind: Kind): Literal => choices.pick(pools[kind]);

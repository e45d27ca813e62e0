/** A spec that fails. */

import { expect, it } from "vitest";

it("is planted to fail", () => {
  expect(1).toBe(2);
});

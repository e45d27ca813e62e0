/** Version 7 UUIDs rise, whatever the clock does. */

import { describe, expect, it } from "vitest";
import { uuid7 } from "../../src/support/uuid.js";

describe("uuid7", () => {
  it("is a version 7 uuid that begins with the time", () => {
    const made = uuid7();
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Math.abs(Number.parseInt(made.replace("-", "").slice(0, 12), 16) - Date.now())).toBeLessThan(1000);
  });
  it("rises within a millisecond, past the counter's end, and when the clock goes back", () => {
    const now = Date.now() + 10_000;
    const made = Array.from({ length: 20_000 }, (_, index) => uuid7(now - (index % 3)));
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });
});

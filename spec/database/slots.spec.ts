/** Slots are given in the order they were asked for, and to nobody who has left. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Slots } from "../../src/database/slots.js";
import { PoolTimeout } from "../../src/errors.js";

const make = (limit: number): Slots => new Slots(limit, "place", "Leave earlier.");

it("nobody overtakes those who wait, not even where a slot is free at once", async () => {
  const slots = make(1);
  const first = slots.take("a");
  expect(first).not.toBeNull();
  expect(slots.take("b")).toBeNull();
  const order: string[] = [];
  const waiting = ["c", "d", "e"].map(async (label) => {
    const slot = await slots.wait(label, 1000);
    order.push(label);
    expect(slots.take("late")).toBeNull();
    await sleep(1);
    slots.give(slot);
  });
  if (first !== null) slots.give(first);
  expect(slots.take("f")).toBeNull();
  await Promise.all(waiting);
  expect(order).toEqual(["c", "d", "e"]);
  expect(slots.take("g")).not.toBeNull();
});

it("who waited too long gets none, and the next in line is not passed over", async () => {
  const slots = make(2);
  const held = [slots.take("x"), slots.take("y")];
  const impatient = slots.wait("impatient", 20);
  const patient = slots.wait("patient", 1000);
  await expect(impatient).rejects.toThrow(PoolTimeout);
  await expect(impatient).rejects.toThrow(
    /^impatient waited 20 ms for a place\. All 2 places are held by: x \(for \d+ ms\); y \(for \d+ ms\)\. Leave earlier\.$/,
  );
  if (held[1]) slots.give(held[1]);
  expect((await patient).holder).toBe("patient");
});

it("a slot given back twice is one slot", () => {
  const slots = make(1);
  const slot = slots.take("a");
  if (slot === null) throw new Error("expected a slot");
  slots.give(slot);
  const next = slots.take("b");
  slots.give(slot);
  expect(next).not.toBeNull();
  expect(slots.take("c")).toBeNull();
});

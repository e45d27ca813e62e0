/** Cascades. */

import { expect } from "vitest";
import { Address, Badge, Line, Note, Order, Owner, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("appending to a stored parent's list puts the child in the session at once", async ({ db }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const address = new Address({ email: "x" });
  user.addresses.add(address);
  expect(statusOf(address)).toBe("pending");
  await db.flush();
  expect(address.userId).toBe(user.id);
});

scenario("setting only the child's side does not add it", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  const address = new Address({ email: "x" });
  address.user = user;
  await db.flush();
  expect(sent.take()).toEqual([]);
  expect(statusOf(address)).toBe("transient");
});

const orderWith = (...texts: string[]): { order: Order; lines: Line[] } => {
  const order = new Order({ name: "o" });
  const lines = texts.map((text) => new Line({ text, order }));
  order.lines.add(...lines);
  return { order, lines };
};

scenario("orphan removal", async ({ db, rows }) => {
  const { order, lines } = orderWith("a", "b");
  lines[0]?.notes.add(new Note({ text: "n" }));
  db.add(order);
  await db.commit();
  await Order.objects.prefetchRelated("lines").fetch(db);
  order.lines.remove(lines[0] as Line);
  await db.flush();
  expect(statusOf(lines[0] as Line)).toBe("deleted");
  expect(await rows("select text from lines")).toEqual([["b"]]);
  expect(await rows("select count(*) from notes")).toEqual([[0]]);
});

scenario("a removed child given to another owner is moved, not deleted", async ({ db, sent }) => {
  const first = orderWith("x");
  const second = orderWith();
  db.add(first.order, second.order);
  await db.commit();
  await Order.objects.prefetchRelated("lines").fetch(db);
  sent.take();
  const [line] = first.lines as [Line];
  first.order.lines.remove(line);
  second.order.lines.add(line);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE lines set order_id"]);
  expect([await first.order.lines.count(), line.orderId]).toEqual([0, second.order.id]);
});

scenario("a pending child removed before the flush", async ({ db, sent }) => {
  const { order } = orderWith();
  db.add(order);
  await db.commit();
  sent.take();
  const line = new Line({ text: "x" });
  order.lines.add(line);
  const states = [statusOf(line)];
  order.lines.remove(line);
  await db.flush();
  states.push(statusOf(line));
  expect(states).toEqual(["pending", "transient"]);
  expect(sent.take()).toEqual([]);
});

scenario("emptying an orphan-removing list", async ({ db, sent, rows }) => {
  const { order } = orderWith("a", "b");
  db.add(order);
  await db.commit();
  await Order.objects.prefetchRelated("lines").fetch(db);
  sent.take();
  await order.lines.set([]);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "DELETE lines"]);
  expect(await rows("select count(*) from lines")).toEqual([[0]]);
});

scenario("an orphan with no owner at all", async ({ db, rows }) => {
  db.add(new Line({ text: "x" }));
  expect(["VALIDATION", "NOT_NULL_VIOLATION"]).toContain((await rejection(db.flush())).code);
  await db.rollback();
  expect(await rows("select count(*) from lines")).toEqual([[0]]);
});

scenario("one-to-one replacement with orphan removal", async ({ db, rows }) => {
  const owner = await Owner.objects.create(db, { name: "o" });
  const old = await Badge.objects.create(db, { number: "1", owner });
  await db.commit();
  await Owner.objects.selectRelated("badge").fetch(db);
  owner.badge = new Badge({ number: "2" });
  expect(await old.owner).toBeNull();
  await db.flush();
  expect(await rows("select number, owner_id from badges")).toEqual([["2", owner.id]]);
});

scenario("deleted in one place, gone from a loaded list after the commit", async ({ db }) => {
  const user = await User.objects.create(db, { name: "a" });
  const address = await Address.objects.create(db, { email: "x", user });
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  db.delete(address);
  await db.commit();
  expect(await user.addresses.count()).toBe(0);
});

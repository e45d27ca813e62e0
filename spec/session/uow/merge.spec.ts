/** Merge. */

import { expect } from "vitest";
import { Address, Doc, Line, Order, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("merge of a transient copy with a known key", async ({ db, open, sent, rows }) => {
  const stored = await User.objects.create(db, { name: "a", hits: 3 });
  await db.commit();
  const other = open();
  const given = new User({ id: stored.id, name: "b" });
  sent.take();
  const merged = await other.merge(given);
  expect(merged).not.toBe(given);
  expect([statusOf(given), statusOf(merged), merged.name]).toEqual(["transient", "persistent", "b"]);
  await other.commit();
  expect(sent.take()).toContain("UPDATE users set name");
  expect(await rows("select name from users")).toEqual([["b"]]);
});

scenario("merge of a detached graph", async ({ db, open, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  const [x, y] = [await Address.objects.create(db, { email: "x", user }), await Address.objects.create(db, { email: "y", user })];
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  db.expunge(user, x, y);
  x.email = "x2";
  user.addresses.remove(y);
  user.addresses.add(new Address({ email: "z" }));
  const other = open();
  const merged = await other.merge(user);
  await other.commit();
  expect((await merged.addresses.fetch()).map((address) => address.email).sort()).toEqual(["x2", "z"]);
  expect(await rows("select email, user_id from addresses order by email")).toEqual([
    ["x2", user.id],
    ["y", null],
    ["z", user.id],
  ]);
});

scenario("the same with orphan removal", async ({ db, open, rows }) => {
  const order = new Order({ name: "o" });
  const [a, b] = [new Line({ text: "a", order }), new Line({ text: "b", order })];
  order.lines.add(a, b);
  db.add(order);
  await db.commit();
  await Order.objects.prefetchRelated("lines").fetch(db);
  db.expunge(order, a, b);
  order.lines.remove(b);
  const other = open();
  await other.merge(order);
  await other.commit();
  expect(await rows("select text from lines")).toEqual([["a"]]);
});

scenario("two given objects with one key in one graph", async ({ db, rows }) => {
  const user = new User({ name: "a" });
  user.addresses.add(new Address({ id: 5, email: "first" }), new Address({ id: 5, email: "second" }));
  const merged = await db.merge(user);
  await db.commit();
  expect(await merged.addresses.count()).toBe(1);
  expect(await rows("select count(*) from addresses")).toEqual([[1]]);
});

scenario("merge of what is already here", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  expect(await db.merge(user)).toBe(user);
  expect(sent.take()).toEqual([]);
});

scenario("merge of an old version", async ({ db, open, rows }) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  await db.commit();
  const other = open();
  const old = (await other.get(Doc, doc.id)) as Doc;
  other.expunge(old);
  doc.title = "b";
  await db.commit();
  const third = open();
  const failed = await rejection(
    (async () => {
      old.title = "c";
      await third.merge(old);
      await third.commit();
    })(),
  );
  expect(failed.code).toBe("STALE_DATA");
  expect(await rows("select title, version from docs")).toEqual([["b", 2]]);
});

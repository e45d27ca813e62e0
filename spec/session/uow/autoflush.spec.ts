/** Autoflush and queries. */

import { expect } from "vitest";
import { sql } from "flash-db";
import { Address, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("a query sees pending work", async ({ db, sent }) => {
  const changed = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  changed.name = "wanted";
  db.add(new User({ name: "wanted" }));
  const found = await User.objects.filter({ name: "wanted" }).fetch(db);
  expect(found).toHaveLength(2);
  expect(sent.take().slice(1).sort()).toEqual(["INSERT users", "SELECT users", "UPDATE users set name"]);
});

scenario("a query of another table, or of unchanged columns, flushes nothing", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  user.name = "b";
  await Address.objects.fetch(db);
  await User.objects.filter({ hits: 0 }).fetch(db);
  expect(sent.take()).toEqual(["SELECT addresses", "SELECT users"]);
  expect(user.name).toBe("b");
});

scenario("autoflush can be off", async ({ db, open, sent }) => {
  await db.close();
  const quiet = open({ autoflush: false });
  quiet.add(new User({ name: "a" }));
  expect(await User.objects.count(quiet)).toBe(0);
  expect(sent.take()).toEqual(["SELECT users"]);
});

scenario("a failing autoflush is an error of the query", async ({ db, sent }) => {
  const taken = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  const twin = new Address({ email: "x", userId: taken.id + 1000 });
  db.add(twin);
  expect((await rejection(Address.objects.fetch(db))).code).toBe("FOREIGN_KEY_VIOLATION");
  expect(sent.take()).not.toContain("SELECT addresses");
  expect(statusOf(twin)).toBe("pending");
});

scenario("bulk update through the session", async ({ db, sent }) => {
  const [a, b] = [await User.objects.create(db, { name: "a", hits: 1 }), await User.objects.create(db, { name: "b", hits: 5 })];
  await db.commit();
  sent.take();
  expect(await User.objects.filter({ hits__lt: 3 }).update(db, { hits: 9 })).toBe(1);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE users set hits"]);
  expect([a.hits, b.hits]).toEqual([9, 5]);
});

scenario("bulk delete through the session", async ({ db }) => {
  const [a, b] = [await User.objects.create(db, { name: "a" }), await User.objects.create(db, { name: "b" })];
  await db.commit();
  expect(await User.objects.filter({ name: "a" }).delete(db)).toBe(1);
  expect([db.has(a), db.has(b)]).toEqual([false, true]);
  expect(await db.get(User, a.id)).toBeNull();
});

scenario("a row that is read again refreshes what was not changed", async ({ db }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  await db.execute(sql`update users set name = 'z', hits = 8`);
  expect(user.name).toBe("a");
  user.hits = 3;
  await db.noAutoflush(() => User.objects.fetch(db));
  expect([user.name, user.hits]).toEqual(["z", 3]);
});

scenario("get() of a pending key", async ({ db }) => {
  const user = new User({ id: 5, name: "a" });
  db.add(user);
  await db.flush();
  expect(await db.get(User, 5)).toBe(user);
});

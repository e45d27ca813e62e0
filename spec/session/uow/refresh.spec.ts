/** Expire and refresh. */

import { expect } from "vitest";
import { sql } from "flash-db";
import { Address, User } from "./models.js";
import { rejection, scenario } from "./stage.js";

scenario("a commit expires nothing", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a", hits: 1 });
  await db.commit();
  sent.take();
  expect([user.name, user.hits, user.id]).toEqual(["a", 1, 1]);
  expect(sent.take()).toEqual([]);
});

scenario("expire(object) discards unflushed changes", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  user.name = "b";
  db.expire(user);
  expect(await db.get(User, user.id)).toBe(user);
  expect(user.name).toBe("a");
  sent.take();
  await db.flush();
  expect(sent.take()).toEqual([]);
});

scenario("refresh overwrites", async ({ db, open }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const other = open();
  await User.objects.filter({ id: user.id }).update(other, { name: "z" });
  await other.commit();
  user.name = "local";
  await db.refresh(user);
  expect(user.name).toBe("z");
  expect(db.dirty.size).toBe(0);
});

scenario("refresh and a list", async ({ db, open }) => {
  const user = await User.objects.create(db, { name: "a" });
  await Address.objects.create(db, { email: "x", user });
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  const other = open();
  await Address.objects.create(other, { email: "y", userId: user.id });
  await other.commit();
  await db.refresh(user, ["addresses"]);
  expect((await user.addresses.fetch()).map((address) => address.email).sort()).toEqual(["x", "y"]);
});

scenario("refresh, or get after expire, of a vanished row", async ({ db, open }) => {
  const user = await User.objects.create(db, { name: "a" });
  const second = await User.objects.create(db, { name: "b" });
  await db.commit();
  const other = open();
  await User.objects.all().delete(other, { all: true });
  await other.commit();
  expect(await rejection(db.refresh(user))).toBeInstanceOf(User.DoesNotExist);
  db.expire(second);
  expect((await rejection(db.refresh(second))).code).toBe("DOES_NOT_EXIST");
});

scenario("expire or refresh of a pending object", async ({ db, sent }) => {
  const user = new User({ name: "a" });
  db.add(user);
  expect(() => db.expire(user)).toThrow(expect.objectContaining({ code: "SESSION" }));
  expect((await rejection(db.refresh(user))).code).toBe("SESSION");
  expect(sent.take()).toEqual([]);
});

scenario("a re-read after raw SQL replaces the snapshot", async ({ db }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  await db.execute(sql`update users set hits = 4`);
  await User.objects.fetch(db);
  expect(user.hits).toBe(4);
  expect(db.isModified(user)).toBe(false);
});

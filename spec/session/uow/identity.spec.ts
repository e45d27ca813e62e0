/** Identity map and object states. */

import { expect } from "vitest";
import { Address, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("the five states", async ({ db }) => {
  const user = new User({ name: "a" });
  const states = [statusOf(user)];
  db.add(user);
  states.push(statusOf(user));
  await db.flush();
  states.push(statusOf(user));
  db.delete(user);
  states.push(statusOf(user));
  await db.flush();
  states.push(statusOf(user));
  await db.commit();
  states.push(statusOf(user));
  expect(states).toEqual(["transient", "pending", "persistent", "persistent", "deleted", "detached"]);
});

scenario("adding twice sends one INSERT", async ({ db, sent }) => {
  const user = new User({ name: "a" });
  db.add(user, user);
  db.add(user);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT users"]);
});

scenario("an object belongs to one session", async ({ db, open, sent }) => {
  const user = new User({ name: "a" });
  db.add(user);
  const other = open();
  expect(() => other.add(user)).toThrow(expect.objectContaining({ code: "SESSION" }));
  expect(sent.take()).toEqual([]);
});

scenario("two objects with one key cannot both be tracked", async ({ db, open, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const other = open();
  const copy = (await other.get(User, user.id)) as User;
  other.expunge(copy);
  sent.take();
  expect(() => db.add(copy)).toThrow(expect.objectContaining({ code: "SESSION" }));
  expect(await db.get(User, user.id)).toBe(user);
  expect(sent.take()).toEqual([]);
});

scenario("delete, then add back before the flush", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  db.delete(user);
  db.add(user);
  await db.flush();
  expect(sent.take()).toEqual([]);
  expect(statusOf(user)).toBe("persistent");
});

scenario("add, then take out before the flush", async ({ db, sent, rows }) => {
  const user = new User({ name: "a" });
  const address = new Address({ email: "x", user });
  db.add(user, address);
  db.expunge(user);
  address.user = null;
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT addresses"]);
  expect([statusOf(user), statusOf(address)]).toEqual(["transient", "persistent"]);
  expect(await rows("select user_id, email from addresses")).toEqual([[null, "x"]]);
});

scenario("a closed session refuses everything", async ({ open }) => {
  const db = open();
  await db.close();
  expect((await rejection(db.get(User, 1))).code).toBe("SESSION_CLOSED");
  expect((await rejection(db.flush())).code).toBe("SESSION_CLOSED");
  expect(() => db.add(new User({ name: "a" }))).toThrow(expect.objectContaining({ code: "SESSION_CLOSED" }));
  await db.close();
});

scenario("new, dirty and deleted hold exactly what waits", async ({ db }) => {
  const changed = await User.objects.create(db, { name: "a" });
  const gone = await User.objects.create(db, { name: "b" });
  await db.commit();
  changed.name = "x";
  db.delete(gone);
  const fresh = new User({ name: "c" });
  db.add(fresh);
  expect([[...db.new], [...db.dirty], [...db.deleted]]).toEqual([[fresh], [changed], [gone]]);
  await db.flush();
  expect([db.new.size, db.dirty.size, db.deleted.size]).toEqual([0, 0, 0]);
});

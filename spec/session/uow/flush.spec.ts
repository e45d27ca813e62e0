/** What a flush sends. */

import { expect } from "vitest";
import { Account, Address, Ball, Basket, Entry, Item, Line, Note, Order, Person, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("only changed columns are updated", async ({ db, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  sent.take();
  user.hits = 5;
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE users set hits"]);
});

scenario("parents are inserted before children whatever the order of add()", async ({ db, sent }) => {
  const users = [new User({ name: "a" }), new User({ name: "b" })];
  const addresses = users.map((user, index) => new Address({ email: `${index}`, user }));
  db.add(...addresses);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT users", "INSERT addresses"]);
  expect(addresses.map((address) => address.userId)).toEqual(users.map((user) => user.id));
  expect(users.map(statusOf)).toEqual(["persistent", "persistent"]);
});

scenario("rows of one table are inserted in the order added", async ({ db, rows }) => {
  db.add(new User({ name: "c" }), new User({ name: "a" }), new User({ name: "b" }));
  await db.flush();
  expect(await rows("select id, name from users order by id")).toEqual([
    [1, "c"],
    [2, "a"],
    [3, "b"],
  ]);
});

scenario("three levels", async ({ db, sent, rows }) => {
  const order = new Order({ name: "o" });
  for (const text of ["1", "2"]) {
    const line = new Line({ text, order });
    order.lines.add(line);
    line.notes.add(new Note({ text: `${text}a`, line }), new Note({ text: `${text}b`, line }));
  }
  db.add(order);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT orders", "INSERT lines", "INSERT notes"]);
  expect(await rows("select count(*) from notes")).toEqual([[4]]);
});

scenario("deleting only the parent nulls the children's keys", async ({ db, rows }) => {
  const user = new User({ name: "a" });
  const addresses = ["x", "y"].map((email) => new Address({ email, user }));
  db.add(...addresses);
  await db.commit();
  db.delete(user);
  await db.flush();
  expect(await rows("select user_id from addresses")).toEqual([[null], [null]]);
  expect(addresses.map((address) => address.userId)).toEqual([null, null]);
  expect(db.isModified(addresses[0] as Address)).toBe(false);
});

scenario("a parent whose children may not be without it cannot be deleted", async ({ db, rows }) => {
  const person = new Person({ name: "p" });
  const ball = new Ball({ color: "red", person });
  db.add(ball);
  await db.commit();
  db.delete(person);
  expect((await rejection(db.flush())).code).toBe("FOREIGN_KEY_VIOLATION");
  await db.rollback();
  expect([statusOf(person), statusOf(ball), ball.personId]).toEqual(["persistent", "persistent", person.id]);
  expect(await rows("select count(*) from people")).toEqual([[1]]);
});

scenario("moving a child between parents", async ({ db, sent }) => {
  const first = await User.objects.create(db, { name: "a" });
  const second = await User.objects.create(db, { name: "b" });
  const address = await Address.objects.create(db, { email: "x", user: first });
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  sent.take();
  second.addresses.add(address);
  expect([await first.addresses.count(), await address.user]).toEqual([0, second]);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE addresses set user_id"]);
  expect(address.userId).toBe(second.id);
});

scenario("setting the many-to-one side moves the child in both lists at once", async ({ db, sent }) => {
  const first = await User.objects.create(db, { name: "a" });
  const second = await User.objects.create(db, { name: "b" });
  const address = await Address.objects.create(db, { email: "x", user: first });
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  sent.take();
  address.user = second;
  expect([await first.addresses.count(), await second.addresses.count(), address.userId]).toEqual([0, 1, second.id]);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE addresses set user_id"]);
});

scenario("an assigned key moves the relation with it", async ({ db }) => {
  const first = await User.objects.create(db, { name: "a" });
  const second = await User.objects.create(db, { name: "b" });
  const address = await Address.objects.create(db, { email: "x", user: first });
  address.userId = second.id;
  expect(await address.user).toBe(second);
  address.userId = null;
  expect(await address.user).toBeNull();
});

scenario("removing a child without an orphan rule", async ({ db, sent, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  const address = await Address.objects.create(db, { email: "x", user });
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  sent.take();
  user.addresses.remove(address);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE addresses set user_id"]);
  expect(await address.user).toBeNull();
  expect(await rows("select user_id from addresses")).toEqual([[null]]);
});

scenario("a replaced list is compared, not rewritten", async ({ db, sent, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  const [x, y] = [await Address.objects.create(db, { email: "x", user }), await Address.objects.create(db, { email: "y", user })];
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  sent.take();
  const z = new Address({ email: "z" });
  await user.addresses.set([y, z]);
  await db.flush();
  expect(sent.take().sort()).toEqual(["BEGIN", "INSERT addresses", "UPDATE addresses set user_id"]);
  expect(await rows("select email, user_id from addresses order by email")).toEqual([
    ["x", null],
    ["y", user.id],
    ["z", user.id],
  ]);
  expect(x.userId).toBeNull();
});

scenario("a two-column key is taken from the parents", async ({ db, sent }) => {
  const basket = new Basket({ name: "b" });
  const item = new Item({ name: "i" });
  const entry = new Entry({ basket, item });
  db.add(entry);
  await db.flush();
  const statements = sent.take();
  expect(statements.slice(0, 3).sort()).toEqual(["BEGIN", "INSERT baskets", "INSERT items"]);
  expect(statements.slice(3)).toEqual(["INSERT entries"]);
  expect(entry.pk).toEqual({ basketId: basket.id, itemId: item.id });
  expect(await db.get(Entry, { basketId: basket.id, itemId: item.id })).toBe(entry);
});

scenario("a key that cannot be had", async ({ db, rows }) => {
  db.add(new Account({ label: "x" }));
  expect(["VALIDATION", "NOT_NULL_VIOLATION"]).toContain((await rejection(db.flush())).code);
  await db.rollback();
  expect(await rows("select count(*) from accounts")).toEqual([[0]]);
});

scenario("each of 100 new objects gets its own key, in one statement", async ({ db, sent, rows }) => {
  const users = Array.from({ length: 100 }, (_, index) => new User({ name: `name ${(index * 37) % 100}` }));
  db.add(...users);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT users"]);
  expect(await rows("select id, name from users order by id")).toEqual(users.map((user) => [user.id, user.name]));
});

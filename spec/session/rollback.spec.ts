/** What memory is after a rollback, a rolled back savepoint, a failed flush. */

import { expect } from "vitest";
import { atomic, F, UniqueViolation, type Session } from "flash-db";
import { exampleWith } from "./example.js";
import { Address, Doc, Item, Keyword, Line, models, Order, Slug, User } from "./uow/models.js";
import { rejection, statusOf } from "./uow/stage.js";
import type { Database } from "../../src/connect.js";

const example = (title: string, play: (db: Session, database: Database) => Promise<void>): void =>
  exampleWith(models)(title, ({ db, database }) => play(db, database));

const names = async (db: Session): Promise<unknown[]> => User.objects.orderBy("id").valuesList("name", { flat: true }).fetch(db);
const values = async (db: Session): Promise<unknown[]> => Slug.objects.orderBy("value").valuesList("value", { flat: true }).fetch(db);

example("the same work after a rollback makes the same rows", async (db) => {
  const stays = await User.objects.create(db, { name: "stays" });
  const goes = await User.objects.create(db, { name: "goes" });
  const item = await Item.objects.create(db, { name: "item" });
  const keyword = await Keyword.objects.create(db, { word: "k" });
  await db.commit();
  const fresh = new User({ name: "fresh" });
  const work = async (): Promise<void> => {
    db.add(fresh);
    stays.name = "changed";
    db.delete(goes);
    item.keywords.add(keyword);
    fresh.addresses.add(new Address({ email: "x" }));
    await db.flush();
  };
  await work();
  await db.rollback();
  expect([statusOf(fresh), fresh.id, fresh.name, stays.name, statusOf(goes)]).toEqual([
    "transient",
    undefined,
    "fresh",
    "stays",
    "persistent",
  ]);
  expect(await names(db)).toEqual(["stays", "goes"]);
  await work();
  await db.commit();
  expect(await names(db)).toEqual(["changed", "fresh"]);
  expect((await item.keywords.fetch()).map(({ word }) => word)).toEqual(["k"]);
  expect(await Address.objects.filter({ user: fresh }).count(db)).toBe(2);
});

example("a failed flush can be corrected and sent again, whole", async (db) => {
  await Slug.objects.create(db, { value: "taken" });
  const changed = await Slug.objects.create(db, { value: "changed" });
  const gone = await Slug.objects.create(db, { value: "gone" });
  await db.commit();
  const fresh = new Slug({ value: "fresh" });
  db.add(fresh);
  changed.value = "taken";
  db.delete(gone);
  expect(await rejection(db.flush())).toBeInstanceOf(UniqueViolation);
  expect([fresh.id, fresh.value, changed.value]).toEqual([undefined, "fresh", "taken"]);
  expect([[...db.new], [...db.dirty], [...db.deleted]]).toEqual([[fresh], [changed], [gone]]);
  expect(db.inTransaction).toBe(false);
  changed.value = "free";
  await db.commit();
  expect(await values(db)).toEqual(["free", "fresh", "taken"]);
});

example("a flush that fails after others leaves their work in the transaction", async (db) => {
  await Slug.objects.create(db, { value: "taken" });
  await db.commit();
  db.add(new Slug({ value: "first" }));
  await db.flush();
  const twin = new Slug({ value: "taken" });
  db.add(new Slug({ value: "second" }), twin);
  await rejection(db.flush());
  expect(await values(db).catch((error: unknown) => error)).toBeInstanceOf(UniqueViolation);
  twin.value = "third";
  await db.commit();
  expect(await values(db)).toEqual(["first", "second", "taken", "third"]);
});

example("a failed create leaves its object, and what came along, outside the session", async (db) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const broken = await rejection(Address.objects.create(db, { email: null as unknown as string, user: new User({ name: "b" }) }));
  expect(broken.code).toBe("VALIDATION");
  expect(db.new.size).toBe(0);
  user.name = "c";
  await db.commit();
  expect(await names(db)).toEqual(["c"]);
});

example("a rolled back savepoint leaves memory where it began, and the outer flush writes what is left", async (db) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  user.name = "outer";
  await db.flush();
  await rejection(
    atomic(db, async () => {
      user.name = "inner";
      user.hits = 9;
      await db.flush();
      throw new Error("no");
    }),
  );
  expect([user.name, user.hits]).toEqual(["outer", 0]);
  user.hits = 3;
  await db.commit();
  expect(await User.objects.values("name", "hits").fetch(db)).toEqual([{ name: "outer", hits: 3 }]);
});

example("an atomic block that throws gives back unflushed assignments, and what was pending before it", async (db) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  user.hits = 5;
  const pending = new User({ name: "pending" });
  db.add(pending);
  await rejection(
    atomic(db, async () => {
      expect(pending.id).toBeGreaterThan(0);
      user.name = "never flushed";
      pending.name = "renamed";
      throw new Error("no");
    }),
  );
  expect([user.name, user.hits, pending.name, pending.id, statusOf(pending)]).toEqual(["a", 5, "pending", undefined, "pending"]);
  expect(db.isModified(user)).toBe(true);
  await db.commit();
  expect(await User.objects.orderBy("id").values("name", "hits").fetch(db)).toEqual([
    { name: "a", hits: 5 },
    { name: "pending", hits: 0 },
  ]);
});

example("rollback() drops what was never flushed: new objects, changes, deletions, collections", async (db) => {
  const user = await User.objects.create(db, { name: "a" });
  const address = await Address.objects.create(db, { email: "x", user });
  await db.commit();
  const fresh = new User({ name: "b" });
  db.add(fresh);
  user.name = "c";
  db.delete(address);
  user.addresses.add(new Address({ email: "y" }));
  await db.rollback();
  expect([statusOf(fresh), user.name, db.deleted.size, db.dirty.size, db.new.size]).toEqual(["transient", "a", 0, 0, 0]);
  expect((await user.addresses.fetch()).map(({ email }) => email)).toEqual(["x"]);
});

example("rows first read after a write leave the session with the rollback, older ones stay", async (db, database) => {
  await User.objects.create(db, { name: "a" });
  await User.objects.create(db, { name: "b" });
  await db.commit();
  const own = database.session({ onUncommitted: "ignore" });
  const before = await User.objects.get(own, { name: "a" });
  before.hits = 1;
  await own.flush();
  const after = await User.objects.get(own, { name: "b" });
  await own.rollback();
  expect([own.has(before), own.has(after), before.hits]).toEqual([true, false, 0]);
  await own.close();
});

example("versions go back too, so that the next update is not stale", async (db) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  await db.commit();
  doc.title = "b";
  await db.flush();
  expect(doc.version).toBe(2);
  await db.rollback();
  expect(doc.version).toBe(1);
  doc.title = "c";
  await db.commit();
  expect(doc.version).toBe(2);
});

example("a deletion with its dependants comes back whole", async (db) => {
  const order = new Order({ name: "o" });
  order.lines.add(new Line({ text: "a" }), new Line({ text: "b" }));
  db.add(order);
  await db.commit();
  const lines = [...(await order.lines.fetch())];
  db.delete(order);
  await db.flush();
  expect(lines.map(statusOf)).toEqual(["deleted", "deleted"]);
  await db.rollback();
  expect([statusOf(order), ...lines.map(statusOf)]).toEqual(["persistent", "persistent", "persistent"]);
  expect((await order.lines.fetch()).map(({ text }) => text)).toEqual(["a", "b"]);
  lines[0]!.text = "changed";
  await db.commit();
  expect(await Line.objects.orderBy("text").valuesList("text", { flat: true }).fetch(db)).toEqual(["b", "changed"]);
});

example("what is assigned while a flush runs stays a change", async (db) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  user.name = "b";
  const flushing = db.commit();
  await Promise.resolve();
  user.hits = 7;
  await flushing;
  await db.commit();
  expect(await User.objects.values("name", "hits").fetch(db)).toEqual([{ name: "b", hits: 7 }]);
});

example("an expression that failed is written by the next flush", async (db) => {
  await Slug.objects.create(db, { value: "taken" });
  const user = await User.objects.create(db, { name: "a", hits: 1 });
  await db.commit();
  user.set({ hits: F("hits").add(1) });
  const twin = new Slug({ value: "taken" });
  db.add(twin);
  await rejection(db.flush());
  expect(user.hits).toBe(1);
  db.expunge(twin);
  await db.commit();
  expect(user.hits).toBe(2);
});

example("rows that share a note go back each by itself", async (db) => {
  await Slug.objects.create(db, { value: "taken" });
  await db.commit();
  const order = new Order({ name: "o" });
  const lines = ["a", "b", "c"].map((text) => new Line({ text, order }));
  const [ownOrder, late] = [new Order({ name: "q" }), new Slug({ value: "taken" })];
  const own = new Line({ text: "d", order: ownOrder });
  db.add(...lines, own, late);
  expect(await rejection(db.flush())).toBeInstanceOf(UniqueViolation);
  expect([...lines, own].map((line) => line.order)).toEqual([order, order, order, ownOrder]);
  expect(lines.map((line) => [line.id, line.orderId, statusOf(line)])).toEqual(lines.map(() => [undefined, undefined, "pending"]));
  const other = new Order({ name: "p" });
  (lines[1] as Line).order = other;
  late.value = "free";
  await db.commit();
  expect(lines.map(({ orderId }) => orderId)).toEqual([order.id, other.id, order.id]);
  expect(await Line.objects.orderBy("text").values("text", "order__name").fetch(db)).toEqual([
    { text: "a", order__name: "o" },
    { text: "b", order__name: "p" },
    { text: "c", order__name: "o" },
    { text: "d", order__name: "q" },
  ]);
});

example("a deletion marked before the transaction is taken back, and one marked in it too", async (db) => {
  const [before, inside] = [await User.objects.create(db, { name: "a" }), await User.objects.create(db, { name: "b" })];
  await db.commit();
  db.delete(before);
  before.name = "changed";
  await Slug.objects.create(db, { value: "x" });
  db.delete(inside);
  await db.rollback();
  expect([statusOf(before), statusOf(inside), before.name, db.deleted.size, db.isModified(before)]).toEqual([
    "persistent",
    "persistent",
    "a",
    0,
    false,
  ]);
  await db.commit();
  expect(await names(db)).toEqual(["a", "b"]);
});

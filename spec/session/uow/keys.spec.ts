/** Unique values and primary keys. */

import { expect } from "vitest";
import { Account, Posting, Slug, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("a row is deleted and another with its unique value inserted in one flush", async ({ db, sent, rows }) => {
  const old = await Slug.objects.create(db, { value: "v" });
  await db.commit();
  sent.take();
  db.delete(old);
  db.add(new Slug({ value: "v" }));
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "DELETE slugs", "INSERT slugs"]);
  expect(await rows("select value from slugs")).toEqual([["v"]]);
});

scenario("the same with a flush between", async ({ db, rows }) => {
  const old = await Slug.objects.create(db, { value: "v" });
  await db.commit();
  db.delete(old);
  await db.flush();
  db.add(new Slug({ value: "v" }));
  await db.flush();
  expect(await rows("select value from slugs")).toEqual([["v"]]);
});

scenario("delete and re-insert of one primary key are a DELETE and an INSERT", async ({ db, sent, rows }) => {
  const old = await User.objects.create(db, { name: "old", hits: 3 });
  await db.commit();
  sent.take();
  db.delete(old);
  const fresh = new User({ id: old.id, name: "new", hits: 3 });
  db.add(fresh);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "DELETE users", "INSERT users"]);
  expect(await rows("select id, name, hits from users")).toEqual([[old.id, "new", 3]]);
  await db.commit();
  expect(await db.get(User, old.id)).toBe(fresh);
  expect(statusOf(old)).toBe("detached");
});

scenario("row switch and rollback", async ({ db }) => {
  const old = await User.objects.create(db, { name: "old" });
  await db.commit();
  db.delete(old);
  const fresh = new User({ id: old.id, name: "new" });
  db.add(fresh);
  await db.flush();
  await db.rollback();
  expect(await db.get(User, old.id)).toBe(old);
  expect([old.name, statusOf(fresh)]).toEqual(["old", "transient"]);
});

scenario("two unique values are swapped in one flush", async ({ db, rows }) => {
  const [first, second] = [await Slug.objects.create(db, { value: "x" }), await Slug.objects.create(db, { value: "y" })];
  await db.commit();
  [first.value, second.value] = [second.value, first.value];
  await db.commit();
  expect(await rows("select value from slugs order by id")).toEqual([["y"], ["x"]]);
  expect([first.value, second.value]).toEqual(["y", "x"]);
});

scenario("a key that children refer to is changed by the database's cascade", async ({ db, sent, rows }) => {
  const account = await Account.objects.create(db, { code: "A", label: "a" });
  const postings = [await Posting.objects.create(db, { amount: 1, account }), await Posting.objects.create(db, { amount: 2, account })];
  await db.commit();
  sent.take();
  account.code = "B";
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE accounts set code"]);
  expect(await rows("select account_id from postings")).toEqual([["B"], ["B"]]);
  expect(postings.map((posting) => posting.accountId)).toEqual(["B", "B"]);
  expect(await db.get(Account, "B")).toBe(account);
});

scenario("a changed key and rollback", async ({ db }) => {
  const account = await Account.objects.create(db, { code: "A", label: "a" });
  await db.commit();
  account.code = "B";
  await db.flush();
  await db.rollback();
  expect(account.code).toBe("A");
  expect(await db.get(Account, "A")).toBe(account);
  expect(await db.get(Account, "B")).toBeNull();
});

scenario("two rows exchange primary keys only through a third value", async ({ db, rows }) => {
  const [first, second] = [
    await Account.objects.create(db, { code: "A", label: "a" }),
    await Account.objects.create(db, { code: "B", label: "b" }),
  ];
  await db.commit();
  [first.code, second.code] = ["B", "A"];
  expect((await rejection(db.flush())).code).toBe("UNIQUE_VIOLATION");
  await db.rollback();
  expect([first.code, second.code]).toEqual(["A", "B"]);
  first.code = "third";
  await db.flush();
  second.code = "A";
  await db.flush();
  first.code = "B";
  await db.commit();
  expect(await rows("select code, label from accounts order by code")).toEqual([
    ["A", "b"],
    ["B", "a"],
  ]);
  expect(await db.get(Account, "A")).toBe(second);
});

/** Detached use, hooks, concurrency. */

import { expect } from "vitest";
import { signals } from "flash-db";
import { Address, User } from "./models.js";
import { rejection, scenario } from "./stage.js";

scenario("what was never loaded cannot be loaded without a session", async ({ db, open }) => {
  const user = await User.objects.create(db, { name: "a" });
  await Address.objects.create(db, { email: "x", user });
  await db.commit();
  const other = open();
  const address = await Address.objects.get(other, { email: "x" });
  await other.close();
  expect(["SESSION_CLOSED", "NOT_LOADED"]).toContain((await rejection(Promise.resolve(address.user))).code);
});

scenario("one session used from two tasks at once", async ({ db, rows }) => {
  db.add(new User({ name: "a" }));
  const first = db.commit();
  db.add(new User({ name: "b" }));
  await Promise.all([first, db.commit()]);
  expect(await rows("select name from users order by name")).toEqual([["a"], ["b"]]);
  expect(db.inTransaction).toBe(false);
});

scenario("order of row hooks", async ({ db }) => {
  const changed = await User.objects.create(db, { name: "chg" });
  const gone = await User.objects.create(db, { name: "del" });
  await db.commit();
  const calls: string[] = [];
  const offs = [
    signals.on("pre_save", User, ({ instance, created }) => void calls.push(`before ${created ? "insert" : "update"} ${instance.name}`)),
    signals.on("post_save", User, ({ instance, created }) => void calls.push(`after ${created ? "insert" : "update"} ${instance.name}`)),
    signals.on("pre_delete", User, ({ instance }) => void calls.push(`before delete ${instance.name}`)),
    signals.on("post_delete", User, ({ instance }) => void calls.push(`after delete ${instance.name}`)),
  ];
  changed.hits = 2;
  db.add(new User({ name: "new" }));
  db.delete(gone);
  await db.flush();
  for (const off of offs) off();
  expect([...calls].sort()).toEqual([
    "after delete del",
    "after insert new",
    "after update chg",
    "before delete del",
    "before insert new",
    "before update chg",
  ]);
  const firstAfter = calls.findIndex((call) => call.startsWith("after"));
  expect(
    calls
      .slice(0, firstAfter)
      .filter((call) => call !== "before delete del")
      .sort(),
  ).toEqual(["before insert new", "before update chg"]);
  expect(calls.at(-1)).toBe("after delete del");
});

scenario("a value changed inside a pre_save listener is written", async ({ db, rows, sent }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const off = signals.on("pre_save", User, ({ instance }) => {
    instance.hits = 42;
  });
  sent.take();
  user.name = "b";
  await db.flush();
  off();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE users set name,hits"]);
  expect(await rows("select name, hits from users")).toEqual([["b", 42]]);
});

/** Defaults and values that the database makes. */

import { expect } from "vitest";
import { F } from "flash-db";
import { Log, User } from "./models.js";
import { scenario } from "./stage.js";

scenario("values filled in by the database come back with the INSERT", async ({ db, sent }) => {
  const log = new Log({ msg: "m" });
  db.add(log);
  await db.flush();
  expect(log.level).toBe("info");
  expect(sent.take()).toEqual(["BEGIN", "INSERT logs"]);
});

scenario("explicit null is stored, also over a default", async ({ db, rows }) => {
  db.add(new Log({ msg: "a", n: null, level: null }), new Log({ msg: "b" }));
  await db.flush();
  expect(await rows("select msg, n, level from logs order by msg")).toEqual([
    ["a", null, null],
    ["b", 7, "info"],
  ]);
});

scenario("on-update values come only with a real update", async ({ db, sent }) => {
  const log = await Log.objects.create(db, { msg: "m" });
  await db.commit();
  sent.take();
  log.msg = "m";
  await db.flush();
  expect(sent.take()).toEqual([]);
  log.msg = "n";
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE logs set msg,rev"]);
  expect(log.rev).toBe(99);
  log.msg = "o";
  log.rev = 5;
  await db.flush();
  expect(log.rev).toBe(5);
  await db.refresh(log);
  expect(log.rev).toBe(5);
});

scenario("an SQL expression as a value", async ({ db, sent, rows }) => {
  const user = await User.objects.create(db, { name: "a", hits: 1 });
  await db.commit();
  sent.take();
  user.set({ hits: F("hits").add(1) });
  expect(user.hits).toBe(1);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE users set hits"]);
  expect(user.hits).toBe(2);
  expect(await rows("select hits from users")).toEqual([[2]]);
});

scenario("a given key and generated keys mixed", async ({ db, rows }) => {
  const given = new User({ id: 10, name: "given" });
  const made = new User({ name: "made" });
  db.add(given, made);
  await db.flush();
  expect(given.id).toBe(10);
  expect(made.id).not.toBe(10);
  expect(await rows("select count(*) from users")).toEqual([[2]]);
});

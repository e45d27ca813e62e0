/** Versions and stale rows. */

import { expect } from "vitest";
import { Doc, Page, User } from "./models.js";
import { rejection, scenario } from "./stage.js";

scenario("the version counts up with each UPDATE", async ({ db, sent, texts }) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  const versions = [doc.version];
  sent.take();
  for (const title of ["b", "c"]) {
    doc.title = title;
    await db.flush();
    versions.push(doc.version);
  }
  expect(versions).toEqual([1, 2, 3]);
  for (const text of texts().filter((one) => one.includes("UPDATE"))) expect(text.split("WHERE")[1] ?? text).toContain('"version"');
});

scenario("someone else changed the row", async ({ db, open, rows }) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  await db.commit();
  const other = open();
  ((await other.get(Doc, doc.id)) as Doc).title = "theirs";
  await other.commit();
  doc.title = "mine";
  const error = await rejection(db.flush());
  expect([error.code, (error as unknown as { object: unknown }).object]).toEqual(["STALE_DATA", doc]);
  await db.rollback();
  expect(await rows("select title, version from docs")).toEqual([["theirs", 2]]);
});

scenario("deleting a row that someone changed", async ({ db, open, rows }) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  await db.commit();
  const other = open();
  ((await other.get(Doc, doc.id)) as Doc).title = "theirs";
  await other.commit();
  db.delete(doc);
  expect((await rejection(db.flush())).code).toBe("STALE_DATA");
  await db.rollback();
  expect(await rows("select count(*) from docs")).toEqual([[1]]);
});

scenario("no change, no new version; a child's change is not the parent's", async ({ db, sent }) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  const page = await Page.objects.create(db, { text: "p", doc });
  await db.commit();
  sent.take();
  page.text = "q";
  doc.pages.add(new Page({ text: "r" }));
  doc.title = "a";
  await db.flush();
  expect(sent.take().slice(1).sort()).toEqual(["INSERT pages", "UPDATE pages set text"]);
  expect(doc.version).toBe(1);
});

scenario("several versioned rows in one flush, one stale", async ({ db, open, rows }) => {
  const docs = [
    await Doc.objects.create(db, { title: "a" }),
    await Doc.objects.create(db, { title: "a" }),
    await Doc.objects.create(db, { title: "a" }),
  ];
  await db.commit();
  const other = open();
  await Doc.objects.filter({ id: docs[1]?.id ?? 0 }).update(other, { title: "a" });
  await other.commit();
  for (const doc of docs) doc.title = "mine";
  const error = await rejection(db.flush());
  expect([error.code, (error as unknown as { object: unknown }).object]).toEqual(["STALE_DATA", docs[1]]);
  await db.rollback();
  expect(await rows("select title, version from docs order by id")).toEqual([
    ["a", 1],
    ["a", 2],
    ["a", 1],
  ]);
});

scenario("updating a row that is gone", async ({ db, open }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const other = open();
  await User.objects.all().delete(other, { all: true });
  await other.commit();
  user.name = "b";
  expect((await rejection(db.flush())).code).toBe("STALE_DATA");
});

scenario("deleting a row that is gone is no error without a version", async ({ db, open }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  const other = open();
  await User.objects.all().delete(other, { all: true });
  await other.commit();
  db.delete(user);
  await db.commit();
  expect(db.has(user)).toBe(false);
});

scenario("forcing a version bump", async ({ db, sent }) => {
  const doc = await Doc.objects.create(db, { title: "a" });
  await db.commit();
  sent.take();
  db.touch(doc);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "UPDATE docs set version"]);
  expect(doc.version).toBe(2);
});

/** Found beside the fuzzer: an update of a whole set gave a tracked object the row's new version without what somebody else had written, which it then overwrote. */

import { expect } from "vitest";
import { Book } from "../fuzz/models.js";
import { scene } from "./scene.js";

scene("an object that missed a change is not given the version after it", async ({ db, database }) => {
  const book = await Book.objects.create(db, { title: "first", pages: 1 });
  await db.commit();
  await using other = database.session();
  const theirs = (await other.get(Book, book.id)) as Book;
  theirs.title = "theirs";
  await other.commit();
  expect(await Book.objects.filter({ pages: 1 }).update(db, { pages: 2 })).toBe(1);
  book.title = "mine";
  await expect(db.flush()).rejects.toMatchObject({ code: "STALE_DATA" });
  await db.refresh(book);
  expect([book.title, book.pages, book.version]).toEqual(["theirs", 2, 3]);
  book.title = "mine";
  await db.commit();
  await other.refresh(theirs);
  expect([theirs.title, theirs.pages, theirs.version]).toEqual(["mine", 2, 4]);
});

scene("one that missed nothing goes on with it", async ({ db }) => {
  const book = await Book.objects.create(db, { title: "first", pages: 1 });
  await Book.objects.filter({ pages: 1 }).update(db, { pages: 2 });
  expect([book.pages, book.version]).toEqual([2, 2]);
  book.title = "second";
  await db.commit();
  expect(book.version).toBe(3);
});

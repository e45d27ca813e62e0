/** Found by the fuzzer: what was assigned to an expired object was lost by the next query. */

import { expect } from "vitest";
import { Book, Shelf } from "../fuzz/models.js";
import { scene } from "./scene.js";

scene("what is assigned after expire() is a change that the next read leaves alone", async ({ db, database }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  await db.commit();
  db.expire(shelf);
  shelf.label = "b";
  await Shelf.objects.fetch(db);
  expect([shelf.label, shelf.code]).toEqual(["b", "a"]);
  await db.commit();
  await using other = database.session();
  expect((await Shelf.objects.fetch(other))[0]?.label).toBe("b");
});

scene("a version that moved meanwhile shows at the flush, not as a lost update", async ({ db, database }) => {
  const book = await Book.objects.create(db, { title: "a", pages: 1 });
  await db.commit();
  db.expire(book);
  book.pages = 2;
  await using other = database.session();
  const theirs = (await other.get(Book, book.id)) as Book;
  theirs.pages = 3;
  await other.commit();
  await Book.objects.fetch(db);
  await expect(db.commit()).rejects.toMatchObject({ code: "STALE_DATA" });
  await db.refresh(book);
  expect([book.pages, book.version]).toEqual([3, 2]);
});

/** Found by the fuzzer: what was assigned to an expired object was lost by the next query. */

import { expect } from "vitest";
import { atomic } from "flash-db";
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

scene("a rollback to before the row finds whom it belongs to, expired or not", async ({ db }) => {
  const [shelf, book] = [new Shelf({ label: "a", code: "a" }), new Book({ title: "t", pages: 1 })];
  await atomic(db, async () => {
    db.add(shelf);
    shelf.books.add(book);
    await db.flush();
    db.expire(book);
    throw new Error("undo");
  }).catch(() => undefined);
  expect([shelf.id, book.shelfId]).toEqual([undefined, undefined]);
  db.add(shelf);
  await db.flush();
  expect([book.shelfId, await book.shelf]).toEqual([shelf.id, shelf]);
});

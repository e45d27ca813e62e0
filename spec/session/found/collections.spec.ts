/** Found by the fuzzer: moments in which the two sides of a relation, or memory and rows, said different things. */

import { expect } from "vitest";
import { atomic, type Session } from "flash-db";
import { Book, Shelf, Tag } from "../fuzz/models.js";
import { scene } from "./scene.js";

const two = async (db: Session): Promise<[Shelf, Shelf, Book]> => {
  const [a, b] = [new Shelf({ label: "a", code: "a" }), new Shelf({ label: "b", code: "b" })];
  const book = new Book({ title: "t", pages: 1, shelf: a });
  db.add(a, b, book);
  await db.commit();
  await a.books.fetch();
  await b.books.fetch();
  return [a, b, book];
};
const titles = (shelf: Shelf): string[] => (shelf.books as unknown as { toArray(): Book[] }).toArray().map((book) => book.title);

scene("a key assigned after an object wins: the flush takes the row out of the collection it was shown in", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  const book = new Book({ title: "t", pages: 1, shelf });
  db.add(book);
  book.shelfId = null;
  await db.flush();
  expect(await shelf.books.fetch()).toEqual([]);
});

scene("an object, then the former key: the row is shown where it always was", async ({ db }) => {
  const [a, b, book] = await two(db);
  book.shelf = b;
  book.shelfId = a.id;
  await db.flush();
  expect([titles(a), titles(b)]).toEqual([["t"], []]);
});

scene("null, then the former key: the row is shown where it always was", async ({ db }) => {
  const [a, , book] = await two(db);
  (book as { shelf: unknown }).shelf = null;
  book.shelfId = a.id;
  await db.flush();
  expect(titles(a)).toEqual(["t"]);
});

scene("an object after a key leaves no trace in the collection assigned first", async ({ db }) => {
  const [a, b, book] = await two(db);
  book.shelf = b;
  book.shelfId = null;
  book.shelf = a;
  expect([titles(a), titles(b)]).toEqual([["t"], []]);
});

scene("expire() of an owner keeps what its members say of themselves", async ({ db }) => {
  const [a] = await two(db);
  db.add(new Book({ title: "new", pages: 2, shelf: a }));
  db.expire(a);
  expect((await a.books.fetch()).map((book) => book.title).sort()).toEqual(["new", "t"]);
});

scene("expire() drops pending links on both sides", async ({ db, database }) => {
  const [book, tag, other] = [new Book({ title: "t", pages: 1 }), new Tag({ label: "x" }), new Tag({ label: "y" })];
  db.add(book, tag, other);
  book.tags.add(tag);
  await db.commit();
  await tag.books.fetch();
  book.tags.remove(tag);
  book.tags.add(other);
  db.expire(book);
  expect((await tag.books.fetch()).length).toBe(1);
  await db.commit();
  await using second = database.session();
  expect(await Tag.objects.filter({ books__title: "t" }).valuesList("label", { flat: true }).fetch(second)).toEqual(["x"]);
});

scene("removing a link that a loaded side knows not to be there sends nothing", async ({ db }) => {
  const book = new Book({ title: "t", pages: 1 });
  db.add(book);
  const tag = await Tag.objects.create(db, { label: "x" });
  await db.commit();
  await book.tags.fetch();
  book.tags.remove(tag);
  tag.books.remove(book);
  await db.flush();
  expect(db.inTransaction).toBe(false);
});

scene("a pending link goes with a row that is deleted at once", async ({ db, database }) => {
  const [book, tag] = [new Book({ title: "t", pages: 1 }), new Tag({ label: "x" })];
  db.add(book, tag);
  await db.commit();
  book.tags.add(tag);
  await book.delete();
  await db.commit();
  await using second = database.session();
  expect([await Book.objects.count(second), await Tag.objects.count(second)]).toEqual([0, 1]);
});

class Undo extends Error {}

scene("a key that was still owed when a transaction began is owed again after its rollback", async ({ db, database }) => {
  const book = await Book.objects.create(db, { title: "t", pages: 1 });
  await db.commit();
  const shelf = new Shelf({ label: "a", code: "a" });
  shelf.books.add(book);
  await atomic(db, async () => {
    shelf.books.remove(book);
    throw new Undo();
  }).catch(() => undefined);
  expect([book.shelfId, db.dirty.has(book), (await book.shelf) === shelf]).toEqual([undefined, true, true]);
  await db.commit();
  await using second = database.session();
  expect(await Book.objects.filter({ shelf__code: "a" }).count(second)).toBe(1);
});

scene("a collection that a rollback put back takes its former member again", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  await db.commit();
  await shelf.books.fetch();
  let book!: Book;
  await atomic(db, async () => {
    book = new Book({ title: "t", pages: 1, shelf });
    throw new Undo();
  }).catch(() => undefined);
  shelf.books.add(book);
  expect(titles(shelf)).toEqual(["t"]);
});

scene("what was given to a new owner and then taken away does not come along with it", async ({ db }) => {
  const [shelf, book] = [new Shelf({ label: "a", code: "a" }), new Book({ title: "t", pages: 1 })];
  shelf.books.add(book);
  (book as { shelf: unknown }).shelf = null;
  db.add(shelf);
  expect([...db.new]).toEqual([shelf]);
});

scene("a new owner that a rollback made new again shows what it is given again", async ({ db }) => {
  const shelf = new Shelf({ label: "a", code: "a" });
  db.add(shelf);
  let book!: Book;
  await atomic(db, async () => {
    book = new Book({ title: "t", pages: 1, shelf });
    throw new Undo();
  }).catch(() => undefined);
  db.add(book);
  shelf.books.add(book);
  expect(titles(shelf)).toEqual(["t"]);
});

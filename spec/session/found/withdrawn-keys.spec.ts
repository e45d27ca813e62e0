/** Found by the fuzzer: after a rollback, what was pointed at a row that never came to be kept its key, which SQLite then gave to another row. */

import { expect } from "vitest";
import { atomic, type Session } from "flash-db";
import { Book, Note, Shelf } from "../fuzz/models.js";
import { scene } from "./scene.js";

class Undo extends Error {}
const undone = (work: Promise<unknown>): Promise<void> => expect(work).rejects.toBeInstanceOf(Undo) as Promise<void>;

/** Added inside and held back, by the constructor, by assignment and by a collection: each points at a shelf whose key is known at that moment. */
const attempt = async (db: Session): Promise<{ readonly shelf: Shelf; readonly books: readonly Book[]; readonly note: Note }> => {
  const books = ["constructed", "assigned", "given", "held"].map((title) => new Book({ title, pages: 1 }));
  let shelf!: Shelf;
  let note!: Note;
  await undone(
    atomic(db, async () => {
      shelf = await Shelf.objects.create(db, { label: "mine", code: "mine" });
      books[0] = new Book({ title: "constructed", pages: 1, shelf });
      for (const book of books.slice(0, 3)) db.add(book);
      (books[1] as Book).shelf = shelf;
      shelf.books.add(books[2] as Book);
      (books[3] as Book).shelf = shelf;
      note = new Note({ text: "n", shelf });
      db.add(note);
      await db.flush();
      throw new Undo();
    }),
  );
  return { shelf, books, note };
};

scene("what was tracked points at its object again, at once; nothing holds a key of nobody", async ({ db }) => {
  const { shelf, books, note } = await attempt(db);
  expect([shelf.id, note.shelfId, ...books.slice(0, 3).map((book) => book.shelfId)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

scene("tried again after others have taken the keys, all rows belong where they did", async ({ db, database }) => {
  const { shelf, books, note } = await attempt(db);
  for (const code of ["x", "y"]) await Shelf.objects.create(db, { label: "other", code });
  await db.commit();
  db.add(...books, note);
  await db.commit();
  expect(new Set([note, ...books].map((child) => child.shelfId))).toEqual(new Set([shelf.id]));
  await using other = database.session();
  expect(await Book.objects.filter({ shelf__label: "mine" }).count(other)).toBe(4);
  expect(await Note.objects.filter({ shelf__label: "mine" }).count(other)).toBe(1);
  expect(await Shelf.objects.count(other)).toBe(3);
});

scene("the same after rollback() and after a savepoint", async ({ db, database }) => {
  const make = async (): Promise<[Shelf, Book]> => {
    const shelf = await Shelf.objects.create(db, { label: "mine", code: "mine" });
    const book = new Book({ title: "t", pages: 1, shelf });
    db.add(book);
    return [shelf, book];
  };
  const [, first] = await make();
  await db.rollback();
  await Shelf.objects.create(db, { label: "other", code: "o" });
  let second!: Book;
  await undone(
    atomic(db, async () => {
      [, second] = await make();
      throw new Undo();
    }),
  );
  await Shelf.objects.create(db, { label: "another", code: "p" });
  expect([first.shelfId, second.shelfId]).toEqual([undefined, undefined]);
  db.add(first);
  await db.commit();
  await using other = database.session();
  expect(
    await Book.objects
      .selectRelated("shelf")
      .fetch(other)
      .then((books) => books.map((book) => book.shelf?.label)),
  ).toEqual(["mine"]);
});

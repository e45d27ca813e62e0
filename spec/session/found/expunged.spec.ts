/** Found by the fuzzer: what was taken out of the session, or deleted, while something new went on pointing at it. */

import { expect } from "vitest";
import { atomic } from "flash-db";
import { Book, Note, Shelf } from "../fuzz/models.js";
import { statusOf } from "../uow/stage.js";
import { scene } from "./scene.js";

scene("what was taken out comes back with the new object that points at it", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  let note!: Note;
  await atomic(db, async () => {
    await atomic(db, () => {
      note = new Note({ text: "n", shelf });
      db.expunge(shelf);
      return Promise.resolve();
    });
  });
  expect(statusOf(shelf)).toBe("detached");
  shelf.label = "b";
  await note.save(db);
  expect([shelf, note].map(statusOf)).toEqual(["persistent", "persistent"]);
  expect(await db.get(Shelf, shelf.id)).toBe(shelf);
  await db.commit();
  expect(await Shelf.objects.valuesList("label", { flat: true }).fetch(db)).toEqual(["b"]);
});

scene("where the row has another object by now, neither comes", async ({ db }) => {
  const [former, other] = [
    await Shelf.objects.create(db, { label: "a", code: "a" }),
    await Shelf.objects.create(db, { label: "b", code: "b" }),
  ];
  await db.commit();
  const note = new Note({ text: "n", shelf: former });
  db.expunge(former);
  const now = await db.get(Shelf, former.id);
  expect(() => db.add(note)).toThrow("another object for Shelf");
  expect([former, note].map(statusOf)).toEqual(["detached", "transient"]);
  expect([...db.new]).toEqual([]);

  const book = await Book.objects.create(db, { title: "t", pages: 1, shelf: other });
  expect(() => (book.shelf = former)).toThrow("another object for Shelf");
  expect([book.shelfId, await book.shelf]).toEqual([other.id, other]);
  note.shelf = now as Shelf;
  await note.save(db);
  expect(note.shelfId).toBe(former.id);
});

for (const finish of ["flush", "commit"] as const) {
  scene(`a key that a shelf deleted by now still owes is none, after a ${finish}`, async ({ db }) => {
    const shelf = new Shelf({ label: "a", code: "a" });
    db.add(shelf);
    const [book, note] = [new Book({ title: "t", pages: 1, shelf }), new Note({ text: "n", shelf })];
    await db.flush();
    await shelf.delete();
    await db[finish]();
    db.add(book);
    await db.flush();
    expect(book.shelfId).toBeNull();
    db.add(note);
    await expect(db.flush()).rejects.toMatchObject({ code: "VALIDATION" });
  });
}

scene(
  "what was taken out is still shown where it was loaded, is not written, and gives way when the list is read again",
  async ({ db }) => {
    const [shelf, book] = [new Shelf({ label: "a", code: "a" }), new Book({ title: "t", pages: 1 })];
    shelf.books.add(book);
    db.add(shelf);
    await db.commit();
    await shelf.books.fetch();
    db.expunge(book);
    book.pages = 2;
    await db.commit();
    expect([(await shelf.books.fetch())[0] === book, statusOf(book), db.inTransaction]).toEqual([true, "detached", false]);
    await db.refresh(shelf, ["books"]);
    const [now] = await shelf.books.fetch();
    expect([now === book, now?.pages, statusOf(now as Book)]).toEqual([false, 1, "persistent"]);
  },
);

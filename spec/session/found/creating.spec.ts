/** Found by the fuzzer: what a create() that failed left behind. */

import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { atomic, signals } from "flash-db";
import { Book, Note, Shelf, Tag } from "../fuzz/models.js";
import { scene } from "./scene.js";

scene("a create() that fails is not seen in the collection of what it pointed at", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  await shelf.books.fetch();
  for (let round = 0; round < 2; round++) {
    await expect(Book.objects.create(db, { title: "bad", pages: 1, shelf })).rejects.toMatchObject({ code: "VALIDATION" });
    await expect(Book.objects.getOrCreate(db, { title: "bad" }, { pages: 1, shelf })).rejects.toMatchObject({ code: "VALIDATION" });
  }
  expect(await shelf.books.fetch()).toEqual([]);
  const book = await Book.objects.create(db, { title: "good", pages: 1, shelf });
  expect(await shelf.books.fetch()).toEqual([book]);
});

scene("a create() that fails takes nothing along that was added while it waited", async ({ db, database }) => {
  await Tag.objects.create(db, { label: "taken" });
  await db.commit();
  const creating = Tag.objects.create(db, { label: "taken" });
  const note = new Note({ text: "meanwhile", shelf: new Shelf({ label: "a", code: "a" }) });
  db.add(note);
  await expect(creating).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  expect(db.new.has(note)).toBe(true);
  await atomic(db, async () => undefined);
  await using other = database.session();
  expect(await Note.objects.count(other)).toBe(1);
});

scene("work beside a flush that fails is not undone with it", async ({ db, database }) => {
  const [kept, gone] = [await Tag.objects.create(db, { label: "kept" }), await Tag.objects.create(db, { label: "gone" })];
  const [shelf, book] = [
    await Shelf.objects.create(db, { label: "a", code: "a" }),
    await Book.objects.create(db, { title: "t", pages: 1 }),
  ];
  await db.commit();
  let meanwhile = (): void => undefined;
  const off = signals.on("pre_save", Tag, async () => {
    await sleep(5);
    setImmediate(() => meanwhile());
    await sleep(10);
  });
  const added = new Tag({ label: "added" });
  // Not inside the flush: started before it, as other tasks are.
  const beside = new Promise<void>((resolve) => {
    meanwhile = AsyncResource.bind(() => {
      db.add(added);
      db.delete(gone);
      book.shelf = shelf;
      resolve();
    });
  });
  await expect(Tag.objects.create(db, { label: kept.label })).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  await beside;
  off();
  expect([db.new.has(added), db.deleted.has(gone), book.shelfId, (await book.shelf) === shelf]).toEqual([true, true, shelf.id, true]);
  await db.commit();
  await using other = database.session();
  expect(await Tag.objects.orderBy("label").valuesList("label", { flat: true }).fetch(other)).toEqual(["added", "kept"]);
  expect(await Book.objects.filter({ shelf__code: "a" }).count(other)).toBe(1);
});

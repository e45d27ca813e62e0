/** Found by the fuzzer: a set was deleted whose rows the session did not track, but whose dependants it did. */

import { expect } from "vitest";
import { Book, Note, Shelf } from "../fuzz/models.js";
import { statusOf } from "../uow/stage.js";
import { scene } from "./scene.js";

scene("dependants of rows that are not tracked follow too", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  const [book, note] = [new Book({ title: "t", pages: 1, shelf }), new Note({ text: "n", shelf })];
  db.add(book, note);
  await db.commit();
  db.expunge(shelf);
  expect(await Shelf.objects.filter({ code: "a" }).delete(db)).toBe(1);
  expect([statusOf(note), book.shelfId, db.isModified(book)]).toEqual(["deleted", null, false]);
  await db.rollback();
  expect([statusOf(note), book.shelfId]).toEqual(["persistent", shelf.id]);
});

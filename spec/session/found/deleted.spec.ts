/** Found by the fuzzer: objects that were deleted and come back. */

import { expect } from "vitest";
import { atomic } from "flash-db";
import { Book, Note, Shelf } from "../fuzz/models.js";
import { statusOf } from "../uow/stage.js";
import { scene } from "./scene.js";

scene("what was deleted and committed is a new row when it is added again", async ({ db, database }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  db.delete(shelf);
  await db.commit();
  expect(statusOf(shelf)).toBe("detached");
  db.add(shelf);
  expect([...db.new]).toEqual([shelf]);
  await db.commit();
  await using second = database.session();
  expect(await Shelf.objects.count(second)).toBe(1);
});

scene("nothing belongs to a row that comes back", async ({ db }) => {
  const shelf = new Shelf({ label: "a", code: "a" });
  db.add(shelf, new Book({ title: "t", pages: 1, shelf }));
  await db.commit();
  await shelf.books.fetch();
  for (const finish of [() => db.flush(), () => db.commit()]) {
    db.delete(shelf);
    await finish();
    db.add(shelf);
    expect(await shelf.books.fetch()).toEqual([]);
    await db.flush();
  }
});

scene("what points at a deleted object does not bring it back", async ({ db }) => {
  const shelf = new Shelf({ label: "a", code: "a" });
  const note = new Note({ text: "n", shelf });
  db.add(note);
  await db.commit();
  db.delete(shelf);
  await db.flush();
  expect([shelf, note].map(statusOf)).toEqual(["deleted", "deleted"]);
  db.add(note);
  expect([shelf, note].map(statusOf)).toEqual(["deleted", "pending"]);
  await expect(db.flush()).rejects.toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
});

scene("nor one whose deletion was committed", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  await db.commit();
  const book = new Book({ title: "t", pages: 1, shelf });
  db.delete(shelf);
  await db.commit();
  db.add(book);
  expect([shelf, book].map(statusOf)).toEqual(["detached", "pending"]);
  await expect(db.flush()).rejects.toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
});

scene("a new object with the key and the very values of a deleted one takes its row over", async ({ db, database }) => {
  const former = await Shelf.objects.create(db, { label: "a", code: "a" });
  await db.commit();
  const next = new Shelf({ id: former.id, label: "a", code: "a" });
  db.add(next);
  db.delete(former);
  await db.commit();
  expect([former, next].map(statusOf)).toEqual(["detached", "persistent"]);
  expect(await db.get(Shelf, next.id)).toBe(next);
  await using second = database.session();
  expect(await Shelf.objects.count(second)).toBe(1);
});

scene("a deleted row is taken over by one object, not by two", async ({ db, database }) => {
  const former = await Shelf.objects.create(db, { label: "a", code: "a" });
  await db.commit();
  const twins = ["b", "c"].map((code) => new Shelf({ id: former.id, label: code, code }));
  db.delete(former);
  db.add(...twins);
  await expect(db.flush()).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  expect(twins.map(statusOf)).toEqual(["pending", "pending"]);
  db.expunge(twins[1] as Shelf);
  await db.commit();
  await using second = database.session();
  expect(await Shelf.objects.valuesList("code", { flat: true }).fetch(second)).toEqual(["b"]);
});

scene("what was deleted with unsaved changes still has them after a rollback to where it was deleted", async ({ db }) => {
  const shelf = await Shelf.objects.create(db, { label: "a", code: "a" });
  shelf.label = "b";
  db.delete(shelf);
  await atomic(db, () => {
    db.add(shelf);
    throw new Error("undo");
  }).catch(() => undefined);
  expect([statusOf(shelf), shelf.label]).toEqual(["deleted", "b"]);
});

/** Found by reading: rows that were first read inside a flush that failed. */

import { expect } from "vitest";
import { Shelf, Tag } from "../fuzz/models.js";
import { scene } from "./scene.js";

scene("a row first read inside a flush that fails is not remembered with what the flush had made of it", async ({ db, database }) => {
  await using other = database.session();
  const { id } = await Shelf.objects.create(other, { label: "before", code: "a" });
  await other.commit();
  let seen: Shelf | undefined;
  const off = Tag.on("post_save", async () => {
    await Shelf.objects.filter({ id }).update(db, { label: "inside" });
    seen = await Shelf.objects.get(db, { id });
    throw new Error("not so");
  });
  db.add(new Tag({ label: "x" }));
  await expect(db.flush()).rejects.toThrow("not so");
  off();
  expect(seen?.label).toBe("inside");
  expect((await db.get(Shelf, id))?.label).toBe("before");
  await db.commit();
  expect(await Tag.objects.count(other)).toBe(1);
});

/** Found by the fuzzer: what `begin()` opened could not be committed inside an atomic body; and ending it too early undid everything. */

import { expect } from "vitest";
import { atomic } from "flash-db";
import { Shelf } from "../fuzz/models.js";
import { scene } from "./scene.js";

scene("a savepoint that was begun inside an atomic body can be committed in it", async ({ db, database }) => {
  await atomic(db, async () => {
    const inner = await db.begin();
    await Shelf.objects.create(db, { label: "inner", code: "a" });
    await inner.commit();
    const undone = await db.begin();
    await Shelf.objects.create(db, { label: "undone", code: "b" });
    await undone.rollback();
  });
  await using other = database.session();
  expect(await Shelf.objects.valuesList("label", { flat: true }).fetch(other)).toEqual(["inner"]);
});

scene("what stands around an atomic body cannot be ended inside it", async ({ db }) => {
  const outer = await db.begin();
  await atomic(db, async () => {
    await expect(outer.commit()).rejects.toMatchObject({ code: "SESSION" });
    await expect(outer.rollback()).rejects.toMatchObject({ code: "SESSION" });
  });
  await outer.rollback();
});

scene("committing a level while a savepoint inside it is open is refused and changes nothing", async ({ db, database }) => {
  const outer = await db.begin();
  const shelf = await Shelf.objects.create(db, { label: "outer", code: "a" });
  const inner = await db.begin();
  shelf.label = "inner";
  await expect(outer.commit()).rejects.toMatchObject({ code: "SESSION" });
  expect([shelf.label, db.inTransaction]).toEqual(["inner", true]);
  await inner.commit();
  await outer.commit();
  await using other = database.session();
  expect(await Shelf.objects.valuesList("label", { flat: true }).fetch(other)).toEqual(["inner"]);
});

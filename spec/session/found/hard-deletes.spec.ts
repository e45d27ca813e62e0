/** Found by the fuzzer: what was to be deleted for good in a level that was rolled back was deleted for good afterwards, where it should only be marked. */

import { beforeEach, expect, it } from "vitest";
import { atomic, model, softDelete, t, type Database } from "flash-db";
import { eachDatabase } from "../../support/databases.js";
import { rejection } from "../uow/stage.js";

class Paper extends model<Paper>("found_papers")({ text: t.text(), ...softDelete() }) {}

eachDatabase("hard deletes that were rolled back", [Paper], (open) => {
  let database: Database;
  beforeEach(async () => {
    database = await open();
    await using db = database.session();
    await Paper.objects.create(db, { text: "a" });
    await db.commit();
  });
  const marked = async (): Promise<unknown> => {
    await using db = database.session();
    return Paper.objects
      .withDeleted()
      .valuesList("deletedAt", { flat: true })
      .fetch(db)
      .then((dates) => dates.map((date) => date !== null));
  };
  const fail = async (paper: Paper): Promise<void> => {
    await paper.hardDelete();
    throw new Error("own");
  };

  it("leave a deletion that was pending before as it was", async () => {
    await using db = database.session();
    const paper = await Paper.objects.get(db, { id: 1 });
    db.delete(paper);
    await rejection(atomic(db, () => fail(paper)));
    await db.commit();
    expect(await marked()).toEqual([true]);
  });

  it.each(["outermost", "savepoint"])("are forgotten by a deletion that comes later (%s)", async (level) => {
    await using db = database.session();
    const paper = await Paper.objects.get(db, { id: 1 });
    if (level === "savepoint") await Paper.objects.filter({ text: "none" }).update(db, { text: "b" });
    await rejection(atomic(db, () => fail(paper)));
    db.delete(paper);
    await db.commit();
    expect(await marked()).toEqual([true]);
  });

  it("are still wanted where they were wanted before the level", async () => {
    await using db = database.session();
    const paper = await Paper.objects.get(db, { id: 1 });
    await atomic(db, async () => {
      await paper.hardDelete();
      await rejection(
        atomic(db, async () => {
          await Paper.objects.create(db, { text: "b" });
          throw new Error("own");
        }),
      );
    });
    expect(await marked()).toEqual([]);
  });
});

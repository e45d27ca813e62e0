/** Versions and other kept columns of rows whose reference a deletion took: counted by the session, left alone by a constraint. */

import { beforeEach, describe, expect, it } from "vitest";
import { foreignKey, model, t, type Database } from "flash-db";
import { eachDatabase } from "../support/databases.js";

let clock = 0;
const kept = () => ({
  version: t.version(),
  touched: t
    .integer()
    .default(0)
    .onUpdate(() => ++clock),
});
class Owner extends model<Owner>("kept_owners")({ name: t.text() }) {}
class Plain extends model<Plain>("kept_plains")({ ...kept(), owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable() }) {}
class Ours extends model<Ours>("kept_ours")({
  ...kept(),
  owner: foreignKey(() => Owner, { onDelete: "setNull", by: "session" }).nullable(),
}) {}

eachDatabase("setNull", [Owner, Plain, Ours], (open) => {
  let database: Database;
  beforeEach(async () => {
    clock = 0;
    database = await open();
    await using db = database.session();
    const owner = await Owner.objects.create(db, { name: "a" });
    await Plain.objects.create(db, { owner });
    await Ours.objects.create(db, { owner });
    await db.commit();
  });
  const rows = async (): Promise<unknown[]> => {
    await using db = database.session();
    const lists = [Plain, Ours].map((Model) => (Model as typeof Plain).objects.valuesList("ownerId", "version", "touched").fetch(db));
    return (await Promise.all(lists)).flat();
  };

  describe.each([{ tracked: true }, { tracked: false }])("where the rows are tracked: $tracked", ({ tracked }) => {
    it("counts where the session writes: by its own choice, or since somebody listens", async () => {
      await using db = database.session();
      if (tracked) await Promise.all([Plain.objects.fetch(db), Ours.objects.fetch(db)]);
      await (await Owner.objects.get(db, { id: 1 })).delete();
      await db.commit();
      expect(await rows()).toEqual([
        [null, 1, 0],
        [null, 2, 1],
      ]);
    });

    it("counts where somebody listens", async () => {
      const off = Plain.on("post_save", () => undefined);
      try {
        await using db = database.session();
        if (tracked) await Plain.objects.fetch(db);
        await (await Owner.objects.get(db, { id: 1 })).delete();
        await db.commit();
        const [plain] = await rows();
        expect((plain as unknown[])[1]).toBe(2);
      } finally {
        off();
      }
    });
  });

  it("leaves what is tracked able to be changed, with the version that the row has", async () => {
    await using db = database.session();
    const [plain, ours] = [await Plain.objects.get(db, { id: 1 }), await Ours.objects.get(db, { id: 1 })];
    const second = await Owner.objects.create(db, { name: "b" });
    await (await Owner.objects.get(db, { id: 1 })).delete();
    expect([plain.ownerId, plain.version, ours.ownerId, ours.version]).toEqual([null, 1, null, 2]);
    plain.owner = second;
    ours.owner = second;
    await db.commit();
    expect([plain.version, ours.version]).toEqual([2, 3]);
    expect((await rows()).map((row) => (row as unknown[]).slice(0, 2))).toEqual([
      [second.id, 2],
      [second.id, 3],
    ]);
  });
});

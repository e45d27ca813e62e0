/** Writes of whole sets leave rows alone that the set hides: those of other subtypes, and those deleted softly. */

import { expect, it } from "vitest";
import { Count, foreignKey, hasMany, model, softDelete, t } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Owner extends model<Owner>("hid_owners")({ name: t.text(), papers: hasMany(() => Paper, "owner") }) {}
class Item extends model<Item>("hid_items")(
  { kind: t.text(), label: t.text(), owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable() },
  { subtypes: () => [Song, Film] },
) {}
class Song extends Item.subtype<Song>("song")({ seconds: t.integer().nullable() }) {}
class Film extends Item.subtype<Film>("film")({ minutes: t.integer().nullable() }) {}
class Paper extends model<Paper>("hid_papers")({
  title: t.text(),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }),
  ...softDelete(),
}) {}

eachSharedDatabase(
  "writes of whole sets",
  [Owner, Item, Song, Film, Paper],
  async (db) => {
    const owner = await Owner.objects.create(db, { name: "Ada" });
    await Song.objects.create(db, { label: "song", owner });
    await Film.objects.create(db, { label: "film", owner });
    await Paper.objects.bulkCreate(db, [
      { title: "shown", owner },
      { title: "hidden", owner, deletedAt: new Date(0) },
    ]);
  },
  (stage) => {
    it("keep rows of other subtypes where a filter over a relation turns out to ask nothing", async () => {
      const all = Song.objects.exclude({ id__in: [], owner__name__contains: "A" });
      expect(await all.update(stage.db, { label: "changed" }, { all: true })).toBe(1);
      expect(await Film.objects.filter({ label: "film" }).count(stage.db)).toBe(1);
      expect(await all.delete(stage.db, { all: true })).toBe(1);
      expect(await Film.objects.count(stage.db)).toBe(1);
    });
    it("keep hidden rows where the set is grouped or joined", async () => {
      const joined = Paper.objects.exclude({ id__in: [], owner__name: "Ada" });
      expect(await joined.update(stage.db, { title: "changed" }, { all: true })).toBe(1);
      expect(await Paper.objects.withDeleted().filter({ title: "hidden" }).count(stage.db)).toBe(1);
      const grouped = Paper.objects.annotate({ n: Count("owner") });
      expect(await grouped.delete(stage.db, { all: true })).toBe(1);
      expect(
        await Paper.objects
          .onlyDeleted()
          .filter({ title: "hidden", deletedAt: new Date(0) })
          .count(stage.db),
      ).toBe(1);
    });
  },
);

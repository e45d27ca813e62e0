/** Deleting: what onDelete means for rows and for what memory holds of them, and rows that are only marked as deleted. */

import { describe, expect, it } from "vitest";
import { DoesNotExist, FlashDbError, foreignKey, hasMany, manyToMany, model, oneToOne, hasOne, softDelete, t } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";

class Owner extends model<Owner>("del_owners")(
  {
    name: t.text(),
    pets: hasMany(() => Pet, "owner"),
    guarded: hasMany(() => Guarded, "owner"),
    loose: hasMany(() => Loose, "owner"),
  },
  { ordering: ["id"] },
) {}
class Pet extends model<Pet>("del_pets")({
  name: t.text(),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }),
  toys: hasMany(() => Toy, "pet"),
}) {}
class Toy extends model<Toy>("del_toys")({ name: t.text(), pet: foreignKey(() => Pet, { onDelete: "cascade" }) }) {}
class Guarded extends model<Guarded>("del_guarded")({ name: t.text(), owner: foreignKey(() => Owner) }) {}
class Loose extends model<Loose>("del_loose")({ name: t.text(), owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable() }) {}

class Bound extends model<Bound>("del_bound")({ name: t.text(), owner: foreignKey(() => Owner, { onDelete: "restrict" }) }) {}
class Lax extends model<Lax>("del_lax")({ name: t.text(), owner: foreignKey(() => Owner, { onDelete: "nothing" }) }) {}

class Folder extends model<Folder>("del_folders")(
  {
    name: t.text().unique(),
    ...softDelete(),
    files: hasMany(() => File, "folder"),
    cover: hasOne(() => Cover, "folder"),
    labels: manyToMany(() => Label, { reverse: "folders" }),
  },
  { ordering: ["id"] },
) {}
class File extends model<File>("del_files")(
  { name: t.text(), ...softDelete(), folder: foreignKey(() => Folder, { onDelete: "cascade" }) },
  { ordering: ["id"] },
) {}
class Cover extends model<Cover>("del_covers")({ url: t.text(), folder: oneToOne(() => Folder, { onDelete: "protect" }) }) {}
class Label extends model<Label>("del_labels")({ text: t.text(), folders: manyToMany(() => Folder, { reverse: "labels" }) }) {}

const models = [Owner, Pet, Toy, Guarded, Loose, Bound, Lax, Folder, File, Cover, Label];

eachDatabase("deleting", models, (fresh) => {
  describe("onDelete, in the database and in memory", () => {
    it("cascade: dependants go, those in memory too", async () => {
      const database = await fresh();
      await using db = database.session();
      const owner = await Owner.objects.create(db, { name: "Ada" });
      const pet = await Pet.objects.create(db, { name: "Rex", owner });
      const toy = await Toy.objects.create(db, { name: "Ball", pet });
      await db.commit();
      await owner.delete();
      expect(await Pet.objects.count(db)).toBe(0);
      expect(await Toy.objects.count(db)).toBe(0);
      expect([owner, pet, toy].map((object) => object.isPersisted)).toEqual([false, false, false]);
      await db.rollback();
      expect([owner, pet, toy].map((object) => object.isPersisted)).toEqual([true, true, true]);
      expect(await Toy.objects.count(db)).toBe(1);
      db.delete(owner);
      await db.commit();
      expect(await db.get(Toy, toy.id)).toBeNull();
    });

    it("setNull: the key of what memory holds is null at once, and back after a rollback", async () => {
      const database = await fresh();
      await using db = database.session();
      const owner = await Owner.objects.create(db, { name: "Ada" });
      const loose = await Loose.objects.create(db, { name: "Cat", owner });
      await db.commit();
      await owner.delete();
      expect(loose.ownerId).toBeNull();
      expect(await loose.owner).toBeNull();
      await db.rollback();
      expect(loose.ownerId).toBe(owner.id);
      await owner.delete();
      await db.commit();
      await using check = database.session();
      expect((await Loose.objects.get(check, { id: loose.id })).ownerId).toBeNull();
    });

    it("protect: refuses while a row depends on it, and nothing changes", async () => {
      const database = await fresh();
      await using db = database.session();
      const owner = await Owner.objects.create(db, { name: "Ada" });
      const guarded = await Guarded.objects.create(db, { name: "Fort", owner });
      await db.commit();
      await expect(owner.delete()).rejects.toThrow(FlashDbError);
      await db.rollback();
      expect(await Owner.objects.count(db)).toBe(1);
      await guarded.delete();
      await owner.delete();
      await db.commit();
      expect(await Owner.objects.count(db)).toBe(0);
    });

    it("restrict and nothing: the row stays while others point to it", async () => {
      const database = await fresh();
      for (const [relation, make] of [
        ["bound", Bound],
        ["lax", Lax],
      ] as const) {
        await using db = database.session();
        const owner = await Owner.objects.create(db, { name: relation });
        const row = await make.objects.create(db, { name: "x", owner });
        await db.commit();
        await expect(owner.delete()).rejects.toThrow(FlashDbError);
        await db.rollback();
        expect([owner.isPersisted, row.ownerId]).toEqual([true, owner.id]);
        await row.delete();
        await owner.delete();
        await db.commit();
        expect(await Owner.objects.count(db)).toBe(0);
      }
    });

    it("a collection that is loaded loses what is deleted", async () => {
      const database = await fresh();
      await using db = database.session();
      const owner = await Owner.objects.create(db, { name: "Ada" });
      const rex = await Pet.objects.create(db, { name: "Rex", owner });
      const tom = await Pet.objects.create(db, { name: "Tom", owner });
      await db.commit();
      expect(await owner.pets.fetch()).toHaveLength(2);
      await rex.delete();
      expect(await owner.pets.fetch()).toEqual([tom]);
      await db.rollback();
      expect(await owner.pets.fetch()).toHaveLength(2);
    });
  });

  describe("softDelete", () => {
    it("hides the row everywhere, its cascading dependants too, and restore() brings it back", async () => {
      const database = await fresh();
      await using db = database.session();
      const folder = await Folder.objects.create(db, { name: "Docs" });
      const file = await File.objects.create(db, { name: "a.txt", folder });
      await db.commit();
      await folder.delete();
      await db.commit();
      expect(folder.deletedAt).toBeInstanceOf(Date);
      expect(await Folder.objects.count(db)).toBe(0);
      expect(await File.objects.count(db)).toBe(0);
      expect(await Folder.objects.withDeleted().count(db)).toBe(1);
      expect(await Folder.objects.onlyDeleted().valuesList("name", { flat: true }).fetch(db)).toEqual(["Docs"]);

      await using other = database.session();
      expect(await other.get(Folder, folder.id)).toBeNull();
      await expect(Folder.objects.get(other, { id: folder.id })).rejects.toThrow(DoesNotExist);
      const hidden = await File.objects.withDeleted().get(other, { id: file.id });
      expect((await hidden.folder).name).toBe("Docs");

      await folder.restore();
      await db.commit();
      expect(folder.deletedAt).toBeNull();
      expect(await Folder.objects.count(db)).toBe(1);
    });

    it("leaves collections, prefetched or not, and links", async () => {
      const database = await fresh();
      await using setup = database.session();
      const folder = await Folder.objects.create(setup, { name: "Docs" });
      const gone = await File.objects.create(setup, { name: "gone", folder });
      await File.objects.create(setup, { name: "kept", folder });
      const label = await Label.objects.create(setup, { text: "red" });
      const other = await Folder.objects.create(setup, { name: "Other" });
      label.folders.add(folder, other);
      await setup.commit();
      await gone.delete();
      await other.delete();
      await setup.commit();

      await using db = database.session();
      const loaded = (await Folder.objects.prefetchRelated("files").first(db))!;
      expect([...loaded.files].map((file) => file.name)).toEqual(["kept"]);
      expect(await loaded.files.withDeleted().count()).toBe(2);
      const red = (await Label.objects.first(db))!;
      expect((await red.folders.fetch()).map((one) => one.name)).toEqual(["Docs"]);
      expect(await Label.objects.filter({ folders__name: "Other" }).count(db)).toBe(0);
    });

    it("frees unique values, checks protect, and hardDelete() removes the row", async () => {
      const database = await fresh();
      await using db = database.session();
      const folder = await Folder.objects.create(db, { name: "Docs" });
      const cover = await Cover.objects.create(db, { url: "x.png", folder });
      await db.commit();
      await expect(folder.delete()).rejects.toThrow(FlashDbError);
      await db.rollback();
      await cover.delete();
      await folder.delete();
      await Folder.objects.create(db, { name: "Docs" });
      await db.commit();
      expect(await Folder.objects.withDeleted().count(db)).toBe(2);
      await folder.hardDelete();
      await db.commit();
      expect(await Folder.objects.withDeleted().count(db)).toBe(1);
    });
  });
});

/** The manager: rows by key, one row by conditions, making and changing single rows. docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import { DoesNotExist, FlashDbError, MultipleObjectsReturned } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, Document, empty, models, Product, products } from "./models.js";

const MISSING = 99_999;

eachSharedDatabase("managers", models, empty, (at) => {
  describe("by key", () => {
    it("a created row is found by key and by condition", async () => {
      const made = await Article.objects.create(at.db, { title: "A" });
      at.db.clear();
      const byKey = await Article.objects.getByPk(at.db, made.id);
      expect([byKey.id, byKey.title]).toEqual([made.id, "A"]);
      expect(await Article.objects.get(at.db, { title: "A" })).toBe(byKey);
    });
    it("updateByPk() gives the instance with the new value, and a new reading shows it too", async () => {
      const [made] = await articles(at.db, "old");
      const updated = await Article.objects.updateByPk(at.db, made!.id, { title: "new" });
      expect(updated.title).toBe("new");
      at.db.clear();
      expect((await Article.objects.getByPk(at.db, made!.id)).title).toBe("new");
    });
    it("deleteByPk() tells 1, then the row is gone", async () => {
      const [made] = await articles(at.db, "A");
      expect(await Article.objects.deleteByPk(at.db, made!.id)).toBe(1);
      expect(await Article.objects.filter({ id: made!.id }).exists(at.db)).toBe(false);
      await expect(Article.objects.getByPk(at.db, made!.id)).rejects.toThrow(Article.DoesNotExist);
    });
    it("deleting by a key that is not there tells 0, or is an error where that is asked for", async () => {
      expect(await Article.objects.deleteByPk(at.db, MISSING)).toBe(0);
      expect(await Article.objects.deleteByPk(at.db, MISSING, { raiseIfMissing: false })).toBe(0);
      await expect(Article.objects.deleteByPk(at.db, MISSING, { raiseIfMissing: true })).rejects.toThrow(/Article with id 99999 not found/);
    });
    it("updating or reading by a key that is not there names model and key", async () => {
      await expect(Article.objects.updateByPk(at.db, MISSING, { title: "x" })).rejects.toThrow(/Article with id 99999 not found/);
      await expect(Product.objects.updateByPk(at.db, MISSING, { stock: 1 })).rejects.toThrow(Product.DoesNotExist);
      await expect(Product.objects.updateByPk(at.db, MISSING, { stock: 1 })).rejects.toThrow(/Product with id 99999 not found/);
      await expect(Product.objects.getByPk(at.db, MISSING)).rejects.toThrow(DoesNotExist);
    });
    it("a key that a default makes (a UUID)", async () => {
      const made = await Document.objects.create(at.db, { title: "D" });
      expect(made.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      at.db.clear();
      const found = await Document.objects.getByPk(at.db, made.id);
      expect([found.id, found.title]).toEqual([made.id, "D"]);
    });
  });

  describe("get()", () => {
    it("gives the one row that matches", async () => {
      await Article.objects.bulkCreate(at.db, [{ title: "A", content: "x" }, { title: "B" }]);
      expect((await Article.objects.get(at.db, { content: "x" })).title).toBe("A");
    });
    it("several matches are an error (ours: a FlashDbError with a code) that says so", async () => {
      await articles(at.db, "A", "B");
      const error: unknown = await Article.objects.get(at.db, { status: "draft" }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Article.MultipleObjectsReturned);
      expect(error).toBeInstanceOf(MultipleObjectsReturned);
      expect(error).toBeInstanceOf(FlashDbError);
      expect(error).toMatchObject({ code: "MULTIPLE_OBJECTS_RETURNED", message: expect.stringMatching(/more than one|several/i) });
    });
    it("no match is an error of this model that says so", async () => {
      await expect(Article.objects.get(at.db, { title: "none" })).rejects.toThrow(Article.DoesNotExist);
      await expect(Article.objects.get(at.db, { title: "none" })).rejects.toThrow(/does not exist|no Article|not found/i);
      await expect(Article.objects.get(at.db, { title: "none" })).rejects.not.toBeInstanceOf(Product.DoesNotExist);
    });
  });

  describe("everything of querysets", () => {
    it("filter() on the manager holds the comparison", () => {
      const { text, params } = Product.objects.filter({ name: "x" }).toSQL("sqlite");
      expect(text).toMatch(/WHERE "py_products"\."name" = \?/);
      expect(params).toEqual(["x"]);
    });
    it("exists() and count()", async () => {
      expect([await Article.objects.exists(at.db), await Article.objects.count(at.db)]).toEqual([false, 0]);
      await articles(at.db, "A");
      expect([await Article.objects.exists(at.db), await Article.objects.count(at.db)]).toEqual([true, 1]);
    });
    it("first, last, latest, earliest run at once; the builders give querysets with the fitting SQL", async () => {
      await products(at.db, ["a", "1", 1], ["b", "2", 2]);
      const { objects } = Product;
      expect((await objects.first(at.db))?.name).toBe("a");
      expect((await objects.last(at.db))?.name).toBe("b");
      expect((await objects.latest(at.db, "stock")).name).toBe("b");
      expect((await objects.earliest(at.db, "stock")).name).toBe("a");
      expect(objects.distinct().toSQL("sqlite").text).toMatch(/^SELECT DISTINCT/);
      expect(objects.orderBy("name").toSQL("sqlite").text).toMatch(/ORDER BY "py_products"\."name" ASC/);
      expect(objects.limit(1).toSQL("sqlite").text).toMatch(/LIMIT \?$/);
      expect(objects.offset(1).toSQL("postgres").text).toMatch(/OFFSET \$1$/);
      expect(Article.objects.prefetchRelated("comments").toSQL("sqlite").text).toBe(Article.objects.all().toSQL("sqlite").text);
    });
  });

  describe("getOrCreate() and updateOrCreate()", () => {
    it("no match makes a row with the defaults", async () => {
      const [made, created] = await Article.objects.getOrCreate(at.db, { title: "A" }, { content: "fresh" });
      expect([made.title, made.content, created]).toEqual(["A", "fresh", true]);
      expect(await Article.objects.count(at.db)).toBe(1);
    });
    it("a match is that instance, unchanged", async () => {
      const [first] = await articles(at.db, "A");
      const [found, created] = await Article.objects.getOrCreate(at.db, { title: "A" }, { content: "ignored" });
      expect(found).toBe(first);
      expect([found.content, created]).toEqual([null, false]);
    });
    it("updateOrCreate() writes the changes of a match", async () => {
      const [first] = await articles(at.db, "A");
      const [found, created] = await Article.objects.updateOrCreate(at.db, { title: "A" }, { content: "new" });
      expect(found).toBe(first);
      expect([found.content, created]).toEqual(["new", false]);
      expect(await Article.objects.filter({ content: "new" }).count(at.db)).toBe(1);
    });
    it("updateOrCreate() without a match makes a row with the changes", async () => {
      const [made, created] = await Article.objects.updateOrCreate(at.db, { title: "A" }, { content: "new" });
      expect([made.content, created, made.isPersisted]).toEqual(["new", true, true]);
    });
  });
});

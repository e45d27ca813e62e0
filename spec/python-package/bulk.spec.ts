/** Work on many rows: updates and deletions by filter, what is refused, bulkCreate() and bulkUpdate(). docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import { FieldError, IntegrityError, SessionError, UniqueViolation } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, empty, models, Product, products } from "./models.js";

eachSharedDatabase("many rows", models, empty, (at) => {
  const statuses = (): Promise<[string, string][]> => Article.objects.orderBy("title").valuesList("title", "status").fetch(at.db);

  describe("by filter", () => {
    it("two of three are updated, and exactly these", async () => {
      await articles(at.db, "Draft 1", "Draft 2", "Final");
      expect(await Article.objects.filter({ title__contains: "Draft" }).update(at.db, { status: "published" })).toBe(2);
      expect(await statuses()).toEqual([
        ["Draft 1", "published"],
        ["Draft 2", "published"],
        ["Final", "draft"],
      ]);
    });
    it("rows that start with a text", async () => {
      await articles(at.db, "Bulk 1", "Bulk 2", "bulk 3");
      expect(await Article.objects.filter({ title__startswith: "Bulk" }).update(at.db, { content: "x" })).toBe(2);
    });
    it("deleting tells how many, and leaves the others", async () => {
      await articles(at.db, "Bulk 1", "Bulk 2", "Other");
      expect(await Article.objects.filter({ title__startswith: "Bulk" }).delete(at.db)).toBe(2);
      expect(await Article.objects.valuesList("title", { flat: true }).fetch(at.db)).toEqual(["Other"]);
    });
  });

  describe("safety", () => {
    it("an update without a filter is refused, unless { all: true } says so", async () => {
      await articles(at.db, "A", "B");
      const sent = await at.sent(async () => {
        await expect(Article.objects.update(at.db, { status: "x" })).rejects.toThrow(/refusing to (update|delete) every Article/);
        await expect(Article.objects.all().update(at.db, { status: "x" })).rejects.toThrow(FieldError);
        await expect(Article.objects.filter({}).update(at.db, { status: "x" })).rejects.toThrow(/all: true/);
        await expect(Article.objects.exclude({ id__in: [] }).update(at.db, { status: "x" })).rejects.toThrow(FieldError);
      });
      expect(sent).toEqual([]);
      expect(await Article.objects.update(at.db, { status: "x" }, { all: true })).toBe(2);
    });
    it("a deletion without a filter is refused, unless { all: true } says so", async () => {
      await articles(at.db, "A", "B");
      const sent = await at.sent(async () => {
        await expect(Article.objects.delete(at.db)).rejects.toThrow(/refusing to (update|delete) every Article/);
        await expect(Article.objects.all().delete(at.db)).rejects.toThrow(FieldError);
      });
      expect(sent).toEqual([]);
      expect(await Article.objects.count(at.db)).toBe(2);
      expect(await Article.objects.delete(at.db, { all: true })).toBe(2);
    });
  });

  describe("bulkCreate()", () => {
    it("nothing to make sends nothing", async () => {
      expect(await at.sent(async () => expect(await Article.objects.bulkCreate(at.db, [])).toEqual([]))).toEqual([]);
    });
    it("with conflicts ignored, only the row that does not clash is added", async () => {
      await articles(at.db, "taken");
      await Article.objects.bulkCreate(at.db, [{ title: "taken", content: "new" }, { title: "free" }], { ignoreConflicts: true });
      expect(await Article.objects.orderBy("title").valuesList("title", "content").fetch(at.db)).toEqual([
        ["free", null],
        ["taken", null],
      ]);
    });
    it("a clash is an integrity error otherwise, and adds nothing", async () => {
      await articles(at.db, "taken");
      await expect(Article.objects.bulkCreate(at.db, [{ title: "free" }, { title: "taken" }])).rejects.toThrow(IntegrityError);
      await expect(Article.objects.bulkCreate(at.db, [{ title: "twice" }, { title: "twice" }])).rejects.toThrow(UniqueViolation);
      expect(await Article.objects.count(at.db)).toBe(1);
    });
    it("the instances have their keys and what the database filled in (ours: both databases return)", async () => {
      const made = await articles(at.db, "A", "B", "C");
      expect(made.map((one) => one.title)).toEqual(["A", "B", "C"]);
      expect(made.every((one) => one instanceof Article && one.isPersisted && one.createdAt instanceof Date)).toBe(true);
      expect(await Article.objects.filter({ id: made[1]!.id }).valuesList("title", { flat: true }).fetch(at.db)).toEqual(["B"]);
    });
    it("one statement per batch, in the database's own words", async () => {
      const sent = await at.sent(() => Article.objects.bulkCreate(at.db, [{ title: "A" }, { title: "B" }], { ignoreConflicts: true }));
      expect(sent).toHaveLength(1);
      expect(sent[0]).toMatch(/^INSERT INTO .* ON CONFLICT DO NOTHING/s);
    });
  });

  describe("bulkUpdate()", () => {
    it("two fields of two rows by one statement, each row its own values", async () => {
      const [a, b] = await products(at.db, ["a", "1.00", 1], ["b", "2.00", 2]);
      a!.price = "10.00";
      a!.stock = 10;
      b!.price = "20.00";
      b!.stock = 20;
      const sent = await at.sent(async () => expect(await Product.objects.bulkUpdate(at.db, [a!, b!], ["price", "stock"])).toBe(2));
      expect(sent).toHaveLength(1);
      expect(await Product.objects.orderBy("id").valuesList("price", "stock").fetch(at.db)).toEqual([
        ["10.00", 10],
        ["20.00", 20],
      ]);
    });
    it("no objects are 0 rows and no statement (ours: no fields are refused, as that says nothing to do)", async () => {
      const [a] = await products(at.db, ["a", "1", 1]);
      const sent = await at.sent(async () => {
        expect(await Product.objects.bulkUpdate(at.db, [], ["price"])).toBe(0);
        await expect(Product.objects.bulkUpdate(at.db, [a!], [])).rejects.toThrow(FieldError);
      });
      expect(sent).toEqual([]);
    });
    it("a row that is gone is not updated (ours: told as 0 rows or as lost)", async () => {
      const [a] = await products(at.db, ["a", "1", 1]);
      await at.db.execute((await import("flash-db")).sql`DELETE FROM py_products`);
      a!.stock = 5;
      const outcome: unknown = await Product.objects
        .bulkUpdate(at.db, [a!], ["stock"])
        .catch((error: unknown) => (error as Error).constructor.name);
      expect([0, "StaleDataError"]).toContain(outcome);
      expect(await Product.objects.count(at.db)).toBe(0);
    });
    it("an instance that is not stored is refused", async () => {
      await expect(Product.objects.bulkUpdate(at.db, [new Product({ name: "x" })], ["name"])).rejects.toThrow(SessionError);
    });
  });
});

/** QuerySets: lazy, immutable, ordered and cut; columns left out; plain values. docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import { Count, FieldError, NotLoaded } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, empty, models, Product, products } from "./models.js";

eachSharedDatabase("querysets", models, empty, (at) => {
  const titles = (query = Article.objects.all()): Promise<string[]> => query.valuesList("title", { flat: true }).fetch(at.db);

  describe("queryset", () => {
    it("nothing runs before it is fetched", async () => {
      let query = Article.objects.all();
      expect(await at.sent(async () => void (query = Article.objects.filter({ title: "Later" })))).toEqual([]);
      await articles(at.db, "Later");
      expect((await query.fetch(at.db)).map((one) => one.title)).toEqual(["Later"]);
    });
    it("descending order and a limit give exactly the last two", async () => {
      await articles(at.db, "A1", "A2", "A3", "A4", "A5");
      expect(await titles(Article.objects.orderBy("-title").limit(2))).toEqual(["A5", "A4"]);
      expect(await titles(Article.objects.orderBy("title").offset(3))).toEqual(["A4", "A5"]);
    });
    it("count() and exists(), which asks for no rows", async () => {
      await articles(at.db, "here");
      expect(await Article.objects.filter({ title: "here" }).count(at.db)).toBe(1);
      expect(await Article.objects.filter({ title: "here" }).exists(at.db)).toBe(true);
      expect(await Article.objects.filter({ title: "gone" }).count(at.db)).toBe(0);
      const [text] = await at.sent(async () => expect(await Article.objects.filter({ title: "gone" }).exists(at.db)).toBe(false));
      expect(text).toMatch(/EXISTS|LIMIT/);
      expect(text).not.toContain("content");
    });
    it("first() is the first by key, or of the order; null for no match", async () => {
      await articles(at.db, "B", "A");
      expect((await Article.objects.first(at.db))?.title).toBe("B");
      expect((await Article.objects.orderBy("title").first(at.db))?.title).toBe("A");
      expect(await Article.objects.filter({ title: "none" }).first(at.db)).toBeNull();
    });
    it("last() without an order is the one with the greatest key", async () => {
      await articles(at.db, "C", "A", "B");
      expect((await Article.objects.last(at.db))?.title).toBe("B");
      expect((await Article.objects.orderBy("-title").last(at.db))?.title).toBe("A");
      expect(await Article.objects.none().last(at.db)).toBeNull();
    });
    it("filter() and exclude() with nothing in them change nothing (ours: a queryset is immutable, so that it may be the same)", async () => {
      await articles(at.db, "A", "B");
      const query = Article.objects.filter({ title: "A" });
      expect(query.filter({}).toSQL("sqlite")).toEqual(query.toSQL("sqlite"));
      expect(query.exclude({}).toSQL("sqlite")).toEqual(query.toSQL("sqlite"));
      expect(await titles(Article.objects.filter({}).orderBy("id"))).toEqual(["A", "B"]);
      expect(await titles(Article.objects.exclude({}).orderBy("id"))).toEqual(["A", "B"]);
    });
    it("'is not null' finds the row with content", async () => {
      await Article.objects.bulkCreate(at.db, [{ title: "full", content: "text" }, { title: "bare" }]);
      expect(await titles(Article.objects.filter({ content__isnull: false }))).toEqual(["full"]);
      expect(await titles(Article.objects.filter({ content: null }))).toEqual(["bare"]);
    });
    it("ordered by title, alphabetically", async () => {
      await articles(at.db, "C", "A", "B");
      expect(await titles(Article.objects.orderBy("title"))).toEqual(["A", "B", "C"]);
      expect(await titles(Article.objects.orderBy("status", "-title"))).toEqual(["C", "B", "A"]);
    });
    it("a column's comparison finds its match; what is excluded is left out", async () => {
      await Article.objects.bulkCreate(at.db, [
        { title: "A", content: "one" },
        { title: "B", content: "two" },
      ]);
      expect(await titles(Article.objects.filter(Article.c.content.eq("one")))).toEqual(["A"]);
      expect(await titles(Article.objects.exclude(Article.c.content.eq("one")))).toEqual(["B"]);
      expect(await titles(Article.objects.exclude({ title: "B" }))).toEqual(["A"]);
    });
    it("exclude() with nothing is the same question (ours: compared by what they ask)", () => {
      expect(Article.objects.exclude({}).toSQL("sqlite").text).toBe(Article.objects.all().toSQL("sqlite").text);
    });
    it("each builder gives a new queryset of the same model; the old one and its annotations stay", async () => {
      const base = Product.objects.annotate({ n: Count("id") });
      const before = base.toSQL("sqlite").text;
      const changed = base.filter({ stock__gt: 1 }).orderBy("-n");
      expect(base.toSQL("sqlite").text).toBe(before);
      expect(changed.toSQL("sqlite").text).not.toBe(before);
      await products(at.db, ["a", "1", 5]);
      const [row] = await changed.fetch(at.db);
      expect(row).toBeInstanceOf(Product);
      expect(row!.n).toBe(1);
    });
    it("each part of the statement can be read", () => {
      const { text, params } = Product.objects
        .filter({ price__gt: "1" })
        .values("name")
        .annotate({ n: Count("id") })
        .filter({ n__gt: 2 })
        .distinct()
        .orderBy("name")
        .limit(3)
        .offset(4)
        .toSQL("sqlite");
      expect(text).toMatch(/^SELECT DISTINCT .* WHERE .* GROUP BY .* HAVING .* ORDER BY .* LIMIT \? OFFSET \?$/s);
      expect(params.slice(-2)).toEqual([3, 4]);
    });
  });

  describe("deferred columns", () => {
    it("only() loads what it names", async () => {
      await Article.objects.create(at.db, { title: "A", content: "text" });
      at.db.clear();
      const [row] = await Article.objects.only("title").fetch(at.db);
      expect(row!.title).toBe("A");
      expect(Object.keys(row!)).not.toContain("content");
      expect(() => (row as unknown as Article).content).toThrow(NotLoaded);
    });
    it("defer() loads all but what it names", async () => {
      await Article.objects.create(at.db, { title: "A", content: "text" });
      at.db.clear();
      const [row] = await Article.objects.defer("content").fetch(at.db);
      expect([row!.title, row!.status]).toEqual(["A", "draft"]);
      expect(() => (row as unknown as Article).content).toThrow(NotLoaded);
      await (row as unknown as Article).load("content");
      expect((row as unknown as Article).content).toBe("text");
    });
  });

  describe("projection", () => {
    it("values() gives plain objects with exactly the names asked for, of the rows that match", async () => {
      await articles(at.db, "A", "B");
      expect(await Article.objects.orderBy("title").values("title").fetch(at.db)).toEqual([{ title: "A" }, { title: "B" }]);
      expect(await Article.objects.filter({ title: "B" }).values("title").fetch(at.db)).toEqual([{ title: "B" }]);
    });
    it("values() without names gives every column, ordered and cut as asked", async () => {
      await products(at.db, ["a", "1.00", 1], ["b", "2.00", 2]);
      const rows = await Product.objects.orderBy("name").limit(1).offset(1).values().fetch(at.db);
      expect(rows).toEqual([{ id: expect.any(Number), name: "b", price: "2.00", stock: 2 }]);
      expect(Product.objects.values().toSQL("sqlite").text).toMatch(/"id".*"name".*"price".*"stock"/);
    });
    it("valuesList() gives lists, flat for one name; without names every column", async () => {
      await products(at.db, ["a", "1.00", 1], ["b", "2.00", 2]);
      expect(await Product.objects.orderBy("name").valuesList("name", { flat: true }).fetch(at.db)).toEqual(["a", "b"]);
      expect(await Product.objects.orderBy("-name").valuesList("name", "stock").fetch(at.db)).toEqual([
        ["b", 2],
        ["a", 1],
      ]);
      expect(await Product.objects.filter({ stock__gt: 0 }).orderBy("name").limit(1).offset(1).valuesList().fetch(at.db)).toEqual([
        [expect.any(Number), "b", "2.00", 2],
      ]);
    });
    it("flat takes exactly one name", () => {
      expect(() => Product.objects.valuesList("name", "stock", { flat: true } as never)).toThrow(FieldError);
      expect(() => Product.objects.filter({ stock: 1 }).valuesList("name", "stock", { flat: true } as never)).toThrow(
        /flat: true.*one name/,
      );
    });
    it("annotations are columns of values() and valuesList(), also when they are filtered by", async () => {
      await articles(at.db, "A");
      const counted = Article.objects.annotate({ c: Count("id") });
      expect(await counted.valuesList("c").fetch(at.db)).toEqual([[1]]);
      expect(await counted.filter({ c__gt: 0 }).values("c").fetch(at.db)).toEqual([{ c: 1 }]);
      expect(await counted.filter({ c__gt: 0 }).valuesList("title", { flat: true }).fetch(at.db)).toEqual(["A"]);
      expect(await counted.filter({ c__gt: 1 }).values("c").fetch(at.db)).toEqual([]);
    });
  });
});

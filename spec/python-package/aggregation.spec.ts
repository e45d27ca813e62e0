/** Annotations, aggregates and groups. docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import { Avg, Count, F, Max, Min, Q, sql, Sum, Value } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, empty, models, Product, products, Review } from "./models.js";

const textOf = (query: { toSQL(dialect?: string): { text: string } }): string => query.toSQL("sqlite").text;
const number = (text: string | null | undefined): number => Number(text);

eachSharedDatabase("aggregation", models, empty, (at) => {
  /** "A" has two reviews, "B" has one. */
  const reviewed = async (): Promise<void> => {
    const [a, b] = await articles(at.db, "A", "B");
    await Review.objects.bulkCreate(at.db, [
      { rating: 5, article: a! },
      { rating: 3, article: a! },
      { rating: 1, article: b! },
    ]);
  };

  describe("conditions on aggregates", () => {
    it("filter(), exclude() and exclude(Q) on an annotated count are HAVING", async () => {
      await reviewed();
      const counted = Article.objects.annotate({ c: Count("reviews") });
      expect(textOf(counted.filter({ c__gt: 1 }))).toContain("HAVING");
      expect(textOf(counted.filter({ c__gt: 1 }))).not.toContain("WHERE");
      expect(await counted.filter({ c__gt: 1 }).valuesList("title", { flat: true }).fetch(at.db)).toEqual(["A"]);
      expect(
        await counted
          .exclude(Q({ c__gt: 1 }))
          .valuesList("title", { flat: true })
          .fetch(at.db),
      ).toEqual(["B"]);
      expect(await counted.exclude({ c__gt: 1 }).count(at.db)).toBe(1);
      expect(await counted.filter({ c__gt: 0 }).aggregate(at.db, { total: Sum("c") })).toEqual({ total: 3 });
    });
    it("without being selected (ours: an aggregate is annotated or aliased first, then compared)", async () => {
      await reviewed();
      const hidden = Article.objects.alias({ c: Count("reviews") });
      expect(await hidden.filter({ c: 2 }).valuesList("title", { flat: true }).fetch(at.db)).toEqual(["A"]);
      expect(await hidden.exclude({ c: 2 }).valuesList("title", { flat: true }).fetch(at.db)).toEqual(["B"]);
      expect(textOf(hidden.filter({ c: 2 }).values("title"))).toMatch(/HAVING/);
    });
    it("an aggregate deep inside arithmetic or a Q goes to HAVING too", async () => {
      await reviewed();
      const query = Article.objects.annotate({ score: Count("reviews").mul(10).add(1) });
      expect(textOf(query.filter(Q({ score__gt: 15 }).or({ title: "none" })))).toContain("HAVING");
      expect(
        await query
          .filter(Q({ score__gt: 15 }).or({ title: "none" }))
          .valuesList("title", { flat: true })
          .fetch(at.db),
      ).toEqual(["A"]);
    });
    it("(annotation > 1) or (column) over both", async () => {
      await reviewed();
      const query = Article.objects.annotate({ c: Count("reviews") }).filter(Q({ c__gt: 1 }).or({ title: "B" }));
      expect(await query.orderBy("title").valuesList("title", "c").fetch(at.db)).toEqual([
        ["A", 2],
        ["B", 1],
      ]);
    });
  });

  describe("annotations", () => {
    it("a product of columns is on the instances, on first() too; no match is null", async () => {
      await products(at.db, ["a", "10.00", 5], ["b", "20.00", 10]);
      const query = Product.objects.annotate({ value: F("price").mul(F("stock")) }).orderBy("id");
      expect((await query.fetch(at.db)).map((one) => number(one.value))).toEqual([50, 200]);
      expect(number((await query.first(at.db))?.value)).toBe(50);
      expect(await query.filter({ name: "none" }).first(at.db)).toBeNull();
    });
    it("Count of a relation counts related rows, by one join", async () => {
      await reviewed();
      const query = Article.objects.annotate({ n: Count("reviews") }).orderBy("title");
      expect((await query.fetch(at.db)).map((one) => one.n)).toEqual([2, 1]);
      expect(textOf(query).split(" JOIN ")).toHaveLength(2);
      expect(textOf(query)).toMatch(/COUNT\("py_reviews"\."id"\)/);
      const none = Article.objects.annotate({ n: Count("comments") });
      expect((await none.fetch(at.db)).map((one) => one.n)).toEqual([0, 0]);
    });
    it("annotations are filtered by and excluded by", async () => {
      await products(at.db, ["A", "10.00", 5], ["B", "20.00", 10]);
      const query = Product.objects.annotate({ total: F("price").mul(F("stock")) });
      expect(await query.filter({ total__gt: "100" }).valuesList("name", { flat: true }).fetch(at.db)).toEqual(["B"]);
      expect(await query.exclude({ total__lt: "100" }).valuesList("name", { flat: true }).fetch(at.db)).toEqual(["B"]);
    });
    it("arithmetic and a count of a relation together", async () => {
      await reviewed();
      const query = Article.objects.annotate({ twice: F("id").mul(0).add(20), n: Count("comments") }).filter({ title: "A" });
      expect((await query.fetch(at.db)).map((one) => [one.twice, one.n])).toEqual([[20, 0]]);
    });
    it("annotate() with nothing is the same question", () => {
      expect(Product.objects.annotate({}).toSQL("sqlite")).toEqual(Product.objects.all().toSQL("sqlite"));
    });
    it("a function in the caller's own SQL", async () => {
      await products(at.db, ["a", "1", 1]);
      expect((await Product.objects.annotate({ loud: sql`upper(${F("name")})` }).fetch(at.db))[0]).toMatchObject({ name: "a", loud: "A" });
    });
    it("two annotations over one relation need one join", async () => {
      await reviewed();
      const query = Article.objects
        .annotate({ n: Count("reviews") })
        .annotate({ best: Max("reviews__rating") })
        .orderBy("title");
      expect(textOf(query).split(" JOIN ")).toHaveLength(2);
      expect((await query.fetch(at.db)).map((one) => [one.n, one.best])).toEqual([
        [2, 5],
        [1, 1],
      ]);
    });
    it("annotating twice groups once", () => {
      const text = textOf(Article.objects.annotate({ n: Count("reviews") }).annotate({ m: Sum("reviews__rating") }));
      expect(text.match(/GROUP BY/g)).toHaveLength(1);
      expect(text.split("GROUP BY ")[1]).toBe('"py_articles"."id"');
    });
  });

  describe("aggregate()", () => {
    it("sum, average, greatest, least and count", async () => {
      await products(at.db, ["a", "10.00", 1], ["b", "30.00", 3]);
      expect(
        await Product.objects.aggregate(at.db, {
          sum: Sum("price"),
          mean: Avg("stock"),
          most: Max("price"),
          least: Min("price"),
          n: Count("id"),
        }),
      ).toEqual({ sum: "40.00", mean: 2, most: "30.00", least: "10.00", n: 2 });
    });
    it("over the rows that match; over none the sum is null and the count 0", async () => {
      await products(at.db, ["a", "10", 10], ["b", "20", 20], ["c", "30", 30]);
      expect(await Product.objects.filter({ stock__gte: 20 }).aggregate(at.db, { sum: Sum("stock") })).toEqual({ sum: 50 });
      expect(await Product.objects.filter({ stock: 0 }).aggregate(at.db, { sum: Sum("stock"), n: Count("id") })).toEqual({
        sum: null,
        n: 0,
      });
    });
    it("nothing asked is an empty object, and no statement", async () => {
      expect(await at.sent(async () => expect(await Product.objects.aggregate(at.db, {})).toEqual({}))).toEqual([]);
    });
    it("the caller's own function", async () => {
      await products(at.db, ["a", "1", 10], ["b", "1", 20]);
      expect(await Product.objects.aggregate(at.db, { most: sql`max(${F("stock")})` })).toEqual({ most: 20 });
      const cut = Product.objects.orderBy("stock").limit(1);
      expect(await cut.aggregate(at.db, { most: sql`max(${F("stock")})`, n: Count("id") })).toEqual({ most: 10, n: 1 });
    });
    it("over a relation", async () => {
      const [a] = await articles(at.db, "A");
      await Review.objects.create(at.db, { rating: 5, article: a! });
      expect(await Article.objects.aggregate(at.db, { n: Count("reviews"), mean: Avg("reviews__rating") })).toEqual({ n: 1, mean: 5 });
    });
    it("of an annotation", async () => {
      await products(at.db, ["a", "10.00", 2], ["b", "20.00", 3]);
      const { total, most, n } = await Product.objects
        .annotate({ value: F("price").mul(F("stock")) })
        .aggregate(at.db, { total: Sum("value"), most: Max("value"), n: Count("value") });
      expect([number(total), number(most), n]).toEqual([80, 60, 2]);
    });
    it("of a grouped set it is the whole, not one group", async () => {
      await products(at.db, ["a", "1", 5], ["a", "1", 5], ["b", "1", 6]);
      expect(await Product.objects.annotate({ n: Count("id") }).aggregate(at.db, { sum: Sum("stock") })).toEqual({ sum: 16 });
      const groups = Product.objects.annotate({ n: Count("id") });
      expect(await groups.aggregate(at.db, { n: Sum("n") })).toEqual({ n: 3 });
    });
    it("of a slice only its rows", async () => {
      await products(at.db, ["a", "1", 10], ["b", "1", 20], ["c", "1", 30]);
      const ordered = Product.objects.orderBy("stock");
      expect(await ordered.limit(2).aggregate(at.db, { sum: Sum("stock") })).toEqual({ sum: 30 });
      expect(await ordered.offset(1).aggregate(at.db, { sum: Sum("stock") })).toEqual({ sum: 50 });
    });
    it("several at once, over a filtered annotation", async () => {
      await products(at.db, ["a", "1", 10], ["b", "1", 20], ["c", "1", 2]);
      const query = Product.objects.annotate({ half: F("stock").div(2) }).filter({ half__gte: 5 });
      expect(await query.aggregate(at.db, { most: Max("stock"), mean: Avg("stock") })).toEqual({ most: 20, mean: 15 });
    });
    it("of a distinct set each row counts once", async () => {
      await products(at.db, ["same", "1", 20], ["same", "1", 20]);
      const rows = Product.objects.values("name", "stock").distinct();
      expect(await rows.count(at.db)).toBe(1);
      expect(await (rows as unknown as typeof Product.objects).aggregate(at.db, { sum: Sum("stock") })).toEqual({ sum: 20 });
    });
    it("a plain value of a grouped set is that value", async () => {
      await products(at.db, ["a", "1", 1], ["b", "1", 2]);
      expect(await Product.objects.annotate({ n: Count("id") }).aggregate(at.db, { hundred: Max(Value(100)) })).toEqual({ hundred: 100 });
    });
  });
});

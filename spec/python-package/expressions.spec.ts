/** Q, F, lookups and expressions. docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import { Avg, Count, F, FieldError, Max, Min, Q, sql, Sum } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, Comment, empty, models, Product, products } from "./models.js";

/** What stands after WHERE, without the table's name and without brackets around single comparisons. */
const where = (query: { toSQL(dialect?: string): { text: string; params: unknown[] } }): string =>
  (query.toSQL("sqlite").text.split(" WHERE ")[1]?.split(" ORDER BY ")[0] ?? "")
    .replaceAll('"py_products".', "")
    .replaceAll(/\(("\w+" = \?)\)/g, "$1");

eachSharedDatabase("expressions", models, empty, (at) => {
  const names = (query = Product.objects.all()): Promise<(string | null)[]> =>
    query.orderBy("id").valuesList("name", { flat: true }).fetch(at.db);

  describe("Q", () => {
    it("an empty Q says nothing", async () => {
      await products(at.db, ["a", "1", 1], ["b", "2", 2]);
      expect(await names(Product.objects.filter(Q({})))).toEqual(["a", "b"]);
      expect(Product.objects.filter(Q({})).toSQL("sqlite")).toEqual(Product.objects.all().toSQL("sqlite"));
      expect(where(Product.objects.filter(Q({}), Q({ stock: 1 })))).toBe('"stock" = ?');
    });
    it("the name of an annotation means its expression", async () => {
      await products(at.db, ["cheap", "10", 5], ["dear", "100", 5]);
      const query = Product.objects.annotate({ derived: F("price").mul(F("stock")) });
      expect(await names(query.filter(Q({ derived__gt: "100" })) as never)).toEqual(["dear"]);
      expect(await names(query.filter({ derived: F("derived") }) as never)).toEqual(["cheap", "dear"]);
      expect(
        await query
          .annotate({ twice: F("derived").mul(2) })
          .orderBy("id")
          .valuesList("twice", { flat: true })
          .fetch(at.db),
      ).toEqual([expect.stringMatching(/^100(\.0+)?$/), expect.stringMatching(/^1000(\.0+)?$/)]);
    });
    it("any other name means the model's column", () => {
      expect(where(Product.objects.annotate({ n: F("stock") }).filter(Q({ name: "Auto" })))).toBe('"name" = ?');
      expect(Product.objects.filter(Q({ name: "Auto" })).toSQL("sqlite").params).toEqual(["Auto"]);
    });
    it("a name that is neither is refused before anything is sent", async () => {
      expect(
        await at.sent(() => expect(Product.objects.filter(Q({ nothing: 1 } as never)).fetch(at.db)).rejects.toThrow(FieldError)),
      ).toEqual([]);
    });
    it("a value may be another column", () => {
      expect(where(Product.objects.filter(Q({ price: F("stock") } as never)))).toBe('flash_decimal_compare("price", "stock") = 0');
      expect(where(Product.objects.filter(Q({ stock__gt: F("price") } as never)))).toBe('flash_decimal_compare("stock", "price") > 0');
    });
    it("the caller's own SQL may stand in it", async () => {
      await products(at.db, ["a", "1", 1], ["b", "2", 2]);
      expect(await names(Product.objects.filter(Q(sql`${F("stock")} > ${1}`)))).toEqual(["b"]);
    });
    it("exclude(Q(…)) (ours, as Django's: rows without a name stay)", async () => {
      await products(at.db, ["Auto", "1", 1], ["b", "2", 2], [null, "3", 3]);
      expect(await names(Product.objects.exclude(Q({ name: "Auto" })))).toEqual(["b", null]);
    });
    it("conditions side by side are joined by AND, whatever their kind", async () => {
      await products(at.db, ["a", "1", 1], ["a", "2", 2], ["b", "2", 2]);
      const query = Product.objects.filter(sql`${F("stock")} > ${1}` as never, Q({ name: "a" }), Product.c.price.gt("1.50"));
      expect(await query.count(at.db)).toBe(1);
      expect(where(query).match(/ AND /g)).toHaveLength(2);
      expect(await Product.objects.filter(Q({ name: "a" }), Q({ stock: 2 })).count(at.db)).toBe(1);
      expect(await Product.objects.filter({ name: "a", stock: 1 }, Q({ price: "1" })).count(at.db)).toBe(1);
    });
    it("OR stands in brackets inside AND", async () => {
      await products(at.db, ["A", "50", 0], ["A", "150", 0], ["B", "150", 0], ["C", "150", 0]);
      const query = Product.objects.filter(Q({ name: "A" }).or({ name: "B" }), Q({ price__gt: "100" }));
      expect(await names(query)).toEqual(["A", "B"]);
      expect(where(query)).toMatch(/^\("name" = \? OR "name" = \?\) AND /);
      expect(where(Product.objects.filter(Q({ name: "A" }).or({ stock: 1 })))).toBe('"name" = ? OR "stock" = ?');
    });
    it("exclude() of two Qs (ours, as Django's: the whole is negated)", async () => {
      await products(at.db, ["a", "1", 1], ["a", "2", 2], ["b", "1", 1]);
      expect(
        await Product.objects
          .exclude(Q({ name: "a" }), Q({ stock: 1 }))
          .orderBy("id")
          .valuesList("name", "stock")
          .fetch(at.db),
      ).toEqual([
        ["a", 2],
        ["b", 1],
      ]);
    });
    it("and(), or() and not() give new conditions; the first stay what they were", () => {
      const [one, two] = [Q({ stock: 1 }), Q({ stock: 2 })];
      expect(where(Product.objects.filter(one.and(two)))).toBe('"stock" = ? AND "stock" = ?');
      expect(where(Product.objects.filter(one.or(two)))).toBe('"stock" = ? OR "stock" = ?');
      expect(where(Product.objects.filter(one.not()))).toMatch(/NOT|<>|!=/);
      expect(where(Product.objects.filter(one))).toBe('"stock" = ?');
    });
    it("only conditions can be combined", () => {
      for (const other of [1, "x", null, undefined, () => 1]) expect(() => Q({ stock: 1 }).and(other as never)).toThrow(FieldError);
    });
  });

  describe("lookups", () => {
    it("each gives the fitting SQL; an unknown one is refused by name", () => {
      const cases: readonly (readonly [object, RegExp])[] = [
        [{ name__exact: "x" }, /^"name" = \?$/],
        [{ name: null }, /^"name" IS NULL$/],
        [{ name__ne: "x" }, /NOT|<>|IS/],
        [{ name__iexact: "x" }, /flash_fold/],
        [{ name__contains: "x" }, /instr|LIKE|GLOB|flash/i],
        [{ name__icontains: "x" }, /LIKE|flash/i],
        [{ name__startswith: "x" }, /substr|LIKE|flash/i],
        [{ name__endswith: "x" }, /substr|LIKE|flash/i],
        [{ stock__gt: 1 }, /"stock" > \?/],
        [{ stock__gte: 1 }, /"stock" >= \?/],
        [{ stock__lt: 1 }, /"stock" < \?/],
        [{ stock__lte: 1 }, /"stock" <= \?/],
        [{ stock__range: [1, 2] }, /BETWEEN/],
        [{ stock__in: [1, 2] }, /IN/],
        [{ name__isnull: true }, /^"name" IS NULL$/],
        [{ name__isnull: false }, /^"name" IS NOT NULL$/],
      ];
      for (const [condition, text] of cases)
        expect(where(Product.objects.filter(condition as never)), JSON.stringify(condition)).toMatch(text);
      expect(() => Product.objects.filter({ name__sounds: "x" } as never).toSQL("sqlite")).toThrow(/no lookup 'sounds'/);
    });
    it("and finds the fitting rows", async () => {
      await products(at.db, ["Alpha", "1", 1], ["beta", "2", 2], ["ALPHABET", "3", 3], [null, "4", 4]);
      const found = async (condition: object): Promise<number[]> =>
        Product.objects
          .filter(condition as never)
          .orderBy("stock")
          .valuesList("stock", { flat: true })
          .fetch(at.db);
      expect(await found({ name__iexact: "ALPHA" })).toEqual([1]);
      expect(await found({ name__contains: "lpha" })).toEqual([1]);
      expect(await found({ name__icontains: "lpha" })).toEqual([1, 3]);
      expect(await found({ name__startswith: "Al" })).toEqual([1]);
      expect(await found({ name__istartswith: "al" })).toEqual([1, 3]);
      expect(await found({ name__endswith: "ta" })).toEqual([2]);
      expect(await found({ name__iendswith: "BET" })).toEqual([3]);
      expect(await found({ name__in: ["beta", "Alpha"] })).toEqual([1, 2]);
      expect(await found({ name__ne: "beta" })).toEqual([1, 3, 4]);
      expect(await found({ stock__range: [2, 3] })).toEqual([2, 3]);
      expect(await found({ name__regex: "^[A-Z]+$" })).toEqual([3]);
      expect(await found({ name__iregex: "^alpha$" })).toEqual([1]);
    });
    it("a name without a lookup is exact, with one it is split", () => {
      expect(where(Product.objects.filter({ name: "x" }))).toBe('"name" = ?');
      expect(where(Product.objects.filter({ price__gt: "5" }))).toMatch(/"price".* > /);
    });
    it("a lookup across relations (ours: supported, at any depth)", async () => {
      const [first] = await articles(at.db, "On Plums", "On Pears");
      await Comment.objects.create(at.db, { text: "nice", article: first! });
      expect(await Comment.objects.filter({ article__title__icontains: "plum" }).valuesList("text", { flat: true }).fetch(at.db)).toEqual([
        "nice",
      ]);
      expect(await Article.objects.filter({ comments__text__startswith: "ni" }).valuesList("title", { flat: true }).fetch(at.db)).toEqual([
        "On Plums",
      ]);
    });
  });

  describe("F", () => {
    it("arithmetic of columns and values; dividing whole numbers gives fractions", async () => {
      await products(at.db, ["a", "10.00", 4]);
      const value = async (expression: object): Promise<unknown> =>
        (
          (await Product.objects
            .annotate({ v: expression as never })
            .values("v" as never)
            .fetch(at.db)) as unknown as { v: unknown }[]
        )[0]!.v;
      expect(Number(await value(F("price").add(F("stock"))))).toBe(14);
      expect(Number(await value(F("price").sub(5)))).toBe(5);
      expect(await value(F("stock").mul(3))).toBe(12);
      expect(await value(F("stock").div(8))).toBe(0.5);
      expect(Number(await value(F("price").div(F("stock"))))).toBe(2.5);
    });
    it("steps are done in order: (stock * 2) - 5", async () => {
      await products(at.db, ["a", "0", 10]);
      expect(
        await Product.objects
          .annotate({ v: F("stock").mul(2).sub(5) })
          .valuesList("v", { flat: true })
          .fetch(at.db),
      ).toEqual([15]);
    });
    it("an unknown field is refused with the model's name", async () => {
      await expect(Product.objects.filter({ stock: F("stonk") as never }).fetch(at.db)).rejects.toThrow(
        /'stonk' on Product.*Did you mean 'stock'/s,
      );
      await expect(Product.objects.filter({ stock: 1 }).update(at.db, { stock: F("stonk") as never })).rejects.toThrow(/'stonk'/);
    });
    it("undefined is no operand", () => {
      expect(() => F("stock").add(undefined as never)).toThrow(FieldError);
      expect(() => F("stock").mul(F(undefined as never))).toThrow(FieldError);
    });
    it("stock + 5 in an update", async () => {
      const [a] = await products(at.db, ["a", "1", 10]);
      expect(await Product.objects.filter({ id: a!.id }).update(at.db, { stock: F("stock").add(5) })).toBe(1);
      expect(a!.stock).toBe(15);
      expect(await Product.objects.valuesList("stock", { flat: true }).fetch(at.db)).toEqual([15]);
    });
    it("price * 1.1, exactly, in what updateByPk() gives and in the row", async () => {
      const [a] = await products(at.db, ["a", "100.00", 1]);
      const updated = await Product.objects.updateByPk(at.db, a!.id, { price: F("price").mul("1.1") });
      expect(updated.price).toBe("110.00");
      at.db.clear();
      expect((await Product.objects.getByPk(at.db, a!.id)).price).toBe("110.00");
    });
    it("plain values and expressions side by side, one field from another", async () => {
      const [a] = await products(at.db, ["a", "0", 10]);
      await Product.objects.filter({ id: a!.id }).update(at.db, { name: "new", stock: F("stock").sub(2) });
      expect([a!.name, a!.stock]).toEqual(["new", 8]);
      await Product.objects.filter({ id: a!.id }).update(at.db, { price: F("stock").mul(2) as never });
      expect(a!.price).toBe("16.00");
    });
    it("(stock + 10) * 2 keeps its brackets", async () => {
      const [a] = await products(at.db, ["a", "0", 10]);
      await Product.objects.filter({ id: a!.id }).update(at.db, { stock: F("stock").add(10).mul(2) });
      expect(a!.stock).toBe(40);
    });
    it("the model's column object works like its name", async () => {
      const [a] = await products(at.db, ["a", "0", 10]);
      await Product.objects.filter(Product.c.id.eq(a!.id)).update(at.db, { stock: Product.c.stock.add(1) });
      expect(a!.stock).toBe(11);
    });
  });

  describe("expressions", () => {
    it("conditions, fields and aggregates are recognised wherever expressions are taken; plain objects are not", async () => {
      await products(at.db, ["a", "1", 1]);
      const [row] = await Product.objects.annotate({ one: Q({ stock: 1 }), two: F("stock"), three: Count("id") }).fetch(at.db);
      expect([row!.one, row!.two, row!.three]).toEqual([true, 1, 1]);
      expect(() => Product.objects.annotate({ x: { kind: "path", path: "stock" } as never })).toThrow(FieldError);
      expect(() => Product.objects.annotate({ x: 5 as never })).toThrow(/Value/);
    });
    it("aggregates are the SQL functions", () => {
      const text = (expression: object): string =>
        Product.objects
          .annotate({ v: expression as never })
          .values("v" as never)
          .toSQL("postgres").text;
      expect(text(Sum("stock"))).toMatch(/SUM\("py_products"\."stock"\)/i);
      expect(text(Avg("stock"))).toMatch(/AVG\(/i);
      expect(text(Min("stock"))).toMatch(/MIN\(/i);
      expect(text(Max("stock"))).toMatch(/MAX\(/i);
      expect(text(Count("id"))).toMatch(/COUNT\(/i);
    });
    it("an aggregate of an unknown field is refused with the model's name", async () => {
      await expect(Product.objects.aggregate(at.db, { x: Sum("stonk") } as never)).rejects.toThrow(/'stonk' on Product/);
      await expect(Product.objects.annotate({ x: Count("stonk") } as never).fetch(at.db)).rejects.toThrow(/'stonk' on Product/);
    });
  });
});

/** Aggregates, groups and windows, as Django answers them; docs/parity.md names its tests. */

import { describe, expect, it } from "vitest";
import {
  Avg,
  Cast,
  Coalesce,
  Count,
  DenseRank,
  Exists,
  F,
  FieldError,
  FirstValue,
  foreignKey,
  hasMany,
  Lag,
  LastValue,
  Max,
  Min,
  model,
  OuterRef,
  Q,
  Rank,
  Subquery,
  Sum,
  t,
  Window,
  type ExpressionOn,
  type QuerySet,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Publisher extends model<Publisher>("agg_publishers")({
  name: t.text(),
  awards: t.integer(),
  active: t.boolean().default(true),
  books: hasMany(() => Book, "publisher"),
}) {}
class Book extends model<Book>("agg_books")({
  title: t.text(),
  price: t.decimal(8, 2),
  pages: t.integer(),
  rating: t.double(),
  publisher: foreignKey(() => Publisher, { onDelete: "cascade" }),
}) {}
class Worker extends model<Worker>("agg_workers")({
  name: t.text(),
  department: t.text(),
  salary: t.decimal(10, 2),
  hired: t.date(),
}) {}

/**
 * Alpha (10 awards): a 30.00 (100 pages, 4.5), b 20.00 (200, 3). Beta (2): c 50.00 (300, 4), d 39.99 (400, 5).
 * Gamma (4, inactive): e 10.00 (500, 2). Delta (0): no books.
 */
const fill = async (db: Parameters<Parameters<typeof eachSharedDatabase>[2]>[0]): Promise<void> => {
  const [alpha, beta, gamma] = await Publisher.objects.bulkCreate(db, [
    { name: "Alpha", awards: 10 },
    { name: "Beta", awards: 2 },
    { name: "Gamma", awards: 4, active: false },
    { name: "Delta", awards: 0 },
  ]);
  await Book.objects.bulkCreate(db, [
    { title: "a", price: "30.00", pages: 100, rating: 4.5, publisher: alpha! },
    { title: "b", price: "20.00", pages: 200, rating: 3, publisher: alpha! },
    { title: "c", price: "50.00", pages: 300, rating: 4, publisher: beta! },
    { title: "d", price: "39.99", pages: 400, rating: 5, publisher: beta! },
    { title: "e", price: "10.00", pages: 500, rating: 2, publisher: gamma! },
  ]);
  await Worker.objects.bulkCreate(db, [
    { name: "Jones", department: "Accounting", salary: "45000.00", hired: "2005-11-01" },
    { name: "Williams", department: "Accounting", salary: "37000.00", hired: "2009-06-01" },
    { name: "Jenson", department: "Accounting", salary: "45000.50", hired: "2008-04-01" },
    { name: "Adams", department: "Accounting", salary: "50000.00", hired: "2013-07-01" },
    { name: "Smith", department: "Marketing", salary: "55000.00", hired: "2005-06-01" },
    { name: "Johnson", department: "Marketing", salary: "40000.00", hired: "2005-03-01" },
    { name: "Moore", department: "IT", salary: "34000.00", hired: "2013-08-01" },
  ]);
};

eachSharedDatabase("aggregates", [Publisher, Book, Worker], fill, (at) => {
  const names = (query: { fetch(db: typeof at.db): Promise<readonly { readonly name: string }[]> }): Promise<string[]> =>
    query.fetch(at.db).then((rows) => rows.map((row) => row.name));
  const counted = () => Publisher.objects.annotate({ n: Count("books") }).orderBy("name");

  describe("filters before, after and on aggregates", () => {
    it("annotate() then filter() counts all books, filter() then annotate() only those that match", async () => {
      const before = Publisher.objects
        .filter({ books__price__lt: "40" })
        .annotate({ n: Count("books") })
        .filter({ n__gt: 1 });
      expect(await names(before.orderBy("name"))).toEqual(["Alpha"]);
      const after = counted().filter({ n__gt: 1, books__price__lt: "40" });
      expect((await names(after)).filter((name, index, all) => all.indexOf(name) === index)).toEqual(["Alpha", "Beta"]);
    });
    it("an OR of an aggregate and a column goes to HAVING as a whole, also inside an AND", async () => {
      const either = counted().filter(Q({ n: 0 }).or({ awards__gt: 3 }));
      expect(await names(either)).toEqual(["Alpha", "Delta", "Gamma"]);
      expect(either.toSQL("sqlite").text).not.toContain("WHERE");
      expect(await names(counted().filter(Q(Q({ n: 0 }).or({ awards__gt: 3 })).and({ active: true })))).toEqual(["Alpha", "Delta"]);
      expect(
        await names(
          counted()
            .annotate({ pages: Sum("books__pages") })
            .filter(Q({ pages: null }).or({ n__gt: F("awards") })),
        ),
      ).toEqual(["Delta"]);
    });
    it("an aggregate compared with a computed column, publishers without books included", async () => {
      expect(await names(counted().filter({ n__gte: F("awards").div(2) }))).toEqual(["Beta", "Delta"]);
      expect(await names(counted().exclude({ n__gte: F("awards").div(2) }))).toEqual(["Alpha", "Gamma"]);
      expect(await names(counted().filter({ awards__gt: F("n").mul(3) }))).toEqual(["Alpha", "Gamma"]);
    });
    it("excluding conditions on aggregates is the complement", async () => {
      expect(await names(counted().exclude(Q({ n: 2 })))).toEqual(["Delta", "Gamma"]);
      expect(await names(counted().exclude(Q({ n: 2 }).or({ awards: 4 })))).toEqual(["Delta"]);
      expect(
        await names(
          counted()
            .annotate({ most: Max("books__pages") })
            .exclude(Q({ most__gte: 300 })),
        ),
      ).toEqual(["Alpha", "Delta"]);
    });
    it("an OR of a column and an aggregate in one Q", async () => {
      const query = Publisher.objects.annotate({ best: Max("books__rating") }).filter(Q({ best__gt: 4.8 }).or({ name: "Delta" }));
      expect(await names(query.orderBy("name"))).toEqual(["Beta", "Delta"]);
    });
  });

  describe("types", () => {
    it("sums of unlike types (ours: with a float the result is a float, whole numbers leave decimals exact)", async () => {
      expect(await Book.objects.aggregate(at.db, { sum: Sum(F("price").add(F("rating") as never)) } as never)).toEqual({
        sum: expect.closeTo(168.49, 8),
      });
      expect(await Book.objects.aggregate(at.db, { sum: Sum(F("price").add(F("pages") as never)) } as never)).toEqual({ sum: "1649.99" });
      expect(await Book.objects.aggregate(at.db, { sum: Sum(Cast("price", "double")) })).toEqual({ sum: expect.closeTo(149.99, 8) });
      expect(await Book.objects.aggregate(at.db, { sum: Sum(Cast("rating", "decimal", { precision: 10, scale: 2 })) })).toEqual({
        sum: expect.stringMatching(/^18\.50?$/),
      });
      const sent = await at.sent(() =>
        expect(Book.objects.aggregate(at.db, { sum: Sum("title") } as never)).rejects.toThrow(/sum takes numbers, not text/),
      );
      expect(sent).toEqual([]);
      await expect(Book.objects.annotate({ x: Coalesce("title", F("pages") as never) }).fetch(at.db)).rejects.toThrow(
        /mixes text and integer/,
      );
    });
    it("a boolean of a joined model is a boolean beside an aggregate", async () => {
      const rows = await Book.objects
        .selectRelated("publisher")
        .annotate({ n: Count("id") })
        .orderBy("title")
        .fetch(at.db);
      expect(rows.map((row) => [row.title, row.n, row.publisher.active])).toEqual([
        ["a", 1, true],
        ["b", 1, true],
        ["c", 1, true],
        ["d", 1, true],
        ["e", 1, false],
      ]);
    });
    it("aggregates of all rows keep their types: exact decimals, floats, NULL and 0 over nothing", async () => {
      expect(
        await Book.objects.aggregate(at.db, {
          sum: Sum("price"),
          most: Max("price"),
          least: Min("pages"),
          mean: Avg("pages"),
          n: Count("*"),
        }),
      ).toEqual({ sum: "149.99", most: "50.00", least: 100, mean: 300, n: 5 });
      expect(
        await Book.objects
          .filter({ pages: 0 })
          .aggregate(at.db, { sum: Sum("price"), n: Count("id"), zero: Coalesce(Sum("pages"), 0) as never }),
      ).toEqual({ sum: null, n: 0, zero: 0 });
    });
  });

  describe("groups", () => {
    it("an annotation that values() names is part of the group, one that it does not name is not", async () => {
      const half = { half: F("awards").div(2) };
      const named = Publisher.objects
        .annotate(half)
        .values("active", "half")
        .annotate({ n: Count("id") })
        .orderBy("active", "half");
      expect((await named.fetch(at.db)).map((row) => row.n)).toEqual([1, 1, 1, 1]);
      const unnamed = Publisher.objects
        .annotate(half)
        .values("active")
        .annotate({ n: Count("id") })
        .orderBy("active");
      expect(await unnamed.fetch(at.db)).toEqual([
        { active: false, n: 1 },
        { active: true, n: 3 },
      ]);
      expect(unnamed.toSQL("sqlite").text).toMatch(/GROUP BY "agg_publishers"\."active" ORDER/);
    });
    it("an order by an aggregate that is not selected, however it is written, in both directions", async () => {
      const total = { total: Sum("books__pages") };
      const spellings = [
        [
          Publisher.objects.annotate(total).filter({ total__gt: 0 }).orderBy("total"),
          Publisher.objects.annotate(total).filter({ total__gt: 0 }).orderBy("-total"),
        ],
        [
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy("total"),
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy("-total"),
        ],
        [
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy(F("total").asc()),
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy(F("total").desc()),
        ],
        [
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy(F("total").add(1)),
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy(F("total").neg()),
        ],
        [
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy("total"),
          Publisher.objects.alias(total).filter({ total__gt: 0 }).orderBy("total").reverse(),
        ],
      ] as const;
      for (const [up, down] of spellings) {
        expect(await (up as unknown as QuerySet<Publisher>).values("name").fetch(at.db)).toEqual([
          { name: "Alpha" },
          { name: "Gamma" },
          { name: "Beta" },
        ]);
        expect(await (down as unknown as QuerySet<Publisher>).valuesList("name", { flat: true }).fetch(at.db)).toEqual([
          "Beta",
          "Gamma",
          "Alpha",
        ]);
      }
    });
    it("grouped by an Exists", async () => {
      const many = Exists(Book.objects.filter({ publisher: OuterRef("pk"), pages__gte: 300 }));
      const rows = await Publisher.objects
        .annotate({ many })
        .values("many")
        .annotate({ n: Count("id") })
        .orderBy("many")
        .fetch(at.db);
      expect(rows).toEqual([
        { many: false, n: 2 },
        { many: true, n: 2 },
      ]);
    });
    it("the last values() says what is selected, the first what is grouped by", async () => {
      const query = Book.objects
        .values("publisher__name")
        .annotate({ n: Count("id") })
        .orderBy("publisher__name")
        .valuesList("n", { flat: true });
      expect(await query.fetch(at.db)).toEqual([2, 2, 1]);
      expect(query.toSQL("sqlite").text).toMatch(/GROUP BY "[a-z_]+"\."name"/);
      const keys = Publisher.objects
        .values("name")
        .annotate({ n: Count("books") })
        .orderBy("name")
        .valuesList("id", { flat: true });
      expect(await keys.fetch(at.db)).toHaveLength(4);
    });
    it("an annotation named as a column, a key, a relation or a member is refused", () => {
      for (const name of ["name", "books", "id", "pk"])
        expect(() => Publisher.objects.annotate({ [name]: Count("books") } as never)).toThrow(FieldError);
      for (const name of ["publisher", "publisherId", "save"])
        expect(() => Book.objects.annotate({ [name]: F("pages") } as never)).toThrow(FieldError);
      expect(() => Book.objects.annotate({ a__b: F("pages") } as never)).toThrow(/'a__b' is no name/);
    });
    it("`in` a grouped sub-select is a condition on rows, not on groups", async () => {
      const dearest = Book.objects
        .values("publisher")
        .annotate({ most: Max("price") })
        .values("most");
      const query = Book.objects.filter({ price__in: dearest as never });
      expect(query.toSQL("sqlite").text).toContain("WHERE");
      expect(await query.orderBy("title").valuesList("title", { flat: true }).fetch(at.db)).toEqual(["a", "c", "e"]);
      expect(await query.annotate({ n: Count("id") }).count(at.db)).toBe(3);
    });
    it("sub-selects with groups of their own are values", async () => {
      const best = Book.objects
        .filter({ publisher: OuterRef("id") })
        .values("publisher")
        .annotate({ most: Max("pages") })
        .valuesList("most", { flat: true });
      expect(
        await Publisher.objects
          .annotate({ best: Subquery(best) })
          .orderBy("name")
          .valuesList("name", "best")
          .fetch(at.db),
      ).toEqual([
        ["Alpha", 200],
        ["Beta", 400],
        ["Delta", null],
        ["Gamma", 500],
      ]);
    });
  });

  describe("windows", () => {
    it("dense ranks by the year of hiring leave no gaps, ranks do", async () => {
      const query = Worker.objects.annotate({
        rank: Window(Rank(), { orderBy: F("hired__year" as "hired").asc() }),
        dense: Window(DenseRank(), { orderBy: F("hired__year" as "hired").asc() }),
      });
      expect(await query.orderBy("hired").valuesList("name", "rank", "dense").fetch(at.db)).toEqual([
        ["Johnson", 1, 1],
        ["Smith", 1, 1],
        ["Jones", 1, 1],
        ["Jenson", 4, 2],
        ["Williams", 5, 3],
        ["Adams", 6, 4],
        ["Moore", 6, 4],
      ]);
    });
    it("lag() within a partition ordered by two keys; decimals stay decimals, the first has none", async () => {
      const query = Worker.objects.annotate({ before: Window(Lag("salary"), { partitionBy: "department", orderBy: ["salary", "name"] }) });
      expect(await query.orderBy("department", "salary", "name").valuesList("name", "before").fetch(at.db)).toEqual([
        ["Williams", null],
        ["Jones", "37000.00"],
        ["Jenson", "45000.00"],
        ["Adams", "45000.50"],
        ["Moore", null],
        ["Johnson", null],
        ["Smith", "40000.00"],
      ]);
      const default_ = Worker.objects.annotate({
        before: Window(Lag("salary", 2, "0.00"), { partitionBy: "department", orderBy: "salary" }),
      });
      expect(
        await default_
          .filter({ name__in: ["Jenson", "Moore"] })
          .orderBy("name")
          .valuesList("before", { flat: true })
          .fetch(at.db),
      ).toEqual([expect.stringMatching(/^37000(\.00)?$|^0(\.00)?$/), expect.stringMatching(/^0(\.00)?$/)]);
    });
    it("a window in an update or a new row is refused", async () => {
      const place = Window(Rank(), { orderBy: "salary" });
      await expect(Worker.objects.update(at.db, { name: place as never }, { all: true })).rejects.toThrow(FieldError);
      await expect(
        Worker.objects.create(at.db, { name: "x", department: "IT", salary: place, hired: "2020-01-01" } as never),
      ).rejects.toThrow(/salary/);
    });
    it("a sub-select of first_value() gives the best paid of each department", async () => {
      const best = Worker.objects.annotate({ best: Window(FirstValue("id"), { partitionBy: "department", orderBy: "-salary" }) });
      const query = Worker.objects.filter({ id__in: best.values("best") as never }).orderBy("department");
      expect(await query.valuesList("department", "name").fetch(at.db)).toEqual([
        ["Accounting", "Adams"],
        ["IT", "Moore"],
        ["Marketing", "Smith"],
      ]);
    });
    it("frames: rows, values within a distance, peers, and what is left out", async () => {
      const sum = (frame: object): ExpressionOn<Worker, number> =>
        Window(Count("id"), { partitionBy: "department", orderBy: "hired", frame });
      const accounting = async (frame: object): Promise<unknown[]> =>
        Worker.objects
          .annotate({ n: sum(frame) })
          .filter({ department: "Accounting" })
          .orderBy("hired")
          .valuesList("n", { flat: true })
          .fetch(at.db);
      expect(await accounting({ from: -1, to: 0 })).toEqual([1, 2, 2, 2]);
      expect(await accounting({ from: -1, to: 1 })).toEqual([2, 3, 3, 2]);
      expect(await accounting({ from: 0, to: null })).toEqual([4, 3, 2, 1]);
      expect(await accounting({ from: null, to: null, exclude: "current row" })).toEqual([3, 3, 3, 3]);
      expect(await accounting({ unit: "groups", from: -1, to: 0 })).toEqual([1, 2, 2, 2]);
      expect(await accounting({ unit: "range", from: null, to: 0 })).toEqual([1, 2, 3, 4]);
      const last = Window(LastValue("name"), { partitionBy: "department", orderBy: "hired", frame: { from: null, to: null } });
      expect(await Worker.objects.annotate({ last }).orderBy("name").valuesList("last", { flat: true }).limit(3).fetch(at.db)).toEqual([
        "Adams",
        "Adams",
        "Smith",
      ]);
      expect(() => Window(Count("id"), { frame: { unit: "lines" as never } })).toThrow(FieldError);
      expect(() => Window(Count("id"), { frame: { from: 1.5 } })).toThrow(FieldError);
    });
    it("a filter on a window asks the rows that it gave", async () => {
      const query = Worker.objects
        .annotate({ place: Window(Rank(), { partitionBy: "department", orderBy: "-salary" }) })
        .filter({ place: 1, department__ne: "IT" });
      expect(await query.orderBy("name").valuesList("name", { flat: true }).fetch(at.db)).toEqual(["Adams", "Smith"]);
      expect(await query.count(at.db)).toBe(2);
      expect(await query.exists(at.db)).toBe(true);
    });
  });
});

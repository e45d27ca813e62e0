/** Annotations, groups, aggregates, expressions and windows, on both databases. */

import { beforeEach, expect, it } from "vitest";
import {
  ArrayAgg,
  Avg,
  Case,
  Cast,
  Coalesce,
  Concat,
  Count,
  DenseRank,
  Exists,
  Extract,
  F,
  FieldError,
  FirstValue,
  Greatest,
  Lag,
  Length,
  Lower,
  Max,
  NullIf,
  OuterRef,
  Q,
  Rank,
  Round,
  RowNumber,
  StringAgg,
  Subquery,
  Substr,
  Sum,
  Trunc,
  Upper,
  Value,
  When,
  Window,
  sql,
  type Session,
} from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { Article, Person, Tag, fillShelf, shelf } from "./shelf.js";

type Any = never;

eachDatabase("values", shelf, (open) => {
  let db: Session;
  beforeEach(async () => {
    db = (await open()).session({ onUncommitted: "ignore" });
    await fillShelf(db);
    db.clear();
  });
  const list = (set: object): Promise<unknown[]> => (set as { fetch(db: Session): Promise<unknown[]> }).fetch(db);

  it("count what is filtered before, or all when filtered after", async () => {
    const before = Person.objects.filter({ articles__views__lt: 15 }).annotate({ n: Count("articles") });
    const after = Person.objects.annotate({ n: Count("articles") }).filter({ articles__views__lt: 15 });
    expect(await list(before.valuesList("name", "n"))).toEqual([["Ada", 1]]);
    expect(await list(after.valuesList("name", "n"))).toEqual([["Ada", 2]]);
  });
  it("keep rows without related ones, with a count of 0", async () => {
    expect(
      await list(
        Person.objects
          .annotate({ n: Count("articles") })
          .orderBy("id")
          .valuesList("name", "n"),
      ),
    ).toEqual([
      ["Ada", 2],
      ["Bob", 1],
      ["Cy", 1],
      ["Dee", 0],
    ]);
    expect(
      await list(
        Person.objects
          .annotate({ n: Count("articles", { filter: Q({ articles__views__gt: 15 }) as Any }) })
          .orderBy("id")
          .valuesList("n", { flat: true }),
      ),
    ).toEqual([1, 1, 1, 0]);
    const [ada] = await Person.objects
      .annotate({ n: Count("articles") })
      .orderBy("id")
      .fetch(db);
    expect([ada!.name, ada!.n, ada instanceof Person]).toEqual(["Ada", 2, true]);
    // Soft-deleted comments do not count.
    expect(
      await list(
        Article.objects
          .annotate({ n: Count("comments") })
          .orderBy("id")
          .valuesList("n", { flat: true }),
      ),
    ).toEqual([2, 1, 0, 0]);
  });
  it("multiply over two relations, unless distinct", async () => {
    const two = Article.objects.filter({ title: "one" });
    expect(await list(two.annotate({ t: Count("tags"), c: Count("comments") }).valuesList("t", "c"))).toEqual([[4, 4]]);
    expect(
      await list(two.annotate({ t: Count("tags", { distinct: true }), c: Count("comments", { distinct: true }) }).valuesList("t", "c")),
    ).toEqual([[2, 2]]);
  });
  it("ask groups by HAVING, together with columns under OR, and negated", async () => {
    const counted = Person.objects.annotate({ n: Count("articles") });
    expect(
      await list(
        counted
          .filter(Q({ n__gt: 1 }).or({ name: "Dee" }) as Any)
          .orderBy("id")
          .valuesList("name", { flat: true }),
      ),
    ).toEqual(["Ada", "Dee"]);
    expect(await list(counted.exclude({ n: 1 }).orderBy("id").valuesList("name", { flat: true }))).toEqual(["Ada", "Dee"]);
    expect(
      await list(
        counted
          .exclude(Q({ n: 2 }).or({ n: 0 }) as Any)
          .orderBy("id")
          .valuesList("name", { flat: true }),
      ),
    ).toEqual(["Bob", "Cy"]);
    expect(await list(counted.filter({ n__gt: F("age") } as Any).valuesList("name", { flat: true }))).toEqual([]);
    expect(
      await list(
        Person.objects
          .annotate({ s: Sum("articles__views") })
          .filter(Q({ s: null }).or({ s: 40 }) as Any)
          .orderBy("id")
          .valuesList("name", { flat: true }),
      ),
    ).toEqual(["Cy", "Dee"]);
    expect(await counted.filter({ n__gt: 0 }).count(db)).toBe(3);
    expect(await counted.filter({ n__gt: 5 }).exists(db)).toBe(false);
  });
  it("group by the values named before the aggregate", async () => {
    expect(
      await list(
        Article.objects
          .values("author__name")
          .annotate({ n: Count("id"), v: Sum("views") })
          .orderBy("-n", "author__name"),
      ),
    ).toEqual([
      { author__name: "Ada", n: 2, v: 30 },
      { author__name: "Bob", n: 1, v: 30 },
      { author__name: "Cy", n: 1, v: 40 },
    ]);
    expect(
      await list(
        Article.objects
          .values({ c: Substr("title", 1, 1) } as Any)
          .annotate({ n: Count("id") })
          .orderBy("-n", "c" as Any),
      ),
    ).toEqual([
      { c: "t", n: 2 },
      { c: "f", n: 1 },
      { c: "o", n: 1 },
    ]);
    expect(
      await list(
        Article.objects
          .annotate({ e: Exists(Tag.objects.filter({ articles: OuterRef("pk") })) })
          .values("e")
          .annotate({ n: Count("id") })
          .orderBy("n"),
      ),
    ).toEqual([
      { e: false, n: 1 },
      { e: true, n: 3 },
    ]);
    expect(
      await list(
        Tag.objects
          .values("parent")
          .annotate({ n: Count("id") })
          .orderBy("-n", "parent")
          .valuesList("n" as Any, { flat: true }),
      ),
    ).toHaveLength(3);
    // The last values() says what is selected, the first what is grouped by.
    expect(
      await list(
        Article.objects
          .values("author")
          .annotate({ n: Count("id") })
          .orderBy("author")
          .valuesList("n" as Any, { flat: true }),
      ),
    ).toEqual([2, 1, 1]);
    expect(
      await Article.objects
        .values("author")
        .annotate({ n: Count("id") })
        .count(db),
    ).toBe(3);
  });
  it("order by aggregates that are not selected", async () => {
    const named = Tag.objects.alias({ n: Count("articles") });
    expect(await list(named.orderBy("-n", "label").valuesList("label", { flat: true }))).toEqual(["y", "x", "z", "w"]);
    expect(await list(named.orderBy(F("n").asc(), "label").valuesList("label", { flat: true }))).toEqual(["w", "x", "z", "y"]);
    expect(() =>
      Tag.objects
        .alias({ n: Count("articles") })
        .values("n" as Any)
        .toSQL("sqlite"),
    ).toThrow(/alias/);
    expect(() => Tag.objects.orderBy(Count("articles").desc() as Any).toSQL("sqlite")).toThrow(FieldError);
  });
  it("aggregate rows, slices, groups, distinct rows and nothing", async () => {
    expect(
      await Article.objects.aggregate(db, {
        n: Count("*"),
        s: Sum("views"),
        a: Avg("views"),
        p: Sum("price"),
        x: Max("title"),
        e: Count("editor"),
      }),
    ).toEqual({ n: 4, s: 100, a: 25, p: "4.30", x: "two", e: 3 });
    expect(
      await Article.objects
        .orderBy("id")
        .limit(2)
        .aggregate(db, { s: Sum("views") }),
    ).toEqual({ s: 30 });
    expect(
      await Article.objects
        .orderBy("id")
        .slice(1, 3)
        .aggregate(db, { s: Sum("views"), c: Count("tags") }),
    ).toEqual({ s: 50, c: 1 });
    expect(await Person.objects.annotate({ n: Count("articles") }).aggregate(db, { most: Max("n"), mean: Avg("n") })).toEqual({
      most: 2,
      mean: 1,
    });
    expect(
      await (Article.objects.values("author").distinct() as never as { aggregate(db: Session, v: object): Promise<object> }).aggregate(db, {
        n: Count("author"),
      }),
    ).toEqual({ n: 3 });
    expect(
      await Article.objects.filter({ id: 0 }).aggregate(db, { n: Count("id"), s: Sum("views"), d: Sum("views", { default: 0 }) }),
    ).toEqual({ n: 0, s: null, d: 0 });
    expect(await Article.objects.none().aggregate(db, { n: Count("id"), s: Sum("views"), d: Sum("views", { default: 0 }) })).toEqual({
      n: 0,
      s: null,
      d: 0,
    });
    expect(await Article.objects.aggregate(db, {})).toEqual({});
    expect(await Article.objects.aggregate(db, { r: Sum(F("price").mul(F("views"))) })).toEqual({ r: "76.00" });
    expect(await Article.objects.annotate({ p: Window(RowNumber(), { orderBy: "id" }) }).aggregate(db, { m: Max("p") })).toEqual({ m: 4 });
    await expect(Article.objects.aggregate(db, { x: F("views") } as Any)).rejects.toThrow(/is not an aggregate/);
    expect(() =>
      Person.objects
        .annotate({ n: Count("articles") })
        .annotate({ s: Sum("n") })
        .toSQL("sqlite"),
    ).toThrow(FieldError);
  });
  it("gather texts and lists", async () => {
    const y = Article.objects.filter({ title: "one" });
    expect(
      await y.aggregate(db, {
        t: StringAgg("tags__label", ", ", { orderBy: "-tags__label" }),
        l: ArrayAgg("tags__label", { orderBy: "tags__label" }),
      }),
    ).toEqual({ t: "y, x", l: ["x", "y"] });
  });

  it("compute with precedence, fractions and decimals", async () => {
    const one = Article.objects.filter({ title: "one" });
    const of = async (value: object): Promise<unknown> => (await list(one.valuesList(value as Any, { flat: true } as Any)))[0];
    expect(await of(F("views").add(10).mul(2))).toBe(40);
    expect(await of(F("views").add(F("views").mul(2)))).toBe(30);
    expect(await of(F("views").div(4))).toBe(2.5);
    expect(await of(F("views").mod(3))).toBe(1);
    expect(await of(F("views").neg())).toBe(-10);
    expect(await of(F("views").bitand(2))).toBe(2);
    expect(await of(F("views").pow(2))).toBe(100);
    expect(await of(F("price").mul(2))).toBe("3.00");
    expect(await of(F("price").mul(1.1))).toBe("1.650");
    expect(await of(F("price").sub("0.25"))).toBe("1.25");
    expect(await of(Round(F("price").mul("1.111"), 1))).toBe("1.7");
    expect(await of(Greatest("views", 7))).toBe(10);
    expect(await of(Coalesce("editor__nick", Value("none")))).toBe("none");
    expect(await of(NullIf("title", "one"))).toBeNull();
    expect(await of(Concat("title", Value("/"), "editor__nick"))).toBe("one/");
    expect(await of(Upper(Substr("title", 1, 2)))).toBe("ON");
    expect(await of(Length("title"))).toBe(3);
    expect(await of(Lower(Value("ÀB")))).toBe("àb");
    expect(await of(Cast("views", "text"))).toBe("10");
    expect(await of(Extract("publishedAt", "year"))).toBe(2024);
    expect(await of(Trunc("publishedAt", "month"))).toEqual(new Date(Date.UTC(2024, 0, 1)));
    expect(await of(F("publishedAt").add(3_600_000))).toEqual(new Date(Date.UTC(2024, 0, 1, 11, 30)));
    expect(await of(F("publishedAt").sub(F("publishedAt")))).toBe(0);
    expect(await of(sql`${F("views")} + ${1}`)).toBe(11);
    expect(() => one.annotate({ x: F("price").add(F("title")) as never }).toSQL("sqlite")).toThrow(/decimal \+ text/);
  });
  it("choose by CASE, the first that holds", async () => {
    const size = Case([When({ views__gt: 25 }, "big"), When({ views__in: [] }, "never"), When({ views__gt: 15 }, "middle")], {
      default: "small",
    });
    expect(await list(Article.objects.orderBy("id").valuesList(size as Any, { flat: true } as Any))).toEqual([
      "small",
      "middle",
      "big",
      "big",
    ]);
    expect(
      await list(Article.objects.orderBy(Case([When({ title: "three" }, 0)], { default: 1 }), "id").valuesList("title", { flat: true })),
    ).toEqual(["three", "one", "two", "four"]);
    expect(
      await list(
        Tag.objects
          .filter({ articles__title: "one" })
          .annotate({ c: Case([When({ articles__views: 10 } as Any, 1)], { default: 0 }) })
          .valuesList("label", "c"),
      ),
    ).toEqual([
      ["x", 1],
      ["y", 1],
    ]);
  });
  it("give conditions as true or false, never NULL", async () => {
    expect(
      await list(
        Article.objects
          .annotate({ b: Q({ body__contains: "e" }), e: Q({ editor: null }) })
          .orderBy("id")
          .valuesList("b", "e"),
      ),
    ).toEqual([
      [true, false],
      [false, true],
      [true, false],
      [false, false],
    ]);
    expect(
      await list(
        Article.objects
          .annotate({ b: Q({ body__contains: "e" }) })
          .filter({ b: false })
          .orderBy("id")
          .valuesList("title", { flat: true }),
      ),
    ).toEqual(["two", "four"]);
  });

  it("look through windows, also in filters", async () => {
    const ranked = Article.objects.annotate({ r: Window(RowNumber(), { partitionBy: "author", orderBy: "-views" }) });
    expect(await list(ranked.orderBy("id").valuesList("r", { flat: true }))).toEqual([2, 1, 1, 1]);
    expect(await list(ranked.filter({ r: 1 }).orderBy("id").valuesList("title", { flat: true }))).toEqual(["two", "three", "four"]);
    expect(await ranked.filter({ r: 1 }).count(db)).toBe(3);
    expect((await ranked.filter({ r: 1 }).orderBy("-views").first(db))?.title).toBe("four");
    expect(
      await list(
        Article.objects
          .annotate({ p: Window(Lag("price"), { orderBy: "id" }) })
          .orderBy("id")
          .valuesList("p", { flat: true }),
      ),
    ).toEqual([null, "1.50", "2.50", "0.10"]);
    expect(
      await list(
        Article.objects
          .annotate({
            s: Window(Sum("views"), { orderBy: "id" }),
            f: Window(FirstValue("title"), { partitionBy: "author", orderBy: "id" }),
          })
          .orderBy("id")
          .valuesList("s", "f"),
      ),
    ).toEqual([
      [10, "one"],
      [30, "one"],
      [60, "three"],
      [100, "four"],
    ]);
    expect(
      await list(
        Article.objects
          .annotate({ a: Window(Rank(), { orderBy: "author" }), d: Window(DenseRank(), { orderBy: "author" }) })
          .orderBy("id")
          .valuesList("a", "d"),
      ),
    ).toEqual([
      [1, 1],
      [1, 1],
      [3, 2],
      [4, 3],
    ]);
    expect(
      await list(
        Article.objects
          .annotate({ m: Window(Avg("views"), { orderBy: "id", frame: { from: -1, to: 0 } }) })
          .orderBy("id")
          .valuesList("m", { flat: true }),
      ),
    ).toEqual([10, 15, 25, 35]);
  });
  it("come from sub-queries, with references outwards at any depth", async () => {
    const last = Article.objects
      .filter({ author: OuterRef("pk") })
      .orderBy("-id")
      .values("title")
      .limit(1);
    expect(
      await list(
        Person.objects
          .annotate({ t: Subquery(last) })
          .orderBy("id")
          .valuesList("t", { flat: true }),
      ),
    ).toEqual(["two", "three", "four", null]);
    const deep = Person.objects.filter(
      Exists(Article.objects.filter(Exists(Tag.objects.filter({ articles: OuterRef("pk"), articles__author: OuterRef(OuterRef("pk")) })))),
    );
    expect(await list(deep.orderBy("id").valuesList("name", { flat: true }))).toEqual(["Ada", "Cy"]);
    const sums = Article.objects
      .filter({ author: OuterRef("pk") })
      .values("author")
      .annotate({ s: Sum("views") })
      .values("s" as Any);
    expect(
      await list(
        Person.objects
          .annotate({ s: Subquery(sums as Any) })
          .filter({ s__gt: 30 } as Any)
          .valuesList("name", { flat: true }),
      ),
    ).toEqual(["Cy"]);
    const reused = F("views");
    expect(
      [
        Article.objects.filter({ views: reused }).toSQL("sqlite").text,
        Person.objects.annotate({ v: Max(F("articles__views")) }).toSQL("sqlite").text,
      ].join(),
    ).not.toContain("undefined");
    expect(() => Person.objects.filter({ id: OuterRef("pk") }).toSQL("sqlite")).toThrow(/no query around/);
  });

  it("select columns, relations and parts under the names asked", async () => {
    expect(
      await list(
        Article.objects
          .filter({ title: "one" })
          .values("author", "authorId", "editor__name", "publishedAt__year" as Any, "data__kind" as Any),
      ),
    ).toEqual([{ author: 1, authorId: 1, editor__name: "Bob", publishedAt__year: 2024, data__kind: "a" }]);
    expect(await list(Tag.objects.filter({ label: "x" }).values())).toEqual([{ id: 1, label: "x", rank: 1, parentId: null }]);
    expect(await list(Article.objects.orderBy("id").valuesList("title", "tags__label").limit(3))).toEqual([
      ["one", "x"],
      ["one", "y"],
      ["two", "y"],
    ]);
    expect(() => Article.objects.valuesList("id", "title", { flat: true } as Any)).toThrow(FieldError);
    expect(() => Article.objects.values("titel" as Any).toSQL("sqlite")).toThrow(/Did you mean 'title'/);
    expect(await list(Article.objects.dates("publishedAt", "month"))).toEqual(["2023-12-01", "2024-01-01"]);
    expect(await list(Article.objects.datetimes("publishedAt", "year", { order: "desc" }))).toEqual([
      new Date(Date.UTC(2024, 0, 1)),
      new Date(Date.UTC(2023, 0, 1)),
    ]);
  });
  it("refuse names that are no names, or taken", () => {
    for (const name of ['al"ias', "al'ias", "al ias", "alias--", "ali/*as*/", "alias;", "alias[", "a__b", "1a", ""])
      expect(() => Tag.objects.annotate({ [name]: Value(1) } as Any)).toThrow(FieldError);
    for (const name of ["label", "articles", "parent", "parentId", "pk", "save"])
      expect(() => Tag.objects.annotate({ [name]: Value(1) } as Any)).toThrow(/choose another name/);
    expect(() => Tag.objects.annotate({ n: 1 } as Any)).toThrow(/Value\(/);
    expect(() => Tag.objects.annotate({ n: Count("nope" as Any) }).toSQL("sqlite")).toThrow(/'nope'/);
    expect(() => Extract("x", "year' FROM x--" as Any)).toThrow(FieldError);
    const tags = Tag.objects.all();
    expect(tags.annotate({})).toBe(tags);
  });
});

/** Filters as Django means them: joins, negation, NULL, OR, lookups and values, on both databases. */

import { beforeEach, expect, it } from "vitest";
import { Exists, F, FieldError, Json, OuterRef, Q, sql, Value, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { Article, Comment, Person, Tag, fillShelf, shelf } from "./shelf.js";

type Any = never;
const joinsOf = (set: { toSQL(dialect?: string): { text: string } }): number => set.toSQL("sqlite").text.split(" JOIN ").length - 1;
const outerJoinsOf = (set: { toSQL(dialect?: string): { text: string } }): number => set.toSQL("sqlite").text.split("LEFT JOIN").length - 1;

eachDatabase("conditions", shelf, (open) => {
  let db: Session;
  beforeEach(async () => {
    const database = await open();
    db = database.session({ onUncommitted: "ignore" });
    await fillShelf(db);
    db.clear();
  });
  const titles = async (...args: readonly object[]): Promise<string[]> => {
    const [first = {}, ...more] = args;
    return await Article.objects
      .filter(first as Any, ...(more as Any[]))
      .orderBy("id")
      .valuesList("title", { flat: true })
      .fetch(db);
  };
  const without = async (...args: readonly object[]): Promise<string[]> => {
    const [first = {}, ...more] = args;
    return await Article.objects
      .exclude(first as Any, ...(more as Any[]))
      .orderBy("id")
      .valuesList("title", { flat: true })
      .fetch(db);
  };
  const people = async (where: object): Promise<string[]> =>
    Person.objects
      .filter(where as Any)
      .orderBy("id")
      .valuesList("name", { flat: true })
      .fetch(db);
  const others = async (where: object): Promise<string[]> =>
    Person.objects
      .exclude(where as Any)
      .orderBy("id")
      .valuesList("name", { flat: true })
      .fetch(db);

  it("find rows by a to-many relation that has no row", async () => {
    expect(await titles({ tags: null })).toEqual(["three"]);
    expect(await titles({ tags__isnull: true })).toEqual(["three"]);
    expect(await titles({ tags__id__isnull: true })).toEqual(["three"]);
    expect(await without({ tags: null })).toEqual(["one", "two", "four"]);
    expect(await others({ staff: null })).toEqual(["Ada", "Bob"]);
    expect(await people({ articles__tags__isnull: true })).toEqual(["Bob", "Dee"]);
  });
  it("give one row per related row until distinct", async () => {
    expect(await titles({ tags__label__in: ["x", "y"] })).toEqual(["one", "one", "two"]);
    const set = Article.objects
      .filter({ tags__label__in: ["x", "y"] })
      .orderBy("id")
      .valuesList("title", { flat: true });
    expect(await set.limit(2).fetch(db)).toEqual(["one", "one"]);
    expect(await set.distinct().limit(2).fetch(db)).toEqual(["one", "two"]);
  });
  it("mean one related row in one filter, any in separate ones", async () => {
    expect(await titles({ tags__label: "x", tags__rank: 2 })).toEqual([]);
    expect(
      await Article.objects.filter({ tags__label: "x" }).filter({ tags__rank: 2 }).valuesList("title", { flat: true }).fetch(db),
    ).toEqual(["one"]);
    expect(joinsOf(Article.objects.filter({ tags__label: "x", tags__rank: 2 }))).toBe(2);
    expect(joinsOf(Article.objects.filter({ tags__label: "x" }).filter({ tags__rank: 2 }))).toBe(4);
  });
  it("never leak conditions of one branch of an OR into another", async () => {
    const where = Q({ author__name: "Ada", title: "two" }).or({ author__name: "Cy", title: "four" });
    expect(await titles(where)).toEqual(["two", "four"]);
    expect(joinsOf(Article.objects.filter(where))).toBe(1);
  });
  it("use no join for what the row itself holds", async () => {
    for (const where of [{ editor: null }, { editor__isnull: true }, { editorId: null }, { editor__id: 1 }, { editor__pk__in: [1] }])
      expect(joinsOf(Article.objects.filter(where as Any))).toBe(0);
    expect(joinsOf(Person.objects.exclude({ boss__boss__isnull: false }))).toBe(1);
    expect(outerJoinsOf(Person.objects.exclude({ boss__boss__isnull: false }))).toBe(1);
    expect(await others({ boss__boss__isnull: false })).toEqual(["Ada", "Bob", "Cy"]);
  });
  it("keep rows without a partner under OR", async () => {
    expect(await titles(Q({ title: "two" }).or({ editor__name: "Bob" }))).toEqual(["one", "two"]);
    expect(await titles(Q({ editor: null }).or({ editor__nick: "A" }))).toEqual(["two", "three"]);
    expect(await titles(Q({ editor__nick: "A" }).or({ editor: null }))).toEqual(["two", "three"]);
    expect(await people(Q({ boss: null }).or({ boss__boss__name: "Ada", name: "Dee" }))).toEqual(["Ada", "Dee"]);
    expect(outerJoinsOf(Person.objects.filter(Q({ boss: null }).or({ boss__boss__name: "Ada", name: "Dee" }) as Any))).toBe(2);
  });
  it("choose between inner and left joins by what can hold without the row", async () => {
    expect(outerJoinsOf(Article.objects.filter({ editor__nick: "A" }))).toBe(0);
    expect(outerJoinsOf(Article.objects.filter({ editor__nick__isnull: true }))).toBe(1);
    expect(outerJoinsOf(Article.objects.exclude({ editor__nick__isnull: true }))).toBe(0);
    expect(outerJoinsOf(Article.objects.filter(Q({ editor__nick__isnull: true }).not().not() as Any))).toBe(1);
    expect(outerJoinsOf(Article.objects.filter({ editor__nick: "A" }).filter(Q({ editor__name: "x" }).or({ title: "y" }) as Any))).toBe(0);
    expect(await titles({ editor__nick__isnull: true })).toEqual(["one", "two"]);
    expect(await without({ editor__nick__isnull: true })).toEqual(["three", "four"]);
  });
  it("take NULL for false when they are negated", async () => {
    expect(await without({ body: "three" })).toEqual(["one", "two", "four"]);
    expect(await without({ editor__name: "Bob" })).toEqual(["two", "three", "four"]);
    expect(await without({ body: F("editor__name") })).toEqual(["one", "two", "three", "four"]);
    expect(await titles({ body__ne: "three" })).toEqual(["one", "two", "four"]);
    expect(await titles({ editor__name__ne: "Bob" })).toEqual(["two", "three", "four"]);
    expect(await without({ publishedAt__year: 2024 })).toEqual(["three", "four"]);
    expect(await without({ body__regex: "^t" })).toEqual(["one", "two", "four"]);
    expect(await titles(Q({ body: "three", editor: null }).not())).toEqual(["one", "two", "three", "four"]);
    expect(await titles(Q(Q({ body: "three" }).not() as Any).not())).toEqual(["three"]);
    expect(Article.objects.filter(Q({ title: "x" }).not().not() as Any).toSQL("sqlite").text).not.toContain("NOT");
  });
  it("exclude over to-many relations by NOT EXISTS", async () => {
    expect(await without({ tags__label: "y" })).toEqual(["three", "four"]);
    expect(await without(Q({ tags__label: "y" }).not())).toEqual(["one", "two"]);
    expect(await others({ articles__tags__label: "y" })).toEqual(["Bob", "Cy", "Dee"]);
    expect(await others({ articles__comments__text: "bad" })).toEqual(["Bob", "Cy", "Dee"]);
    expect(Article.objects.exclude({ tags__label: "y" }).toSQL("sqlite").text).toContain("NOT EXISTS");
    // Each condition asks for itself.
    expect(await without({ tags__label: "x", tags__rank: 2 })).toEqual(["two", "three", "four"]);
    expect(await without({ comments__text: "bad", comments__likes__gt: 4 })).toEqual(["two", "three", "four"]);
  });
  it("ask an excluded relation for the row that the same filter joined", async () => {
    expect(await titles(Q({ tags__label: "x" }).and(Q({ tags__rank: 1 }).not()))).toEqual([]);
    expect(await titles({ tags__rank__gt: 0 }, Q({ tags__label: "x" }).not())).toEqual(["one", "two"]);
  });
  it("compare with the outer row inside an exclude", async () => {
    expect(await others({ articles__editor: F("boss") })).toEqual(["Ada", "Cy", "Dee"]);
    expect(await others({ articles__title: F("name") })).toEqual(["Ada", "Bob", "Cy", "Dee"]);
  });
  it("count an odd number of conditions with xor", async () => {
    const xor = (a: object, b: object): object => (Q(a) as unknown as { xor(other: object): object }).xor(b);
    expect(await titles(xor({ views__lte: 30 }, { views__gte: 30 }))).toEqual(["one", "two", "four"]);
    expect(await without(xor({ views__lte: 30 }, { views__gte: 30 }))).toEqual(["three"]);
    expect(await titles(xor({ id__in: [] }, { body: "three" }))).toEqual(["three"]);
  });

  it("leave soft-deleted rows out of joins", async () => {
    expect(await titles({ comments__likes__gte: 100 })).toEqual([]);
    expect(await without({ comments__likes__gte: 100 })).toEqual(["one", "two", "three", "four"]);
    expect(await Comment.objects.count(db)).toBe(3);
    expect(await Comment.objects.withDeleted().count(db)).toBe(4);
    expect(await Comment.objects.onlyDeleted().valuesList("text", { flat: true }).fetch(db)).toEqual(["hidden"]);
  });

  it("take wildcards literally, from values and from columns", async () => {
    expect(await titles({ body__contains: "%" })).toEqual(["one"]);
    expect(await titles({ body__contains: "_" })).toEqual(["four"]);
    expect(await titles({ body__endswith: "\\slash_" })).toEqual(["four"]);
    expect(await titles({ body__icontains: F("author__nick") })).toEqual([]);
    expect(await people({ nick__contains: "_" })).toEqual(["Dee"]);
    expect(await people({ nick__iexact: "100%" })).toEqual(["Cy"]);
    expect(await titles({ body__contains: F("title") })).toEqual(["three"]);
  });
  it("drop NULLs from lists and know empty ones", async () => {
    expect(await titles({ views__in: [null, 10] as never })).toEqual(["one"]);
    expect(await titles({ views__in: [null] as never })).toEqual([]);
    expect(await without({ views__in: [] })).toHaveLength(4);
    expect(await without({ body__in: [null] as never })).toHaveLength(4);
    expect(await titles({ id__in: new Set([1]) as never })).toHaveLength(1);
  });
  it("take QuerySets as values", async () => {
    const ada = Person.objects.filter({ name: "Ada" });
    expect(await titles({ author__in: ada })).toEqual(["one", "two"]);
    expect(await titles({ author__in: ada.values("id") as never })).toEqual(["one", "two"]);
    expect(await without({ author__in: ada })).toEqual(["three", "four"]);
    expect(await titles({ author: ada.limit(1) as never })).toEqual(["one", "two"]);
    expect(await people({ id__in: Person.objects.orderBy("-id").limit(2).values("id") as never })).toEqual(["Cy", "Dee"]);
    // Bosses among them are NULL for one.
    expect(await others({ id__in: Person.objects.values("boss") as never })).toEqual(["Cy", "Dee"]);
    await expect(titles({ author: ada as never })).rejects.toThrow(/limit\(1\)/);
    await expect(titles({ author__in: ada.values("id", "name") as never })).rejects.toThrow(/one column/);
  });
  it("take instances as keys, never others", async () => {
    const ada = await Person.objects.get(db, { name: "Ada" });
    const tag = await Tag.objects.get(db, { label: "y" });
    expect(await titles({ author: ada })).toEqual(["one", "two"]);
    expect(await titles({ author__in: [ada] })).toEqual(["one", "two"]);
    expect(await titles({ tags: tag })).toEqual(["one", "two"]);
    expect(await without({ tags: tag })).toEqual(["three", "four"]);
    await expect(titles({ author: tag as never })).rejects.toThrow(FieldError);
    await expect(without({ author__in: [tag] as never })).rejects.toThrow(/expected Person/);
    await expect(titles({ author: new Person({ name: "New" }) })).rejects.toThrow(/save/);
    await expect(titles({ id: ada as never })).rejects.toThrow(FieldError);
  });
  it("know dates and their parts", async () => {
    expect(await titles({ publishedAt__year: 2024 })).toEqual(["one", "two"]);
    expect(await titles({ publishedAt__year__lt: 2024 })).toEqual(["four"]);
    expect(await titles({ publishedAt__month: 12, publishedAt__day: 31 })).toEqual(["four"]);
    expect(await titles({ publishedAt__date: "2024-01-15" })).toEqual(["two"]);
    expect(await titles({ publishedAt__hour__gte: 11 })).toEqual(["four"]);
    expect(await titles({ publishedAt__range: [new Date(Date.UTC(2024, 0, 1)), new Date(Date.UTC(2024, 0, 10))] })).toEqual(["one"]);
    expect(Article.objects.filter({ publishedAt__year: 2024 }).toSQL("sqlite").text).not.toContain("strftime");
  });
  it("look into JSON and arrays", async () => {
    expect(await titles({ data__kind: "a" })).toEqual(["one"]);
    expect(await titles({ data__size__gt: 3 })).toEqual(["two"]);
    expect(await titles({ data__deep__x__0: 1 })).toEqual(["one"]);
    expect(await titles({ data__haskey: "size" })).toEqual(["one", "two"]);
    expect(await titles({ data__contains: { kind: "a" } })).toEqual(["one"]);
    expect(await titles({ data__kind__icontains: "B" })).toEqual(["two"]);
    expect(await titles({ data: null })).toEqual(["three"]);
    expect(await titles({ data__kind: Json.null })).toEqual(["four"]);
    expect(await titles({ data__kind__isnull: true })).toEqual(["three"]);
    expect(await without({ data__kind: "a" })).toEqual(["two", "three", "four"]);
    expect(await titles({ words__contains: ["red"] })).toEqual(["one"]);
    expect(await titles({ words__overlap: ["red", "blue"] })).toEqual(["one", "four"]);
    expect(await titles({ words__len: 0 })).toEqual(["two"]);
    expect(await titles({ words__0: "blue" })).toEqual(["four"]);
    expect(await titles({ words: ["blue"] })).toEqual(["four"]);
    expect(await titles({ words__in: [["blue"], [], ["red"]] })).toEqual(["two", "four"]);
    expect(await titles({ words__in: [["red"], null] })).toEqual([]);
    expect(await without({ words__in: [["blue"], []] })).toEqual(["one", "three"]);
    await expect(titles({ words__in: ["blue"] })).rejects.toThrow(/'words__in': expected an array/);
  });
  it("take of JSON only what JSON can hold, as fields do", async () => {
    class Point {
      x = 1;
    }
    const unfit: readonly (readonly [unknown, RegExp])[] = [
      [new Map([["a", 1]]), /an instance of Map/],
      [new Set([1]), /an instance of Set/],
      [new Point(), /an instance of Point/],
      [new Date(0), /Date/],
      [() => 1, /function/],
    ];
    for (const [value, message] of unfit) {
      const wheres = [
        { data: { a: value } },
        { data__contains: { a: [value] } },
        { data__in: [{ a: value }] },
        { data__deep: { x: value } },
      ];
      for (const where of wheres) {
        await expect(titles(where)).rejects.toThrow(message);
        await expect(titles(where)).rejects.toThrow(FieldError);
      }
      await expect(Article.objects.filter({ id: 1 }).update(db, { data: { a: value } })).rejects.toThrow(message);
      const given = Article.objects.annotate({ given: Value({ a: value }) } as Any);
      await expect(given.fetch(db)).rejects.toThrow(message);
    }
    for (const [value, message] of unfit.slice(0, 3)) await expect(titles({ data: value, data__contains: value })).rejects.toThrow(message);
  });
  it("stand for themselves: columns, Exists, the caller's own SQL", async () => {
    expect(await titles(Article.c.views.gt(20).and(Article.c.title.ne("four")))).toEqual(["three"]);
    expect(await people(Exists(Article.objects.filter({ author: OuterRef("pk"), tags__label: "y" })))).toEqual(["Ada"]);
    expect(await people(Exists(Article.objects.filter({ author: OuterRef("pk") })).not())).toEqual(["Dee"]);
    expect(await titles(sql`${F("views")} % ${20} = 0`)).toEqual(["two", "four"]);
    expect(await titles(Q(sql`${F("body")} = ${"three"}` as Any).not())).toEqual(["one", "two", "four"]);
  });
  it("are refused with what there is, before anything is sent", async () => {
    const refused = async (where: object, message: RegExp): Promise<void> => {
      await expect(titles(where)).rejects.toThrow(message);
      await expect(titles(where)).rejects.toThrow(FieldError);
    };
    await refused({ titel: "x" }, /no field or relation 'titel' on Article.* Did you mean 'title'\? There are .*author/);
    await refused({ author__nam: "x" }, /'nam' on Person \(in 'author__nam'\). Did you mean 'name'/);
    await refused({ title__containz: "x" }, /no lookup 'containz' for text. Did you mean 'contains'/);
    await refused({ author__contains: "x" }, /'contains'/);
    await refused({ views: "x" }, /Article: 'views': expected an integer/);
    await refused({ views: { gt: 1 } }, /got a plain object/);
    await refused({ title: ["a"] }, /got an array/);
    await refused({ views: Number.NaN }, /NaN|integer/);
    await refused({ publishedAt: new Date(Number.NaN) }, /invalid Date/);
    await refused({ views__gt: null }, /null/);
    await refused({ author__isnull: "yes" }, /true or false/);
    await refused({ views__in: 3 }, /list/);
    await refused({ views__in: [1, undefined] }, /undefined/);
    await refused({ views__range: [1] }, /pair/);
    await refused({ _connector: "OR" }, /_connector/);
    expect(() => Article.objects.filter({ title: undefined } as Any)).toThrow(/undefined/);
    expect(() => Article.objects.filter(undefined as Any)).toThrow(FieldError);
    expect(() => Article.objects.filter(null as Any)).toThrow(FieldError);
    expect(() => Article.objects.limit(1).filter({ id: 1 })).toThrow(/before the rows are cut/);
  });
});

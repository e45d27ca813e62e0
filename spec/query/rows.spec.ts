/** Which rows, in which order, as what: order, slices, pages, unions, trees, loading, bulk changes and the terminals, on both databases. */

import { beforeEach, expect, it } from "vitest";
import { Case, Count, F, FieldError, Prefetch, Subquery, OuterRef, Sum, Value, When, sql, type Database, type Session } from "flash-db";
import { eachDatabase, statements } from "../support/databases.js";
import { Article, Comment, Person, Tag, fillShelf, shelf } from "./shelf.js";

type Any = never;

eachDatabase("rows", shelf, (open, kind) => {
  let db: Session;
  let database: Database;
  beforeEach(async () => {
    database = await open();
    db = database.session({ onUncommitted: "ignore" });
    await fillShelf(db);
    db.clear();
  });
  const list = (set: object): Promise<unknown[]> => (set as { fetch(db: Session): Promise<unknown[]> }).fetch(db);
  const sent = async (work: () => Promise<unknown>): Promise<number> => {
    let count = 0;
    const off = database.on("query", () => void (count += 1));
    await work();
    off();
    return count;
  };

  it("are ordered by columns, relations, expressions, NULLs alike on both databases", async () => {
    const names = (...by: unknown[]): Promise<unknown[]> =>
      list(Person.objects.orderBy(...(by as Any[])).valuesList("name", { flat: true }));
    expect(await names("-name")).toEqual(["Dee", "Cy", "Bob", "Ada"]);
    expect(await names("age")).toEqual(["Cy", "Ada", "Bob", "Dee"]);
    expect(await names("-age")).toEqual(["Dee", "Bob", "Ada", "Cy"]);
    expect(await names(F("age").asc({ nulls: "first" }))).toEqual(["Dee", "Cy", "Ada", "Bob"]);
    expect(await names(F("age").desc({ nulls: "last" }))).toEqual(["Bob", "Ada", "Cy", "Dee"]);
    expect(await names("boss__name", "id")).toEqual(["Bob", "Cy", "Dee", "Ada"]);
    expect(await names("?")).toHaveLength(4);
    expect(await names(F("age").neg().asc({ nulls: "last" }))).toEqual(["Bob", "Ada", "Cy", "Dee"]);
    // A relation means the related model's own ordering; its key does not.
    expect(Tag.objects.orderBy("parent").toSQL("sqlite").text).toContain('ORDER BY "shelf_tags_2"."label"');
    expect(Tag.objects.orderBy("parentId").toSQL("sqlite").text).toContain('ORDER BY "shelf_tags"."parent_id"');
    expect(await list(Tag.objects.valuesList("label", { flat: true }))).toEqual(["w", "x", "y", "z"]);
    expect(await list(Tag.objects.reverse().valuesList("label", { flat: true }))).toEqual(["z", "y", "x", "w"]);
    expect(await list(Tag.objects.orderBy().valuesList("label", { flat: true }))).toHaveLength(4);
  });
  it("are first and last in a stable order", async () => {
    expect((await Person.objects.first(db))?.name).toBe("Ada");
    expect((await Person.objects.last(db))?.name).toBe("Dee");
    expect((await Article.objects.orderBy("-author").first(db))?.title).toBe("four");
    expect((await Article.objects.orderBy("author").last(db))?.title).toBe("four");
    expect(await Person.objects.filter({ id: 0 }).first(db)).toBeNull();
    expect((await Person.objects.orderBy("id").slice(1, 3).last(db))?.name).toBe("Cy");
    expect((await Article.objects.latest(db, "views"))?.title).toBe("four");
    expect((await Article.objects.earliest(db, "views"))?.title).toBe("one");
    await expect(Article.objects.filter({ id: 0 }).latest(db, "views")).rejects.toThrow(Article.DoesNotExist);
  });
  it("are cut by slices of slices", async () => {
    const ids = Article.objects.orderBy("id").valuesList("id", { flat: true });
    const slice = (set: object, from: number, to?: number): object => (set as { slice(a: number, b?: number): object }).slice(from, to);
    expect(await list(slice(ids, 1, 3))).toEqual([2, 3]);
    expect(await list(slice(slice(ids, 1, 4), 1, 2))).toEqual([3]);
    expect(await list(slice(slice(ids, 0, 2), 1, 9))).toEqual([2]);
    expect(await sent(() => list(slice(slice(ids, 0, 2), 2, 9)))).toBe(0);
    expect(await Article.objects.limit(3).offset(2).count(db)).toBe(2);
    expect(await Article.objects.offset(3).exists(db)).toBe(true);
    expect(await Article.objects.offset(4).exists(db)).toBe(false);
    expect(() => Article.objects.limit(-1)).toThrow(FieldError);
    expect(() => Article.objects.limit(1.5)).toThrow(FieldError);
  });
  it("are one, or an error that says so", async () => {
    expect((await Article.objects.get(db, { title: "one" })).views).toBe(10);
    await expect(Article.objects.get(db, { title: "none" })).rejects.toThrow(Article.DoesNotExist);
    await expect(Article.objects.get(db, { views__gt: 10 })).rejects.toThrow(Article.MultipleObjectsReturned);
    expect((await Article.objects.getByPk(db, 2)).title).toBe("two");
    await expect(Article.objects.getByPk(db, 99)).rejects.toThrow(/99 not found/);
    expect([...(await Article.objects.inBulk(db, [1, 2, 99])).keys()]).toEqual([1, 2]);
    expect(await sent(() => Article.objects.inBulk(db, []))).toBe(0);
    expect(await Article.objects.filter({ views: 10 }).contains(db, await Article.objects.getByPk(db, 1))).toBe(true);
    expect(await Article.objects.filter({ views: 20 }).contains(db, await Article.objects.getByPk(db, 1))).toBe(false);
  });
  it("are none, and nothing is sent", async () => {
    const none = Article.objects.none();
    expect(
      await sent(async () => {
        expect([
          await none.fetch(db),
          await none.count(db),
          await none.exists(db),
          await none.first(db),
          await none.filter({ id: 1 }).fetch(db),
        ]).toEqual([[], 0, false, null, []]);
        expect(await none.update(db, { title: "x" })).toBe(0);
        expect(await Article.objects.filter({ id__in: [] }).delete(db)).toBe(0);
      }),
    ).toBe(0);
  });
  it("are combined", async () => {
    const [one, two, few] = [
      Person.objects.filter({ name: "Ada" }),
      Person.objects.filter({ name__in: ["Ada", "Bob"] }),
      Person.objects.orderBy("-id").limit(2),
    ];
    const names = async (set: object): Promise<unknown[]> => (await list(set)).map((one) => (one as Person).name);
    expect(await names(one.union(two).orderBy("name"))).toEqual(["Ada", "Bob"]);
    expect(await names(one.unionAll(two).orderBy("name"))).toEqual(["Ada", "Ada", "Bob"]);
    expect(await names(one.intersection(two))).toEqual(["Ada"]);
    expect(await names(two.difference(one))).toEqual(["Bob"]);
    expect(await names(one.union(few).orderBy("-name"))).toEqual(["Dee", "Cy", "Ada"]);
    expect(await names(one.union(two).orderBy("-name").limit(1))).toEqual(["Bob"]);
    expect(await one.union(two).count(db)).toBe(2);
    expect(await one.union(two).exists(db)).toBe(true);
    expect((await one.union(two).orderBy("name").last(db))?.name).toBe("Bob");
    expect(await names(one.union(one.none()))).toEqual(["Ada"]);
    expect(await list(one.intersection(one.none()))).toEqual([]);
    expect(await names(one.difference(one.none()))).toEqual(["Ada"]);
    expect(
      await list(
        Person.objects
          .valuesList("name", { flat: true })
          .union(Tag.objects.valuesList("label", { flat: true }) as Any)
          .orderBy("name" as Any)
          .limit(1),
      ),
    ).toEqual(["Ada"]);
    expect(
      await list(
        Article.objects
          .filter({ author__in: one.union(two) })
          .orderBy("id")
          .valuesList("id", { flat: true }),
      ),
    ).toEqual([1, 2, 3]);
    expect(() => one.union(two).filter({ id: 1 })).toThrow(/before they are combined/);
    expect(() =>
      one
        .union(two)
        .orderBy("nam" as Any)
        .toSQL("sqlite"),
    ).toThrow(/Did you mean 'name'/);
    expect(() => one.union(Tag.objects.all() as Any)).toThrow(/values\(\)/);
  });
  it("are distinct by what they hold, or first of each", async () => {
    expect(await list(Article.objects.valuesList("author", { flat: true }).distinct().orderBy("author"))).toEqual([1, 2, 3]);
    expect(await list(Article.objects.orderBy("author", "-views").distinct("author").valuesList("title", { flat: true }))).toEqual([
      "two",
      "three",
      "four",
    ]);
    expect(await (Article.objects.values("author").distinct() as never as { count(db: Session): Promise<number> }).count(db)).toBe(3);
  });

  it("come in pages that go on where the cursor was", async () => {
    const set = Person.objects.orderBy("age");
    const first = await set.paginate(db, { first: 2 });
    expect([first.items.map((one) => one.name), first.hasNext, first.hasPrevious]).toEqual([["Cy", "Ada"], true, false]);
    await Person.objects.create(db, { name: "Eve", age: 21 });
    const second = await set.paginate(db, { first: 2, after: first.endCursor });
    expect([second.items.map((one) => one.name), second.hasNext, second.hasPrevious]).toEqual([["Bob", "Dee"], false, true]);
    const back = await set.paginate(db, { last: 2, before: second.startCursor });
    expect([back.items.map((one) => one.name), back.hasPrevious]).toEqual([["Eve", "Ada"], true]);
    await expect(Person.objects.orderBy("-age").paginate(db, { first: 1, after: first.endCursor })).rejects.toThrow(/another order/);
    await expect(set.paginate(db, { first: 1, after: "nonsense" })).rejects.toThrow(/is not a cursor/);
    await expect(set.paginate(db, { first: 0 })).rejects.toThrow(FieldError);
    // Cursors come back from outside: what was put into one is checked, whatever its first part says.
    const [mark, , key] = JSON.parse(Buffer.from(first.endCursor ?? "", "base64url").toString()) as [number, unknown, number];
    for (const forged of ["x", { a: 1 }, [["n", "1"]], true, 0.5]) {
      const cursor = Buffer.from(JSON.stringify([mark, forged, key])).toString("base64url");
      await expect(set.paginate(db, { first: 1, after: cursor })).rejects.toThrow(FieldError);
    }
    await expect(set.paginate(db, { first: 1, last: 1 })).rejects.toThrow(/not both/);
  });
  it("are one page where they are distinct constants", async () => {
    type Paged = { paginate(db: Session, page: object): Promise<{ items: unknown[]; startCursor: string | null; hasNext: boolean }> };
    const constants = (people: typeof Person.objects | ReturnType<typeof Person.objects.filter>): Paged =>
      people
        .annotate({ one: Value(1) })
        .values("one")
        .distinct() as never;
    const page = await constants(Person.objects).paginate(db, { first: 5 });
    expect([page.items, page.hasNext]).toEqual([[{ one: 1 }], false]);
    const none = await constants(Person.objects.filter({ age: -1 })).paginate(db, { first: 5 });
    expect([none.items, none.startCursor]).toEqual([[], null]);
  });
  it("come in pages by what is computed, grouped and soft-deleted too", async () => {
    const all = async (set: {
      paginate(db: Session, page: object): Promise<{ items: unknown[]; endCursor: string | null; hasNext: boolean }>;
    }): Promise<unknown[]> => {
      const items: unknown[] = [];
      for (let after: string | null = null; ;) {
        const page = await set.paginate(db, { first: 1, after });
        items.push(...page.items);
        if (!page.hasNext) return items;
        after = page.endCursor;
      }
    };
    expect((await all(Person.objects.annotate({ n: Count("articles") }).orderBy("-n") as Any)).map((one) => (one as Person).name)).toEqual([
      "Ada",
      "Bob",
      "Cy",
      "Dee",
    ]);
    expect((await all(Article.objects.orderBy("price", "publishedAt") as Any)).map((one) => (one as Article).title)).toEqual([
      "three",
      "four",
      "one",
      "two",
    ]);
    expect((await all(Article.objects.orderBy("-publishedAt") as Any)).map((one) => (one as Article).title)).toEqual([
      "three",
      "two",
      "one",
      "four",
    ]);
    expect(await all(Comment.objects.orderBy("text") as Any)).toHaveLength(3);
  });

  it("are trees, read in one query", async () => {
    const tree = Tag.objects.with("tree", Tag.objects.filter({ label: "x" }).annotate({ depth: Value(0) }), (found) =>
      Tag.objects
        .filter({ parent: found.ref("id") })
        .annotate({ depth: (found.ref("depth" as Any) as unknown as ReturnType<typeof F>).add(1) } as Any),
    );
    const rows = (await tree.orderBy("depth" as Any).fetch(db)) as unknown as { label: string; depth: number }[];
    expect(rows.map((one) => [one.label, one.depth])).toEqual([
      ["x", 0],
      ["y", 1],
      ["z", 2],
    ]);
    expect(await tree.filter({ depth__gt: 0 } as Any).count(db)).toBe(2);
    expect((await tree.filter({ articles__title: "four" }).fetch(db)).map((one) => one.label)).toEqual(["z"]);
    expect(
      await list(
        Article.objects
          .filter({ tags__in: tree.values("id") as Any })
          .distinct()
          .orderBy("id")
          .valuesList("title", { flat: true }),
      ),
    ).toEqual(["one", "two", "four"]);
  });

  it("load related ones by joins", async () => {
    const queries = await sent(async () => {
      const articles = await Article.objects.selectRelated("author__boss", "editor").orderBy("id").fetch(db);
      expect(articles.map((one) => [one.author.name, one.author.boss?.name ?? null, one.editor?.name ?? null])).toEqual([
        ["Ada", null, "Bob"],
        ["Ada", null, null],
        ["Bob", "Ada", "Ada"],
        ["Cy", "Ada", "Cy"],
      ]);
      expect((await Person.objects.selectRelated("profile").orderBy("id").fetch(db)).map((one) => one.profile?.bio ?? null)).toEqual([
        "counts",
        null,
        null,
        null,
      ]);
    });
    expect(queries).toBe(2);
    expect(() => Person.objects.selectRelated("articles" as Any).toSQL("sqlite")).toThrow(/prefetchRelated/);
    expect(() => Person.objects.selectRelated("nope" as Any).toSQL("sqlite")).toThrow(/no relation 'nope'/);
    expect(() =>
      Article.objects
        .selectRelated("author")
        .defer("authorId" as Any)
        .toSQL("sqlite"),
    ).toThrow(/deferred/);
  });
  it("load related ones by further queries, filtered, cut and nested", async () => {
    expect(
      await sent(async () => {
        const people = await Person.objects.prefetchRelated("articles__tags").orderBy("id").fetch(db);
        expect(people.map((one) => one.articles.map((article) => article.tags.map((tag) => tag.label)))).toEqual([
          [["x", "y"], ["y"]],
          [[]],
          [["z"]],
          [],
        ]);
      }),
    ).toBe(3);
    const popular = new Prefetch("articles", Article.objects.filter({ views__gt: 10 }).orderBy("-views"), { toAttr: "popular" });
    expect(
      (await Person.objects.prefetchRelated(popular).orderBy("id").fetch(db)).map((one) =>
        (one as unknown as { popular: Article[] }).popular.map((article) => article.title),
      ),
    ).toEqual([["two"], ["three"], ["four"], []]);
    const cut = new Prefetch("articles", Article.objects.orderBy("-id").limit(1), { toAttr: "last" });
    expect(
      (await Person.objects.prefetchRelated(cut).orderBy("id").fetch(db)).map((one) =>
        (one as unknown as { last: Article[] }).last.map((article) => article.title),
      ),
    ).toEqual([["two"], ["three"], ["four"], []]);
    expect(() => Person.objects.prefetchRelated("nope" as Any).toSQL("sqlite")).toThrow(/no relation 'nope'/);
    expect(() => Person.objects.prefetchRelated("name" as Any).toSQL("sqlite")).toThrow(/column/);
    expect(() => Person.objects.prefetchRelated("articles", new Prefetch("articles", Article.objects.all())).toSQL("sqlite")).toThrow(
      /already prefetched/,
    );
    expect(() => new Prefetch("articles", Article.objects.values("id") as Any)).toThrow(/values/);
    expect(() => Person.objects.prefetchRelated(new Prefetch("articles", Tag.objects.all() as Any)).toSQL("sqlite")).toThrow(
      /queryset is of Tag/,
    );
  });
  it("have fewer columns when asked", async () => {
    const [article] = await Article.objects.only("title").orderBy("id").limit(1).fetch(db);
    expect(article!.title).toBe("one");
    expect(Article.objects.only("title").toSQL("sqlite").text).not.toContain("views");
    expect(Article.objects.defer("body").toSQL("sqlite").text).not.toContain("body");
    expect(() => Article.objects.only("titel" as Any).toSQL("sqlite")).toThrow(/Did you mean 'title'/);
  });

  it("are changed in one statement, over joins and slices too", async () => {
    expect(await Article.objects.filter({ author__name: "Ada" }).update(db, { views: F("views").add(1) })).toBe(2);
    expect(await Article.objects.orderBy("-id").limit(1).update(db, { title: "last" })).toBe(1);
    expect(await Article.objects.filter({ tags__label: "y" }).update(db, { body: "y" })).toBe(2);
    expect(await Article.objects.filter({ id: 3 }).update(db, { body: F("title"), title: F("body") as Any, editor: null })).toBe(1);
    expect(
      await Article.objects.filter({ id: 4 }).update(db, {
        views: Case([When({ views: 40 }, 4)], { default: 0 }),
        body: Subquery(
          Person.objects
            .filter({ id: OuterRef("author") })
            .values("name")
            .limit(1),
        ) as Any,
      }),
    ).toBe(1);
    expect(await list(Article.objects.orderBy("id").valuesList("title", "body", "views", "editorId"))).toEqual([
      ["one", "y", 11, 2],
      ["two", "y", 21, null],
      ["three", "three", 30, null],
      ["last", "Cy", 4, 3],
    ]);
    await expect(Article.objects.update(db, { title: "x" })).rejects.toThrow(/every Article/);
    await expect(Article.objects.filter({}).update(db, { title: "x" })).rejects.toThrow(/all: true/);
    await expect(Article.objects.exclude({ id__in: [] }).update(db, { title: "x" })).rejects.toThrow(/all: true/);
    expect(await Article.objects.update(db, { views: 1 }, { all: true })).toBe(4);
    await expect(Article.objects.filter({ id: 1 }).update(db, { title: F("author__name") as Any })).rejects.toThrow(/Subquery/);
    await expect(Article.objects.filter({ id: 1 }).update(db, { nope: 1 } as Any)).rejects.toThrow(/'nope'/);
    await expect(Article.objects.filter({ id: 1 }).update(db, { tags: 1 } as Any)).rejects.toThrow(FieldError);
    await expect(Article.objects.filter({ id: 1 }).update(db, { title: null } as Any)).rejects.toThrow(/null/);
    await expect(Article.objects.filter({ id: 1 }).update(db, { title: undefined } as Any)).rejects.toThrow(/undefined/);
    await expect(Article.objects.filter({ id: 1 }).update(db, { views: Sum("views") as never })).rejects.toThrow(/aggregate/);
  });
  it("are deleted exactly as chosen", async () => {
    expect(await Comment.objects.filter({ article__title: "one" }).orderBy("id").limit(1).delete(db)).toBe(1);
    expect(await Comment.objects.count(db)).toBe(2);
    await expect(Article.objects.delete(db)).rejects.toThrow(/every Article/);
    expect(await Article.objects.filter({ author__name: "Cy" }).delete(db)).toBe(1);
    expect(await Article.objects.deleteByPk(db, 99)).toBe(0);
    expect(await Article.objects.deleteByPk(db, 1)).toBe(1);
    expect(await Article.objects.count(db)).toBe(2);
  });
  it("are found or made, defaults only then", async () => {
    let asked = 0;
    const rank = (): number => (asked += 1);
    const [x, made] = await Tag.objects.getOrCreate(db, { label: "x" }, { rank } as Any);
    expect([x.rank, made, asked]).toEqual([1, false, 0]);
    const [fresh, created] = await Tag.objects.getOrCreate(db, { label__iexact: "New" }, { label: "new", rank } as Any);
    expect([fresh.label, created, asked]).toEqual(["new", true, 1]);
    const [changed] = await Tag.objects.updateOrCreate(db, { label: "x" }, { rank: 9 });
    expect([changed.rank, changed.id]).toEqual([9, x.id]);
    await expect(Tag.objects.getOrCreate(db, { label: "q" }, { nope: 1 } as Any)).rejects.toThrow(/'nope'/);
  });

  it("are built lazily, by sets that never change", async () => {
    const base = Article.objects.filter({ views__gt: 10 });
    expect(await sent(async () => void base.exclude({ title: "x" }).orderBy("id").limit(3).selectRelated("author"))).toBe(0);
    expect(base.filter({})).toBe(base);
    expect(base.exclude({})).toBe(base);
    expect(await base.count(db)).toBe(3);
    await Article.objects.create(db, { title: "five", views: 50, authorId: 1 });
    expect(await base.count(db)).toBe(4);
    expect(await base.when(false, (set) => set.none()).count(db)).toBe(4);
    expect(await base.when(true, (set) => set.limit(1)).count(db)).toBe(1);
    expect(base.pipe((set) => set.toSQL("sqlite").params)).toEqual([10]);
    expect(await (base.using(db) as unknown as { count(): Promise<number> }).count()).toBe(4);
    await expect((base as unknown as { fetch(): Promise<unknown> }).fetch()).rejects.toThrow(/session as its first argument/);
    expect(await Article.objects.raw(db, sql`SELECT * FROM shelf_articles WHERE views > ${30} ORDER BY id`)).toHaveLength(2);
    await expect(Article.objects.raw(db, "SELECT 1" as Any)).rejects.toThrow(/sql\.raw/);
    expect(await base.explain(db)).not.toBe("");
    const chunks: string[] = [];
    for await (const one of Article.objects.orderBy("id").iterate(db, { chunkSize: 2 })) chunks.push(one.title);
    expect(chunks).toEqual(["one", "two", "three", "four", "five"]);
  });
  it("share statements by shape and never values", async () => {
    const recorder = statements(database);
    for (const name of ["Ada", "Bob", "none"])
      expect(await list(Person.objects.filter({ name }).valuesList("name", { flat: true }))).toEqual(name === "none" ? [] : [name]);
    for (const views of [10, 20])
      expect(
        await list(
          Article.objects
            .filter({ views__in: [views, 30] })
            .orderBy("id")
            .limit(views)
            .valuesList("views", { flat: true }),
        ),
      ).toEqual([views, 30]);
    expect(new Set(recorder.take()).size).toBe(2);
    for (const n of [1, 2, 3]) expect(await Article.objects.orderBy("id").limit(n).count(db)).toBe(n);
    for (const n of [3, 4]) expect(await Article.objects.offset(n).exists(db)).toBe(n === 3);
    await expect(list(Person.objects.filter({ name: 3 as Any }))).rejects.toThrow(/expected a string/);
    await expect(list(Article.objects.filter({ views__range: [1, 2, 3] as Any }))).rejects.toThrow(/pair/);
    await expect(list(Article.objects.filter({ author: await Tag.objects.get(db, { label: "x" }) } as Any))).rejects.toThrow(
      /expected Person/,
    );
    recorder.stop();
  });
  it("can be locked where rows have locks", async () => {
    const locked = Article.objects.selectForUpdate({ skipLocked: true }).filter({ id: 1 });
    expect(await locked.fetch(db)).toHaveLength(1);
    expect(locked.toSQL("postgres").text).toMatch(/FOR UPDATE SKIP LOCKED$/);
    expect(locked.toSQL("sqlite").text).not.toContain("FOR UPDATE");
    expect(
      Article.objects
        .selectRelated("editor")
        .selectForUpdate({ of: ["self"] })
        .toSQL("postgres").text,
    ).toMatch(/FOR UPDATE OF "shelf_articles"$/);
    expect(() => Article.objects.selectForUpdate({ of: ["editor"] }).toSQL("postgres")).toThrow(/selectRelated/);
    expect(() => Article.objects.selectForUpdate({ skipLocked: true, noWait: true })).toThrow(FieldError);
    expect(kind).toBeDefined();
  });
});

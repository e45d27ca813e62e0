/** Sub-queries that read the groups around them: a computed value that is grouped by, or an aggregate, in each place of a query. */

import { expect, it } from "vitest";
import {
  Case,
  Count,
  Exists,
  F,
  model,
  OuterRef,
  Q,
  Rank,
  RowNumber,
  Subquery,
  Sum,
  t,
  Upper,
  Value,
  When,
  Window,
  type Session,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Stone extends model<Stone>("group_stones")({ kind: t.text(), mood: t.text(), size: t.integer(), place: t.text().nullable() }) {}

const fill = async (db: Session): Promise<void> => {
  await Stone.objects.bulkCreate(db, [
    { id: 1, kind: "a", mood: "big", size: 1 },
    { id: 2, kind: "a", mood: "small", size: 2, place: "x" },
    { id: 3, kind: "b", mood: "big", size: 3 },
    { id: 4, kind: "c", mood: "odd", size: 1, place: "x" },
    { id: 5, kind: "c", mood: "odd", size: 1 },
    { id: 6, kind: "c", mood: "none", size: 4 },
  ]);
};

eachSharedDatabase("sub-queries about groups", [Stone], fill, (stage) => {
  const stones = Stone.objects;
  /** "small" for sizes up to 2 (4 stones), else "big" (2 stones). */
  const bySize = stones
    .annotate({ class: Case([When({ size__lte: 2 }, Value<string>("small"))], { default: Value<string>("big") }) })
    .values("class")
    .annotate({ n: Count("id"), most: Sum("size") });
  const alike = stones.filter({ mood: OuterRef("class") });
  const classes = async (set: { fetch(db: Session): Promise<readonly { class: string }[]> }): Promise<string[]> =>
    (await set.fetch(stage.db)).map((row) => row.class).toSorted();

  it("read a computed value in conditions that aggregates stand beside", async () => {
    const inMoods = { n__gt: 0, class__in: alike.valuesList("mood", { flat: true }) };
    expect(await classes(bySize.filter(Q({ n__gt: 5 }).or(Q(Exists(alike)))))).toEqual(["big", "small"]);
    expect(await classes(bySize.filter(inMoods))).toEqual(["big", "small"]);
    expect(await classes(bySize.exclude(inMoods))).toEqual([]);
    expect(await classes(bySize.exclude({ n__gt: 3, class__in: alike.valuesList("mood", { flat: true }) }))).toEqual(["big"]);
  });

  it("read a computed value and an aggregate together", async () => {
    const exact = stones.filter({ mood: OuterRef("class"), size: OuterRef("n") });
    expect(await classes(bySize.filter(Exists(exact)))).toEqual([]);
    expect(await classes(bySize.filter(Q(Exists(exact)).not()))).toEqual(["big", "small"]);
    const fewer = stones.filter({ mood: OuterRef("class"), size__lt: OuterRef("n") });
    expect(await classes(bySize.filter(Exists(fewer)))).toEqual(["big", "small"]);
  });

  it("are compared with an aggregate", async () => {
    const size = Subquery(alike.orderBy("-size").values("size").slice(0, 1));
    expect(await classes(bySize.filter({ n__gt: size }))).toEqual(["small"]);
    expect(await classes(bySize.filter({ n__lt: size }))).toEqual(["big"]);
  });

  it("are outputs beside aggregates, and may be filtered and ordered by", async () => {
    const seen = bySize.annotate({ like: Subquery(alike.orderBy("-size").values("size").slice(0, 1)) });
    expect(await seen.orderBy("class").fetch(stage.db)).toEqual([
      { class: "big", n: 2, most: 7, like: 3 },
      { class: "small", n: 4, most: 5, like: 2 },
    ]);
    expect(await classes(seen.filter({ like__gt: F("n") }))).toEqual(["big"]);
    expect((await seen.orderBy("-like").fetch(stage.db)).map((row) => row.class)).toEqual(["big", "small"]);
    expect(await seen.filter({ n__gt: 1, like: 2 }).count(stage.db)).toBe(1);
  });

  it("are outputs that read an aggregate", async () => {
    const seen = bySize.annotate({ named: Subquery(stones.filter({ id: OuterRef("n") }).values("kind")) });
    expect(await seen.orderBy("class").fetch(stage.db)).toEqual([
      { class: "big", n: 2, most: 7, named: "a" },
      { class: "small", n: 4, most: 5, named: "c" },
    ]);
    expect(await classes(seen.filter({ named: "c" }))).toEqual(["small"]);
    expect((await seen.orderBy("-named").fetch(stage.db)).map((row) => row.class)).toEqual(["small", "big"]);
    expect(
      await seen
        .annotate({ loud: Upper("named") })
        .orderBy("class")
        .valuesList("loud", { flat: true })
        .fetch(stage.db),
    ).toEqual(["A", "C"]);
    expect(await seen.aggregate(stage.db, { all: Count("named", { distinct: true }) })).toEqual({ all: 2 });
  });

  it("of groups by row", async () => {
    const pairs = stones.annotate({ n: Count("id"), half: F("size").mul(2) });
    const larger = pairs.filter({ n: 1 }).filter(Exists(stones.filter({ size: OuterRef("half"), id__gt: OuterRef("n") })));
    expect((await larger.orderBy("id").fetch(stage.db)).map((row) => row.id)).toEqual([1, 2, 4, 5]);
    const named = pairs.annotate({ first: Subquery(stones.filter({ id: OuterRef("n") }).values("kind")) });
    expect((await named.filter({ first: "a" }).orderBy("first", "id").fetch(stage.db)).length).toBe(6);
  });

  it("stand beside windows over the groups", async () => {
    const placed = bySize.annotate({ rank: Window(Rank(), { orderBy: "-n" }) });
    expect(await classes(placed.filter({ rank: 1, class__in: alike.valuesList("mood", { flat: true }) }))).toEqual(["small"]);
    expect(await classes(placed.filter({ n__gt: 1, class__in: alike.valuesList("mood", { flat: true }) }).filter({ rank: 2 }))).toEqual([
      "big",
    ]);
  });

  it("read windows", async () => {
    const ranked = stones.annotate({ rank: Window(Rank(), { orderBy: ["-size", "id"] }) });
    const same = ranked.filter(Exists(stones.filter({ id: OuterRef("rank"), kind: "a" })));
    expect((await same.orderBy("id").fetch(stage.db)).map((row) => row.id)).toEqual([3, 6]);
    const named = ranked.annotate({ at: Subquery(stones.filter({ id: OuterRef("rank") }).values("kind")) });
    expect((await named.orderBy("rank").fetch(stage.db)).map((row) => row.at)).toEqual(["a", "a", "b", "c", "c", "c"]);
    expect((await named.filter({ at: "b" }).fetch(stage.db)).map((row) => row.id)).toEqual([2]);
  });

  it("have groups of their own", async () => {
    const crowded = stones
      .values("mood")
      .annotate({ many: Count("id") })
      .filter({ many__gt: 1 })
      .values("mood");
    const ranked = stones.annotate({ rank: Window(Rank(), { orderBy: ["-size", "id"] }) });
    const found = ranked.filter(Q({ rank: 1 }).or({ mood__in: crowded }));
    expect((await found.orderBy("id").fetch(stage.db)).map((row) => row.id)).toEqual([1, 3, 4, 5, 6]);
    const equal = stones
      .values("kind")
      .annotate({ many: Count("id") })
      .filter({ many: OuterRef("n") });
    expect(await classes(bySize.filter(Exists(equal)))).toEqual(["big"]);
    const total = Subquery(
      stones
        .filter({ mood: "odd" })
        .values("mood")
        .annotate({ all: Sum("size") })
        .values("all"),
    );
    expect(await stones.aggregate(stage.db, { more: Sum(F("size").add(total)) })).toEqual({ more: 24 });
    expect(await bySize.aggregate(stage.db, { more: Sum(F("n").add(total)) })).toEqual({ more: 10 });
  });

  it("may be nested", async () => {
    const inner = stones.filter({ kind: OuterRef("kind"), size: OuterRef(OuterRef("n")) });
    expect(await classes(bySize.filter(Exists(stones.filter(Exists(inner)))))).toEqual(["big", "small"]);
    const deep = stones.filter({ mood: OuterRef(OuterRef("class")), size: OuterRef("size") });
    expect(await classes(bySize.filter({ n__gt: 2 }).filter(Exists(stones.filter({ kind: "b" }).filter(Exists(deep)))))).toEqual([]);
    expect(await classes(bySize.filter(Q({ n__gt: 3 }).or(Q(Exists(stones.filter({ kind: "a" }).filter(Exists(deep)))))))).toEqual([
      "big",
      "small",
    ]);
  });

  it("keep slices, pages, counts and distinct rows as they are", async () => {
    const seen = bySize.annotate({ named: Subquery(stones.filter({ id: OuterRef("n") }).values("kind")) }).orderBy("named");
    expect((await seen.slice(1, 2).fetch(stage.db)).map((row) => row.class)).toEqual(["small"]);
    expect((await seen.first(stage.db))?.class).toBe("big");
    expect(await seen.filter({ named__in: ["a", "b"] }).exists(stage.db)).toBe(true);
    expect(await seen.filter({ named: "b" }).exists(stage.db)).toBe(false);
    expect(await seen.count(stage.db)).toBe(2);
    const kinds = stones.annotate({ n: Count("id"), first: Subquery(stones.filter({ id: OuterRef("n") }).values("kind")) });
    expect(await kinds.values("first").distinct().fetch(stage.db)).toEqual([{ first: "a" }]);
    const page = await kinds.orderBy("first", "id").paginate(stage.db, { first: 2 });
    expect(page.items.map((row) => row.id)).toEqual([1, 2]);
    const next = await kinds.orderBy("first", "id").paginate(stage.db, { first: 2, after: page.endCursor! });
    expect(next.items.map((row) => row.id)).toEqual([3, 4]);
  });

  it("select the rows that are changed", async () => {
    const ranked = stones.alias({ rank: Window(Rank(), { orderBy: ["-size", "id"] }) });
    const found = ranked.filter(Exists(stones.filter({ id: OuterRef("rank"), kind: "a" })));
    expect(await found.update(stage.db, { place: "y" })).toBe(2);
    expect(await found.delete(stage.db)).toBeDefined();
    expect(await stones.orderBy("id").valuesList("id", { flat: true }).fetch(stage.db)).toEqual([1, 2, 4, 5]);
  });
});

eachSharedDatabase("groups beside windows", [Stone], fill, (stage) => {
  it("are not split by a condition that repeats a grouped value", async () => {
    const bySize = Stone.objects
      .annotate({ class: Case([When({ size__lte: 2 }, Value<string>("small"))], { default: Value<string>("big") }) })
      .values("class")
      .annotate({ n: Count("id") })
      .annotate({ rank: Window(Rank(), { orderBy: "-n" }) });
    const rows = await bySize
      .filter(Q({ rank: 1 }).or({ class: "big" }))
      .orderBy("rank")
      .fetch(stage.db);
    expect(rows).toEqual([
      { class: "small", n: 4, rank: 1 },
      { class: "big", n: 2, rank: 2 },
    ]);
    expect(await bySize.filter(Q({ rank: 2 }).and({ class__in: ["big", "small"] })).fetch(stage.db)).toEqual([
      { class: "big", n: 2, rank: 2 },
    ]);
  });

  it("are found by position, though a column is named twice", async () => {
    const twice = Stone.objects
      .annotate({ again: F("kind"), class: Case([When({ size__lte: 2 }, Value<string>("small"))], { default: Value<string>("big") }) })
      .values("kind", "again", "class")
      .annotate({ n: Count("id") })
      .annotate({ rank: Window(Rank(), { orderBy: ["-n", "kind"] }) });
    expect(await twice.filter({ rank__lte: 2 }).orderBy("rank").fetch(stage.db)).toEqual([
      { kind: "a", again: "a", class: "small", n: 2, rank: 1 },
      { kind: "c", again: "c", class: "small", n: 2, rank: 2 },
    ]);
  });
});

eachSharedDatabase("groups of rows", [Stone], fill, (stage) => {
  const stones = Stone.objects;
  it("chosen by a window are made of the chosen rows", async () => {
    const largest = stones.annotate({ rank: Window(RowNumber(), { partitionBy: "kind", orderBy: ["-size", "id"] }) }).filter({ rank: 1 });
    const moods = largest.values("mood").annotate({ n: Count("id") });
    expect(await moods.orderBy("mood").fetch(stage.db)).toEqual([
      { mood: "big", n: 1 },
      { mood: "none", n: 1 },
      { mood: "small", n: 1 },
    ]);
    expect(await moods.count(stage.db)).toBe(3);
    const kinds = stones
      .annotate({ all: Window(Sum("size"), { partitionBy: "kind" }) })
      .filter({ all__lt: 6 })
      .exclude({ mood: "none" });
    expect(
      await kinds
        .values("kind")
        .annotate({ n: Count("id") })
        .filter({ n__gt: 1 })
        .fetch(stage.db),
    ).toEqual([{ kind: "a", n: 2 }]);
    const twice = stones
      .annotate({ half: F("size").mul(2), rank: Window(RowNumber(), { orderBy: "id" }) })
      .filter({ rank__lte: F("half") });
    expect(
      await twice
        .values("kind")
        .annotate({ n: Count("id") })
        .orderBy("kind")
        .fetch(stage.db),
    ).toEqual([
      { kind: "a", n: 2 },
      { kind: "b", n: 1 },
      { kind: "c", n: 1 },
    ]);
  });

  it("by an aggregate or a window are refused", async () => {
    const sent = await stage.sent(async () => {
      const counted = stones.annotate({ n: Count("id") });
      expect(() => counted.values("n").annotate({ m: Count("id") })).toThrow(/'n' aggregates itself/);
      expect(() => counted.values("kind", "n").annotate({ m: Count("id") })).toThrow(/'n' aggregates itself/);
      const ranked = stones.annotate({ rank: Window(Rank(), { orderBy: "-size" }) });
      await expect(
        ranked
          .values("rank")
          .annotate({ n: Count("id") })
          .fetch(stage.db),
      ).rejects.toThrow(/cannot be grouped by a window/);
    });
    expect(sent).toEqual([]);
    const again = stones
      .values("kind")
      .annotate({ n: Count("id") })
      .values("kind", "n")
      .annotate({ most: Sum("size") });
    expect(await again.filter({ n: 3 }).fetch(stage.db)).toEqual([{ kind: "c", n: 3, most: 6 }]);
  });
});

/** Distinct rows and the order: constants, chance, pages, the last row of DISTINCT ON; and joins that a right side reads. */

import { beforeEach, describe, expect, it } from "vitest";
import { Coalesce, Count, F, foreignKey, model, Q, Rank, RowNumber, Sum, t, Value, Window, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { allPages } from "./pages.js";

class Worker extends model<Worker>("dist_workers")({
  name: t.text(),
  age: t.integer().nullable(),
  boss: foreignKey(() => Worker, { onDelete: "setNull" }).nullable(),
}) {}

eachDatabase("distinct rows", [Worker], (open) => {
  let db: Session;
  beforeEach(async () => {
    db = (await open()).session({ onUncommitted: "ignore" });
    await Worker.objects.bulkCreate(db, [
      { id: 1, name: "a", age: 3 },
      { id: 2, name: "b", age: 3, bossId: 1 },
      { id: 3, name: "a", age: 3, bossId: 1 },
      { id: 4, name: "c", age: null },
    ]);
  });

  it("may be ordered by a constant, which orders nothing", async () => {
    expect(await Worker.objects.orderBy(Value(0).asc(), "-id").distinct().valuesList("id", { flat: true }).fetch(db)).toEqual([4, 3, 2, 1]);
    expect(await Worker.objects.orderBy(Value("x").desc()).distinct().count(db)).toBe(4);
    expect(
      await Worker.objects
        .alias({ none: Q({ id__in: [] }) })
        .orderBy("none", "-id")
        .valuesList("id", { flat: true })
        .fetch(db),
    ).toEqual([4, 3, 2, 1]);
  });

  it("may be ordered by an aggregate that names no column", async () => {
    const names = Worker.objects.values("name");
    const summed = names
      .alias({ nothing: Sum(Value(0)) })
      .orderBy("nothing", "-name")
      .distinct();
    expect((await summed.fetch(db)).map((row) => row.name)).toEqual(["c", "b", "a"]);
    const counted = names
      .alias({ n: Count("*") })
      .orderBy("-n", "-name")
      .distinct();
    expect((await counted.fetch(db)).map((row) => row.name)).toEqual(["a", "c", "b"]);
    const ranked = names
      .annotate({ n: Count("*") })
      .annotate({ place: Window(Rank(), { orderBy: "-n" }) })
      .filter({ place__lte: 2 })
      .orderBy("n", "name");
    expect((await ranked.fetch(db)).map((row) => [row.name, row.place])).toEqual([
      ["b", 2],
      ["c", 2],
      ["a", 1],
    ]);
  });

  it("stay distinct in a random order", async () => {
    const names = await Worker.objects.orderBy("?").distinct().valuesList("name", { flat: true }).fetch(db);
    expect([...names].sort()).toEqual(["a", "b", "c"]);
    expect((await Worker.objects.orderBy("?", "name").distinct().slice(0, 2).fetch(db)).length).toBe(2);
  });

  it("have pages that miss no row, whether ordered or not", async () => {
    const counts = Worker.objects.annotate({ same: Window(Count("*"), { partitionBy: "name" }), place: Window(RowNumber()) });
    for (const set of [
      Worker.objects.values("name", "age").distinct(),
      Worker.objects.values("name", "age").orderBy("-age").distinct(),
      counts.values("age", "same").orderBy("age").distinct(),
    ]) {
      const items = await allPages(set, db);
      const text = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
      expect(text(items)).toEqual(text(await set.fetch(db)));
    }
  });

  it("on a column end with the last row of the set", async () => {
    const set = Worker.objects.orderBy("name", "id").distinct("name");
    expect((await set.fetch(db)).map((row) => row.id)).toEqual([1, 2, 4]);
    expect((await set.last(db))?.id).toBe(4);
    expect((await set.filter({ name: "a" }).last(db))?.id).toBe(1);
    expect(await set.values("id").last(db)).toEqual({ id: 4 });
  });

  describe("a right side that reads a joined row", () => {
    const ids = (set: {
      valuesList(name: "id", options: { flat: true }): { fetch(session: Session): Promise<number[]> };
    }): Promise<number[]> => set.valuesList("id", { flat: true }).fetch(db);

    /** Lists of expressions are not typed. */
    const loose = (where: object): Parameters<typeof Worker.objects.filter>[0] => where as never;

    it("keeps rows without one where it has a value all the same", async () => {
      const ordered = Worker.objects.orderBy("id");
      expect(await ids(ordered.filter({ name__gte: Coalesce(F("boss__name"), Value("b")) }))).toEqual([2, 3, 4]);
      expect(await ids(ordered.filter(Worker.c.name.gte(Coalesce(F("boss__name"), Value("b")))))).toEqual([2, 3, 4]);
      expect(await ids(ordered.filter(loose({ name__in: [F("boss__name"), "c"] })))).toEqual([3, 4]);
      expect(await ids(ordered.filter(Worker.c.id.gt(0).or({ name__gt: F("boss__boss__name") })))).toEqual([1, 2, 3, 4]);
      expect(await ids(ordered.exclude({ name__gte: Coalesce(F("boss__name"), Value("b")) }))).toEqual([1]);
    });

    it("is joined by INNER where it has none without the row", () => {
      const { text } = Worker.objects.filter({ name__gt: F("boss__name") }).toSQL("sqlite");
      expect(text).toContain("INNER JOIN");
      expect(Worker.objects.filter({ name__gt: Coalesce(F("boss__name"), Value("")) }).toSQL("sqlite").text).toContain("LEFT JOIN");
    });
  });
});

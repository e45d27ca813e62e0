/** Groups by computed values: each is grouped by once, whatever else names it. */

import { expect, it } from "vitest";
import { Avg, Count, model, RowNumber, sql, t, Window } from "flash-db";
import { eachDatabase } from "../support/databases.js";

class Film extends model<Film>("grouping_films")({ title: t.text(), released: t.date(), rating: t.decimal(3, 1) }) {}

eachDatabase("groups", [Film], (open) => {
  it("by a part of a date, ordered by it, are one row per part", async () => {
    const database = await open();
    const db = database.session();
    await Film.objects.bulkCreate(db, [
      { title: "a", released: "2004-01-01", rating: "5.0" },
      { title: "b", released: "2004-06-01", rating: "6.0" },
      { title: "a", released: "2005-01-01", rating: "7.0" },
    ]);
    const years = Film.objects.values("released__year").annotate({ n: Count("id"), mean: Avg("rating") });
    const rows = await years.orderBy("-released__year").fetch(db);
    expect(rows.map((row) => [row.released__year, row.n, Number(row.mean)])).toEqual([
      [2005, 1, 7],
      [2004, 2, 5.5],
    ]);
    expect(
      years
        .orderBy("released__year")
        .toSQL("sqlite")
        .text.match(/strftime/g),
    ).toHaveLength(3);
    // Ordering by something finer splits the groups, as it must.
    expect(await years.orderBy("released").fetch(db)).toHaveLength(3);
    await db.rollback();
    await db.close();
  });

  it("by a literal of raw SQL are no groups by the position of an output, nor is an order", async () => {
    const database = await open();
    await using db = database.session({ onUncommitted: "ignore" });
    await Film.objects.bulkCreate(
      db,
      ["a", "b"].map((title) => ({ title, released: "2004-01-01", rating: "5.0" })),
    );
    for (const [literal, value] of [
      [sql`2`, 2],
      [sql`'x'`, "x"],
      [sql`(NULL)`, null],
    ] as const) {
      const marked = Film.objects.annotate({ mark: literal });
      expect(
        await marked
          .values("title", "mark")
          .annotate({ n: Count("id") })
          .orderBy("title", "mark")
          .fetch(db),
      ).toEqual([
        { title: "a", mark: value, n: 1 },
        { title: "b", mark: value, n: 1 },
      ]);
      expect(
        await marked
          .values("mark")
          .annotate({ n: Count("id") })
          .fetch(db),
      ).toEqual([{ mark: value, n: 2 }]);
      expect(await marked.orderBy("-mark", "-title").valuesList("title", { flat: true }).fetch(db)).toEqual(["b", "a"]);
      expect(await marked.orderBy("mark").values("mark").distinct().fetch(db)).toEqual([{ mark: value }]);
    }
  });
  it("may be numbered and counted by windows that aggregate nothing", async () => {
    const database = await open();
    await using db = database.session({ onUncommitted: "ignore" });
    await Film.objects.bulkCreate(
      db,
      ["a", "b", "a", "c"].map((title) => ({ title, released: "2004-01-01", rating: "5.0" })),
    );
    const rows = await Film.objects
      .values("title")
      .annotate({ n: Count("id") })
      .annotate({ place: Window(RowNumber(), { orderBy: "-title" }), groups: Window(Count("*")) })
      .orderBy("title")
      .fetch(db);
    expect(rows.map((row) => [row.title, row.n, row.place, row.groups])).toEqual([
      ["a", 2, 3, 3],
      ["b", 1, 2, 3],
      ["c", 1, 1, 3],
    ]);
  });
});

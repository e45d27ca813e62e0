/** JSON compared with JSON is ordered as `jsonb` orders it, wherever the two come from; booleans become numbers. */

import { expect, it } from "vitest";
import {
  Case,
  Cast,
  F,
  Greatest,
  Lag,
  Least,
  model,
  OuterRef,
  Q,
  Exists,
  Subquery,
  Sum,
  t,
  Value,
  When,
  Window,
  type Session,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Note extends model<Note>("json_order_notes")({
  flag: t.boolean().default(false),
  span: t.duration().default(90_000),
  data: t.json<{ readonly x?: unknown; readonly y?: unknown; readonly n?: unknown }>().nullable(),
}) {}

const fill = async (db: Session): Promise<void> => {
  await Note.objects.bulkCreate(db, [
    { id: 1, data: { x: 100, y: 20, n: "10" } },
    { id: 2, data: { x: 3, y: 20, n: 1 }, flag: true },
    { id: 3, data: { x: "b", y: "a", n: 9 }, flag: true },
    { id: 4, data: { x: [1, 2], y: [3], n: 10 } },
    { id: 5, data: null },
  ]);
};

eachSharedDatabase("JSON beside JSON", [Note], fill, (stage) => {
  const notes = Note.objects;
  const ids = async (set: {
    valuesList(name: "id", options: { flat: true }): { fetch(db: Session): Promise<number[]> };
  }): Promise<number[]> => (await set.valuesList("id", { flat: true }).fetch(stage.db)).toSorted((a, b) => a - b);

  it("is compared by value, and so in Case, sub-queries and windows", async () => {
    expect(await ids(notes.filter({ data__x__gt: F("data__y") }))).toEqual([1, 3, 4]);
    expect(await ids(notes.filter({ data__x__lt: F("data__y") }))).toEqual([2]);
    expect(await ids(notes.filter({ data__x__range: [F("data__y"), F("data__x")] as never }))).toEqual([1, 3, 4]);
    expect(await ids(notes.exclude({ data__x__gte: F("data__y") }))).toEqual([2, 5]);
    const larger = notes.annotate({ more: Case([When(Q({ data__x__gt: F("data__y") }), Value(1))], { default: Value(0) }) });
    expect(await ids(larger.filter({ more: 1 }))).toEqual([1, 3, 4]);
    const most = Subquery(notes.filter({ id: 3 }).values("data__n").slice(0, 1));
    expect(await ids(notes.filter({ data__n__gt: most as never }))).toEqual([4]);
    expect(await ids(notes.filter(Exists(notes.filter({ id: 3, data__n__lt: OuterRef("data__n") }))))).toEqual([4]);
    const lagging = notes.filter({ data__n__isnull: false }).annotate({ before: Window(Lag("data__n"), { orderBy: "id" }) });
    expect(await ids(lagging.filter({ data__n__gt: F("before") as never }))).toEqual([2, 3, 4]);
  });

  it("has a greatest and a least", async () => {
    const rows = await notes
      .filter({ id__lt: 5 })
      .annotate({ most: Greatest("data__x", "data__y"), few: Least("data__x", "data__y") })
      .orderBy("id")
      .values("most", "few")
      .fetch(stage.db);
    expect(rows).toEqual([
      { most: 100, few: 20 },
      { most: 20, few: 3 },
      { most: "b", few: "a" },
      { most: [1, 2], few: [3] },
    ]);
  });

  it("is paged over without a loss", async () => {
    for (const set of [notes.filter({ data__n__isnull: false }), notes])
      for (const order of ["data__n", "-data__n"] as const) {
        const all = await ids(set);
        const sorted = await set.orderBy(order, "id").valuesList("id", { flat: true }).fetch(stage.db);
        const forward: number[] = [];
        for (let after: string | null = null; ;) {
          const page: Awaited<ReturnType<ReturnType<typeof set.orderBy>["paginate"]>> = await set
            .orderBy(order)
            .paginate(stage.db, { first: 2, ...(after === null ? {} : { after }) });
          forward.push(...page.items.map(({ id }) => id));
          if (!page.hasNext) break;
          after = page.endCursor;
        }
        expect(forward.toSorted((a, b) => a - b)).toEqual(all);
        expect(forward).toEqual(sorted);
      }
  });

  it("booleans are counted as numbers, durations as milliseconds", async () => {
    expect(await notes.aggregate(stage.db, { n: Sum(Cast("flag", "integer")), d: Sum(Cast("flag", "double")) })).toEqual({ n: 2, d: 2 });
    const [first] = await notes
      .orderBy("-flag", "id")
      .annotate({ n: Cast("flag", "decimal") })
      .valuesList("n", { flat: true })
      .slice(0, 1)
      .fetch(stage.db);
    expect(Number(first)).toBe(1);
    for (const type of ["integer", "bigint", "double", "decimal"] as const) {
      const [span] = await notes
        .slice(0, 1)
        .annotate({ n: Cast("span", type) })
        .valuesList("n", { flat: true })
        .fetch(stage.db);
      expect(Number(span)).toBe(90_000);
    }
    const [quotient] = await notes
      .slice(0, 1)
      .annotate({ n: Cast("span", "double").div(Cast("span", "double")) })
      .valuesList("n", { flat: true })
      .fetch(stage.db);
    expect(quotient).toBe(1);
  });
});

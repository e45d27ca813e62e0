/** Values have the types that the model says: scalars inside JSON, whole numbers and fractions, texts and years at their limits. */

import { describe, expect, it } from "vitest";
import {
  ArrayAgg,
  Avg,
  Cast,
  Coalesce,
  Concat,
  F,
  FlashDbError,
  Greatest,
  Length,
  Lower,
  LPad,
  Max,
  Min,
  model,
  Q,
  Repeat,
  sql,
  StringAgg,
  Sum,
  t,
  Value,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

interface Data {
  theme?: string;
  n?: number;
  years?: Record<string, number>;
  list?: number[];
}
class Row extends model<Row>("scalar_rows")({
  name: t.text(),
  data: t.json<Data>(),
  score: t.double().nullable(),
  age: t.integer(),
  big: t.bigint().default(0n),
  at: t.timestamp(),
  day: t.date(),
}) {}
type Loose = never;

eachSharedDatabase(
  "scalars",
  [Row],
  async (db) => {
    await Row.objects.bulkCreate(db, [
      { id: 1, name: "Dark", data: { n: 20 }, score: 0.5, age: 5, at: new Date("9999-06-01T00:00:00Z"), day: "9999-06-01" },
      {
        id: 2,
        name: "b",
        data: { theme: "Dark", n: 10, years: { "2024": 5, "01": 6 }, list: [7, 8] },
        age: 5,
        at: new Date("9999-12-31T23:59:59.999Z"),
        day: "9999-12-31",
      },
      { id: 3, name: "c", data: { theme: "light", n: 9 }, score: 3, age: 7, at: new Date("2024-12-31T23:59:59.999Z"), day: "2024-12-31" },
    ]);
  },
  (stage) => {
    const list = (expression: unknown): Promise<unknown[]> =>
      Row.objects
        .annotate({ x: expression } as Loose)
        .orderBy("id")
        .valuesList("x" as Loose, { flat: true })
        .fetch(stage.db);

    describe("inside JSON", () => {
      it("are texts without quotes", async () => {
        expect(await list(Lower("data__theme"))).toEqual([null, "dark", "light"]);
        expect(await list(Length("data__theme"))).toEqual([null, 4, 5]);
        expect(await list(Concat("name", "data__theme"))).toEqual(["Dark", "bDark", "clight"]);
        expect(await list(Cast("data__theme", "text"))).toEqual([null, "Dark", "light"]);
        expect(await list(Coalesce("data__theme", "name"))).toEqual(["Dark", "Dark", "light"]);
        expect(await list(Coalesce("data__theme", Value("none")))).toEqual(["none", "Dark", "light"]);
        const { all, joined } = await Row.objects.aggregate(stage.db, {
          all: ArrayAgg("data__theme", { orderBy: "id", filter: { data__theme__isnull: false } as Loose }),
          joined: StringAgg("data__theme", ",", { orderBy: "id" }),
        });
        expect([all, joined]).toEqual([["Dark", "light"], "Dark,light"]);
      });
      it("are numbers", async () => {
        const { db } = stage;
        expect(await list(Greatest("data__n", Value(15)))).toEqual([20, 15, 15]);
        expect(await list(F("data__n").add(1))).toEqual([21, 11, 10]);
        const numbers = await Row.objects.aggregate(db, {
          max: Max("data__n"),
          min: Min("data__n"),
          sum: Sum("data__n" as Loose),
          avg: Avg("data__n" as Loose),
        });
        expect(numbers).toMatchObject({ max: 20, min: 9, sum: 39, avg: 13 });
        expect(await Row.objects.orderBy("data__n").valuesList("data__n", { flat: true }).fetch(db)).toEqual([9, 10, 20]);
        expect(await Row.objects.orderBy("-data__n").valuesList("data__n", { flat: true }).fetch(db)).toEqual([20, 10, 9]);
      });
      it("are found by keys and places that look like numbers", async () => {
        const { db } = stage;
        expect(await Row.objects.filter({ data__list__1: 8 } as Loose).count(db)).toBe(1);
        expect(await Row.objects.filter({ data__years__2024: 5 }).count(db)).toBe(1);
        expect(await Row.objects.filter({ data__years__01: 6 }).count(db)).toBe(1);
        expect(await Row.objects.filter({ data__years__2024__gt: 4 } as Loose).count(db)).toBe(1);
        expect(await list(F("data__years__2024"))).toEqual([null, 5, null]);
      });
      it("are compared with columns, listed and stored as what they are", async () => {
        const { db } = stage;
        const themes = Row.objects.valuesList("data__theme", { flat: true });
        expect(
          await Row.objects
            .filter({ name__in: themes as Loose })
            .valuesList("id", { flat: true })
            .fetch(db),
        ).toEqual([1]);
        expect(
          await Row.objects
            .exclude({ name__in: themes as Loose })
            .orderBy("id")
            .valuesList("id", { flat: true })
            .fetch(db),
        ).toEqual([2, 3]);
        await Row.objects.filter({ id: 2 }).update(db, { name: F("data__theme") as Loose });
        expect((await Row.objects.get(db, { id: 2 })).name).toBe("Dark");
        expect(await Row.objects.filter({ name: F("data__theme") as Loose }).count(db)).toBe(1);
      });
    });

    describe("numbers", () => {
      it("divide to fractions, also where an expression gives whole numbers in some rows", async () => {
        expect(await list(Coalesce(F("score"), F("age")).div(2))).toEqual([0.25, 2.5, 1.5]);
        expect(await list(Greatest(F("score"), F("age")).div(2))).toEqual([2.5, 2.5, 3.5]);
        expect(await list(F("age").div(2))).toEqual([2.5, 2.5, 3.5]);
      });
      it("are refused where the column cannot hold them", async () => {
        const { db } = stage;
        await expect(Row.objects.filter({ id: 1 }).update(db, { age: F("age").add(2147483647) })).rejects.toThrow(FlashDbError);
      });
      it("are added up exactly", async () => {
        const { db } = stage;
        await Row.objects.filter({ id__gt: 1 }).update(db, { big: 9223372036854775807n });
        expect(String((await Row.objects.aggregate(db, { sum: Sum("big") })).sum)).toBe("18446744073709551614");
      });
    });

    it("of the year 9999 are found by it", async () => {
      const { db } = stage;
      for (const field of ["at", "day"]) {
        const count = (lookup: string, year: number): Promise<number> =>
          Row.objects.filter({ [`${field}__year${lookup}`]: year } as Loose).count(db);
        expect([
          await count("", 9999),
          await count("__gt", 9999),
          await count("__lte", 9999),
          await count("", 2024),
          await count("__gt", 2024),
        ]).toEqual([2, 0, 3, 1, 2]);
      }
    });

    it("may be compared in a condition of thousands of parts that is not deep", async () => {
      const parts = Array.from({ length: 1500 }, (_, n) => Q({ id: n, age: n + 3 }));
      while (parts.length > 1) parts.push(parts.shift()?.or(parts.shift() as Loose) as Loose);
      expect(await Row.objects.filter(parts[0] as Loose).count(stage.db)).toBe(1);
    });

    it("of a raw query may not be called like members of the model", async () => {
      await expect(Row.objects.raw(stage.db, sql`SELECT scalar_rows.*, 1 AS save FROM scalar_rows`)).rejects.toThrow(FlashDbError);
    });
    it("of a chunk size are whole numbers from 1 on", () => {
      for (const chunkSize of [Number.NaN, 1.5, -1, 0]) expect(() => Row.objects.iterate(stage.db, { chunkSize })).toThrow(FlashDbError);
    });
    it("do not fill the memory on SQLite", async () => {
      if (stage.kind !== "sqlite") return;
      await expect(list(Repeat("name", 500_000_000))).rejects.toThrow(FlashDbError);
      await expect(list(LPad("name", 500_000_000))).rejects.toThrow(FlashDbError);
    });
  },
);

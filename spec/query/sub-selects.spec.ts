/** Sub-selects: decimals are compared as numbers, and queries may be nested up to a limit; branches that never apply still have a type. */

import { describe, expect, it } from "vitest";
import { Case, Cast, Exists, F, FieldError, foreignKey, model, sql, Subquery, Sum, t, Value, When, type Session } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Part extends model<Part>("subs_parts")({
  name: t.text(),
  price: t.decimal(10, 2),
  rate: t.decimal(10, 4).nullable(),
  size: t.integer(),
  made: t.date().nullable(),
  seen: t.timestamp().nullable(),
  of: foreignKey(() => Part, { onDelete: "setNull" }).nullable(),
}) {}

const fill = async (db: Session): Promise<void> => {
  await Part.objects.bulkCreate(db, [
    { id: 1, name: "a", price: "1.50", rate: "3", size: 1 },
    { id: 2, name: "b", price: "3", rate: "1.5", size: 3, ofId: 1 },
    { id: 3, name: "c", price: "6", rate: null, size: 2, ofId: 2 },
  ]);
};

eachSharedDatabase("sub-selects", [Part], fill, (stage) => {
  const ids = async (set: {
    valuesList(name: "id", options: { flat: true }): { fetch(db: Session): Promise<number[]> };
  }): Promise<number[]> => (await set.valuesList("id", { flat: true }).fetch(stage.db)).toSorted();
  const parts = Part.objects;
  /** What the types refuse. */
  const loose = (where: object): Parameters<typeof parts.filter>[0] => where as never;

  describe("of decimals", () => {
    const doubled = parts.annotate({ twice: F("price").mul("2.00") });

    it("are compared as numbers, whatever digits either side was computed with", async () => {
      expect(await ids(doubled.filter({ twice__in: parts.values("price") }))).toEqual([1, 2]);
      expect(await ids(parts.filter({ price__in: doubled.values("twice") }))).toEqual([2, 3]);
      expect(await ids(parts.exclude({ price__in: doubled.values("twice") }))).toEqual([1]);
      expect(await ids(doubled.filter({ twice__in: doubled.values("twice") }))).toEqual([1, 2, 3]);
      expect(await ids(parts.filter({ price__in: parts.values("rate") }))).toEqual([1, 2]);
      expect(await ids(parts.filter({ rate__in: parts.values("price") }))).toEqual([1, 2]);
    });

    it("are compared with other numbers", async () => {
      expect(await ids(parts.filter(loose({ size__in: parts.values("price") })))).toEqual([2]);
      expect(await ids(parts.filter(loose({ price__in: parts.values("size") })))).toEqual([2]);
      expect(await ids(parts.exclude(loose({ size__in: parts.values("rate") })))).toEqual([1, 3]);
    });

    it("may be sliced, grouped and combined", async () => {
      expect(await ids(doubled.filter({ twice__in: parts.orderBy("-price").values("price").slice(0, 1) }))).toEqual([2]);
      expect(
        await ids(
          parts.filter({
            price__in: parts
              .values("name")
              .annotate({ most: Sum(F("price").mul("1.000")) })
              .values("most"),
          }),
        ),
      ).toEqual([1, 2, 3]);
      expect(await ids(parts.filter({ rate__in: doubled.values("twice").union(doubled.filter({ id: 3 }).values("twice")) }))).toEqual([1]);
      expect(await ids(parts.filter({ rate__in: parts.values("price").distinct() }))).toEqual([1, 2]);
      expect(await ids(parts.filter({ rate__in: parts.orderBy("name").values("price").distinct() }))).toEqual([1, 2]);
    });

    it("use an index where both sides are stored alike", () => {
      expect(parts.filter({ price__in: parts.filter({ size: 1 }).values("price") }).toSQL("sqlite").text).toContain(
        'WHERE "subs_parts"."price" IN (SELECT',
      );
    });
  });

  describe("in each other", () => {
    type Set = ReturnType<typeof parts.filter>;
    const nested = (depth: number, next: (set: Set) => Set): Set => {
      let set: Set = parts.filter({ id__gt: 0 });
      for (let level = 0; level < depth; level++) set = next(set);
      return set;
    };
    const ways: Readonly<Record<string, (set: Set) => Set>> = {
      "a value of in": (set) => parts.filter({ id__in: set.values("id") }),
      "a negated value of in": (set) => parts.exclude({ id__in: set.values("id") }),
      Exists: (set) => parts.filter(Exists(set)),
      Subquery: (set) => parts.filter(loose({ id__lte: Subquery(set.values("id").orderBy("-id").limit(1)) })),
      "an annotation": (set) =>
        parts.annotate({ top: Subquery(set.values("id").orderBy("-id").limit(1)) }).filter({ top__gt: 0 }) as unknown as Set,
      "an order": (set) => parts.orderBy(Subquery(set.values("id").slice(0, 1)) as never),
      "a slice of a union": (set) => parts.union(set).slice(0, 3) as unknown as Set,
      "SQL of one's own": (set) => parts.filter(sql`${F("id")} IN ${set.values("id")}`),
    };

    it.each(Object.keys(ways))("answer at 20 levels by %s, and are refused beyond the limit", async (way) => {
      const next = ways[way] as (set: Set) => Set;
      expect((await nested(20, next).fetch(stage.db)).length).toBe(3);
      for (const depth of [33, 300, 3000]) expect(() => nested(depth, next), way).toThrow(/nested more than 64 levels deep/);
      expect(() => nested(300, next)).toThrow(FieldError);
    });

    it("count with the expressions around them", async () => {
      const set = nested(10, (inner) => parts.filter({ id__in: inner.values("id") }));
      const grown = (levels: number): unknown => {
        let expression = Subquery(set.values("id").limit(1)) as unknown as { add(value: unknown): typeof expression };
        for (let level = 0; level < levels; level++) expression = expression.add(F("id"));
        return expression;
      };
      expect(() => parts.filter(loose({ size: grown(25) }))).not.toThrow();
      expect(() => parts.filter(loose({ size: grown(40) }))).toThrow(/nested more than 64 levels deep/);
      expect(() => parts.annotate({ x: grown(40) as never })).toThrow(/nested more than 64 levels deep/);
      await expect(parts.update(stage.db, { size: grown(40) as never }, { all: true })).rejects.toThrow(/nested more than 64 levels deep/);
    });
  });

  describe("a Case in which no condition can hold", () => {
    const never = Part.c.id.in([]);

    it("has the type of its branches", async () => {
      const day = parts.annotate({ x: Case([When(never, Cast(Value("2024-01-01"), "date"))]) });
      expect(await day.filter({ x__quarter: 1 } as never).count(stage.db)).toBe(0);
      expect(await day.filter({ x__isnull: true }).count(stage.db)).toBe(3);
      const moment = parts.annotate({ x: Case([When(never, F("seen"))]) });
      expect(await moment.filter({ x__year__gte: 2000 }).count(stage.db)).toBe(0);
      const number = parts.annotate({ x: Case([When(never, F("price"))], { default: F("size") }) }).orderBy("id");
      expect(await number.valuesList("x", { flat: true }).fetch(stage.db)).toEqual(["1", "3", "2"]);
      const sum = parts.annotate({ x: Case([When(never, F("price"))]) });
      expect(await sum.aggregate(stage.db, { all: Sum("x") })).toEqual({ all: null });
    });
  });
});

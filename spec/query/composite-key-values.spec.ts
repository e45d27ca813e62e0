/** Keys of several columns where values stand: whole as selected values, orders and groups, refused where one value is needed. */

import { expect, it } from "vitest";
import { Count, Exists, F, FieldError, foreignKey, hasMany, model, OuterRef, Rank, t, Window } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Play extends model<Play>("ckv_plays")({ name: t.text(), scenes: hasMany(() => Scene, "play") }) {}
class Scene extends model<Scene>("ckv_scenes")({
  play: foreignKey(() => Play, { onDelete: "cascade" }).primaryKey(),
  number: t.integer().primaryKey(),
  place: t.text(),
}) {}
type Loose = never;

eachSharedDatabase(
  "composite keys as values",
  [Play, Scene],
  async (db) => {
    await Play.objects.bulkCreate(db, [
      { id: 1, name: "A" },
      { id: 2, name: "B" },
      { id: 3, name: "C" },
    ]);
    await Scene.objects.bulkCreate(db, [
      { playId: 1, number: 2, place: "x" },
      { playId: 1, number: 1, place: "y" },
      { playId: 2, number: 1, place: "x" },
    ]);
  },
  (stage) => {
    const [a1, a2, b1] = [
      { playId: 1, number: 1 },
      { playId: 1, number: 2 },
      { playId: 2, number: 1 },
    ];
    it("are objects with all columns", async () => {
      const { db } = stage;
      const rows: { pk: { readonly playId: number; readonly number: number }; place: string }[] = await Scene.objects
        .orderBy("pk")
        .values("pk", "place")
        .fetch(db);
      expect(rows).toEqual([
        { pk: a1, place: "y" },
        { pk: a2, place: "x" },
        { pk: b1, place: "x" },
      ]);
      expect(await Scene.objects.orderBy("-pk").valuesList("pk", { flat: true }).fetch(db)).toEqual([b1, a2, a1]);
      expect(await Scene.objects.orderBy("pk").valuesList("number", "pk").limit(1).fetch(db)).toEqual([[1, a1]]);
      expect(await Play.objects.orderBy("-name", "scenes").valuesList("name", "scenes").fetch(db)).toEqual([
        ["C", null],
        ["B", b1],
        ["A", a1],
        ["A", a2],
      ]);
      expect(await Scene.objects.orderBy("play", "play__scenes").valuesList("play__scenes__pk", { flat: true }).first(db)).toEqual(a1);
    });
    it("are whole in distinct rows, groups, unions, pages, counts and sub-selects", async () => {
      const { db } = stage;
      expect(await Scene.objects.values("pk").distinct().orderBy("pk").fetch(db)).toEqual([{ pk: a1 }, { pk: a2 }, { pk: b1 }]);
      expect(await Scene.objects.values("pk").distinct().count(db)).toBe(3);
      expect(
        await Scene.objects
          .values("pk")
          .annotate({ n: Count("place") })
          .orderBy("pk")
          .fetch(db),
      ).toEqual([a1, a2, b1].map((pk) => ({ pk, n: 1 })));
      const union = Scene.objects.filter({ number: 1 }).union(Scene.objects.filter({ place: "x" }));
      expect((await union.orderBy("-pk").fetch(db)).map(({ pk }) => pk)).toEqual([b1, a2, a1]);
      const values = Scene.objects.filter({ number: 1 }).values("pk");
      expect(
        await values
          .union(Scene.objects.filter({ place: "x" }).values("pk"))
          .orderBy("pk")
          .fetch(db),
      ).toHaveLength(3);
      const page = await Scene.objects.orderBy("-pk").paginate(db, { first: 2 });
      const next = await Scene.objects.orderBy("-pk").paginate(db, { first: 2, after: page.endCursor });
      expect([page, next].map(({ items }) => items.map(({ pk }) => pk))).toEqual([[b1, a2], [a1]]);
      expect(await Scene.objects.filter({ pk__in: values } as Loose).count(db)).toBe(2);
      const seen: unknown[] = [];
      for await (const row of Scene.objects.orderBy("pk").values("pk").iterate(db)) seen.push(row.pk);
      expect(seen).toEqual([a1, a2, b1]);
    });
    it("are counted", async () => {
      expect(
        await Play.objects
          .annotate({ n: Count("scenes") })
          .orderBy("name")
          .valuesList("n", { flat: true })
          .fetch(stage.db),
      ).toEqual([2, 1, 0]);
      expect(await Scene.objects.aggregate(stage.db, { n: Count("pk") })).toEqual({ n: 3 });
    });
    it("are refused where one value is needed", async () => {
      const { db } = stage;
      const refused: readonly (() => Promise<unknown>)[] = [
        () => Play.objects.annotate({ key: F("scenes") }).fetch(db),
        () => Scene.objects.annotate({ key: F("pk") }).fetch(db),
        () => Play.objects.aggregate(db, { n: Count("scenes", { distinct: true }) }),
        () => Scene.objects.filter({ number: F("pk") } as Loose).fetch(db),
        () => Scene.objects.filter({ pk: F("number") } as Loose).fetch(db),
        () => Scene.objects.filter({ pk__range: [1, 2] } as Loose).fetch(db),
        () => Scene.objects.filter({ pk__icontains: "1" } as Loose).fetch(db),
        () => Scene.objects.filter({ pk__in: Play.objects.values("id") } as Loose).fetch(db),
        () => Play.objects.filter({ scenes__in: Play.objects.values("id") } as Loose).fetch(db),
        () => Scene.objects.filter(Exists(Scene.objects.filter({ number: OuterRef("pk") } as Loose))).fetch(db),
        () => Scene.objects.annotate({ n: Window(Rank(), { partitionBy: "pk" }) }).fetch(db),
      ];
      const sent = await stage.sent(async () => {
        for (const [index, work] of refused.entries()) await expect(work(), String(index)).rejects.toThrow(FieldError);
      });
      expect(sent).toEqual([]);
    });
  },
);

/** Expressions, as Django answers them; docs/parity.md names its tests. */

import { describe, expect, it } from "vitest";
import {
  Case,
  Count,
  Exists,
  F,
  FieldError,
  Lower,
  Max,
  OuterRef,
  Q,
  Subquery,
  Sum,
  Value,
  When,
  Window,
  RowNumber,
  ValidationError,
  type ExpressionOn,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { fillGallery, gallery, Genre, joinsOf, Painter, Painting, Place, Room } from "./gallery.js";

eachSharedDatabase("expressions", gallery, fillGallery, (at) => {
  const titles = (query = Painting.objects.all()): Promise<string[]> =>
    query.orderBy("id").valuesList("title", { flat: true }).fetch(at.db);
  const painters = (query = Painter.objects.all()): Promise<string[]> =>
    query.orderBy("id").valuesList("name", { flat: true }).fetch(at.db);

  describe("F", () => {
    it("over a relation in filter() and exclude(), refused in an update", async () => {
      expect(await painters(Painter.objects.filter({ born__gt: F("teacher__born") }))).toEqual(["Ben"]);
      expect(await painters(Painter.objects.exclude({ born__gt: F("teacher__born") }))).toEqual(["Ada", "Cleo", "Dan"]);
      expect(await titles(Painting.objects.filter({ year__gt: F("painter__born").add(30) }))).toEqual(["Dusk", "Moor"]);
      const sent = await at.sent(() =>
        expect(Painting.objects.filter({ title: "Dusk" }).update(at.db, { note: F("painter__name") as never })).rejects.toThrow(FieldError),
      );
      expect(sent).toEqual([]);
      const name = Subquery(Painter.objects.filter({ id: OuterRef("painter") }).values("name"));
      expect(await Painting.objects.filter({ title: "Dusk" }).update(at.db, { note: name })).toBe(1);
      expect(await Painting.objects.filter({ title: "Dusk" }).valuesList("note", { flat: true }).fetch(at.db)).toEqual(["Ada"]);
    });
    it("F and a plain condition on one to-many relation share a join, whatever their order", async () => {
      for (const where of [
        { paintings__note: F("paintings__title"), paintings__year: 1930 },
        { paintings__year: 1930, paintings__note: F("paintings__title") },
      ]) {
        const query = Painter.objects.filter(where);
        expect(joinsOf(query)).toBe(1);
        expect(await painters(query)).toEqual(["Ada"]);
      }
      expect(await painters(Painter.objects.filter({ paintings__note: F("paintings__title"), paintings__year: 1931 }))).toEqual([]);
    });
    it("in a further filter F looks at any related row: two joins", async () => {
      const query = Painter.objects.filter({ paintings__year: 1931 }).filter({ paintings__note: F("paintings__title") });
      expect(joinsOf(query)).toBe(2);
      expect(await painters(query)).toEqual(["Ada"]);
    });
    it("one F in queries of two models carries nothing over", async () => {
      const name = F("name");
      expect(await Painter.objects.filter({ place__name: name }).count(at.db)).toBe(0);
      expect(await Genre.objects.filter({ labels__text: name }).valuesList("name", { flat: true }).fetch(at.db)).toEqual(["war"]);
      expect(await Painter.objects.orderBy(name.desc()).valuesList("name", { flat: true }).fetch(at.db)).toEqual([
        "Dan",
        "Cleo",
        "Ben",
        "Ada",
      ]);
    });
    it("arithmetic keeps its order: each call works on what was there before it", async () => {
      const value = async (expression: ExpressionOn<Painting, unknown>): Promise<unknown> =>
        (await Painting.objects.filter({ title: "Dawn" }).annotate({ v: expression }).valuesList("v", { flat: true }).fetch(at.db))[0];
      const sum = () => F("year").add(2);
      expect(await value(sum().mul(2))).toBe(3864);
      expect(await value(F("year").add(F("year").mul(2)))).toBe(5790);
      expect(await value(F("year").sub(F("year").sub(5)))).toBe(5);
      expect(await value(F("year").neg().add(1))).toBe(-1929);
      expect(await value(F("year").sub(1900).mul(F("year").sub(1928)))).toBe(60);
      expect(await value(F("year").mod(100).pow(2) as never)).toBe(900);
    });
  });

  describe("values of new objects", () => {
    it("a function of a value for a new object, the plain value afterwards (ours: by set(), the property keeps its value until the flush)", async () => {
      await expect(Room.objects.create(at.db, { name: Lower(Value("CELLAR")) } as never)).rejects.toThrow(ValidationError);
      const room = new Room({ name: "?" });
      room.set({ name: Lower(Value("CELLAR")) });
      at.db.add(room);
      expect(room.name).toBe("?");
      await at.db.flush();
      expect(room.name).toBe("cellar");
      expect(await Room.objects.filter({ pk: room.id }).valuesList("name", { flat: true }).fetch(at.db)).toEqual(["cellar"]);
    });
    it("set() takes an expression for an object that is there", async () => {
      const room = await Room.objects.create(at.db, { name: "Hall" });
      room.set({ name: Lower("name") });
      await at.db.flush();
      expect(room.name).toBe("hall");
      at.db.expunge(room);
      expect((await Room.objects.get(at.db, { pk: room.id })).name).toBe("hall");
    });
    it("an aggregate or a window in a new object is refused", async () => {
      await expect(Room.objects.create(at.db, { name: Max("name") } as never)).rejects.toThrow(ValidationError);
      await expect(Painting.objects.create(at.db, { title: "x", year: Window(RowNumber()), painterId: 1 } as never)).rejects.toThrow(
        ValidationError,
      );
      const room = await Room.objects.create(at.db, { name: "Hall" });
      await expect(
        (async () => {
          room.set({ name: Max("name") as never });
          await at.db.flush();
        })(),
      ).rejects.toThrow(FieldError);
    });
  });

  describe("sub-selects", () => {
    it("a reference two levels out", async () => {
      const inner = Painting.objects.filter({ painter__teacher: OuterRef("pk"), room__name: OuterRef(OuterRef("name")) });
      const middle = Painter.objects.filter(Exists(inner));
      const query = Room.objects.filter(Exists(middle));
      expect(await query.valuesList("name", { flat: true }).fetch(at.db)).toEqual(["East"]);
    });
    it("an annotated sub-select with an aggregate of its own may be filtered by", async () => {
      const best = Painting.objects
        .filter({ painter: OuterRef("pk") })
        .orderBy()
        .values("painter")
        .annotate({ n: Count("id") })
        .values("n");
      const query = Painter.objects.annotate({ n: Subquery(best) });
      expect(await painters(query.filter({ n__gt: 1 }))).toEqual(["Ada", "Ben"]);
      expect(await painters(query.filter({ n: null }))).toEqual(["Dan"]);
      expect(await painters(query.exclude({ n: 2 }))).toEqual(["Cleo", "Dan"]);
    });
  });

  describe("Case", () => {
    it("a branch over an empty list never matches and breaks nothing", async () => {
      const kind = Case([When({ id__in: [] }, Value("never")), When({ year__lt: 1940 }, Value("early"))], { default: Value("late") });
      expect(await Painting.objects.annotate({ kind }).orderBy("id").valuesList("kind", { flat: true }).fetch(at.db)).toEqual([
        "early",
        "early",
        "late",
        "late",
        "late",
      ]);
      const only = Case([When(Q({ id__in: [] }), Value(1))]);
      expect(await Painting.objects.annotate({ only }).filter({ only: null }).count(at.db)).toBe(5);
      expect(
        await Painting.objects
          .annotate({ all: Case([When(Q({ id__in: [] }).not(), Value(1))]) })
          .filter({ all: 1 } as never)
          .count(at.db),
      ).toBe(5);
    });
    it("over many-to-many it reads the filter's join: no further rows", async () => {
      const filtered = Painting.objects.filter({ genres__name: "light" });
      const query = filtered.annotate({ shade: Case([When({ genres__name: "light" }, Value(1))], { default: Value(0) }) });
      expect(joinsOf(query)).toBe(joinsOf(filtered));
      expect(await query.orderBy("id").valuesList("title", "shade").fetch(at.db)).toEqual([
        ["Dawn", 1],
        ["Tide", 1],
      ]);
    });
    it("with a column of another table it is refused in an update", async () => {
      const note = Case([When({ painter__place__name: "Alps" }, Value("high"))], { default: Value("low") });
      await expect(Painting.objects.filter({ year__gte: 1931 }).update(at.db, { note })).rejects.toThrow(FieldError);
      const own = Case([When({ year__lt: 1940 }, Value("early"))], { default: F("note") });
      expect(await Painting.objects.filter({ year__gte: 1931 }).update(at.db, { note: own })).toBe(4);
      expect(await Painting.objects.orderBy("id").valuesList("note", { flat: true }).fetch(at.db)).toEqual([
        "Dawn",
        "early",
        "wave",
        "bog",
        null,
      ]);
    });
    it("sums over branches", async () => {
      const early = Sum(Case([When({ paintings__year__lt: 1940 }, Value(1))], { default: Value(0) }));
      expect(await Painter.objects.annotate({ early }).orderBy("id").valuesList("name", "early").fetch(at.db)).toEqual([
        ["Ada", 2],
        ["Ben", 0],
        ["Cleo", 0],
        ["Dan", 0],
      ]);
      expect(await Place.objects.filter({ painters__isnull: true }).count(at.db)).toBe(1);
    });
  });
});

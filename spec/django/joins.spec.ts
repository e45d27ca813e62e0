/** Joins, exclude and boolean logic, as Django answers them; docs/parity.md names its tests. */

import { describe, expect, it } from "vitest";
import { Exists, F, FieldError, model, OuterRef, Prefetch, Q, t, type ConditionOn, type RowsOf } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import {
  fillGallery,
  gallery,
  Genre,
  innerJoinsOf,
  joinsOf,
  Label,
  outerJoinsOf,
  Painter,
  Painting,
  Place,
  Review,
  textOf,
  Award,
} from "./gallery.js";

class Digit extends model<Digit>("gallery_digits")({ n: t.integer() }) {}

eachSharedDatabase(
  "joins and logic",
  [...gallery, Digit],
  async (db) => {
    await fillGallery(db);
    await Digit.objects.bulkCreate(
      db,
      Array.from({ length: 10 }, (_, n) => ({ n })),
    );
  },
  (at) => {
    const titles = (query = Painting.objects.all()): Promise<string[]> =>
      query.orderBy("id").valuesList("title", { flat: true }).fetch(at.db);
    const painters = (query = Painter.objects.all()): Promise<string[]> =>
      query.orderBy("id").valuesList("name", { flat: true }).fetch(at.db);
    const genres = (query = Genre.objects.all()): Promise<string[]> => query.orderBy("id").valuesList("name", { flat: true }).fetch(at.db);
    const reviews = (query = Review.objects.all()): Promise<string[]> =>
      query.orderBy("id").valuesList("text", { flat: true }).fetch(at.db);
    const genre = (name: string): Promise<Genre> => Genre.objects.get(at.db, { name });

    describe("to-many relations", () => {
      it("no link at all is found by the relation and by its key", async () => {
        expect(await titles(Painting.objects.filter({ genres__isnull: true }))).toEqual(["Moor"]);
        expect(await titles(Painting.objects.filter({ genres: null }))).toEqual(["Moor"]);
        expect(await titles(Painting.objects.filter({ genres__id__isnull: true }))).toEqual(["Moor"]);
        expect(await titles(Painting.objects.filter({ genres__pk: null } as never))).toEqual(["Moor"]);
      });
      it("two filters find rows with both; `in` gives a row per match until distinct, slices included", async () => {
        const [light, dark] = [await genre("light"), await genre("dark")];
        expect(await titles(Painting.objects.filter({ genres: light }).filter({ genres: dark }))).toEqual(["Tide"]);
        const either = Painting.objects
          .filter({ genres__in: [light, dark] })
          .orderBy("-title")
          .valuesList("title", { flat: true });
        expect(await either.fetch(at.db)).toEqual(["Tide", "Tide", "Dusk", "Dawn"]);
        expect(await either.slice(0, 3).fetch(at.db)).toEqual(["Tide", "Tide", "Dusk"]);
        expect(await either.distinct().slice(0, 3).fetch(at.db)).toEqual(["Tide", "Dusk", "Dawn"]);
      });
      it("two filters piped one after the other keep two separate joins", async () => {
        const light = (query: typeof all) => query.filter({ genres__name: "light" });
        const all = Painting.objects.all();
        const both = all.pipe(light).pipe((query) => query.filter({ genres__name: "sea" }));
        expect(await titles(both)).toEqual(["Dawn"]);
        expect(joinsOf(both)).toBe(4);
        expect(await titles(all.filter({ genres__name: "light" }, Q({ genres__name: "sea" })))).toEqual([]);
      });
      it("no related row, asked over two relations, keeps two left joins and finds owners with none of the first too", async () => {
        const query = Painter.objects.filter({ paintings__genres__isnull: true });
        expect(await painters(query)).toEqual(["Ben", "Dan"]);
        expect([outerJoinsOf(query), innerJoinsOf(query)]).toEqual([2, 0]);
      });
      it("exclude() also returns rows without a parent; excluding 'no children' leaves those with children", async () => {
        expect(await genres(Genre.objects.exclude({ parent__labels__text: "bright" }))).toEqual(["light", "sea", "war"]);
        expect(await genres(Genre.objects.exclude({ children: null }).distinct())).toEqual(["light", "dark"]);
      });
      it("conditions in OR on one relation share their joins; each row comes once", async () => {
        const query = Painter.objects.filter(Q({ paintings__title: "Moor" }).or({ paintings__room__name: "West" }));
        expect(await painters(query)).toEqual(["Ada", "Ben"]);
        expect(joinsOf(query)).toBe(2);
      });
      it("two filters on a reverse relation make two joins", async () => {
        const query = Painter.objects.filter({ paintings__year__gt: 1900 }).filter({ paintings__title: "Moor" });
        expect(joinsOf(query)).toBe(2);
        expect(await painters(query)).toEqual(["Ben", "Ben"]);
        expect(joinsOf(Painter.objects.filter({ paintings__year__gt: 1900, paintings__title: "Moor" }))).toBe(1);
      });
      it("NOT of two conditions over a shared relation leaves only the others", async () => {
        const query = Award.objects.filter(Q({ painter__paintings__title: "Dusk", painter__paintings__note: null }).not());
        expect(await query.orderBy("rank").valuesList("rank", { flat: true }).fetch(at.db)).toEqual([2, 3]);
      });
      it("exclude() through foreign key, foreign key and many-to-many, without asking for NOT NULL", async () => {
        const query = Label.objects.exclude({ genre__parent__paintings__title: "Dawn" });
        expect(await query.orderBy("id").valuesList("text", { flat: true }).fetch(at.db)).toEqual(["bright", "war", "grim"]);
        expect(textOf(query)).not.toContain("IS NOT NULL");
      });
      it("exclude() over many-to-many is NOT EXISTS, never NOT IN", () => {
        const text = textOf(Painting.objects.exclude({ genres__labels__text: "night" }));
        expect(text).toContain("NOT EXISTS");
        expect(text).not.toContain("NOT IN");
      });
      it("exclude() drops every row that has at least one such related row", async () => {
        expect(await painters(Painter.objects.exclude({ paintings__year: 1930 }))).toEqual(["Ben", "Cleo", "Dan"]);
        expect(await painters(Painter.objects.exclude(Q({ paintings__year__lt: 1951 })))).toEqual(["Cleo", "Dan"]);
      });
      it("all related rows are asked for with Exists (ours: a double negation is none, as in 11)", async () => {
        expect(await painters(Painter.objects.exclude(Q({ paintings__year: 1930 }).not()))).toEqual(["Ada"]);
        const others = Painting.objects.filter({ painter: OuterRef("pk") }).exclude({ year__gte: 1950 });
        expect(await painters(Painter.objects.filter({ paintings__isnull: false }).exclude(Exists(others)).distinct())).toEqual([
          "Ben",
          "Cleo",
        ]);
      });
      it("a negated comparison with the row itself, with and without a filter on the same path before", async () => {
        const differs = Q({ labels__text: F("name") }).not();
        expect(await genres(Genre.objects.filter(differs))).toEqual(["light", "dark", "sea"]);
        expect(await genres(Genre.objects.filter({ labels__text: "grim" }).filter(differs))).toEqual([]);
      });
      it("'no such relation' over a reverse relation finds objects with no row there at all", async () => {
        const query = Place.objects.filter({ painters__teacher__isnull: true });
        expect(await query.orderBy("id").valuesList("name", { flat: true }).fetch(at.db)).toEqual(["Delft", "Empty"]);
      });
    });

    describe("branches", () => {
      it("formulas made of querysets (union) and of conditions give the same rows", async () => {
        const [one, two, three] = [{ genres__name: "light" }, { room__name: "East" }, { year__gte: 1990 }] as const;
        const combined = Painting.objects.filter(one).filter(two).union(Painting.objects.filter(three));
        const formula = Painting.objects.filter(Q(one).and(two).or(three)).distinct();
        expect(await titles(formula)).toEqual(["Dawn", "Tide", "Void"]);
        expect((await combined.orderBy("id").fetch(at.db)).map((one) => one.title)).toEqual(["Dawn", "Tide", "Void"]);
      });
      it("conditions of one branch never leak into another", async () => {
        const query = Painting.objects.filter(Q({ painter__name: "Ada", title: "Dusk" }).or({ painter__name: "Ben", title: "Moor" }));
        expect(await titles(query)).toEqual(["Dusk", "Moor"]);
        expect(joinsOf(query)).toBe(1);
      });
      it("a row without partner is found by its own branch: left join", async () => {
        const query = Painting.objects.filter(Q({ title: "Moor" }).or({ room__name: "East" }));
        expect(await titles(query)).toEqual(["Dawn", "Tide", "Moor"]);
        expect([outerJoinsOf(query), innerJoinsOf(query)]).toEqual([1, 0]);
      });
      it("the order of the branches changes neither rows nor joins", async () => {
        const [none, low] = [{ about: null }, { about__place__height: 0 }] as const;
        const queries = [Q(none).or(low), Q(low).or(none)].map((where) => Review.objects.filter(where));
        for (const query of queries) {
          expect(await reviews(query)).toEqual(["praise", "lost"]);
          expect([outerJoinsOf(query), innerJoinsOf(query)]).toEqual([2, 0]);
        }
      });
      it("of three branches, the relation that must be there is an inner join, the others are left ones", async () => {
        const query = Painting.objects.filter(
          Q({ painter__name: "Cleo" }).or({ painter__place__name: "Delft" }).or({ painter__teacher__place__name: "Alps" }),
        );
        expect(await titles(query)).toEqual(["Dawn", "Dusk", "Void"]);
        expect([innerJoinsOf(query), outerJoinsOf(query)]).toEqual([1, 3]);
        const own = Painting.objects.filter(Q({ painter__name: "Ben" }).or({ painter__teacher__place__name: "nowhere near" }));
        expect(await titles(own)).toEqual(["Tide", "Moor"]);
      });
      it("'no award, or the first award and this text' is exactly two left joins", async () => {
        const query = Review.objects.filter(Q({ about__awards__isnull: true }).or({ about__awards__rank: 1, text: "praise" }));
        expect(await reviews(query)).toEqual(["praise", "blame", "lost"]);
        expect([outerJoinsOf(query), innerJoinsOf(query)]).toEqual([2, 0]);
      });
      it("an inner join of an earlier filter stays inner", async () => {
        const query = Review.objects.filter({ about__name__in: ["Ada", "Ben"] }).filter(Q({ about__name: "Ben" }).or({ text: "praise" }));
        expect(await reviews(query)).toEqual(["praise", "mixed"]);
        expect([outerJoinsOf(query), innerJoinsOf(query)]).toEqual([0, 1]);
      });
    });

    describe("negation and null", () => {
      it("is and is not NULL of one's own column needs no join, a parent's parent one left join", async () => {
        for (const query of [
          Genre.objects.filter({ parent: null }),
          Genre.objects.filter({ parent__isnull: false }),
          Genre.objects.exclude({ parent: null }),
          Genre.objects.exclude({ parent__isnull: false }),
          Genre.objects.exclude({ parent__id: null } as never),
        ])
          expect(joinsOf(query)).toBe(0);
        const grand = Genre.objects.exclude({ parent__parent__isnull: false });
        expect([outerJoinsOf(grand), innerJoinsOf(grand)]).toEqual([1, 0]);
        expect(await genres(grand)).toEqual(["light", "dark", "war"]);
      });
      it("a double negation is no negation, in rows and SQL", async () => {
        const query = Painting.objects.filter(Q({ note: "wave" }).not().not());
        expect(await titles(query)).toEqual(["Tide"]);
        expect(textOf(query)).not.toMatch(/NOT/);
        expect(textOf(query)).toBe(textOf(Painting.objects.filter({ note: "wave" })));
      });
      it("excluding a negation over many-to-many is the filter", async () => {
        const dark = await genre("dark");
        expect(await titles(Painting.objects.exclude(Q({ genres: dark }).not()))).toEqual(["Dusk", "Tide"]);
        expect(await titles(Painting.objects.filter({ genres: dark }))).toEqual(["Dusk", "Tide"]);
      });
      it("'name is NULL' over a relation, its negation and its double negation: left, inner, left", async () => {
        const where = Q({ about__place__name__isnull: true });
        const cases = [
          [Review.objects.filter(where), ["lost"], 2],
          [Review.objects.filter(where.not()), ["praise", "blame", "mixed"], 0],
          [Review.objects.filter(where.not().not()), ["lost"], 2],
        ] as const;
        for (const [query, rows, outer] of cases) {
          expect(await reviews(query)).toEqual(rows);
          expect([outerJoinsOf(query), joinsOf(query)]).toEqual([outer, 2]);
        }
      });
      it("NOT outside and NOT at the leaves give the same rows and joins, none of them inner", async () => {
        const [a, b] = [Q({ about__place__height: 0 }), Q({ about__teacher__name: "Ben" })];
        const outside = Review.objects.filter(a.or(b).not());
        const leaves = Review.objects.filter(a.not().and(b.not()));
        expect(await reviews(outside)).toEqual(["lost", "mixed"]);
        expect(await reviews(leaves)).toEqual(["lost", "mixed"]);
        expect(joinsOf(outside)).toBe(joinsOf(leaves));
        expect([innerJoinsOf(outside), innerJoinsOf(leaves)]).toEqual([0, 0]);
      });
      it("exclude(a = F(b)) keeps the rows whose b is NULL", async () => {
        expect(await titles(Painting.objects.exclude({ title: F("note") }))).toEqual(["Dusk", "Tide", "Moor", "Void"]);
      });
      it("a NULL in an excluded list is ignored", async () => {
        expect(await titles(Painting.objects.exclude({ note__in: [null] as never }))).toHaveLength(5);
        expect(await titles(Painting.objects.exclude({ note__in: [null, "bog"] as never }))).toEqual(["Dawn", "Dusk", "Tide", "Void"]);
      });
      it("'has one, and not this value of it' returns the row whose value is NULL", async () => {
        const query = Review.objects.filter(Q({ about__isnull: false }).and(Q({ about__place__height: 0 }).not()));
        expect(await reviews(query)).toEqual(["blame", "mixed"]);
      });
      it("exclude() inside Exists with a reference outwards, and again when the inner rows are gone", async () => {
        const query = Painter.objects.filter(
          Exists(Painting.objects.filter({ painter: OuterRef("pk") }).exclude({ title: OuterRef("name") })),
        );
        expect(await painters(query)).toEqual(["Ada", "Ben", "Cleo"]);
        await Painting.objects.filter({ painter__name__in: ["Ada", "Ben"] }).delete(at.db);
        expect(await painters(query)).toEqual(["Cleo"]);
      });
      it("null is for exact and iexact alone; compared in order it is refused; excluding NULL of a column without one leaves all", async () => {
        expect(await titles(Painting.objects.filter({ note: null }))).toEqual(["Dusk", "Void"]);
        expect(await titles(Painting.objects.filter({ note__iexact: null } as never))).toEqual(["Dusk", "Void"]);
        expect(await titles(Painting.objects.exclude({ title: null } as never))).toHaveLength(5);
        for (const lookup of ["gt", "gte", "lt", "lte"]) {
          const query = Painting.objects.filter(Object.fromEntries([[`year__${lookup}`, null]]) as never);
          expect(await at.sent(() => expect(query.fetch(at.db)).rejects.toThrow(/null/))).toEqual([]);
          await expect(query.fetch(at.db)).rejects.toThrow(FieldError);
        }
      });
    });

    describe("xor", () => {
      const digits = (where: ConditionOn<Digit>): Promise<number[]> =>
        Digit.objects
          .filter(where as never)
          .orderBy("n")
          .valuesList("n", { flat: true })
          .fetch(at.db);
      it("an odd number of three, and its negation", async () => {
        const where = Q({ n__lte: 7 })
          .xor(Q({ n__lt: 3 }).not())
          .xor({ n__lte: 1 });
        expect(await digits(where)).toEqual([2, 8, 9]);
        expect(await digits(where.not())).toEqual([0, 1, 3, 4, 5, 6, 7]);
      });
      it("with a list that is empty", async () => {
        expect(await digits(Q({ id__in: [] }).xor({ n__gte: 5 }))).toEqual([5, 6, 7, 8, 9]);
      });
      it("excluded", async () => {
        expect(
          await Digit.objects
            .exclude(Q({ n__lte: 7 }).xor({ n__gte: 3 }))
            .orderBy("n")
            .valuesList("n", { flat: true })
            .fetch(at.db),
        ).toEqual([3, 4, 5, 6, 7]);
      });
    });

    describe("conditional joins (ours: the filter's join is the one that values reads, or a Prefetch)", () => {
      it("over two levels, one row per pair, in one query", async () => {
        const pairs = Painter.objects
          .filter({ paintings__year__gt: 1930, paintings__genres__isnull: false })
          .values("name", "paintings__genres__name")
          .orderBy("id", "paintings__genres__id");
        const sent = await at.sent(async () => {
          expect(await pairs.fetch(at.db)).toEqual([
            { name: "Ada", paintings__genres__name: "dark" },
            { name: "Ben", paintings__genres__name: "light" },
            { name: "Ben", paintings__genres__name: "dark" },
            { name: "Cleo", paintings__genres__name: "sea" },
          ]);
        });
        expect(sent).toHaveLength(1);
      });
      it("a condition that is not about the relation's rows is refused", async () => {
        await expect(
          Painter.objects.prefetchRelated(new Prefetch("paintings", Painting.objects.filter({ awards__rank: 1 } as never))).fetch(at.db),
        ).rejects.toThrow(/'awards' on Painting/);
        await expect(
          Painter.objects
            .prefetchRelated(new Prefetch("paintings", Award.objects.filter({ rank: 1 }) as unknown as RowsOf<Painting>))
            .fetch(at.db),
        ).rejects.toThrow(FieldError);
      });
    });
  },
);

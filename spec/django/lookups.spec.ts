/** Lookups, values, sub-selects, slices and orders, as Django answers them; docs/parity.md names its tests. */

import { describe, expect, it } from "vitest";
import { Count, DoesNotExist, Extract, F, FieldError, model, OuterRef, Subquery, t } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Award, fillGallery, gallery, Genre, innerJoinsOf, outerJoinsOf, Painter, Painting, Place, Room, textOf } from "./gallery.js";

class Word extends model<Word>("gallery_words")({ text: t.text(), other: t.text().nullable(), at: t.timestamp() }) {}
/** A condition whose lookup is known at run time only. */
const by = (name: string, value: unknown): never => ({ [name]: value }) as never;
const day = (text: string): Date => new Date(text);

eachSharedDatabase(
  "lookups and values",
  [...gallery, Word],
  async (db) => {
    await fillGallery(db);
    await Word.objects.bulkCreate(db, [
      { text: "100%", other: "%", at: day("2010-12-31T22:30:00Z") },
      { text: "a_b", other: "_b", at: day("2011-01-01T01:30:00Z") },
      { text: "back\\slash", other: "\\", at: day("2011-01-01T01:30:00Z") },
      { text: "plain", at: day("2011-06-15T12:00:00Z") },
      { text: "1000", other: "1_0", at: day("2011-06-15T12:00:00Z") },
    ]);
  },
  (at) => {
    const titles = (query = Painting.objects.all()): Promise<string[]> =>
      query.orderBy("id").valuesList("title", { flat: true }).fetch(at.db);
    const words = (query = Word.objects.all()): Promise<string[]> => query.orderBy("id").valuesList("text", { flat: true }).fetch(at.db);
    const refused = async (work: () => Promise<unknown>, message: RegExp): Promise<void> => {
      const sent = await at.sent(async () => {
        const error: unknown = await Promise.resolve()
          .then(work)
          .then(
            () => null,
            (reason: unknown) => reason,
          );
        expect(error).toBeInstanceOf(FieldError);
        expect((error as FieldError).message).toMatch(message);
      });
      expect(sent).toEqual([]);
    };

    describe("lookups", () => {
      it("%, _ and the backslash are found literally, with and without case", async () => {
        for (const lookup of ["contains", "icontains"]) {
          expect(await words(Word.objects.filter(by(`text__${lookup}`, "%")))).toEqual(["100%"]);
          expect(await words(Word.objects.filter(by(`text__${lookup}`, "_")))).toEqual(["a_b"]);
          expect(await words(Word.objects.filter(by(`text__${lookup}`, "\\")))).toEqual(["back\\slash"]);
        }
        expect(await words(Word.objects.filter({ text__startswith: "100%" }))).toEqual(["100%"]);
        expect(await words(Word.objects.filter({ text__iendswith: "_B" }))).toEqual(["a_b"]);
        expect(await words(Word.objects.filter({ text__iexact: "A_B" }))).toEqual(["a_b"]);
      });
      it("a NULL in a list is not sent; a list of nothing else matches nothing", async () => {
        const { params } = Painting.objects.filter({ year__in: [null, 1930] as never }).toSQL("postgres");
        expect(params).toEqual(["{1930}"]);
        expect(await titles(Painting.objects.filter({ year__in: [null, 1930] as never }))).toEqual(["Dawn"]);
        expect(await at.sent(async () => expect(await titles(Painting.objects.filter({ note__in: [null] as never }))).toEqual([]))).toEqual(
          [],
        );
      });
      it("values of a list are sent in the order given", () => {
        expect(Painting.objects.filter({ year__in: [3, 1, 2] }).toSQL("postgres").params).toEqual(["{3,1,2}"]);
        expect(Painting.objects.filter({ year__in: [3, 1, 2] }).toSQL("sqlite").params).toEqual(["[3,1,2]"]);
      });
      it("nothing is in an empty list, and excluding it leaves everything", async () => {
        expect(await at.sent(async () => expect(await titles(Painting.objects.filter({ id__in: [] }))).toEqual([]))).toEqual([]);
        expect(await titles(Painting.objects.exclude({ id__in: [] }))).toHaveLength(5);
      });
      it("inBulk() takes more keys than a statement has places for", async () => {
        const ids = await Painting.objects.orderBy("id").valuesList("id", { flat: true }).fetch(at.db);
        const many = [...ids, ...Array.from({ length: 70_000 }, (_, index) => index + 1_000_000)];
        const found = await Painting.objects.inBulk(at.db, many);
        expect([...found.keys()].toSorted((a, b) => a - b)).toEqual(ids);
        expect([...(await Painting.objects.inBulk(at.db)).values()]).toHaveLength(5);
        expect([...(await Genre.objects.inBulk(at.db, ["sea", "none"], { field: "name" })).keys()]).toEqual(["sea"]);
      });
      it("no regular expression matches NULL, and excluding one keeps the rows with NULL", async () => {
        expect(await titles(Painting.objects.filter({ note__regex: ".*" }))).toEqual(["Dawn", "Tide", "Moor"]);
        expect(await titles(Painting.objects.exclude({ note__iregex: "^D" }))).toEqual(["Dusk", "Tide", "Moor", "Void"]);
      });
      it("an unknown name lists what there is, an unknown lookup names itself", async () => {
        await refused(
          () => Painting.objects.filter({ titel: "x" } as never).fetch(at.db),
          /'titel' on Painting.*Did you mean 'title'.*There are .*title.*note.*genres/s,
        );
        await refused(
          () => Painting.objects.filter({ title__startwith: "x" } as never).fetch(at.db),
          /no lookup 'startwith'.*Did you mean 'startswith'/s,
        );
        await refused(
          () => Painting.objects.filter({ painter__place__heigth__gt: 1 } as never).fetch(at.db),
          /'heigth' on Place.*Did you mean 'height'/s,
        );
      });
      it("relations have no lookups of text", async () => {
        await refused(() => Painting.objects.filter({ painter__icontains: "a" } as never).fetch(at.db), /icontains/);
        await refused(() => Painting.objects.filter({ genres__startswith: "a" } as never).fetch(at.db), /startswith/);
      });
      it("isnull takes true or false only", async () => {
        for (const value of [0, 1, "true", null, []])
          await refused(() => Painting.objects.filter({ note__isnull: value } as never).fetch(at.db), /true or false/);
      });
      it("a day of one zone is spread over years of another (ours: instants are asked in UTC, other zones by name)", async () => {
        const zone = "Etc/GMT-3";
        expect(await words(Word.objects.filter({ at__year: 2010 }))).toEqual(["100%"]);
        expect(await words(Word.objects.filter({ at__month: 1, at__day: 1 }))).toEqual(["a_b", "back\\slash"]);
        expect(await words(Word.objects.filter({ at__weekday: 6, at__hour: 22 }))).toEqual(["100%"]);
        const there = Word.objects
          .annotate({ y: Extract("at", "year", { zone }), d: Extract("at", "day", { zone }), h: Extract("at", "hour", { zone }) })
          .filter({ y: 2011, d: 1 });
        expect(await there.orderBy("id").valuesList("text", "h").fetch(at.db)).toEqual([
          ["100%", 1],
          ["a_b", 4],
          ["back\\slash", 4],
        ]);
        expect(await Word.objects.dates("at", "day").fetch(at.db)).toEqual(["2010-12-31", "2011-01-01", "2011-06-15"]);
        expect(await Word.objects.dates("at", "day", { zone }).fetch(at.db)).toEqual(["2011-01-01", "2011-06-15"]);
        expect(await Word.objects.datetimes("at", "hour", { zone, order: "desc" }).fetch(at.db)).toEqual([
          day("2011-06-15T12:00:00Z"),
          day("2011-01-01T01:00:00Z"),
          day("2010-12-31T22:00:00Z"),
        ]);
      });
      it("patterns from a column are taken literally too", async () => {
        expect(await words(Word.objects.filter({ text__contains: F("other") }))).toEqual(["100%", "a_b", "back\\slash"]);
        expect(await words(Word.objects.filter({ text__endswith: F("other") }))).toEqual(["100%", "a_b"]);
        expect(await words(Word.objects.filter({ text__startswith: F("other") }))).toEqual([]);
        expect(await words(Word.objects.exclude({ text__icontains: F("other") }))).toEqual(["plain", "1000"]);
      });
    });

    describe("sub-selects and objects as values", () => {
      it("equality with a query of several rows is refused until it is limited to one", async () => {
        const old = Painter.objects.filter({ born__isnull: false }).orderBy("born");
        await refused(() => Painting.objects.filter({ painter: old as never }).fetch(at.db), /limit\(1\)/);
        await refused(() => Painting.objects.filter({ painter: old.limit(2) as never }).fetch(at.db), /limit\(1\)/);
        expect(await titles(Painting.objects.filter({ painter: old.limit(1) as never }))).toEqual(["Dawn", "Dusk"]);
      });
      it("`in` takes queries of one column", async () => {
        await refused(
          () => Painting.objects.filter({ painter__in: Painter.objects.values("id", "name") as never }).fetch(at.db),
          /one column/,
        );
        expect(
          await titles(Painting.objects.filter({ painter__name__in: Painter.objects.filter({ born: 1920 }).values("name") as never })),
        ).toEqual(["Tide", "Moor"]);
      });
      it("an object of another model is refused, in lists and exclude() too", async () => {
        const [room, painter] = [await Room.objects.get(at.db, { name: "East" }), await Painter.objects.get(at.db, { name: "Ada" })];
        await refused(() => Painting.objects.filter({ painter: room as never }).fetch(at.db), /Painter/);
        await refused(() => Painting.objects.filter({ painter__in: [painter, room] as never }).fetch(at.db), /Painter/);
        await refused(() => Painting.objects.exclude({ painter: room as never }).fetch(at.db), /Painter/);
        await refused(() => Painting.objects.filter({ painter__in: Room.objects.all() as never }).fetch(at.db), /Room|Painter/);
        expect(await titles(Painting.objects.filter({ painter__in: [painter] }))).toEqual(["Dawn", "Dusk"]);
      });
      it("a distinct, ordered, sliced query is a value, by its key, by a named column and by an annotation", async () => {
        const last = Painting.objects.distinct().orderBy("-year").limit(2);
        expect(await titles(Painting.objects.filter({ id__in: last as never }))).toEqual(["Moor", "Void"]);
        expect(await titles(Painting.objects.filter({ id__in: last.values("pk" as never) as never }))).toEqual(["Moor", "Void"]);
        expect(await titles(Painting.objects.filter({ year__in: last.valuesList("year", { flat: true }) as never }))).toEqual([
          "Moor",
          "Void",
        ]);
        const annotated = Painting.objects
          .annotate({ next: F("year").add(1) })
          .orderBy("year")
          .limit(2)
          .values("next");
        expect(await titles(Painting.objects.filter({ year__in: annotated as never }))).toEqual(["Dusk"]);
        expect(await titles(Painting.objects.filter({ painter__in: Painter.objects.distinct().orderBy("-name").slice(1, 3) }))).toEqual([
          "Tide",
          "Moor",
          "Void",
        ]);
      });
      it("deleting by a sliced query deletes exactly its rows", async () => {
        const first = Painting.objects.orderBy("year").limit(1).values("id");
        expect(await Painting.objects.filter({ id__in: first as never }).delete(at.db)).toBe(1);
        expect(await titles()).toEqual(["Dusk", "Tide", "Moor", "Void"]);
        expect(await Painting.objects.orderBy("-year").limit(2).delete(at.db)).toBe(2);
        expect(await titles()).toEqual(["Dusk", "Tide"]);
      });
      it("a union of slices has the rows of each", async () => {
        const both = Painting.objects.orderBy("year").limit(1).union(Painting.objects.orderBy("-year").limit(1));
        expect((await both.orderBy("year").fetch(at.db)).map((one) => one.title)).toEqual(["Dawn", "Void"]);
      });
      it("a query that was run before is a sub-select all the same", async () => {
        const painters = Painter.objects.filter({ born: 1900 });
        expect(await painters.fetch(at.db)).toHaveLength(1);
        const sent = await at.sent(async () =>
          expect(await titles(Painting.objects.filter({ painter__in: painters }))).toEqual(["Dawn", "Dusk"]),
        );
        expect(sent).toHaveLength(1);
        expect(sent[0]).toMatch(/IN \(SELECT/);
      });
    });

    describe("slices and empty sets", () => {
      it("filtering, ordering and excluding after a slice are refused", async () => {
        const some = Painting.objects.limit(2);
        for (const change of [
          () => some.filter({ id: 1 }),
          () => some.exclude({ id: 1 }),
          () => some.orderBy("id"),
          () => some.distinct(),
          () => some.reverse(),
        ])
          expect(change).toThrow(/before the rows are cut/);
        expect(await some.offset(1).count(at.db)).toBe(2);
      });
      it("an update of an empty list sends nothing", async () => {
        const sent = await at.sent(async () => {
          expect(await Painting.objects.filter({ id__in: [] }).update(at.db, { year: 1 })).toBe(0);
          expect(await Painting.objects.filter({ id__in: [] }).delete(at.db)).toBe(0);
        });
        expect(sent).toEqual([]);
      });
      it("none() stays empty whatever follows, and sends nothing", async () => {
        const none = Painting.objects.none();
        const sent = await at.sent(async () => {
          expect(await none.fetch(at.db)).toEqual([]);
          expect(await none.filter({ id: 1 }).exclude({ id: 2 }).orderBy("title").distinct().reverse().fetch(at.db)).toEqual([]);
          expect(await none.annotate({ n: Count("genres") }).fetch(at.db)).toEqual([]);
          expect(await none.selectRelated("painter").defer("note").fetch(at.db)).toEqual([]);
          expect(await none.prefetchRelated("genres").fetch(at.db)).toEqual([]);
          expect(await none.values("title").fetch(at.db)).toEqual([]);
          expect(await none.first(at.db)).toBeNull();
          expect(await none.count(at.db)).toBe(0);
          expect(await none.exists(at.db)).toBe(false);
          expect(await none.update(at.db, { year: 1 })).toBe(0);
          for await (const row of none.iterate(at.db)) expect(row).toBeUndefined();
        });
        expect(sent).toEqual([]);
      });
      it("two iterations over one query do not disturb each other", async () => {
        const query = Painting.objects.orderBy("id");
        const pairs: string[] = [];
        for await (const outer of query.iterate(at.db, { chunkSize: 2 })) {
          for await (const inner of query.limit(2).iterate(at.db, { chunkSize: 1 })) pairs.push(`${outer.title} ${inner.title}`);
        }
        expect(pairs).toEqual(["Dawn", "Dusk", "Tide", "Moor", "Void"].flatMap((title) => [`${title} Dawn`, `${title} Dusk`]));
      });
    });

    describe("orders", () => {
      it("ties of an instant fall back to the key, and the ends say so (ours: neighbours are pages)", async () => {
        const query = Word.objects.orderBy("at");
        const seen: string[] = [];
        let page = await query.paginate(at.db, { first: 1 });
        for (;;) {
          seen.push(...page.items.map((word) => word.text));
          if (!page.hasNext) break;
          page = await query.paginate(at.db, { first: 1, after: page.endCursor });
        }
        expect(seen).toEqual(["100%", "a_b", "back\\slash", "plain", "1000"]);
        expect((await query.paginate(at.db, { first: 1, after: page.endCursor })).items).toEqual([]);
        const before = await query.paginate(at.db, { last: 2, before: page.startCursor });
        expect(before.items.map((word) => word.text)).toEqual(["back\\slash", "plain"]);
        expect((await query.paginate(at.db, { first: 2 })).hasPrevious).toBe(false);
      });
      it("a distinct column ordered by another one is distinct over both", async () => {
        const query = Painting.objects.orderBy("painter__name", "year").values("painter__name").distinct();
        expect(await query.fetch(at.db)).toEqual(["Ada", "Ada", "Ben", "Ben", "Cleo"].map((painter__name) => ({ painter__name })));
        expect(await query.orderBy("painter__name").fetch(at.db)).toHaveLength(3);
      });
      it("ordering by a to-many relation repeats rows", async () => {
        const query = Painter.objects.orderBy("paintings__year", "name").valuesList("name", { flat: true });
        const names = await query.fetch(at.db);
        expect(names.filter((name) => name !== "Dan")).toEqual(["Ada", "Ada", "Ben", "Ben", "Cleo"]);
        expect(names).toHaveLength(6);
        expect(
          await Painter.objects
            .annotate({
              last: Subquery(
                Painting.objects
                  .filter({ painter: OuterRef("pk") })
                  .orderBy("-year")
                  .values("year")
                  .limit(1),
              ),
            })
            .orderBy("-last")
            .filter({ last__isnull: false })
            .valuesList("name", { flat: true })
            .fetch(at.db),
        ).toEqual(["Cleo", "Ben", "Ada"]);
      });
      it("ordering by a nullable relation keeps the rows without one: left joins", async () => {
        const query = Painting.objects.orderBy("room__name", "painter__place__name", "id");
        expect(await query.fetch(at.db)).toHaveLength(5);
        expect([innerJoinsOf(query), outerJoinsOf(query)]).toEqual([1, 2]);
        expect(await Painter.objects.orderBy("teacher__name").count(at.db)).toBe(4);
      });
      it("selectRelated and an order through a second path to the same table keep both rows apart", async () => {
        const rows = await Painter.objects
          .filter({ teacher__isnull: false })
          .selectRelated("place", "teacher__place")
          .orderBy("-teacher__place__name")
          .fetch(at.db);
        expect(rows.map((one) => [one.name, one.place?.name, one.teacher?.name, one.teacher?.place?.name])).toEqual([
          ["Ben", "Alps", "Ada", "Delft"],
          ["Cleo", "Nowhere", "Ben", "Alps"],
        ]);
      });
      it("NULLs come first or last as is said, in both directions; anything else is refused", async () => {
        const notes = (order: ReturnType<ReturnType<typeof F<"note">>["asc"]>): Promise<(string | null)[]> =>
          Painting.objects.orderBy(order, "id").valuesList("note", { flat: true }).fetch(at.db);
        expect(await notes(F("note").asc({ nulls: "first" }))).toEqual([null, null, "Dawn", "bog", "wave"]);
        expect(await notes(F("note").asc({ nulls: "last" }))).toEqual(["Dawn", "bog", "wave", null, null]);
        expect(await notes(F("note").desc({ nulls: "first" }))).toEqual([null, null, "wave", "bog", "Dawn"]);
        expect(await notes(F("note").desc({ nulls: "last" }))).toEqual(["wave", "bog", "Dawn", null, null]);
        expect(() => F("note").asc({ nulls: "both" as never })).toThrow(FieldError);
        const [up, down] = [await notes(F("note").asc()), await notes(F("note").desc())];
        expect(up.filter((note) => note !== null)).toEqual(["Dawn", "bog", "wave"]);
        expect(down.filter((note) => note !== null)).toEqual(["wave", "bog", "Dawn"]);
      });
      it("latest() and earliest() take the order's names and say when there is none", async () => {
        expect((await Painting.objects.latest(at.db, "year")).title).toBe("Void");
        expect((await Painting.objects.earliest(at.db, "year", "title")).title).toBe("Dawn");
        await expect(Painting.objects.filter({ year: 1 }).latest(at.db, "year")).rejects.toThrow(DoesNotExist);
        expect(await Award.objects.filter({ painter__place__in: Place.objects.filter({ height__gt: 0 }) }).count(at.db)).toBe(2);
        expect(textOf(Painting.objects.orderBy("year"))).toMatch(/ORDER BY "gallery_paintings"\."year"/);
      });
    });
  },
);

/** Loading related objects and columns, as Django answers it; docs/parity.md names its tests. */

import { describe, expect, it } from "vitest";
import { FieldError, ForeignKeyViolation, NotLoaded, Prefetch, ValidationError } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { fillGallery, gallery, Genre, Painter, Painting, Review, Room, Studio } from "./gallery.js";

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

eachSharedDatabase("loading", gallery, fillGallery, (at) => {
  const count = async (work: () => Promise<unknown>): Promise<number> => (await at.sent(work)).length;

  describe("prefetches", () => {
    it("a filter after it changes nothing about it", async () => {
      const sent = await count(async () => {
        const [ada] = await Painter.objects.prefetchRelated("paintings").filter({ name: "Ada" }).fetch(at.db);
        expect(ada!.paintings.map((one) => one.title).toSorted()).toEqual(["Dawn", "Dusk"]);
      });
      expect(sent).toBe(2);
    });
    it("a path and a longer one with the same beginning load each level once, in any order", async () => {
      for (const paths of [
        ["paintings", "paintings__genres"],
        ["paintings__genres", "paintings"],
      ] as const) {
        at.db.clear();
        expect(await count(() => Painter.objects.prefetchRelated(paths[0], paths[1]).fetch(at.db))).toBe(3);
      }
    });
    it("a relation that a longer path loads already is not given another queryset afterwards", async () => {
      const twice = Painter.objects.prefetchRelated(
        "paintings__genres",
        new Prefetch("paintings", Painting.objects.filter({ year__gt: 1940 })),
      );
      await expect(twice.fetch(at.db)).rejects.toThrow(FieldError);
      await expect(twice.fetch(at.db)).rejects.toThrow(/paintings/);
    });
    it("given first, its queryset is what the longer path goes on from", async () => {
      const query = Painter.objects
        .prefetchRelated(new Prefetch("paintings", Painting.objects.filter({ year__gt: 1940 }), { toAttr: "late" }), "paintings__genres")
        .orderBy("id");
      const [ada, ben] = await query.fetch(at.db);
      expect(ada!.late).toEqual([]);
      expect(ben!.late.map((one) => one.title)).toEqual(["Tide", "Moor"]);
      expect(ada!.paintings.length).toBe(2);
    });
    it("with a filter, into an attribute of its own; the relation itself stays unread", async () => {
      const [ada] = await Painter.objects
        .filter({ name: "Ada" })
        .prefetchRelated(new Prefetch("paintings", Painting.objects.filter({ year: 1931 }), { toAttr: "dusk" }))
        .fetch(at.db);
      expect(ada!.dusk.map((one) => one.title)).toEqual(["Dusk"]);
      expect(await ada!.paintings.count()).toBe(2);
    });
    it("with a joined relation inside, or a prefetch inside: as many statements as there are relations", async () => {
      const joined = await count(async () => {
        const rows = await Painter.objects.prefetchRelated(new Prefetch("paintings", Painting.objects.selectRelated("room"))).fetch(at.db);
        expect(rows.flatMap((one) => one.paintings.map((painting) => painting.room?.name ?? "none")).toSorted(byText)).toEqual([
          "East",
          "East",
          "West",
          "none",
          "none",
        ]);
      });
      expect(joined).toBe(2);
      at.db.clear();
      const nested = await count(async () => {
        const rows = await Painter.objects
          .prefetchRelated(new Prefetch("paintings", Painting.objects.prefetchRelated("genres")))
          .orderBy("id")
          .fetch(at.db);
        expect([...rows[1]!.paintings].flatMap((painting) => painting.genres.map((genre) => genre.name)).toSorted()).toEqual([
          "dark",
          "light",
        ]);
      });
      expect(nested).toBe(3);
    });
    it("a forward relation whose queryset leaves its row out (ours: an attribute of its own is a list)", async () => {
      const east = Room.objects.filter({ name: "East" });
      const [dusk] = await Painting.objects
        .filter({ title: "Dusk" })
        .prefetchRelated(new Prefetch("room", east, { toAttr: "east" }))
        .fetch(at.db);
      expect(dusk!.east).toEqual([]);
      expect((await dusk!.room)?.name).toBe("West");
      at.db.clear();
      const rows = await Painting.objects.filter({ year__lt: 1940 }).orderBy("id").prefetchRelated(new Prefetch("room", east)).fetch(at.db);
      expect(rows.map((one) => one.room?.name ?? null)).toEqual(["East", null]);
    });
    it("each level is fetched once, then read without a statement", async () => {
      const query = Room.objects.prefetchRelated("paintings__genres").orderBy("id");
      let rooms: Awaited<ReturnType<typeof query.fetch>> = [];
      expect(await count(async () => (rooms = await query.fetch(at.db)))).toBe(3);
      const read = await count(async () => {
        expect(rooms.map((room) => room.paintings.map((painting) => painting.genres.map((genre) => genre.name).toSorted()))).toEqual([
          [
            ["light", "sea"],
            ["dark", "light"],
          ],
          [["dark"]],
          [],
        ]);
        expect(await rooms[0]!.paintings.count()).toBe(2);
      });
      expect(read).toBe(0);
    });
    it("what is added to or removed from a prefetched relation is seen there, and by the database after the flush", async () => {
      const [dawn] = await Painting.objects.filter({ title: "Dawn" }).prefetchRelated("genres").fetch(at.db);
      const [dark, light] = [await Genre.objects.get(at.db, { name: "dark" }), await Genre.objects.get(at.db, { name: "light" })];
      const names = (genres: Iterable<Genre>): string[] => [...genres].map((genre) => genre.name).toSorted();
      dawn!.genres.add(dark);
      expect(names(dawn!.genres)).toEqual(["dark", "light", "sea"]);
      expect(names(await dawn!.genres.all().fetch())).toEqual(["dark", "light", "sea"]);
      dawn!.genres.remove(light);
      expect(names(dawn!.genres)).toEqual(["dark", "sea"]);
      expect(names(await dawn!.genres.all().fetch())).toEqual(["dark", "sea"]);
    });
    it("through a joined relation that may be missing: two statements, the missing ones skipped", async () => {
      const sent = await count(async () => {
        const rows = await Painter.objects.selectRelated("teacher").prefetchRelated("teacher__pupils").orderBy("id").fetch(at.db);
        expect(rows.map((one) => one.teacher?.pupils.map((pupil) => pupil.name) ?? null)).toEqual([null, ["Ben"], ["Cleo"], null]);
      });
      expect(sent).toBe(2);
    });
    it("an attribute named as a field, a relation or a member is refused", async () => {
      for (const toAttr of ["name", "paintings", "teacher", "save", "pk"]) {
        await expect(
          Painter.objects.prefetchRelated(new Prefetch("paintings", Painting.objects.all(), { toAttr }) as never).fetch(at.db),
        ).rejects.toThrow(FieldError);
      }
      expect(() => new Prefetch("paintings", Painting.objects.all(), { toAttr: "a__b" })).toThrow(FieldError);
    });
  });

  describe("one-to-one", () => {
    it("under selectRelated, without a further statement (ours: a row that is not there is null)", async () => {
      const sent = await count(async () => {
        const rows = await Painter.objects.selectRelated("studio").orderBy("id").fetch(at.db);
        expect(rows.map((one) => one.studio?.name ?? null)).toEqual(["Loft", "Barn", null, null]);
        expect(rows[0]!.studio?.open).toBe(true);
      });
      expect(sent).toBe(1);
    });
    it("that it is missing is remembered", async () => {
      const cleo = await Painter.objects.get(at.db, { name: "Cleo" });
      expect(await count(async () => expect(await cleo.studio).toBeNull())).toBe(1);
      expect(await count(async () => expect(await cleo.studio).toBeNull())).toBe(0);
    });
  });

  describe("deferred columns", () => {
    it("refresh() reads the columns that were loaded; one that was not takes its own statement", async () => {
      const dawn = (await Painting.objects.defer("note").get(at.db, { title: "Dawn" })) as unknown as Painting;
      const [text] = await at.sent(() => at.db.refresh(dawn));
      expect(text).toContain('"year"');
      expect(text).not.toContain('"note"');
      expect(() => dawn.note).toThrow(NotLoaded);
      expect(await count(async () => dawn.load("note"))).toBe(1);
      expect(dawn.note).toBe("Dawn");
    });
    it("a relation is not both deferred and joined", async () => {
      await expect(
        (Painting.objects.defer("painterId" as never) as unknown as typeof Painting.objects).selectRelated("painter").fetch(at.db),
      ).rejects.toThrow(/both deferred/);
      await expect(
        (Painting.objects.only("title") as unknown as typeof Painting.objects).selectRelated("painter").fetch(at.db),
      ).rejects.toThrow(FieldError);
    });
    it("only() and defer() select what they say, and the key", async () => {
      const { text } = Painting.objects.only("title", "year").toSQL("sqlite");
      expect(text).toMatch(/^SELECT "gallery_paintings"\."id", "gallery_paintings"\."title", "gallery_paintings"\."year" FROM/);
      const [row] = await Painting.objects.defer("title", "note").orderBy("id").fetch(at.db);
      expect(Object.keys(row!)).not.toContain("title");
      expect((row as unknown as Painting).toJSON()).not.toHaveProperty("note");
    });
  });

  describe("keys and objects", () => {
    it("another key drops the related object that was loaded", async () => {
      const [tide] = await Painting.objects.filter({ title: "Tide" }).selectRelated("painter").fetch(at.db);
      const ada = await Painter.objects.get(at.db, { name: "Ada" });
      expect(tide!.painter.name).toBe("Ben");
      (tide as unknown as Painting).painterId = ada.id;
      await (tide as unknown as Painting).save();
      expect((await (tide as unknown as Painting).painter).name).toBe("Ada");
      expect(await Painting.objects.filter({ painter: ada }).count(at.db)).toBe(3);
    });
    it("an object of another model is refused where it is assigned; null is found out by the flush", async () => {
      const tide = await Painting.objects.get(at.db, { title: "Tide" });
      const room = await Room.objects.get(at.db, { name: "West" });
      expect(() => {
        tide.painter = room as never;
      }).toThrow(/Painter/);
      tide.painter = null as never;
      expect(tide.painterId).toBeNull();
      await expect(at.db.flush()).rejects.toThrow(ValidationError);
    });
    it("what a new object reaches is inserted before it (ours: an unsaved parent comes along)", async () => {
      const review = await Review.objects.create(at.db, { text: "new", about: new Painter({ name: "Eve" }) });
      const eve = await review.about;
      expect(eve?.isPersisted).toBe(true);
      expect(review.aboutId).toBe(eve?.id);
      await expect(Studio.objects.create(at.db, { name: "x", painterId: 0 })).rejects.toThrow(ForeignKeyViolation);
    });
  });
});

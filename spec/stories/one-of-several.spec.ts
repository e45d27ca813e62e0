/** A relation to one of several models: what is loaded through it, and shown, is each target's own. */

import { beforeEach, describe, expect, it } from "vitest";
import {
  anyOf,
  FieldError,
  foreignKey,
  hasMany,
  model,
  Prefetch,
  prefetchRelated,
  t,
  type Loaded,
  type Database,
  type Session,
} from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { assertQueries } from "../../src/testing.js";

class Writer extends model<Writer>("any_writers")({ name: t.text() }) {}
class Agency extends model<Agency>("any_agencies")({ name: t.text(), city: t.text() }) {}
class Article extends model<Article>("any_articles")({
  title: t.text(),
  by: foreignKey(() => Writer),
  parts: hasMany(() => Part, "article"),
}) {}
class Part extends model<Part>("any_parts")({ text: t.text(), article: foreignKey(() => Article) }) {}
class Photo extends model<Photo>("any_photos")({
  url: t.text(),
  width: t.integer().default(100),
  by: foreignKey(() => Agency),
  shots: hasMany(() => Shot, "photo"),
}) {}
class Shot extends model<Shot>("any_shots")({ number: t.integer(), photo: foreignKey(() => Photo) }) {}
class Comment extends model<Comment>("any_comments")(
  {
    body: t.text(),
    about: anyOf({ article: () => Article, photo: () => Photo }).nullable(),
    replies: hasMany(() => Reply, "comment"),
  },
  { ordering: ["id"] },
) {}
class Reply extends model<Reply>("any_replies")({ body: t.text(), comment: foreignKey(() => Comment) }) {}

eachDatabase("one of several", [Writer, Agency, Article, Part, Photo, Shot, Comment, Reply], (open) => {
  let database: Database;
  let db: Session;
  beforeEach(async () => {
    database = await open();
    await using setup = database.session();
    const article = await Article.objects.create(setup, { title: "On types", by: await Writer.objects.create(setup, { name: "Ada" }) });
    const agency = await Agency.objects.create(setup, { name: "Press", city: "Rome" });
    const photo = await Photo.objects.create(setup, { url: "cat.png", by: agency });
    await Part.objects.create(setup, { text: "Once", article });
    await Shot.objects.create(setup, { number: 7, photo });
    for (const about of [article, photo, null]) {
      const comment = await Comment.objects.create(setup, { body: "well", about });
      await Reply.objects.create(setup, { body: "indeed", comment });
    }
    await setup.commit();
    db = database.session({ fetchMode: "raise" });
  });

  describe("prefetchRelated()", () => {
    it("follows each target's own relation, also where they have the same name and lead elsewhere", async () => {
      await assertQueries(db, 5, async () => {
        const [one, two, three] = await Comment.objects.prefetchRelated("about__by").fetch(db);
        expect([one!.about?.by.constructor, two!.about?.by.constructor, three!.about]).toEqual([Writer, Agency, null]);
        expect([one!.about?.by.name, two!.about?.by.name]).toEqual(["Ada", "Press"]);
      });
    });

    it("follows a relation that only one of the targets has", async () => {
      await assertQueries(db, 5, async () => {
        const [one, two] = await Comment.objects.prefetchRelated("about__shots", "about__parts").fetch(db);
        expect((one!.about as Loaded<Article, "parts">).parts.map((part) => part.text)).toEqual(["Once"]);
        expect((two!.about as Loaded<Photo, "shots">).shots.map((shot) => shot.number)).toEqual([7]);
      });
    });

    it("does so from further up, for objects that are there, and with a queryset of one's own", async () => {
      const replies = await Reply.objects.orderBy("id").prefetchRelated("comment__about__shots").fetch(db);
      expect((replies[1]!.comment.about as Loaded<Photo, "shots">).shots).toHaveLength(1);
      db.clear();
      const comments = await prefetchRelated(db, await Comment.objects.fetch(db), "about__by", "about__shots");
      expect([comments[0]!.about?.by.name, comments[1]!.about?.by.name]).toEqual(["Ada", "Press"]);
      db.clear();
      const none = new Prefetch("about__shots", Shot.objects.filter({ number: 8 }), { toAttr: "eights" });
      const [, two] = await Comment.objects.prefetchRelated("about", none).fetch(db);
      expect((two!.about as unknown as { readonly eights: unknown }).eights).toEqual([]);
    });

    it("refuses what none of the targets has, and names them", () => {
      // @ts-expect-error neither has one
      expect(() => Comment.objects.prefetchRelated("about__shotz").toSQL("sqlite")).toThrow(
        /no relation 'shotz' on Article or Photo\. Did you mean 'shots'\? There are by, parts, shots/,
      );
      // @ts-expect-error a column of one of them
      expect(() => Comment.objects.prefetchRelated("about__url").toSQL("sqlite")).toThrow(/'url' of Photo is a column, no relation/);
    });
  });

  describe("toObject()", () => {
    const shown = async (...include: readonly string[]): Promise<unknown[]> => {
      db.clear();
      const paths = include.filter((path) => !path.endsWith("url") && !path.endsWith("title") && !path.endsWith("name"));
      const comments = await Comment.objects
        .prefetchRelated(...(["about__by", "about__shots", ...paths] as unknown as ["about"]))
        .fetch(db);
      return comments.map((comment) => (comment.toObject({ include: include as ["about"] }) as { about: unknown }).about);
    };

    it("shows of each target what it has", async () => {
      expect(await shown("about")).toEqual([{ id: 1, title: "On types", byId: 1 }, { id: 1, url: "cat.png", width: 100, byId: 1 }, null]);
      expect(await shown("about__url")).toEqual([{}, { url: "cat.png" }, null]);
      expect(await shown("about__url", "about__title")).toEqual([{ title: "On types" }, { url: "cat.png" }, null]);
      expect(await shown("about__by__name", "about__url")).toEqual([
        { by: { name: "Ada" } },
        { url: "cat.png", by: { name: "Press" } },
        null,
      ]);
      expect(await shown("about__shots", "about__title")).toEqual([
        { title: "On types" },
        { shots: [{ id: 1, number: 7, photoId: 1 }] },
        null,
      ]);
    });

    it("is typed so, and refuses what none of the targets has", async () => {
      const [one, two] = await Comment.objects.prefetchRelated("about__by").fetch(db);
      const { about } = one!.toObject({ include: ["about__title", "about__by"] });
      if (about !== null && "title" in about) {
        const title: string = about.title;
        expect([title, about.by.name]).toEqual(["On types", "Ada"]);
      } else expect.unreachable();
      const whole = two!.toObject({ include: ["about"] }).about;
      if (whole !== null && "url" in whole) expect(whole.width satisfies number).toBe(100);
      else expect.unreachable();
      // @ts-expect-error neither has one
      const misspelt = (): unknown => two!.toObject({ include: ["about__titel"] });
      expect(misspelt).toThrow(FieldError);
      expect(misspelt).toThrow(/"about__titel" is not a relation or field of Article or Photo\. Did you mean 'title'/);
    });
  });
});

/** Single-table inheritance and relations to one of several models: rows come back as the class that they are. */

import { describe, expect, it } from "vitest";
import { anyOf, ConfigurationError, foreignKey, hasMany, model, Prefetch, sql, t, type Database, type Session } from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

class Person extends model<Person>("inh_people")(
  {
    name: t.text(),
    kind: t.text(),
    notes: hasMany(() => Note, "owner"),
  },
  { ordering: ["id"], subtypes: () => [Admin, Guest] },
) {
  greet(): string {
    return `I am ${this.name}`;
  }
}
class Admin extends Person.subtype<Admin>("admin")({
  level: t.integer(),
  boss: foreignKey(() => Admin, { onDelete: "setNull" }).nullable(),
}) {
  override greet(): string {
    return `${super.greet()}, admin of level ${this.level}`;
  }
}
class Guest extends Person.subtype<Guest>("guest")({ until: t.date().nullable() }) {}
class Note extends model<Note>("inh_notes")({
  body: t.text(),
  owner: foreignKey(() => Person, { onDelete: "cascade" }),
}) {}

class Article extends model<Article>("inh_articles")({ title: t.text() }) {}
class Photo extends model<Photo>("inh_photos")({ url: t.text() }) {}
class Comment extends model<Comment>("inh_comments")(
  {
    body: t.text(),
    about: anyOf({ article: () => Article, photo: () => Photo }),
  },
  { ordering: ["id"] },
) {}

const models = [Person, Admin, Guest, Note, Article, Photo, Comment];

eachDatabase("inheritance", models, (fresh) => {
  describe("subtypes", () => {
    it("come back as their own class, with their own columns, from a query of the base", async () => {
      const database = await fresh();
      await using setup = database.session();
      await Person.objects.create(setup, { name: "Plain", kind: "person" });
      const root = await Admin.objects.create(setup, { name: "Root", level: 9 });
      await Admin.objects.create(setup, { name: "Op", kind: "admin", level: 1, boss: root });
      await Guest.objects.create(setup, { name: "Visitor", kind: "guest", until: "2030-01-01" });
      await setup.commit();

      await using db = database.session();
      const people = await Person.objects.orderBy("id").fetch(db);
      expect(people.map((person) => person.constructor)).toEqual([Person, Admin, Admin, Guest]);
      expect(people.map((person) => person.greet())).toEqual([
        "I am Plain",
        "I am Root, admin of level 9",
        "I am Op, admin of level 1",
        "I am Visitor",
      ]);
      const op = people[2] as Admin;
      expect(await op.boss).toBe(people[1]);
      expect((people[3] as Guest).until).toBe("2030-01-01");
    });

    it("are queried by their own class alone", async () => {
      const database = await fresh();
      await using setup = database.session();
      await Admin.objects.create(setup, { name: "Root", kind: "admin", level: 9 });
      await Guest.objects.create(setup, { name: "Visitor", kind: "guest" });
      await setup.commit();
      await using db = database.session();
      expect((await Admin.objects.fetch(db)).map((admin) => admin.name)).toEqual(["Root"]);
      expect(await Admin.objects.filter({ level__gt: 3, name: "Root" }).count(db)).toBe(1);
      expect(await Guest.objects.count(db)).toBe(1);
      expect(await Person.objects.count(db)).toBe(2);
    });

    it("name their type by themselves, and share identity and relations with the base", async () => {
      const database = await fresh();
      await using db = database.session();
      const admin = new Admin({ name: "Root", level: 2 });
      expect(admin.kind).toBe("admin");
      db.add(admin);
      db.add(new Note({ body: "hello", owner: admin }));
      await db.commit();
      expect(await db.get(Person, admin.id)).toBe(admin);
      expect((await admin.notes.fetch()).map((note) => note.body)).toEqual(["hello"]);
      await using other = database.session();
      const note = (await Note.objects.first(other))!;
      expect(await note.owner).toBeInstanceOf(Admin);
    });

    it("are heard by listeners of the base", async () => {
      const database = await fresh();
      await using db = database.session();
      const heard: string[] = [];
      const ends = [
        Person.on("post_save", ({ instance }) => heard.push(`person ${instance.name}`)),
        Admin.on("post_save", ({ instance }) => heard.push(`admin ${instance.level}`)),
      ];
      try {
        await Admin.objects.create(db, { name: "Root", kind: "admin", level: 4 });
        await Guest.objects.create(db, { name: "Visitor", kind: "guest" });
      } finally {
        for (const end of ends) end();
      }
      expect(heard).toEqual(["person Root", "admin 4", "person Visitor"]);
    });
  });

  describe("classes that nothing has named yet", () => {
    const row = (database: Database, kind: string): Promise<unknown> =>
      getDbOf(database, (db) => db.execute(sql`INSERT INTO inh_shapes (name, kind, sides) VALUES (${kind}, ${kind}, ${4})`));
    const getDbOf = async (database: Database, work: (db: Session) => Promise<unknown>): Promise<unknown> => {
      await using db = database.session();
      const result = await work(db);
      await db.commit();
      return result;
    };
    const shapes = (listed: boolean) => {
      class Shape extends model<Shape>("inh_shapes")(
        { name: t.text(), kind: t.text().default("shape") },
        { ordering: ["id"], ...(listed ? { subtypes: () => [Square] } : {}) },
      ) {
        area(): number {
          return 0;
        }
      }
      class Square extends Shape.subtype<Square>("square")({ sides: t.integer().nullable() }) {
        override area(): number {
          return this.sides! ** 2;
        }
      }
      return { Shape, Square };
    };

    it("are found where the base lists them", async () => {
      const database = await fresh();
      const { Shape, Square } = shapes(true);
      await database.createAll([Shape]);
      await row(database, "square");
      await using db = database.session();
      const [square] = await Shape.objects.fetch(db);
      expect([square!.area(), square instanceof Square]).toEqual([16, true]);
    });

    it("are an error that names them where it does not; once named, they are found", async () => {
      const database = await fresh();
      const { Shape, Square } = shapes(false);
      await database.createAll([Shape]);
      await row(database, "square");
      await using db = database.session();
      const error: unknown = await Shape.objects.fetch(db).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as Error).message).toBe(
        `a row of "inh_shapes" has kind "square", the name of a subtype whose class has not been seen yet: ` +
          `list it in the options of Shape, { subtypes: () => [Square] }, or name it (Square.objects, createAll([Square])) before its rows are read`,
      );
      expect(await Square.objects.count(db)).toBe(1);
      expect((await Shape.objects.fetch(db))[0]!.area()).toBe(16);
    });

    it("a type that no class has: refused where the base lists its subtypes, else a row of the base", async () => {
      for (const listed of [true, false]) {
        const database = await fresh();
        const { Shape, Square } = shapes(listed);
        await database.createAll([Shape, Square]);
        await row(database, "circle");
        await using db = database.session();
        if (!listed) expect((await Shape.objects.fetch(db))[0]!.constructor).toBe(Shape);
        else
          await expect(Shape.objects.fetch(db)).rejects.toThrow(
            `a row of "inh_shapes" has kind "circle", but no class that the option \`subtypes\` of Shape lists is stored under that name`,
          );
      }
    });

    it("create() of a subtype names its type by itself, and another one is refused", async () => {
      const database = await fresh();
      const { Shape, Square } = shapes(true);
      await database.createAll([Shape]);
      await using db = database.session();
      const square = await Square.objects.create(db, { name: "s", sides: 2 });
      expect(square.kind).toBe("square");
      await expect(Square.objects.create(db, { name: "s", kind: "circle" })).rejects.toThrow(
        'kind is "square" for Square, got the string "circle"',
      );
      expect(await Shape.objects.count(db)).toBe(1);
      await db.rollback();
    });
  });

  describe("anyOf", () => {
    it("takes no queryset of one model for its several, and cannot be joined", () => {
      expect(() => Comment.objects.prefetchRelated(new Prefetch("about", Article.objects.filter({ id: 1 }))).toSQL("sqlite")).toThrow(
        /'about' leads to one of several models \(article, photo\)/,
      );
      expect(() => Comment.objects.selectRelated("about").toSQL("sqlite")).toThrow(/leads to one of several models: use prefetchRelated/);
    });

    it("stores a type and a key, and loads each kind with one statement", async () => {
      const database = await fresh();
      await using setup = database.session();
      const article = await Article.objects.create(setup, { title: "On types" });
      const photo = await Photo.objects.create(setup, { url: "cat.png" });
      const comment = await Comment.objects.create(setup, { body: "one", about: article });
      await Comment.objects.create(setup, { body: "two", about: photo });
      await Comment.objects.create(setup, { body: "three", about: photo });
      expect(comment.toJSON()).toMatchObject({ aboutType: "article" });
      await setup.commit();

      await using db = database.session();
      await assertQueries(db, 3, async () => {
        const comments = await Comment.objects.prefetchRelated("about").fetch(db);
        expect(comments.map(({ about }) => (about instanceof Article ? about.title : about.url))).toEqual([
          "On types",
          "cat.png",
          "cat.png",
        ]);
        expect(comments[1]!.about).toBe(comments[2]!.about);
      });
      await using lazy = database.session();
      await assertQueries(lazy, 3, async () => {
        for (const one of await Comment.objects.fetch(lazy)) expect(await one.about).toBeTruthy();
      });
    });

    it("follows an assignment", async () => {
      const database = await fresh();
      await using db = database.session();
      const comment = await Comment.objects.create(db, { body: "one", about: await Article.objects.create(db, { title: "A" }) });
      const photo = new Photo({ url: "new.png" });
      comment.about = photo;
      await db.commit();
      await using check = database.session();
      const about = await (await Comment.objects.get(check, { id: comment.id })).about;
      expect(about instanceof Photo && about.url).toBe("new.png");
    });
  });
});

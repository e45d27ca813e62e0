/** Single-table inheritance and relations to one of several models: rows come back as the class that they are. */

import { describe, expect, it } from "vitest";
import { anyOf, foreignKey, hasMany, model, Prefetch, signals, t } from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

class Person extends model<Person>("inh_people")(
  {
    name: t.text(),
    kind: t.text(),
    notes: hasMany(() => Note, "owner"),
  },
  { ordering: ["id"] },
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
      const root = await Admin.objects.create(setup, { name: "Root", kind: "admin", level: 9 });
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
      void signals;
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

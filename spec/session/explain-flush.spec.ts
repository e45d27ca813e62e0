/** `db.explainFlush()`: the plan of a flush as data that prints, and a session that goes on as if nobody had asked. */

import { describe, expect } from "vitest";
import { foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, signals, t } from "flash-db";
import { exampleWith } from "./example.js";

class Author extends model<Author>("plans_authors")({
  name: t.text(),
  books: hasMany(() => Book, "author"),
  home: hasOne(() => Home, "author"),
}) {}
class Book extends model<Book>("plans_books")({
  title: t.text().unique(),
  version: t.version(),
  author: foreignKey(() => Author, { onDelete: "cascade" }).nullable(),
  tags: manyToMany(() => Tag),
}) {}
class Tag extends model<Tag>("plans_tags")({ label: t.text() }) {}
class Home extends model<Home>("plans_homes")({ street: t.text(), author: oneToOne(() => Author).nullable() }) {}
const example = exampleWith([Author, Book, Tag, Home]);

describe("explainFlush()", () => {
  example("tells rows, order, statements and reasons, and the flush sends just these", async ({ db, sent }) => {
    const author = new Author({ name: "Ada" });
    const tag = new Tag({ label: "old" });
    const [a, b] = [new Book({ title: "a", author }), new Book({ title: "b", author })];
    db.add(author, tag, a, b);
    await db.commit();
    const other = new Author({ name: "Bob" });
    a.author = other;
    b.title = "c";
    a.tags.add(tag);
    db.add(other);
    sent();
    const plan = await db.explainFlush();
    expect(sent()).toEqual([]);
    expect(plan.statements).toEqual([
      { sql: "INSERT INTO plans_authors (name)", rows: ["new Author"], why: ["new in the session"] },
      {
        sql: "UPDATE plans_books SET author_id, version",
        rows: [`Book ${a.id}`],
        why: ["changed", "after insert of Author: authorId refers to its rows"],
      },
      { sql: "UPDATE plans_books SET title, version", rows: [`Book ${b.id}`], why: ["changed"] },
      { sql: expect.stringMatching(/^INSERT INTO plans_books_/) as string, rows: [`Tag ${tag.id}`], why: [`Book ${a.id}.tags changed`] },
    ]);
    expect(String(plan).split("\n").slice(0, 3)).toEqual([
      "1. INSERT INTO plans_authors (name)",
      "   rows: new Author",
      "   why: new in the session",
    ]);
    await db.flush();
    const written = sent().filter((text) => /^(INSERT|UPDATE|DELETE)/.test(text));
    expect(written.map((text) => text.split(" ").slice(0, 2).join(" "))).toEqual(
      plan.statements.map(({ sql }) => sql.replace("INTO ", "").split(" ").slice(0, 2).join(" ")),
    );
  });

  example("reads the dependants that somebody hears of, and leaves them in place", async ({ db, sent }) => {
    const author = new Author({ name: "Ada" });
    db.add(author, new Book({ title: "a", author }));
    await db.commit();
    db.clear();
    const read = await Author.objects.get(db, { name: "Ada" });
    db.delete(read);
    let told = 0;
    const end = signals.on("pre_delete", Book, () => told++);
    try {
      sent();
      const plan = await db.explainFlush();
      expect(sent().filter((text) => !text.startsWith("SELECT"))).toEqual([]);
      expect(plan.statements.filter(({ sql }) => !sql.startsWith("SELECT")).map(({ sql, why }) => [sql, why[0]])).toEqual([
        ["DELETE FROM plans_books", "deleted because a row that it references is deleted"],
        ["DELETE FROM plans_authors", "deleted"],
      ]);
      expect([told, [...db.deleted], await db.noAutoflush(() => Book.objects.count(db))]).toEqual([0, [read], 1]);
      await db.flush();
      expect([told, await Book.objects.count(db)]).toEqual([1, 0]);
    } finally {
      end();
    }
  });

  example("leaves what replaces a one-to-one for the flush to find again", async ({ db }) => {
    const author = new Author({ name: "Ada" });
    const former = new Home({ street: "first", author });
    db.add(author, former);
    await db.commit();
    db.clear();
    const read = await Author.objects.get(db, { name: "Ada" });
    read.home = new Home({ street: "second" });
    const plans = [String(await db.explainFlush()), String(await db.explainFlush())];
    expect(plans[0]).toContain("UPDATE plans_homes SET author_id");
    expect(plans[1]).toBe(plans[0]);
    await db.commit();
    expect(await Home.objects.orderBy("id").valuesList("street", "authorId").fetch(db)).toEqual([
      ["first", null],
      ["second", read.id],
    ]);
  });

  example("has nothing to say of a session without changes", async ({ db, sent }) => {
    const plan = await db.explainFlush();
    expect([plan.statements, String(plan), sent()]).toEqual([[], "nothing to write", []]);
  });
});

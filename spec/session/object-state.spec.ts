/** `stateOf(object)`: where an object stands, and what of it is unsaved. */

import { describe, expect } from "vitest";
import { F, foreignKey, hasMany, type Model, model, SessionError, softDelete, stateOf, t } from "flash-db";
import { exact } from "../types/proofs/exact.js";
import { exampleWith } from "./example.js";

class Author extends model<Author>("state_authors")({
  name: t.text(),
  hits: t.integer().default(0),
  tags: t.json<string[]>().default(() => []),
  born: t.timestamp().nullable(),
  books: hasMany(() => Book, "author"),
}) {}
class Book extends model<Book>("state_books")({
  title: t.text(),
  bio: t.text().default(""),
  ...softDelete(),
  author: foreignKey(() => Author, { onDelete: "cascade" }),
}) {}
const example = exampleWith([Author, Book]);

describe("stateOf()", () => {
  example("tells the status in SQLAlchemy's words, from new to forgotten", async ({ db, open }) => {
    const author = new Author({ name: "Ada" });
    expect(stateOf(author)).toEqual({ status: "transient", session: null, isModified: false, changes: {} });
    db.add(author);
    expect([stateOf(author).status, stateOf(author).session === db]).toEqual(["pending", true]);
    await db.flush();
    expect(stateOf(author).status).toBe("persistent");
    await db.rollback();
    expect([stateOf(author).status, stateOf(author).session]).toEqual(["transient", null]);
    db.add(author);
    await db.commit();
    db.delete(author);
    expect([stateOf(author).status, db.deleted.has(author)]).toEqual(["persistent", true]);
    await db.flush();
    expect(stateOf(author).status).toBe("deleted");
    await db.commit();
    expect([stateOf(author).status, stateOf(author).session]).toEqual(["detached", null]);
    const other = open();
    const [kept, pending] = [await Author.objects.create(other, { name: "Bob" }), new Author({ name: "Cyd" })];
    await other.commit();
    other.add(pending);
    other.expunge(kept);
    expect(stateOf(kept).status).toBe("detached");
    other.add(kept);
    await other.close();
    expect([stateOf(kept).status, stateOf(kept).session, stateOf(pending).status]).toEqual(["detached", null, "transient"]);
  });

  example("tells which fields differ from the row, with both values, until they are written", async ({ db }) => {
    const born = new Date("1815-12-10T00:00:00.000Z");
    const author = await Author.objects.create(db, { name: "Ada", tags: ["a"], born });
    await db.commit();
    expect([stateOf(author).isModified, stateOf(author).changes]).toEqual([false, {}]);
    author.name = "Countess";
    author.tags.push("b");
    author.born?.setUTCFullYear(1816);
    expect(stateOf(author).isModified).toBe(true);
    expect(stateOf(author).changes).toEqual({
      name: ["Ada", "Countess"],
      tags: [["a"], ["a", "b"]],
      born: [new Date("1815-12-10T00:00:00.000Z"), author.born],
    });
    const { name } = stateOf(author).changes;
    void (() => exact<readonly [before: string | undefined, after: string] | undefined>()(name));
    await db.flush();
    expect(stateOf(author)).toEqual({ status: "persistent", session: db, isModified: false, changes: {} });
  });

  example(
    "counts collections, touch() and expressions as modified, and names no value that only the database can compute",
    async ({ db }) => {
      const author = await Author.objects.create(db, { name: "Ada" });
      const book = await Book.objects.create(db, { title: "Notes", author });
      await db.commit();
      author.books.add(new Book({ title: "Letters" }));
      expect(stateOf(author).isModified).toBe(true);
      author.set({ hits: F("hits").add(1) });
      expect([stateOf(author).isModified, stateOf(author).changes]).toEqual([true, {}]);
      await db.commit();
      db.touch(book);
      expect([stateOf(book).isModified, stateOf(book).changes, db.isModified(book)]).toEqual([true, {}, true]);
      await db.commit();
      book.author = new Author({ name: "Bob" });
      expect([stateOf(book).isModified, stateOf(book).changes]).toEqual([true, {}]);
      await db.commit();
      book.author = author;
      expect(stateOf(book).changes).toEqual({ authorId: [author.id + 1, author.id] });
    },
  );

  example("does not load what was left out, and tells of a column that was assigned without having been read", async ({ db, sent }) => {
    await Book.objects.create(db, { title: "Notes", author: await Author.objects.create(db, { name: "Ada" }) });
    await db.commit();
    db.clear();
    const thin = await Book.objects.defer("bio").get(db, { title: "Notes" });
    sent();
    expect(stateOf(thin as unknown as Book).changes).toEqual({});
    (thin as unknown as Book).bio = "new";
    expect(stateOf(thin as unknown as Book).changes).toEqual({ bio: [undefined, "new"] });
    expect(sent()).toEqual([]);
  });

  example("tells of a soft deletion that the object is still there", async ({ db }) => {
    const book = await Book.objects.create(db, { title: "Notes", author: await Author.objects.create(db, { name: "Ada" }) });
    await db.commit();
    await book.delete();
    expect([stateOf(book).status, stateOf(book).isModified]).toEqual(["persistent", false]);
  });

  example("takes instances of any model, and nothing else", async ({ db }) => {
    const things: Model[] = [new Author({ name: "Ada" }), await Author.objects.create(db, { name: "Bob" })];
    expect(things.map((thing) => stateOf(thing).status)).toEqual(["transient", "persistent"]);
    const { changes } = stateOf(things[0] as Model);
    void (() => exact<readonly [before: unknown, after: unknown] | undefined>()(changes["anything"]));
    // @ts-expect-error not a model
    expect(() => stateOf({ name: "Ada" })).toThrow(SessionError);
    expect(() => stateOf(null as never)).toThrow(SessionError);
  });
});

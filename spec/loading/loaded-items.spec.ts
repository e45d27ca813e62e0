/** What a loaded collection has of an array, and what one that is not loaded answers. */

import { expect, it } from "vitest";
import { foreignKey, hasMany, manyToMany, model, NotLoaded, Prefetch, t } from "flash-db";
import { exact } from "../types/proofs/exact.js";
import { eachSharedDatabase } from "../support/shared.js";

class Author extends model<Author>("items_authors")({ name: t.text(), books: hasMany(() => Book, "author") }) {}
class Book extends model<Book>("items_books")(
  {
    title: t.text(),
    pages: t.integer(),
    author: foreignKey(() => Author, { onDelete: "cascade" }).nullable(),
    tags: manyToMany(() => Tag, { reverse: "books" }),
  },
  { ordering: ["id"] },
) {
  get isLong(): boolean {
    return this.pages > 100;
  }
}
class Tag extends model<Tag>("items_tags")({ label: t.text(), books: manyToMany(() => Book, { reverse: "tags" }) }) {}

eachSharedDatabase(
  "a loaded collection",
  [Author, Book, Tag],
  async (db) => {
    const tag = new Tag({ label: "sql" });
    const author = new Author({ name: "Ada" });
    for (const [title, pages] of [
      ["a", 50],
      ["b", 150],
      ["c", 250],
    ] as const) {
      const book = new Book({ title, pages, author });
      book.tags.add(tag);
      db.add(book);
    }
    await db.flush();
  },
  (stage) => {
    const loaded = () => Author.objects.prefetchRelated("books__tags").get(stage.db, { name: "Ada" });

    it("is searched and folded like an array", async () => {
      const { books } = await loaded();
      expect(books.find((book) => book.isLong)?.title).toBe("b");
      expect(books.find(({ pages }) => pages > 1000)).toBeUndefined();
      expect([books.some((book) => book.isLong), books.every((book) => book.isLong)]).toEqual([true, false]);
      expect(books.reduce((sum, book) => sum + book.pages, 0)).toBe(450);
      expect(books.map((book, at) => `${at}${book.title}`)).toEqual(["0a", "1b", "2c"]);
      expect(books.flatMap((book) => book.tags.map(({ label }) => label + book.title))).toEqual(["sqla", "sqlb", "sqlc"]);
      const seen: string[] = [];
      books.forEach((book, at) => void seen.push(`${at}${book.title}`));
      expect(seen).toEqual(["0a", "1b", "2c"]);
      expect([books.at(0)?.title, books.at(-1)?.title, books.at(3), books.length]).toEqual(["a", "c", undefined, 3]);
      expect(books.toArray().filter((book) => book.isLong)).toHaveLength(2);
      expect([...books].length).toBe(3);
    });

    it("includes its members and no others, from either side", async () => {
      const { books } = await loaded();
      const first = books.at(0);
      expect([books.includes(first), books.includes(new Book({ title: "a", pages: 50 })), books.includes(null)]).toEqual([
        true,
        false,
        false,
      ]);
      const tag = first?.tags.at(0);
      const withBooks = await Tag.objects.prefetchRelated("books").get(stage.db, { label: "sql" });
      expect(tag).toBe(withBooks);
      expect(withBooks.books.includes(first)).toBe(true);
    });

    it("follows what is added and removed, also by a callback that walks over it", async () => {
      const { books } = await loaded();
      const fresh = new Book({ title: "d", pages: 1 });
      books.add(fresh);
      expect([books.includes(fresh), books.some(({ title }) => title === "d"), books.length]).toEqual([true, true, 4]);
      books.forEach((book) => {
        if (book.isLong) books.remove(book);
        else books.add(new Book({ title: `${book.title}2`, pages: 2 }));
      });
      for (const book of books) if (book.pages === 2) books.add(new Book({ title: `${book.title}3`, pages: 3 }));
      expect(books.map(({ title }) => title)).toEqual(["a", "d", "a2", "d2", "a23", "d23"]);
    });

    it("answers for what a filtered prefetch shows, and for a new owner", async () => {
      const long = new Prefetch("books", Book.objects.filter({ pages__gt: 100 }));
      const [author] = await Author.objects.prefetchRelated(long).fetch(stage.db);
      expect([author?.books.every((book) => book.isLong), author?.books.length]).toEqual([true, 2]);
      const book = new Book({ title: "x", pages: 1 });
      const fresh = new Author({ name: "Bob" });
      fresh.books.add(book);
      const known = fresh.books as unknown as Awaited<ReturnType<typeof loaded>>["books"];
      expect([known.includes(book as never), known.find(({ title }) => title === "x")]).toEqual([true, book]);
    });

    it("says that it is not loaded before it is, and sends nothing", async () => {
      const author = await Author.objects.get(stage.db, { name: "Ada" });
      const books = author.books as unknown as Awaited<ReturnType<typeof loaded>>["books"];
      const sent = await stage.sent(async () => {
        for (const read of [
          () => books.find(() => true),
          () => books.some(() => true),
          () => books.every(() => true),
          () => books.includes(null),
          () => books.reduce((sum) => sum, 0),
          () => books.forEach(() => undefined),
          () => books.flatMap(() => []),
          () => books.map(() => 1),
          () => books.at(0),
        ])
          expect(read).toThrow(NotLoaded);
        expect(() => books.includes(null)).toThrow("Author.books is not loaded, so includes()");
      });
      expect(sent).toEqual([]);
      await author.books.fetch();
      expect(books.some(({ title }) => title === "b")).toBe(true);
    });

    it("is typed by what was loaded", async () => {
      const { books } = await loaded();
      const sums = books.reduce((totals, book) => totals.set(book.title, book.tags.length), new Map<string, number>());
      void (() => exact<Map<string, number>>()(sums));
      void (() => exact<boolean>()(books.some((book) => book.tags.length > 1)));
      const found = books.find((book) => book.title === "a");
      expect(found?.tags.length).toBe(1);
      const author = await Author.objects.get(stage.db, { name: "Ada" });
      // @ts-expect-error that it is loaded by now, the type of this row does not say
      expect(author.books.find(() => true)).toBe(books.at(0));
      // @ts-expect-error a query takes conditions
      expect(() => books.filter((book) => book.title === "a")).toThrow();
    });
  },
);

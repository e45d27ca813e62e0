/** The same work through Flash DB's public entry, tuned no more than a user would. */

import { connect, model, t, foreignKey, hasMany, Avg, Count, F, type Session } from "flash-db";
import { changeEveryTenth, findInTurn } from "./shared-work.js";
import type { Side } from "./side.js";

export class Author extends model<Author>("author")({
  name: t.text(),
  email: t.text().unique(),
  age: t.integer(),
  bio: t.text().nullable(),
  active: t.boolean(),
  createdAt: t.timestamp(),
  books: hasMany(() => Book, "author"),
}) {}
export class Book extends model<Book>("book")({
  author: foreignKey(() => Author, { onDelete: "nothing" }),
  title: t.text(),
  pages: t.integer(),
  price: t.double(),
  publishedAt: t.timestamp(),
}) {}

export type FlashSide = Side & { readonly session: () => Session };

export const openFlash = async (url: string): Promise<FlashSide> => {
  const database = await connect(url);
  await database.createAll([Author, Book]);
  const inSession = async <R>(work: (db: Session) => Promise<R>): Promise<R> => {
    const db = database.session();
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  };
  return {
    session: () => database.session(),
    insert: (data) =>
      inSession(async (db) => {
        const authors = data.map((row) => new Author(row));
        db.add(...authors);
        await db.commit();
        return authors;
      }),
    insertGraph: (graph) =>
      inSession(async (db) => {
        const pairs = graph.map(({ books, ...row }) => {
          const author = new Author(row);
          const written = books.map((book) => new Book({ ...book, author }));
          db.add(...written);
          return { author, written };
        });
        await db.commit();
        return pairs.map(({ author, written }) => ({ id: author.id, bookIds: written.map((book) => book.id) }));
      }),
    load: () => inSession((db) => Author.objects.fetch(db)),
    async hold() {
      const db = database.session();
      return { rows: await Author.objects.fetch(db), release: () => db.close() };
    },
    async findByKey(count) {
      let sum = 0;
      let last: Author | null = null;
      for (let index = 0; index < count; index++) {
        const db = database.session();
        last = await db.get(Author, 1 + (index % 1000));
        sum += (last as Author).id;
        await db.close();
      }
      return { sum, last: last as Author };
    },
    findInMemory: (count, mark) =>
      inSession(async (db) => {
        await Author.objects.fetch(db);
        mark("load");
        const found = await findInTurn(count, (id) => db.get(Author, id) as Promise<Author>);
        mark("hits");
        return found;
      }),
    changeSome: (mark) =>
      inSession(async (db) => {
        const authors = await Author.objects.fetch(db);
        mark("load");
        changeEveryTenth(authors);
        await db.commit();
        mark("flush");
        return authors;
      }),
    changeNone: (mark) =>
      inSession(async (db) => {
        const authors = await Author.objects.fetch(db);
        mark("load");
        await db.flush();
        mark("flush");
        return authors;
      }),
    loadWithBooks: () =>
      inSession(async (db) => {
        const authors = await Author.objects.prefetchRelated("books").fetch(db);
        return authors.map((author) => ({ author, books: author.books.toArray() }));
      }),
    loadBooksWithAuthor: () =>
      inSession(async (db) => {
        const books = await Book.objects.selectRelated("author").fetch(db);
        return books.map((book) => ({ book, author: book.author }));
      }),
    pages: (count) =>
      inSession(async () => {
        let rows = 0;
        let last: Book[] = [];
        for (let index = 0; index < count; index++) {
          const db = database.session();
          last = await Book.objects
            .filter({ authorId: 1 + (index % 1000), pages__gte: 0, pages__lt: 10_000, price__lt: 1000, title__startswith: "Book" })
            .orderBy("-id")
            .limit(20)
            .fetch(db);
          rows += last.length;
          await db.close();
        }
        return { rows, last };
      }),
    deleteLoaded: (mark) =>
      inSession(async (db) => {
        const authors = await Author.objects.filter({ id__lte: 1000 }).fetch(db);
        mark("load");
        db.delete(...authors);
        await db.commit();
        mark("flush");
        return authors.length;
      }),
    async updateAndAggregate(count) {
      let result: { active: boolean; n: number; mean: number | null }[] = [];
      for (let index = 0; index < count; index++) {
        const db = database.session();
        await Author.objects.filter({ active: true }).update(db, { age: F("age").add(1) });
        await db.commit();
        result = await Author.objects
          .values("active")
          .annotate({ n: Count("id"), mean: Avg("age") })
          .fetch(db);
        await db.close();
      }
      return result.map((row) => ({ active: row.active, n: row.n, mean: row.mean ?? 0 }));
    },
    findBeside: (count, tracked, mark) =>
      inSession(async (db) => {
        if (tracked) await Author.objects.fetch(db);
        mark("load");
        let found = 0;
        for (let index = 0; index < count; index++)
          found += (await Author.objects.filter({ email: `author${1 + (index % 1000)}@example.com` }).fetch(db)).length;
        mark("finds");
        return found;
      }),
    close: async () => {
      await database.close();
    },
  };
};

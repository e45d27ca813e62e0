/** Drizzle on SQLite, with queries built anew each time or, as "drizzle-prepared", prepared once by the user. */

import Database from "better-sqlite3";
import { and, avg, count as countRows, desc, eq, gte, inArray, like, lt, lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { AuthorData, BookData } from "../data.js";
import type { Place } from "../places.js";
import { tune } from "../raw-sqlite.js";
import { changeEveryTenth, findInTurn, readPages } from "../shared-work.js";
import type { AuthorRow, Side } from "../side.js";
import { sqliteTables } from "./drizzle-tables.js";
import { untracked } from "./untracked.js";

const { author, book } = sqliteTables;
const chunk = 1000;
const parameter = sql.placeholder;

export const open = async (place: Place, variant: string): Promise<Side> => {
  if (!("file" in place)) throw new Error("this is Drizzle on SQLite");
  const client = tune(new Database(place.file));
  const db = drizzle(client, { schema: sqliteTables });
  const isPrepared = variant === "drizzle-prepared";

  const everybody = () => db.select().from(author);
  const one = (id: number | ReturnType<typeof parameter>) => db.select().from(author).where(eq(author.id, id));
  const withBooks = () => db.query.author.findMany({ with: { books: true } });
  const withAuthor = () => db.query.book.findMany({ with: { author: true } });
  const page = (authorId: number | ReturnType<typeof parameter>) =>
    db
      .select()
      .from(book)
      .where(and(eq(book.authorId, authorId), gte(book.pages, 0), lt(book.pages, 10_000), lt(book.price, 1000), like(book.title, "Book%")))
      .orderBy(desc(book.id))
      .limit(20);
  const older = () =>
    db
      .update(author)
      .set({ age: sql`${author.age} + 1` })
      .where(eq(author.active, true));
  const groups = () =>
    db
      .select({ active: author.active, n: countRows(), mean: avg(author.age) })
      .from(author)
      .groupBy(author.active);
  const prepared = {
    everybody: everybody().prepare(),
    one: one(parameter("id")).prepare(),
    withBooks: withBooks().prepare(),
    withAuthor: withAuthor().prepare(),
    page: page(parameter("id")).prepare(),
    older: older().prepare(),
    groups: groups().prepare(),
    insertAuthor: db
      .insert(author)
      .values({
        name: parameter("name"),
        email: parameter("email"),
        age: parameter("age"),
        bio: parameter("bio"),
        active: parameter("active"),
        createdAt: parameter("createdAt"),
      })
      .returning({ id: author.id })
      .prepare(),
    insertBook: db
      .insert(book)
      .values({
        authorId: parameter("authorId"),
        title: parameter("title"),
        pages: parameter("pages"),
        price: parameter("price"),
        publishedAt: parameter("publishedAt"),
      })
      .returning({ id: book.id })
      .prepare(),
    update: db
      .update(author)
      .set({ name: sql`${parameter("name")}`, age: sql`${parameter("age")}` })
      .where(eq(author.id, parameter("id")))
      .prepare(),
  };

  const insertAuthors = (data: readonly AuthorData[]): number[] => {
    if (isPrepared) return data.map((row) => prepared.insertAuthor.get({ ...row }).id);
    const ids: number[] = [];
    for (let from = 0; from < data.length; from += chunk)
      for (const { id } of db
        .insert(author)
        .values(data.slice(from, from + chunk))
        .returning({ id: author.id })
        .all())
        ids.push(id);
    return ids;
  };
  const insertBooks = (rows: readonly (BookData & { readonly authorId: number })[]): number[] =>
    isPrepared
      ? rows.map((row) => prepared.insertBook.get({ ...row }).id)
      : db
          .insert(book)
          .values([...rows])
          .returning({ id: book.id })
          .all()
          .map(({ id }) => id);
  const load = async (): Promise<AuthorRow[]> => (isPrepared ? prepared.everybody.all() : everybody());

  return {
    ...untracked,
    async insert(data) {
      const ids = db.transaction(() => insertAuthors(data));
      return data.map((row, index) => ({ ...row, id: ids[index] ?? 0 }));
    },
    insertGraph: async (graph) =>
      db.transaction(() => {
        const ids = insertAuthors(graph.map(({ books: _, ...row }) => row));
        const bookIds = insertBooks(
          graph.flatMap((row, index) => row.books.map((data) => ({ ...data, authorId: ids[index] ?? 0 }))),
        ).values();
        return graph.map((row, index) => ({ id: ids[index] ?? 0, bookIds: row.books.map(() => bookIds.next().value ?? 0) }));
      }),
    load,
    hold: async () => ({ rows: await load(), release: async () => {} }),
    findByKey: (count) => findInTurn(count, async (id) => (isPrepared ? prepared.one.get({ id }) : (await one(id))[0])),
    async changeSome(mark) {
      const rows = (await load()) as { -readonly [Name in keyof AuthorRow]: AuthorRow[Name] }[];
      mark("load");
      const changed = changeEveryTenth(rows);
      db.transaction((transaction) => {
        for (const { id, name, age } of changed)
          if (isPrepared) prepared.update.run({ id, name, age });
          else transaction.update(author).set({ name, age }).where(eq(author.id, id)).run();
      });
      mark("flush");
      return rows;
    },
    async loadWithBooks() {
      const rows = await (isPrepared ? prepared.withBooks.execute() : withBooks());
      return rows.map((row) => ({ author: row, books: row.books }));
    },
    async loadBooksWithAuthor() {
      const rows = await (isPrepared ? prepared.withAuthor.execute() : withAuthor());
      return rows.map((row) => ({ book: row, author: row.author }));
    },
    pages: (count) => readPages(count, (id) => (isPrepared ? prepared.page.all({ id }) : page(id))),
    async deleteLoaded(mark) {
      const rows = await db.select().from(author).where(lte(author.id, 1000));
      mark("load");
      const ids = rows.map((row) => row.id);
      await db.delete(author).where(inArray(author.id, ids));
      mark("flush");
      return rows.length;
    },
    async updateAndAggregate(count) {
      let found: { active: boolean; n: number; mean: string | null }[] = [];
      for (let index = 0; index < count; index++) {
        await (isPrepared ? prepared.older.run() : older());
        found = await (isPrepared ? prepared.groups.all() : groups());
      }
      return found.map(({ active, n, mean }) => ({ active, n, mean: Number(mean) }));
    },
    async close() {
      client.close();
    },
  };
};

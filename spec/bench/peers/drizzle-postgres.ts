/** Drizzle on PostgreSQL, with queries built anew each time or, as "drizzle-prepared", prepared once by the user. */

import { and, avg, count as countRows, desc, eq, gte, inArray, like, lt, lte, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { AuthorData, BookData } from "../data.js";
import type { Place } from "../places.js";
import { changeEveryTenth, findInTurn, readPages } from "../shared-work.js";
import type { AuthorRow, Side } from "../side.js";
import { postgresTables } from "./drizzle-tables.js";
import { untracked } from "./untracked.js";

const { author, book } = postgresTables;
const chunk = 1000;
const parameter = sql.placeholder;

/** Cases of one UPDATE, which its documentation recommends for many rows. */
const cases = (rows: readonly AuthorRow[], value: (row: AuthorRow) => SQL): SQL =>
  sql.join([sql`(case`, ...rows.map((row) => sql`when ${author.id} = ${row.id} then ${value(row)}`), sql`end)`], sql.raw(" "));

export const open = async (place: Place, variant: string): Promise<Side> => {
  if ("file" in place) throw new Error("this is Drizzle on PostgreSQL");
  const pool = new pg.Pool({ connectionString: place.url, max: 4 });
  const db = drizzle(pool, { schema: postgresTables });
  type Connection = Pick<typeof db, "insert" | "update">;
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
    everybody: everybody().prepare("everybody"),
    one: one(parameter("id")).prepare("one"),
    withBooks: withBooks().prepare("withBooks"),
    withAuthor: withAuthor().prepare("withAuthor"),
    page: page(parameter("id")).prepare("page"),
    older: older().prepare("older"),
    groups: groups().prepare("groups"),
  };

  const insertAuthors = async (connection: Connection, data: readonly AuthorData[]): Promise<number[]> => {
    const ids: number[] = [];
    for (let from = 0; from < data.length; from += chunk)
      for (const { id } of await connection
        .insert(author)
        .values(data.slice(from, from + chunk))
        .returning({ id: author.id }))
        ids.push(id);
    return ids;
  };
  const insertBooks = (connection: Connection, rows: readonly (BookData & { readonly authorId: number })[]) =>
    connection
      .insert(book)
      .values([...rows])
      .returning({ id: book.id });
  const load = async (): Promise<AuthorRow[]> => (isPrepared ? prepared.everybody.execute() : everybody());

  return {
    ...untracked,
    async insert(data) {
      const ids = await db.transaction((transaction) => insertAuthors(transaction, data));
      return data.map((row, index) => ({ ...row, id: ids[index] ?? 0 }));
    },
    insertGraph: (graph) =>
      db.transaction(async (transaction) => {
        const ids = await insertAuthors(
          transaction,
          graph.map(({ books: _, ...row }) => row),
        );
        const rows = graph.flatMap((row, index) => row.books.map((data) => ({ ...data, authorId: ids[index] ?? 0 })));
        const bookIds = (await insertBooks(transaction, rows)).values();
        return graph.map((row, index) => ({ id: ids[index] ?? 0, bookIds: row.books.map(() => bookIds.next().value?.id ?? 0) }));
      }),
    load,
    hold: async () => ({ rows: await load(), release: async () => {} }),
    findByKey: (count) => findInTurn(count, async (id) => (await (isPrepared ? prepared.one.execute({ id }) : one(id)))[0]),
    async changeSome(mark) {
      const rows = (await load()) as { -readonly [Name in keyof AuthorRow]: AuthorRow[Name] }[];
      mark("load");
      const changed = changeEveryTenth(rows);
      await db.transaction(async (transaction) => {
        for (let from = 0; from < changed.length; from += 200) {
          const some = changed.slice(from, from + 200);
          const ids = some.map((row) => row.id);
          await transaction
            .update(author)
            .set({ name: cases(some, (row) => sql`${row.name}`), age: cases(some, (row) => sql`${row.age}::int`) })
            .where(inArray(author.id, ids));
        }
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
    pages: (count) => readPages(count, (id) => (isPrepared ? prepared.page.execute({ id }) : page(id))),
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
        await (isPrepared ? prepared.older.execute() : older());
        found = await (isPrepared ? prepared.groups.execute() : groups());
      }
      return found.map(({ active, n, mean }) => ({ active, n, mean: Number(mean) }));
    },
    close: () => pool.end(),
  };
};

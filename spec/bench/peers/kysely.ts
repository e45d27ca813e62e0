/** Kysely: rows are plain objects; on SQLite booleans and instants are converted by hand, which its documentation leaves to the user. */

import Database from "better-sqlite3";
import { Kysely, PostgresDialect, SqliteDialect, sql, type Generated, type Selectable, type Transaction } from "kysely";
import { jsonArrayFrom as postgresArray } from "kysely/helpers/postgres";
import { jsonArrayFrom as sqliteArray } from "kysely/helpers/sqlite";
import pg from "pg";
import type { AuthorData, BookData } from "../data.js";
import type { Place } from "../places.js";
import { tune } from "../raw-sqlite.js";
import { changeEveryTenth, findInTurn, readPages } from "../shared-work.js";
import type { AuthorRow, BookRow, Side } from "../side.js";
import { untracked } from "./untracked.js";

interface AuthorTable {
  id: Generated<number>;
  name: string;
  email: string;
  age: number;
  bio: string | null;
  active: boolean | number;
  created_at: Date | number;
}
interface BookTable {
  id: Generated<number>;
  author_id: number;
  title: string;
  pages: number;
  price: number;
  published_at: Date | number;
}
interface Tables {
  author: AuthorTable;
  book: BookTable;
}
const authorColumns = ["id", "name", "email", "age", "bio", "active", "created_at as createdAt"] as const;
const bookColumns = ["book.id", "book.title", "book.pages", "book.price", "book.published_at as publishedAt"] as const;
type AuthorCells = Omit<Selectable<AuthorTable>, "created_at"> & { createdAt: Date | number };
type BookCells = Omit<Selectable<BookTable>, "created_at" | "author_id" | "published_at"> & { publishedAt: Date | number };
/** A statement may bind 32,766 values on SQLite, 65,535 on PostgreSQL. */
const chunk = 1000;

/** How cells become values and values cells. */
const sqliteCells = {
  boolean: (value: boolean): boolean | number => (value ? 1 : 0),
  instant: (value: Date): Date | number => value.getTime(),
  author(cells: AuthorCells): AuthorRow {
    cells.active = cells.active === 1;
    cells.createdAt = new Date(cells.createdAt);
    return cells as AuthorRow;
  },
  book<Cells extends BookCells>(cells: Cells): Cells & BookRow {
    cells.publishedAt = new Date(cells.publishedAt);
    return cells as Cells & BookRow;
  },
  arrayOf: sqliteArray,
};
const postgresCells: typeof sqliteCells = {
  boolean: (value) => value,
  instant: (value) => value,
  author: (cells) => cells as AuthorRow,
  book: <Cells extends BookCells>(cells: Cells) => cells as Cells & BookRow,
  arrayOf: postgresArray as unknown as typeof sqliteArray,
};

const openDialect = (place: Place): SqliteDialect | PostgresDialect =>
  "file" in place
    ? new SqliteDialect({ database: tune(new Database(place.file)) })
    : new PostgresDialect({ pool: new pg.Pool({ connectionString: place.url, max: 4 }) });

export const open = async (place: Place): Promise<Side> => {
  const isSqlite = "file" in place;
  const cells = isSqlite ? sqliteCells : postgresCells;
  const db = new Kysely<Tables>({ dialect: openDialect(place) });

  const authorValues = ({ name, email, age, bio, active, createdAt }: AuthorData) => ({
    name,
    email,
    age,
    bio,
    active: cells.boolean(active),
    created_at: cells.instant(createdAt),
  });
  const bookValues = ({ title, pages, price, publishedAt }: BookData, authorId: number) => ({
    author_id: authorId,
    title,
    pages,
    price,
    published_at: cells.instant(publishedAt),
  });
  const insertAuthors = async (transaction: Transaction<Tables>, data: readonly AuthorData[]): Promise<number[]> => {
    const ids: number[] = [];
    for (let from = 0; from < data.length; from += chunk) {
      const values = data.slice(from, from + chunk).map(authorValues);
      for (const { id } of await transaction.insertInto("author").values(values).returning("id").execute()) ids.push(id);
    }
    return ids;
  };
  const authors = () => db.selectFrom("author").select(authorColumns);
  const load = async (): Promise<AuthorRow[]> => (await authors().execute()).map(cells.author);
  const update = async (transaction: Transaction<Tables>, changed: readonly AuthorRow[]): Promise<void> => {
    if (isSqlite)
      for (const { id, name, age } of changed) await transaction.updateTable("author").set({ name, age }).where("id", "=", id).execute();
    else
      await sql`UPDATE author SET name = new.name, age = new.age FROM unnest(${changed.map((row) => row.id)}::int[], ${changed.map((row) => row.name)}::text[], ${changed.map((row) => row.age)}::int[]) AS new (id, name, age) WHERE author.id = new.id`.execute(
        transaction,
      );
  };

  return {
    ...untracked,
    async insert(data) {
      const ids = await db.transaction().execute((transaction) => insertAuthors(transaction, data));
      return data.map((row, index) => ({ ...row, id: ids[index] ?? 0 }));
    },
    insertGraph: (graph) =>
      db.transaction().execute(async (transaction) => {
        const ids = await insertAuthors(transaction, graph);
        const values = graph.flatMap((author, index) => author.books.map((book) => bookValues(book, ids[index] ?? 0)));
        const bookIds = (await transaction.insertInto("book").values(values).returning("id").execute()).values();
        return graph.map((author, index) => ({
          id: ids[index] ?? 0,
          bookIds: author.books.map(() => bookIds.next().value?.id ?? 0),
        }));
      }),
    load,
    hold: async () => ({ rows: await load(), release: async () => {} }),
    findByKey: (count) => findInTurn(count, async (id) => cells.author(await authors().where("id", "=", id).executeTakeFirstOrThrow())),
    async changeSome(mark) {
      const rows = (await load()) as { -readonly [Name in keyof AuthorRow]: AuthorRow[Name] }[];
      mark("load");
      const changed = changeEveryTenth(rows);
      await db.transaction().execute((transaction) => update(transaction, changed));
      mark("flush");
      return rows;
    },
    async loadWithBooks() {
      const rows = await authors()
        .select((author) =>
          cells.arrayOf(author.selectFrom("book").select(bookColumns).whereRef("book.author_id", "=", "author.id")).as("books"),
        )
        .execute();
      return rows.map((row) => {
        // SQLite gives the array as a text unless a plugin parses every result.
        const books = (typeof row.books === "string" ? JSON.parse(row.books) : row.books) as BookCells[];
        return { author: cells.author(row), books: books.map(sqliteCells.book) };
      });
    },
    async loadBooksWithAuthor() {
      const rows = await db
        .selectFrom("book")
        .innerJoin("author", "author.id", "book.author_id")
        .select([...bookColumns, "author_id", "name", "email", "age", "bio", "active", "created_at as createdAt"])
        .execute();
      const known = new Map<number, AuthorRow>();
      return rows.map((row) => {
        let author = known.get(row.author_id);
        if (author === undefined) {
          const { author_id: id, name, email, age, bio, active, createdAt } = row;
          known.set(id, (author = cells.author({ id, name, email, age, bio, active, createdAt })));
        }
        return {
          book: cells.book({ id: row.id, title: row.title, pages: row.pages, price: row.price, publishedAt: row.publishedAt }),
          author,
        };
      });
    },
    pages: (count) =>
      readPages(count, async (authorId) => {
        const found = await db
          .selectFrom("book")
          .select(bookColumns)
          .where("author_id", "=", authorId)
          .where("pages", ">=", 0)
          .where("pages", "<", 10_000)
          .where("price", "<", 1000)
          .where("title", "like", "Book%")
          .orderBy("id", "desc")
          .limit(20)
          .execute();
        return found.map(cells.book);
      }),
    async deleteLoaded(mark) {
      const rows = (await authors().where("id", "<=", 1000).execute()).map(cells.author);
      mark("load");
      const ids = rows.map((row) => row.id);
      await db.deleteFrom("author").where("id", "in", ids).execute();
      mark("flush");
      return rows.length;
    },
    async updateAndAggregate(count) {
      const active = cells.boolean(true);
      let groups: { active: boolean | number; n: string | number | bigint; mean: string | number }[] = [];
      for (let index = 0; index < count; index++) {
        await db
          .updateTable("author")
          .set((author) => ({ age: author("age", "+", 1) }))
          .where("active", "=", active)
          .execute();
        groups = await db
          .selectFrom("author")
          .select((author) => ["active", author.fn.countAll().as("n"), author.fn.avg("age").as("mean")])
          .groupBy("active")
          .execute();
      }
      return groups.map((group) => ({ active: group.active === active, n: Number(group.n), mean: Number(group.mean) }));
    },
    close: () => db.destroy(),
  };
};

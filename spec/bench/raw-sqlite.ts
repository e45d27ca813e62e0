/** The work written by hand on better-sqlite3: prepared statements, one JSON array for keys, dates as integers. */

import Database from "better-sqlite3";
import { authorData, bookData, type AuthorData, type GraphData } from "./data.js";
import { changeEveryTenth, findInTurn, readPages } from "./shared-work.js";
import type { Admin, AuthorRow, BookRow, Setup, Side } from "./side.js";

export const pragmas = ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"];
/** Settings of a connection: those that Flash DB opens its files with, for everybody. */
export const tune = (database: Database.Database): Database.Database => {
  for (const pragma of pragmas) database.pragma(pragma);
  return database;
};
export const openTuned = (file: string): Database.Database => tune(new Database(file));

const ddl = `
  CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, age INTEGER NOT NULL, bio TEXT, active INTEGER NOT NULL, created_at INTEGER NOT NULL);
  CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, author_id INTEGER NOT NULL REFERENCES author(id), title TEXT NOT NULL, pages INTEGER NOT NULL, price REAL NOT NULL, published_at INTEGER NOT NULL);
  CREATE INDEX book_author ON book(author_id);`;

interface AuthorCells {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly bio: string | null;
  readonly active: number;
  readonly created_at: number;
}
interface BookCells {
  readonly id: number;
  readonly author_id: number;
  readonly title: string;
  readonly pages: number;
  readonly price: number;
  readonly published_at: number;
}
class Author implements AuthorRow {
  id: number;
  name: string;
  email: string;
  age: number;
  bio: string | null;
  active: boolean;
  createdAt: Date;
  constructor(id: number, name: string, email: string, age: number, bio: string | null, active: boolean, createdAt: Date) {
    this.id = id;
    this.name = name;
    this.email = email;
    this.age = age;
    this.bio = bio;
    this.active = active;
    this.createdAt = createdAt;
  }
}
const toAuthor = (row: AuthorCells): Author =>
  new Author(row.id, row.name, row.email, row.age, row.bio, row.active === 1, new Date(row.created_at));
const fromData = (data: AuthorData): Author => new Author(0, data.name, data.email, data.age, data.bio, data.active, data.createdAt);
const toBook = (row: BookCells): BookRow => ({
  id: row.id,
  title: row.title,
  pages: row.pages,
  price: row.price,
  publishedAt: new Date(row.published_at),
});

const authorColumns = "id, name, email, age, bio, active, created_at";
const bookColumns = "id, author_id, title, pages, price, published_at";

const createSide = (database: Database.Database): Side => {
  const prepare = <Row = unknown>(text: string) => database.prepare<unknown[], Row>(text);
  const begin = prepare("BEGIN");
  const commit = prepare("COMMIT");
  const insertAuthor = prepare("INSERT INTO author (name, email, age, bio, active, created_at) VALUES (?, ?, ?, ?, ?, ?)");
  const insertBook = prepare("INSERT INTO book (author_id, title, pages, price, published_at) VALUES (?, ?, ?, ?, ?)");
  const all = prepare<AuthorCells>(`SELECT ${authorColumns} FROM author`);
  const byKey = prepare<AuthorCells>(`SELECT ${authorColumns} FROM author WHERE id = ?`);
  const update = prepare("UPDATE author SET name = ?, age = ? WHERE id = ?");
  const booksOf = prepare<BookCells>(`SELECT ${bookColumns} FROM book WHERE author_id IN (SELECT value FROM json_each(?))`);
  const joined = database
    .prepare(
      "SELECT b.id, b.author_id, b.title, b.pages, b.price, b.published_at, a.id, a.name, a.email, a.age, a.bio, a.active, a.created_at FROM book b JOIN author a ON a.id = b.author_id",
    )
    .raw();
  const page = prepare<BookCells>(
    `SELECT ${bookColumns} FROM book WHERE author_id = ? AND pages >= ? AND pages < ? AND price < ? AND title LIKE ? ORDER BY id DESC LIMIT ?`,
  );
  const remove = prepare("DELETE FROM author WHERE id IN (SELECT value FROM json_each(?))");
  const some = prepare<AuthorCells>(`SELECT ${authorColumns} FROM author WHERE id <= 1000`);
  const older = prepare("UPDATE author SET age = age + 1 WHERE active = 1");
  const groups = prepare<{ active: number; n: number; mean: number }>(
    "SELECT active, count(*) n, avg(age) mean FROM author GROUP BY active",
  );
  const write = (author: AuthorData): number =>
    Number(
      insertAuthor.run(author.name, author.email, author.age, author.bio, author.active ? 1 : 0, author.createdAt.getTime())
        .lastInsertRowid,
    );

  return {
    async insert(data) {
      const authors = data.map(fromData);
      begin.run();
      for (const author of authors) author.id = write(author);
      commit.run();
      return authors;
    },
    async insertGraph(graph: readonly GraphData[]) {
      begin.run();
      const written = graph.map((data) => {
        const author = fromData(data);
        author.id = write(author);
        const bookIds = data.books.map((book) =>
          Number(insertBook.run(author.id, book.title, book.pages, book.price, book.publishedAt.getTime()).lastInsertRowid),
        );
        return { id: author.id, bookIds };
      });
      commit.run();
      return written;
    },
    async load() {
      return all.all().map(toAuthor);
    },
    async hold() {
      return { rows: all.all().map(toAuthor), release: async () => {} };
    },
    findByKey: (count) => findInTurn(count, (id) => toAuthor(byKey.get(id) as AuthorCells)),
    async findInMemory(count, mark) {
      const known = new Map(all.all().map((row) => [row.id, toAuthor(row)]));
      mark("load");
      const found = await findInTurn(count, (id) => known.get(id));
      mark("hits");
      return found;
    },
    async changeSome(mark) {
      const authors = all.all().map(toAuthor);
      mark("load");
      const changed = changeEveryTenth(authors);
      begin.run();
      for (const author of changed) update.run(author.name, author.age, author.id);
      commit.run();
      mark("flush");
      return authors;
    },
    async changeNone(mark) {
      const authors = all.all().map(toAuthor);
      mark("load");
      mark("flush");
      return authors;
    },
    async loadWithBooks() {
      const byId = new Map(all.all().map((row) => [row.id, { author: toAuthor(row), books: [] as BookRow[] }]));
      for (const row of booksOf.all(JSON.stringify([...byId.keys()]))) byId.get(row.author_id)?.books.push(toBook(row));
      return [...byId.values()];
    },
    async loadBooksWithAuthor() {
      const authors = new Map<number, Author>();
      return (joined.all() as unknown[][]).map((cells) => {
        const [id, authorId, title, pages, price, publishedAt] = cells as [number, number, string, number, number, number];
        let author = authors.get(authorId);
        if (author === undefined) {
          author = new Author(
            cells[6] as number,
            cells[7] as string,
            cells[8] as string,
            cells[9] as number,
            cells[10] as string | null,
            cells[11] === 1,
            new Date(cells[12] as number),
          );
          authors.set(authorId, author);
        }
        return { book: { id, title, pages, price, publishedAt: new Date(publishedAt) }, author };
      });
    },
    pages: (count) => readPages(count, (authorId) => page.all(authorId, 0, 10_000, 1000, "Book%", 20).map(toBook)),
    async deleteLoaded(mark) {
      const authors = some.all().map(toAuthor);
      mark("load");
      remove.run(JSON.stringify(authors.map((author) => author.id)));
      mark("flush");
      return authors.length;
    },
    async updateAndAggregate(count) {
      let result: { active: number; n: number; mean: number }[] = [];
      for (let index = 0; index < count; index++) {
        await older.run();
        result = await groups.all();
      }
      return result.map((row) => ({ active: row.active === 1, n: row.n, mean: row.mean }));
    },
    async close() {
      database.close();
    },
  };
};

export const sqliteAdmin = (database: Database.Database, dateCell: (date: Date) => unknown): Admin => ({
  async seed(authors, booksEach) {
    const insertAuthor = database.prepare(
      "INSERT INTO author (id, name, email, age, bio, active, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const insertBook = database.prepare("INSERT INTO book (id, author_id, title, pages, price, published_at) VALUES (?, ?, ?, ?, ?, ?)");
    database.transaction(() => {
      database.exec("DELETE FROM book; DELETE FROM author; DELETE FROM sqlite_sequence;");
      for (let number = 1; number <= authors; number++) {
        const author = authorData(number);
        insertAuthor.run(number, author.name, author.email, author.age, author.bio, author.active ? 1 : 0, dateCell(author.createdAt));
      }
      for (let number = 1; number <= authors * booksEach; number++) {
        const book = bookData(number);
        insertBook.run(number, Math.ceil(number / booksEach), book.title, book.pages, book.price, dateCell(book.publishedAt));
      }
    })();
    database.pragma("wal_checkpoint(TRUNCATE)");
  },
  async number(sql) {
    return Number(database.prepare(sql).pluck().get());
  },
  async close() {
    database.close();
  },
});

/** The tables as hand-written code has them; `dateCell` is what the side that uses them keeps of an instant. */
export const makeSqliteTables = (file: string, dateCell: (date: Date) => unknown): Admin => {
  const database = openTuned(file);
  database.exec(ddl);
  return sqliteAdmin(database, dateCell);
};

export const openRawSqlite = async (file: string): Promise<Setup> => ({
  admin: makeSqliteTables(file, (date) => date.getTime()),
  side: createSide(openTuned(file)),
});

/** The work written by hand on pg: named prepared statements, `unnest` for batches, one array for keys. */

import pg from "pg";
import { authorsData, bookData, type AuthorData } from "./data.js";
import { changeEveryTenth, findInTurn, readPages } from "./shared-work.js";
import type { Admin, AuthorRow, BookRow, Setup, Side } from "./side.js";

const ddl = `
  CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, age int NOT NULL, bio text, active boolean NOT NULL, created_at timestamptz(3) NOT NULL);
  CREATE TABLE book (id serial PRIMARY KEY, author_id int NOT NULL REFERENCES author(id), title text NOT NULL, pages int NOT NULL, price double precision NOT NULL, published_at timestamptz(3) NOT NULL);
  CREATE INDEX book_author ON book(author_id);`;

interface AuthorCells {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly bio: string | null;
  readonly active: boolean;
  readonly created_at: Date;
}
interface BookCells {
  readonly id: number;
  readonly author_id: number;
  readonly title: string;
  readonly pages: number;
  readonly price: number;
  readonly published_at: Date;
}
type Author = { -readonly [K in keyof AuthorRow]: AuthorRow[K] };
const toAuthor = (row: AuthorCells): Author => ({
  id: row.id,
  name: row.name,
  email: row.email,
  age: row.age,
  bio: row.bio,
  active: row.active,
  createdAt: row.created_at,
});
const fromData = (data: AuthorData): Author => ({
  id: 0,
  name: data.name,
  email: data.email,
  age: data.age,
  bio: data.bio,
  active: data.active,
  createdAt: data.createdAt,
});
const toBook = (row: BookCells): BookRow => ({
  id: row.id,
  title: row.title,
  pages: row.pages,
  price: row.price,
  publishedAt: row.published_at,
});

const authorColumns = "id, name, email, age, bio, active, created_at";
const bookColumns = "id, author_id, title, pages, price, published_at";

const createSide = (client: pg.Client): Side => {
  const query = async <Row extends object>(name: string, text: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query<Row>({ name, text, values })).rows;
  const loadAll = async (): Promise<Author[]> => (await query<AuthorCells>("all", `SELECT ${authorColumns} FROM author`)).map(toAuthor);
  const insertAuthors = async (authors: readonly Author[]): Promise<void> => {
    const ids = await query<{ id: number }>(
      "insertAuthors",
      "INSERT INTO author (name, email, age, bio, active, created_at) SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bool[], $6::timestamptz[]) RETURNING id",
      [
        authors.map((a) => a.name),
        authors.map((a) => a.email),
        authors.map((a) => a.age),
        authors.map((a) => a.bio),
        authors.map((a) => a.active),
        authors.map((a) => a.createdAt.toISOString()),
      ],
    );
    for (const [index, author] of authors.entries()) author.id = ids[index]?.id ?? 0;
  };

  return {
    async insert(data) {
      const authors = data.map(fromData);
      await client.query("BEGIN");
      await insertAuthors(authors);
      await client.query("COMMIT");
      return authors;
    },
    async insertGraph(graph) {
      const authors = graph.map(fromData);
      await client.query("BEGIN");
      await insertAuthors(authors);
      const books = graph.flatMap((data, index) => data.books.map((book) => ({ book, authorId: authors[index]?.id })));
      const ids = await query<{ id: number }>(
        "insertBooks",
        "INSERT INTO book (author_id, title, pages, price, published_at) SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::float8[], $5::timestamptz[]) RETURNING id",
        [
          books.map((b) => b.authorId),
          books.map((b) => b.book.title),
          books.map((b) => b.book.pages),
          books.map((b) => b.book.price),
          books.map((b) => b.book.publishedAt.toISOString()),
        ],
      );
      await client.query("COMMIT");
      let next = 0;
      return graph.map((data, index) => ({ id: authors[index]?.id ?? 0, bookIds: data.books.map(() => ids[next++]?.id ?? 0) }));
    },
    load: loadAll,
    hold: async () => ({ rows: await loadAll(), release: async () => {} }),
    findByKey: (count) =>
      findInTurn(count, async (id) => {
        const [row] = await query<AuthorCells>("byKey", `SELECT ${authorColumns} FROM author WHERE id = $1`, [id]);
        return toAuthor(row as AuthorCells);
      }),
    async findInMemory(count, mark) {
      const known = new Map((await loadAll()).map((author) => [author.id, author]));
      mark("load");
      const found = await findInTurn(count, (id) => known.get(id));
      mark("hits");
      return found;
    },
    async changeSome(mark) {
      const authors = await loadAll();
      mark("load");
      const changed = changeEveryTenth(authors);
      await query(
        "update",
        "UPDATE author SET name = v.name, age = v.age FROM unnest($1::int[], $2::text[], $3::int[]) v(id, name, age) WHERE author.id = v.id",
        [changed.map((a) => a.id), changed.map((a) => a.name), changed.map((a) => a.age)],
      );
      mark("flush");
      return authors;
    },
    async changeNone(mark) {
      const authors = await loadAll();
      mark("load");
      mark("flush");
      return authors;
    },
    async loadWithBooks() {
      const byId = new Map((await loadAll()).map((author) => [author.id, { author, books: [] as BookRow[] }]));
      const rows = await query<BookCells>("booksOf", `SELECT ${bookColumns} FROM book WHERE author_id = ANY($1::int[])`, [
        [...byId.keys()],
      ]);
      for (const row of rows) byId.get(row.author_id)?.books.push(toBook(row));
      return [...byId.values()];
    },
    async loadBooksWithAuthor() {
      const authors = new Map<number, Author>();
      const result = await client.query<unknown[]>({
        name: "joined",
        text: "SELECT b.id, b.author_id, b.title, b.pages, b.price, b.published_at, a.id, a.name, a.email, a.age, a.bio, a.active, a.created_at FROM book b JOIN author a ON a.id = b.author_id",
        rowMode: "array",
      });
      return result.rows.map((cells) => {
        const [id, authorId, title, pages, price, publishedAt] = cells as [number, number, string, number, number, Date];
        let author = authors.get(authorId);
        if (author === undefined) {
          author = {
            id: cells[6] as number,
            name: cells[7] as string,
            email: cells[8] as string,
            age: cells[9] as number,
            bio: cells[10] as string | null,
            active: cells[11] as boolean,
            createdAt: cells[12] as Date,
          };
          authors.set(authorId, author);
        }
        return { book: { id, title, pages, price, publishedAt }, author };
      });
    },
    pages(count) {
      const text = `SELECT ${bookColumns} FROM book WHERE author_id = $1 AND pages >= $2 AND pages < $3 AND price < $4 AND title LIKE $5 ORDER BY id DESC LIMIT $6`;
      return readPages(count, async (authorId) =>
        (await query<BookCells>("page", text, [authorId, 0, 10_000, 1000, "Book%", 20])).map(toBook),
      );
    },
    async deleteLoaded(mark) {
      const authors = (await query<AuthorCells>("some", `SELECT ${authorColumns} FROM author WHERE id <= 1000`)).map(toAuthor);
      mark("load");
      await query("delete", "DELETE FROM author WHERE id = ANY($1::int[])", [authors.map((author) => author.id)]);
      mark("flush");
      return authors.length;
    },
    async updateAndAggregate(count) {
      let result: { active: boolean; n: number; mean: number }[] = [];
      for (let index = 0; index < count; index++) {
        await query("older", "UPDATE author SET age = age + 1 WHERE active");
        result = await query("groups", "SELECT active, count(*)::int n, avg(age)::float8 mean FROM author GROUP BY active");
      }
      return result;
    },
    async close() {
      await client.end();
    },
  };
};

const connectTo = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};

export const postgresAdmin = async (url: string, prepareSchema: (client: pg.Client) => Promise<void>): Promise<Admin> => {
  const client = await connectTo(url);
  await prepareSchema(client);
  return {
    async seed(authors, booksEach) {
      await client.query("TRUNCATE book, author RESTART IDENTITY");
      const authorRows = authorsData(authors);
      const bookRows = Array.from({ length: authors * booksEach }, (_, index) => bookData(index + 1));
      await client.query(
        "INSERT INTO author (name, email, age, bio, active, created_at) SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bool[], $6::timestamptz[])",
        [
          authorRows.map((a) => a.name),
          authorRows.map((a) => a.email),
          authorRows.map((a) => a.age),
          authorRows.map((a) => a.bio),
          authorRows.map((a) => a.active),
          authorRows.map((a) => a.createdAt),
        ],
      );
      await client.query(
        "INSERT INTO book (author_id, title, pages, price, published_at) SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::float8[], $5::timestamptz[])",
        [
          bookRows.map((_, index) => Math.ceil((index + 1) / booksEach)),
          bookRows.map((b) => b.title),
          bookRows.map((b) => b.pages),
          bookRows.map((b) => b.price),
          bookRows.map((b) => b.publishedAt),
        ],
      );
      await client.query("ANALYZE author, book");
    },
    async number(sql) {
      const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
      return Number(rows[0]?.[0]);
    },
    async close() {
      await client.end();
    },
  };
};

/** The tables as hand-written code has them. */
export const makePostgresTables = (url: string): Promise<Admin> =>
  postgresAdmin(url, async (client) => {
    await client.query(ddl);
  });

export const openRawPostgres = async (url: string): Promise<Setup> => ({
  admin: await makePostgresTables(url),
  side: createSide(await connectTo(url)),
});

/** Objection over Knex: instances of model classes that track nothing; on SQLite they convert booleans and instants themselves. */

import type BetterSqlite3 from "better-sqlite3";
import knexModule, { type Knex } from "knex";
import { Model, raw, type Pojo } from "objection";
import type { AuthorData, BookData } from "../data.js";
import type { Place } from "../places.js";
import { tune } from "../raw-sqlite.js";
import { changeEveryTenth, findInTurn, readPages } from "../shared-work.js";
import type { AuthorRow, Side } from "../side.js";
import { untracked } from "./untracked.js";

/** A model over columns, whose instants are read under the names that the workloads verify. */
class Author extends Model {
  static override tableName = "author";
  declare id: number;
  declare name: string;
  declare email: string;
  declare age: number;
  declare bio: string | null;
  declare active: boolean;
  declare created_at: Date;
  declare books?: Book[];
  static override get relationMappings() {
    return { books: { relation: Model.HasManyRelation, modelClass: Book, join: { from: "author.id", to: "book.author_id" } } };
  }
  get createdAt(): Date {
    return this.created_at;
  }
}
class Book extends Model {
  static override tableName = "book";
  declare id: number;
  declare author_id: number;
  declare title: string;
  declare pages: number;
  declare price: number;
  declare published_at: Date;
  declare author?: Author;
  static override get relationMappings() {
    return { author: { relation: Model.BelongsToOneRelation, modelClass: Author, join: { from: "book.author_id", to: "author.id" } } };
  }
  get publishedAt(): Date {
    return this.published_at;
  }
}
/** The same on SQLite, where a cell is an integer. */
const sqliteCells = (instant: string) => ({
  parse(json: Pojo): Pojo {
    if (json[instant] !== undefined) json[instant] = new Date(json[instant] as number);
    if (json["active"] !== undefined) json["active"] = json["active"] === 1;
    return json;
  },
  format(json: Pojo): Pojo {
    if (json[instant] instanceof Date) json[instant] = json[instant].getTime();
    if (typeof json["active"] === "boolean") json["active"] = json["active"] ? 1 : 0;
    return json;
  },
});
const keepIntegers = (model: typeof Author | typeof Book, instant: string): void => {
  const { parse, format } = sqliteCells(instant);
  const { $parseDatabaseJson, $formatDatabaseJson } = Model.prototype;
  model.prototype.$parseDatabaseJson = function (json) {
    return parse($parseDatabaseJson.call(this, json));
  };
  model.prototype.$formatDatabaseJson = function (json) {
    return format($formatDatabaseJson.call(this, json));
  };
};

const connect = (place: Place): Knex =>
  "file" in place
    ? knexModule({
        client: "better-sqlite3",
        connection: { filename: place.file },
        useNullAsDefault: true,
        pool: {
          min: 1,
          max: 1,
          afterCreate: (connection: BetterSqlite3.Database, done: (error: Error | null, connection: unknown) => void) =>
            done(null, tune(connection)),
        },
      })
    : knexModule({ client: "pg", connection: place.url, pool: { min: 1, max: 4 } });

const authorJson = ({ name, email, age, bio, active, createdAt }: AuthorData) => ({ name, email, age, bio, active, created_at: createdAt });
const bookJson = ({ title, pages, price, publishedAt }: BookData) => ({ title, pages, price, published_at: publishedAt });
const chunk = 1000;

export const open = async (place: Place): Promise<Side> => {
  const isSqlite = "file" in place;
  const knex = connect(place);
  if (isSqlite) {
    keepIntegers(Author, "created_at");
    keepIntegers(Book, "published_at");
  }
  Model.knex(knex);
  const load = async (): Promise<Author[]> => Author.query();

  return {
    ...untracked,
    insert: (data) =>
      knex.transaction(async (transaction) => {
        const rows = data.map(authorJson);
        const written: Author[] = [];
        // It inserts several rows at once where it knows that the database tells their keys: not on SQLite.
        if (isSqlite) for (const row of rows) written.push(await Author.query(transaction).insert(row));
        else
          for (let from = 0; from < rows.length; from += chunk)
            written.push(...(await Author.query(transaction).insert(rows.slice(from, from + chunk))));
        return written;
      }),
    async insertGraph(graph) {
      const rows = graph.map((author) => ({ ...authorJson(author), books: author.books.map(bookJson) }));
      const written = await knex.transaction(async (transaction) => Author.query(transaction).insertGraph(rows));
      return written.map((author) => ({ id: author.id, bookIds: (author.books ?? []).map((book) => book.id) }));
    },
    load,
    hold: async () => ({ rows: await load(), release: async () => {} }),
    findByKey: (count) => findInTurn<AuthorRow>(count, (id) => Author.query().findById(id)),
    async changeSome(mark) {
      const authors = await load();
      mark("load");
      const changed = changeEveryTenth(authors);
      await knex.transaction(async (transaction) => {
        for (const author of changed) await author.$query(transaction).patch({ name: author.name, age: author.age });
      });
      mark("flush");
      return authors;
    },
    async loadWithBooks() {
      const authors = await Author.query().withGraphFetched("books");
      return authors.map((author) => ({ author, books: author.books ?? [] }));
    },
    async loadBooksWithAuthor() {
      const books = await Book.query().withGraphFetched("author");
      return books.map((book) => ({ book, author: book.author as Author }));
    },
    pages: (count) =>
      readPages(count, (authorId) =>
        Book.query()
          .where("author_id", authorId)
          .where("pages", ">=", 0)
          .where("pages", "<", 10_000)
          .where("price", "<", 1000)
          .where("title", "like", "Book%")
          .orderBy("id", "desc")
          .limit(20),
      ),
    async deleteLoaded(mark) {
      const authors = await Author.query().where("id", "<=", 1000);
      mark("load");
      const ids = authors.map((author) => author.id);
      await Author.query().delete().whereIn("id", ids);
      mark("flush");
      return authors.length;
    },
    async updateAndAggregate(count) {
      let groups: { active: boolean; n: number; mean: number }[] = [];
      for (let index = 0; index < count; index++) {
        await Author.query()
          .patch({ age: raw("age + 1") })
          .where("active", isSqlite ? 1 : true);
        const found = await Author.query().select("active").count("* as n").avg("age as mean").groupBy("active");
        groups = found as unknown as typeof groups;
      }
      return groups.map(({ active, n, mean }) => ({ active, n: Number(n), mean: Number(mean) }));
    },
    close: () => knex.destroy(),
  };
};

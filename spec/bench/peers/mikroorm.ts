/** MikroORM: a unit of work with an identity map, a fork of its manager for each piece of work. */

import { defineEntity, p, raw } from "@mikro-orm/core";
import { MikroORM as Postgres, type EntityManager } from "@mikro-orm/postgresql";
import { MikroORM as Sqlite } from "@mikro-orm/sqlite";
import type { Place } from "../places.js";
import { pragmas } from "../raw-sqlite.js";
import { changeEveryTenth, findInTurn, readPages } from "../shared-work.js";
import type { Side } from "../side.js";

const authorSchema = defineEntity({
  name: "Author",
  tableName: "author",
  properties: {
    id: p.integer().primary(),
    name: p.text(),
    email: p.text().unique(),
    age: p.integer(),
    bio: p.text().nullable(),
    active: p.boolean(),
    createdAt: p.datetime(3),
    books: () => p.oneToMany(Book).mappedBy("author"),
  },
});
const bookSchema = defineEntity({
  name: "Book",
  tableName: "book",
  properties: {
    id: p.integer().primary(),
    author: () => p.manyToOne(Author),
    title: p.text(),
    pages: p.integer(),
    price: p.double(),
    publishedAt: p.datetime(3),
  },
});
class Author extends authorSchema.class {
  declare bio: string | null;
}
class Book extends bookSchema.class {
  declare price: number;
}
authorSchema.setClass(Author);
bookSchema.setClass(Book);

const connect = async (place: Place): Promise<{ fork: () => EntityManager; close: () => Promise<void> }> => {
  const options = { entities: [Author, Book], ensureIndexes: false, forceUtcTimezone: true };
  if (!("file" in place)) {
    const orm = await Postgres.init({ ...options, clientUrl: place.url, pool: { min: 1, max: 4 } });
    return { fork: () => orm.em.fork(), close: () => orm.close(true) };
  }
  const orm = await Sqlite.init({ ...options, dbName: place.file });
  for (const pragma of pragmas) await orm.em.getConnection().execute(`PRAGMA ${pragma}`, [], "all");
  // Both managers have the methods used here; their types differ in what they know of the driver.
  return { fork: () => orm.em.fork() as unknown as EntityManager, close: () => orm.close(true) };
};

export const open = async (place: Place): Promise<Side> => {
  const { fork, close } = await connect(place);
  return {
    async insert(data) {
      const manager = fork();
      const authors = data.map((row) => manager.create(Author, row));
      await manager.flush();
      return authors;
    },
    async insertGraph(graph) {
      const manager = fork();
      const authors = graph.map((row) => manager.create(Author, { ...row, books: [...row.books] }));
      await manager.flush();
      return authors.map((author) => ({ id: author.id, bookIds: author.books.getItems().map((book) => book.id) }));
    },
    load: () => fork().find(Author, {}),
    async hold() {
      const manager = fork();
      return { rows: await manager.find(Author, {}), release: async () => manager.clear() };
    },
    findByKey: (count) => findInTurn(count, (id) => fork().findOneOrFail(Author, id)),
    async findInMemory(count, mark) {
      const manager = fork();
      await manager.find(Author, {});
      mark("load");
      const found = await findInTurn(count, (id) => manager.findOneOrFail(Author, id));
      mark("hits");
      return found;
    },
    async changeSome(mark) {
      const manager = fork();
      const authors = await manager.find(Author, {});
      mark("load");
      changeEveryTenth(authors);
      await manager.flush();
      mark("flush");
      return authors;
    },
    async changeNone(mark) {
      const manager = fork();
      const authors = await manager.find(Author, {});
      mark("load");
      await manager.flush();
      mark("flush");
      return authors;
    },
    async loadWithBooks() {
      const authors = await fork().find(Author, {}, { populate: ["books"] });
      return authors.map((author) => ({ author, books: author.books.getItems() }));
    },
    async loadBooksWithAuthor() {
      const books = await fork().find(Book, {}, { populate: ["author"] });
      return books.map((book) => ({ book, author: book.author }));
    },
    pages: (count) =>
      readPages(count, (authorId) =>
        fork().find(
          Book,
          { author: authorId, pages: { $gte: 0, $lt: 10_000 }, price: { $lt: 1000 }, title: { $like: "Book%" } },
          { orderBy: { id: "desc" }, limit: 20 },
        ),
      ),
    async deleteLoaded(mark) {
      const manager = fork();
      const authors = await manager.find(Author, { id: { $lte: 1000 } });
      mark("load");
      for (const author of authors) manager.remove(author);
      await manager.flush();
      mark("flush");
      return authors.length;
    },
    async updateAndAggregate(count) {
      let groups: { active: boolean | number; n: number | string; mean: number | string }[] = [];
      for (let index = 0; index < count; index++) {
        const manager = fork();
        await manager.nativeUpdate(Author, { active: true }, { age: raw<number>("age + 1") });
        groups = await manager
          .createQueryBuilder(Author)
          .select(["active", raw("count(*) as n"), raw("avg(age) as mean")])
          .groupBy("active")
          .execute();
      }
      return groups.map(({ active, n, mean }) => ({ active: Boolean(active), n: Number(n), mean: Number(mean) }));
    },
    close,
  };
};

/** Each workload: how the database is seeded, what is run, and how its result is verified. */

import assert from "node:assert/strict";
import { authorData, authorsData, bookData, graphData } from "./data.js";
import { NotApplicable, type Admin, type AuthorRow, type BookRow, type Mark, type Side } from "./side.js";

export interface Workload {
  readonly title: string;
  /** Authors, and books for each. */
  readonly seed: readonly [number, number];
  /** The work changes the rows: seed before every round. */
  readonly reseed: boolean;
  /** The named part of the work that is compared, the whole when absent. */
  readonly part?: string;
  /** What our own side is compared with, in place of hand-written code. */
  against?(side: Side, mark: Mark): Promise<unknown>;
  run(side: Side, mark: Mark): Promise<unknown>;
  verify(admin: Admin, result: unknown): Promise<void>;
}

const checkAuthor = (row: AuthorRow | undefined, number: number, changed: Partial<AuthorRow> = {}): void => {
  assert.ok(row !== undefined, `author ${number} is missing`);
  const expected = { ...authorData(number), ...changed };
  assert.deepEqual(
    [row.name, row.email, row.age, row.bio, row.active, +row.createdAt],
    [expected.name, expected.email, expected.age, expected.bio, expected.active, +expected.createdAt],
  );
};
const checkBook = (row: BookRow | undefined, number: number): void => {
  assert.ok(row !== undefined, `book ${number} is missing`);
  const expected = bookData(number);
  assert.deepEqual(
    [row.title, row.pages, row.price, +row.publishedAt],
    [expected.title, expected.pages, expected.price, +expected.publishedAt],
  );
};
const count = async (admin: Admin, table: string, expected: number): Promise<void> =>
  assert.equal(await admin.number(`SELECT count(*) FROM ${table}`), expected);

const workload = <R>(
  spec: Omit<Workload, "run" | "verify"> & { run(side: Side, mark: Mark): Promise<R>; verify(admin: Admin, result: R): Promise<void> },
): Workload => spec as Workload;

const findBeside = (side: Side, tracked: boolean, mark: Mark): Promise<number> => {
  if (side.findBeside === undefined) throw new NotApplicable();
  return side.findBeside(100, tracked, mark);
};

const tenThousand = authorsData(10_000);
const graph = graphData(200, 5);
const byId = (rows: readonly AuthorRow[]): Map<number, AuthorRow> => new Map(rows.map((row) => [row.id, row]));

export const workloads: Readonly<Record<string, Workload>> = {
  W1: workload({
    title: "insert 10,000, keys back",
    seed: [0, 0],
    reseed: true,
    run: (side, mark) => side.insert(tenThousand, mark),
    async verify(admin, rows) {
      await count(admin, "author", 10_000);
      assert.equal(new Set(rows.map((row) => row.id)).size, 10_000);
      for (const number of [1, 2, 5000, 10_000]) {
        checkAuthor(rows[number - 1], number);
        assert.equal(await admin.number(`SELECT id FROM author WHERE email = 'author${number}@example.com'`), rows[number - 1]?.id);
      }
    },
  }),
  W1b: workload({
    title: "insert a graph, 200 × 5",
    seed: [0, 0],
    reseed: true,
    run: (side, mark) => side.insertGraph(graph, mark),
    async verify(admin, rows) {
      await count(admin, "author", 200);
      await count(admin, "book", 1000);
      assert.equal(new Set(rows.flatMap((row) => row.bookIds)).size, 1000);
      assert.equal(
        await admin.number(`SELECT count(*) FROM book WHERE author_id = ${rows[7]?.id} AND id IN (${rows[7]?.bookIds.join()})`),
        5,
      );
    },
  }),
  W2: workload({
    title: "load 10,000",
    seed: [10_000, 0],
    reseed: false,
    run: (side, mark) => side.load(mark),
    async verify(_, rows) {
      assert.equal(rows.length, 10_000);
      const found = byId(rows);
      for (const number of [1, 2, 3, 10_000]) checkAuthor(found.get(number), number);
    },
  }),
  W3: workload({
    title: "5,000 finds by key, a session each",
    seed: [1000, 0],
    reseed: false,
    run: (side, mark) => side.findByKey(5000, mark),
    async verify(_, { sum, last }) {
      assert.equal(sum, 5 * 500_500);
      checkAuthor(last, last.id);
    },
  }),
  W3b: workload({
    title: "5,000 finds in memory",
    seed: [1000, 0],
    reseed: false,
    part: "hits",
    run: (side, mark) => side.findInMemory(5000, mark),
    async verify(_, { sum, last }) {
      assert.equal(sum, 5 * 500_500);
      checkAuthor(last, last.id);
    },
  }),
  W4: workload({
    title: "load 10,000, change 1,000, flush",
    seed: [10_000, 0],
    reseed: true,
    run: (side, mark) => side.changeSome(mark),
    async verify(admin, rows) {
      assert.equal(rows.length, 10_000);
      assert.equal(await admin.number("SELECT count(*) FROM author WHERE name LIKE '%!'"), 1000);
      checkAuthor(byId(rows).get(5000), 5000, { name: "Author 5000!", age: authorData(5000).age + 1 });
    },
  }),
  W4b: workload({
    title: "flush of 10,000 unchanged",
    seed: [10_000, 0],
    reseed: false,
    part: "flush",
    run: (side, mark) => side.changeNone(mark),
    async verify(_, rows) {
      assert.equal(rows.length, 10_000);
    },
  }),
  W5: workload({
    title: "1,000 with their 10 each",
    seed: [1000, 10],
    reseed: false,
    run: (side, mark) => side.loadWithBooks(mark),
    async verify(_, rows) {
      assert.equal(rows.length, 1000);
      assert.equal(
        rows.reduce((sum, row) => sum + row.books.length, 0),
        10_000,
      );
      const found = rows.find((row) => row.author.id === 500);
      checkAuthor(found?.author, 500);
      for (const book of found?.books ?? []) checkBook(book, book.id);
    },
  }),
  W5b: workload({
    title: "10,000 with their one",
    seed: [1000, 10],
    reseed: false,
    run: (side, mark) => side.loadBooksWithAuthor(mark),
    async verify(_, rows) {
      assert.equal(rows.length, 10_000);
      for (const row of rows.slice(0, 20)) {
        checkBook(row.book, row.book.id);
        checkAuthor(row.author, Math.ceil(row.book.id / 10));
      }
    },
  }),
  W6: workload({
    title: "5,000 filtered pages",
    seed: [1000, 10],
    reseed: false,
    run: (side, mark) => side.pages(5000, mark),
    async verify(_, { rows, last }) {
      assert.equal(rows, 50_000);
      checkBook(last[0], last[0]?.id ?? 0);
      assert.ok((last[0]?.id ?? 0) > (last[9]?.id ?? 0));
    },
  }),
  W7: workload({
    title: "delete 1,000 loaded",
    seed: [2000, 0],
    reseed: true,
    run: (side, mark) => side.deleteLoaded(mark),
    async verify(admin, deleted) {
      assert.equal(deleted, 1000);
      await count(admin, "author", 1000);
    },
  }),
  W8: workload({
    title: "500 × bulk update, grouped aggregate",
    seed: [100, 0],
    reseed: true,
    run: (side, mark) => side.updateAndAggregate(500, mark),
    async verify(admin, rows) {
      assert.equal(await admin.number("SELECT age FROM author WHERE id = 2"), 522);
      assert.equal(rows.find((row) => row.active)?.n, 50);
    },
  }),
  W9: workload({
    title: "100 filtered finds beside 100,000 tracked, against an empty session",
    seed: [100_000, 0],
    reseed: false,
    part: "finds",
    run: (side, mark) => findBeside(side, true, mark),
    against: (side, mark) => findBeside(side, false, mark),
    async verify(_, found) {
      assert.equal(found, 100);
    },
  }),
};

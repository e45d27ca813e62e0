/** Requests against the routes; nothing that a test writes is there for the next one. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { migrate } from "@flash-db/kit";
import { closeDb, initDb, type Database } from "flash-db";
import { withRollback } from "flash-db/testing";
import { buildApp } from "./app.js";

let database: Database;
const app = buildApp();

before(async () => {
  database = await initDb(process.env["TEST_DATABASE_URL"] ?? "sqlite::memory:");
  await migrate(database, "migrations");
});
after(async () => {
  await app.close();
  await closeDb();
});

const post = (body: object) => app.inject({ method: "POST", url: "/books", payload: body });

test("a new book stands on its shelf", () =>
  withRollback(database, async () => {
    assert.equal((await post({ title: "Emma", pages: 474, shelf: "novels" })).statusCode, 201);
    const { books } = (await app.inject("/books")).json<{
      books: { title: string; shelf: string }[];
    }>();
    assert.deepEqual(
      books.map(({ title, shelf }) => [title, shelf]),
      [["Emma", "novels"]],
    );
    assert.equal(
      (await app.inject("/shelves")).json<{ books_count: number }[]>()[0]?.books_count,
      1,
    );
  }));

test("a request that makes no sense is told so", () =>
  withRollback(database, async () => {
    assert.equal((await post({ title: "Emma" })).statusCode, 400);
    assert.equal((await app.inject("/books?after=nonsense")).statusCode, 400);
    assert.equal((await app.inject("/books/99")).statusCode, 404);
  }));

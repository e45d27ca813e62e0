/** What create(), `new` and bulkCreate() take and refuse. */
/* eslint-disable no-unused-expressions, no-new -- what an expression is, is the proof */

import type { Session } from "flash-db";
import { Author, Book } from "./models.js";
import { exact } from "./exact.js";

export async function creating(db: Session, a: Author) {
  const base = { isbn: "1", title: "x", pages: 3 };
  await Book.objects.create(db, { ...base, author: a });
  await Book.objects.create(db, { ...base, authorId: 1 });
  await Book.objects.create(db, { ...base, author: a, editor: null, parentId: "2" });
  // @ts-expect-error neither author nor authorId
  await Book.objects.create(db, { ...base });
  // @ts-expect-error both
  await Book.objects.create(db, { ...base, author: a, authorId: 1 });
  // @ts-expect-error both, of a nullable one
  await Book.objects.create(db, { ...base, author: a, editor: a, editorId: 1 });
  // @ts-expect-error not nullable
  await Book.objects.create(db, { ...base, author: null });
  // @ts-expect-error unknown key
  await Book.objects.create(db, { ...base, author: a, colour: "red" });
  // @ts-expect-error wrong type
  await Book.objects.create(db, { ...base, author: a, pages: "3" });
  // @ts-expect-error title is required
  await Book.objects.create(db, { isbn: "1", pages: 3, author: a });
  await Author.objects.create(db, { name: "x" });
  await Author.objects.create(db, { name: "x", stamp: new Date(), role: "admin", age: null });
  // @ts-expect-error the database computes slug
  await Author.objects.create(db, { name: "x", slug: "x" });
  // @ts-expect-error the session counts the version
  await Author.objects.create(db, { name: "x", version: 3 });
  // @ts-expect-error a collection is not given
  await Author.objects.create(db, { name: "x", books: [] });
  // @ts-expect-error undefined is no value (exactOptionalPropertyTypes or not)
  await Author.objects.create(db, { name: undefined });
  const maybe: { name?: string } = {};
  // @ts-expect-error the name may be missing
  await Author.objects.create(db, maybe);
  const some: { name: string; age?: number } = { name: "x" };
  await Author.objects.create(db, some);
  new Author({ name: "x" });
  new Author();
  new Book({ author: a });
  new Book({ authorId: 1 });
  // @ts-expect-error unknown key
  new Author({ nam: "x" });
  // @ts-expect-error wrong type
  new Author({ name: 3 });
  await Book.objects.bulkCreate(
    db,
    [
      { ...base, author: a },
      { ...base, authorId: 1 },
    ],
    { updateConflicts: { fields: ["title"], on: ["isbn"] } },
  );
  // @ts-expect-error unknown key in a row
  await Book.objects.bulkCreate(db, [{ isbn: "1", titel: "x" }]);
  const [same, created] = await Author.objects.getOrCreate(db, { name: "x" }, { age: 3 });
  same.shout;
  created satisfies boolean;
  await a.books.create({ isbn: "1", title: "x", pages: 3, author: a });
  const made = await Author.objects.create(db, { name: "y" });
  exact<Author>()(made);
}

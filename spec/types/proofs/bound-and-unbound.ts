/** Querysets that need a session, and collections that know theirs. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import { Count, type BoundQuerySet, type Session } from "flash-db";
import { Author, Book } from "./models.js";

export async function bound(db: Session, a: Author) {
  await a.books.filter({ pages__gt: 3 }).orderBy("title").fetch();
  await a.books.count();
  await a.books.get({ isbn: "1" });
  await a.books.values("title").fetch();
  await a.books.aggregate({ n: Count("isbn") });
  await a.books.filter({ pages: 1 }).update({ pages: 2 });
  await a.books.all().delete({ all: true });
  await Author.objects.using(db).filter({ name: "x" }).first();
  await Author.objects.fetch(db);
  a.books.add(new Book());
  await a.books.set([]);
  for await (const x of Author.objects.all().iterate(db, { chunkSize: 3 })) x.shout;
  const page = await Author.objects.orderBy("-createdAt").paginate(db, { first: 20, after: null });
  page.items[0]?.shout;
  page.endCursor;
  const bound = (books: BoundQuerySet<Book>) => books.filter({ pages: 3 });
  bound(a.books);
  bound(a.books.all());
  await a.books.create({ isbn: "1", title: "x", pages: 3 });
  // @ts-expect-error the author is implied, the title is not
  await a.books.create({ isbn: "1", pages: 3 });
  // @ts-expect-error another model
  bound(a.edited.values("title"));
  // @ts-expect-error needs a session
  await Author.objects.fetch();
  // @ts-expect-error needs a session first
  await Author.objects.get({ name: "x" });
  // @ts-expect-error knows its session
  await a.books.get(db, { isbn: "1" });
  // @ts-expect-error a filtered set is no collection any more
  a.books.filter({ pages: 1 }).add(new Book());
  // @ts-expect-error of another model
  a.books.add(a);
}

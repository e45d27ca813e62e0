/** What is loaded is known: selectRelated, prefetchRelated, Prefetch. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import { Prefetch, type Session, type Loaded, type QuerySet } from "flash-db";
import { Author, Book, Tag, type Card } from "./models.js";
import { exact } from "./exact.js";

export async function loading(db: Session) {
  const r = (
    await Book.objects
      .selectRelated("author")
      .selectRelated("editor", "parent__author")
      .prefetchRelated("tags")
      .prefetchRelated("tags__books__author")
      .fetch(db)
  )[0]!;
  exact<Author>()(r.author);
  exact<Author | null>()(r.editor);
  r.parent?.author.name;
  r.long;
  r.author.greet(r.author);
  for (const tag of r.tags) for (const book of tag.books) book.author.shout;
  r.tags.add(new Tag());
  r.tags.length;
  r.tags.at(0)?.books.length;
  await r.tags.filter({ label: "x" }).fetch();
  // @ts-expect-error may be null
  r.editor.name;
  // @ts-expect-error the parent's editor is not loaded
  r.parent?.editor?.name;
  const p = (
    await Book.objects
      .prefetchRelated(
        "tags",
        new Prefetch("author__books", Book.objects.filter({ pages__gt: 10 }).selectRelated("editor"), { toAttr: "popular" }),
      )
      .fetch(db)
  )[0]!;
  for (const tag of p.tags) tag.label;
  for (const book of p.author.popular) book.editor?.shout;
  p.author.name;
  const w = (await Author.objects.prefetchRelated(new Prefetch("books", Book.objects.selectRelated("editor"))).fetch(db))[0]!;
  for (const book of w.books) book.editor?.shout;
  // @ts-expect-error wrong path
  Book.objects.prefetchRelated(new Prefetch("author__bookz"));
  // @ts-expect-error wrong path
  Book.objects.prefetchRelated("tags__bookz");
  // @ts-expect-error a field is no relation
  Book.objects.selectRelated("title");
  const takesBook = (b: Book) => b.long;
  const takesBooks = (b: Book[]) => b.length;
  const takesLoaded = (b: Loaded<Book, "author">) => b.author.name;
  const takesAuthors = (a: readonly Author[]) => a.length;
  takesBook(r);
  takesBooks([r]);
  takesLoaded(r);
  const asBook: Book = r;
  const list: Book[] = [r, p];
  takesAuthors([r.author, w]);
  // @ts-expect-error the author is not loaded
  takesLoaded(asBook);
  const rc = (await Author.objects.selectRelated("card").fetch(db))[0]!;
  exact<Card | null>()(rc.card);
  exact<string | null>()((await Author.objects.values("card__number").fetch(db))[0]!.card__number);
  const wl = (await Author.objects.prefetchRelated("books").fetch(db))[0]!;
  const back: Author = wl;
  wl.greet(back);
  wl.loud = "x";
  Author.kind satisfies "author";
  const sets = (qs: QuerySet<Book>) => qs.filter({ pages: 3 });
  sets(Book.objects.selectRelated("author"));
  sets(Book.objects);
  // eslint-disable-next-line typescript/await-thenable -- code that awaits goes on working when the relation is loaded
  const re: Awaited<typeof r.author> = await r.author;
  re.name;
  const saved = await r.save();
  saved.author.name;
  return list;
}

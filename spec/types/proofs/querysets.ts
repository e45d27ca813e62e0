/** Every builder and terminal of a queryset. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import {
  Count,
  Exists,
  F,
  Max,
  OuterRef,
  Q,
  sql,
  Upper,
  Value,
  type CreateInput,
  type InstanceOf,
  type Ref,
  type Session,
  type UpdateInput,
  type Where,
} from "flash-db";
import { Author, Book, Tag } from "./models.js";
import { exact } from "./exact.js";

export async function builders(db: Session) {
  const base = Book.objects
    .all()
    .none()
    .reverse()
    .limit(1)
    .offset(2)
    .slice(0, 3)
    .withDeleted()
    .onlyDeleted()
    .fetchMode("raise")
    .selectForUpdate({ skipLocked: true, of: ["self"] });
  exact<{ pk: string; author__pk: number; editor__pk: number | null }[]>()(await base.values("pk", "author__pk", "editor__pk").fetch(db));
  // @ts-expect-error no such path
  base.values("author__pkk");
  exact<Book[]>()(await base.union(Book.objects).unionAll(base).intersection(base).difference(base).fetch(db));
  exact<Book[]>()(
    await Book.objects
      .when(
        true,
        (books) => books.filter({ pages: 1 }),
        (books) => books.exclude({ pages: 1 }),
      )
      .fetch(db),
  );
  exact<number>()(await Book.objects.pipe((books) => books.filter({ pages: 1 }).count(db)));
  const tree = Book.objects.with("tree", Book.objects.filter({ parent: null }).annotate({ depth: Value<number>(0) }), (above) =>
    Book.objects.filter({ parent: above.ref("isbn") }).annotate({ depth: above.ref("depth").add(1) }),
  );
  exact<number>()((await tree.filter({ depth__gt: 1 }).orderBy("depth").fetch(db))[0]!.depth);
  exact<string[]>()(await Author.objects.dates("createdAt", "month").fetch(db));
  exact<Date[]>()(await Author.objects.datetimes("createdAt", "hour", { order: "desc" }).fetch(db));
  exact<Book[]>()(
    await Book.objects
      .using(db)
      .distinct("author__name")
      .orderBy("author__name", "?", F("pages").desc({ nulls: "last" }), Book.c.pages.asc())
      .fetch(),
  );
  // @ts-expect-error no instant
  Author.objects.datetimes("name", "hour");
  // @ts-expect-error no such field
  Author.objects.dates("creatdAt", "month");
  // @ts-expect-error no such column in the tree
  Book.objects.with("tree", Book.objects.all(), (above) => Book.objects.filter({ parent: above.ref("depth") }));
  // @ts-expect-error no such mode
  Book.objects.fetchMode("all");
  // @ts-expect-error other rows
  Book.objects.union(Tag.objects);
  // @ts-expect-error no such path
  Book.objects.distinct("author__nam");
}

export async function terminals(db: Session, book: Book) {
  exact<boolean>()(await Book.objects.contains(db, book));
  exact<Book | null>()(await Book.objects.last(db));
  exact<Book>()(await Book.objects.getByPk(db, "x"));
  exact<number>()(await Book.objects.deleteByPk(db, "x"));
  exact<Book>()(await Book.objects.updateByPk(db, "x", { pages: F("pages").add(1) }));
  exact<Book>()(await Book.objects.latest(db, "pages", "title"));
  exact<Map<string, Author>>()(await Author.objects.inBulk(db, ["x"], { field: "name" }));
  exact<number>()(await Book.objects.filter({ pages: 3 }).delete(db));
  exact<Readonly<Record<string, number>>>()(await Book.objects.filter({ pages: 3 }).delete(db, { count: "all" }));
  exact<string>()(await Book.objects.explain(db, { analyze: true }));
  exact<Book[]>()(await Book.objects.raw(db, sql`SELECT * FROM books`));
  for await (const one of Book.objects.filter({ pages: 1 }).iterate(db, { chunkSize: 10, track: true })) exact<Book>()(one);
  const page = await Book.objects.orderBy("title").paginate(db, { first: 3, after: null });
  exact<{ items: Book[]; start: string | null; end: string | null; next: boolean; previous: boolean }>()({
    items: page.items,
    start: page.startCursor,
    end: page.endCursor,
    next: page.hasNext,
    previous: page.hasPrevious,
  });
  exact<[Author, boolean]>()(await Author.objects.updateOrCreate(db, { name: "x" }, { age: 3 }, { role: "admin" }));
  await Author.objects.bulkCreate(db, [{ name: "x" }, new Author({ name: "y" })], {
    batchSize: 10,
    onProgress: (done, total) => done / total,
  });
  Book.objects.filter({ pages: 3 }).toSQL().text.length;
  // @ts-expect-error no such field
  await Author.objects.updateOrCreate(db, { name: "x" }, { agee: 3 });
  // @ts-expect-error a string is no SQL
  await Book.objects.raw(db, "SELECT 1");
  // @ts-expect-error a key is a text
  await Book.objects.deleteByPk(db, 3);
  // @ts-expect-error another model
  await Book.objects.contains(db, new Tag());
}

export async function rows(db: Session) {
  const [mixed] = await Book.objects.values("title", { up: Upper("title"), kind: Value("book") }).fetch(db);
  exact<{ title: string; up: string; kind: "book" }>()({ ...mixed! });
  const whole = await Tag.objects.values().fetch(db);
  exact<{ id: number; label: string }>()({ ...whole[0]! });
  exact<string[]>()(await Book.objects.valuesList(Upper("title"), { flat: true }).fetch(db));
  exact<[string, number]>()((await Book.objects.valuesList("title", Count("tags")).fetch(db))[0]!);
  exact<number>()(
    await Book.objects
      .values("author__name")
      .annotate({ n: Count("isbn") })
      .exclude({ n: 1 })
      .reverse()
      .slice(0, 3)
      .count(db),
  );
  exact<boolean>()(await Book.objects.values("title").exists(db));
  const groups = Book.objects.values("author__name").annotate({ n: Count("isbn") });
  exact<number[]>()(await groups.valuesList("n", { flat: true }).fetch(db));
  exact<{ n: number }>()({ ...(await groups.values("n").fetch(db))[0]! });
  exact<{ most: number | null }>()(await groups.aggregate(db, { most: Max("n") }));
  const flagged = Book.objects.annotate({ heavy: Q({ pages__gt: 3 }), any: Exists(Tag.objects.filter({ books: OuterRef("pk") })) });
  exact<[boolean, boolean]>()((await flagged.filter({ any: true }).valuesList("any", "any").fetch(db))[0]!);
  // @ts-expect-error no such group
  groups.values("m");
  // @ts-expect-error no such path
  Book.objects.values("title", { up: Upper("titel") });
  // @ts-expect-error no such path
  Book.objects.valuesList(Upper("titel"), { flat: true });
}

export async function instances(db: Session, author: Author, book: Book, late: Ref<Author>) {
  exact<Author>()(await author.save());
  await book.save(db, { fields: ["title"] });
  await book.save({ fields: ["title"] });
  await author.hardDelete();
  await author.restore(db);
  exact<Author>()(author.set({ age: F("age").add(1), name: "x" }));
  exact<Author>()(await author.refresh(["books"]));
  exact<Author>()(await late);
  const plain = book.toObject({ include: ["author", "tags__books"] });
  exact<string>()(plain.title);
  exact<number>()(plain.authorId);
  exact<string>()(plain.author.name);
  exact<string>()(plain.tags[0]!.books[0]!.title);
  // @ts-expect-error not included
  plain.editor;
  // @ts-expect-error no such field
  author.set({ nam: "x" });
  // @ts-expect-error no such relation
  await author.refresh(["bookz"]);
  // @ts-expect-error no such relation
  book.toObject({ include: ["autor"] });
}

export async function collections(author: Author, book: Book) {
  author.books.add(book);
  book.tags.add(1, 2, new Tag());
  book.tags.remove(1);
  book.tags.clear();
  await book.tags.set([new Tag(), 3]);
  exact<Tag>()(await book.tags.create({ label: "x" }));
  exact<number>()(await book.tags.count());
  // @ts-expect-error a key of tags is a number
  book.tags.add("x");
}

export async function functionsAboutModels(db: Session) {
  const input: CreateInput<Book> = { isbn: "x", title: "x", pages: 1, authorId: 1, editorId: null };
  exact<Book>()(await Book.objects.create(db, input));
  const change: UpdateInput<Book> = { pages: F("pages").add(1) };
  await Book.objects.filter({ isbn: "x" }).update(db, change);
  const where: Where<Book> = { pages__gt: 3, author__name: "x" };
  exact<Book[]>()(await Book.objects.filter(where).fetch(db));
  exact<InstanceOf<typeof Book>>()(await Book.objects.create(db, input));
  Book.objects.filter(Q(where).or({ title: "x" }));
  // @ts-expect-error the author is missing
  const incomplete: CreateInput<Book> = { title: "x", pages: 1 };
  // @ts-expect-error no such field
  const wrong: Where<Book> = { pagez__gt: 3 };
  return [incomplete, wrong];
}

/** Schemas from models: what may be given, what comes out. */

import { createSchema, readSchema, updateSchema, type ModelSchema, type Session } from "flash-db";
import { Author, Book, Card } from "./models.js";
import { exact } from "./exact.js";

type Input<S> = S extends ModelSchema<infer I, unknown> ? I : never;

export async function schemas(db: Session, book: Book) {
  const create = createSchema(Book);
  exact<{ title: string; pages: number; authorId: number; price?: string | null; editorId?: number | null; parentId?: string | null }>()(
    await create.parse({}),
  );
  const author = createSchema(Author, { only: ["name", "big", "stamp", "labels"] });
  exact<{ name: string; big?: bigint | null; stamp?: Date; labels?: string[] }>()(await author.parse({}));
  exact<{ name: string; big?: bigint | string | null; stamp?: Date | string; labels?: readonly string[] }>()({} as Input<typeof author>);
  await Author.objects.create(db, await author.parse({}));
  const { authorId, ...rest } = await create.parse({});
  await Book.objects.create(db, { ...rest, authorId });
  const partial = createSchema(Book, { exclude: ["authorId"] });
  // @ts-expect-error the author is missing
  await Book.objects.create(db, await partial.parse({}));
  await Book.objects.create(db, { ...(await partial.parse({})), authorId });

  const update = updateSchema(Book, { only: ["title", "price"] });
  exact<{ title?: string; price?: string | null }>()(await update.parse({}));
  book.set(await update.parse({}));
  exact<{ isbn?: string; title?: string }>()(
    await updateSchema(Book, { include: ["isbn"], exclude: ["pages", "price", "authorId", "editorId", "parentId"] }).parse({}),
  );
  exact<{ version?: number }>()(await updateSchema(Author, { only: ["version"] }).parse({}));
  // @ts-expect-error no such field
  updateSchema(Book, { only: ["titel"] });
  // @ts-expect-error no such option
  createSchema(Book, { onyl: ["title"] });
  // @ts-expect-error not a model
  createSchema({ name: "Book" });

  const read = readSchema(Card, { include: ["owner__name"] });
  const out = read.serialize(await Card.objects.get(db, { id: 1 }));
  exact<{ name: string }>()(out.owner);
  exact<string>()(out.number);
  exact<number>()(out.ownerId);
  const authors = readSchema(Author, { include: ["books"], exclude: ["settings"] });
  const one = authors.serialize(await Author.objects.get(db, { id: 1 }));
  exact<string>()(one.createdAt);
  exact<string | null>()(one.big);
  exact<string>()(one.books[0]!.isbn);
  // @ts-expect-error left out
  void one.settings;
  // @ts-expect-error a row of another model
  authors.serialize(book);
  // @ts-expect-error no such relation
  readSchema(Card, { include: ["ownr"] });
}

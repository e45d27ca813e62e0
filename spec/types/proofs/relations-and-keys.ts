/** Relations, keys, `pk` and lookups of both. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import { model, type Session } from "flash-db";
import { Author, Book, type Tag, type Card, BookTag, OrderItem } from "./models.js";
import { exact } from "./exact.js";

export async function relations(db: Session, a: Author, b: Book, c: Card) {
  exact<Card | null>()(await a.card);
  exact<Author>()(await c.owner);
  c.ownerId satisfies number;
  // @ts-expect-error the reverse of a one-to-one has no column
  a.cardId;
  // @ts-expect-error it may be null
  (await a.card).number;
  const p = await b.parent;
  p?.parentId satisfies string | null | undefined;
  (await p?.children.fetch())?.[0]?.long;
  exact<string>()(b.pk);
  exact<number>()(a.pk);
  a.id satisfies number;
  // @ts-expect-error no automatic id where there is a key
  b.id;
  await db.get(Book, "isbn");
  await db.get(Author, 3);
  await db.get(OrderItem, { orderId: 1n, productId: 2 });
  await db.get(BookTag, { bookId: "x", tagId: 1 });
  // @ts-expect-error the key is a string
  await db.get(Book, 3);
  // @ts-expect-error half a key
  await db.get(OrderItem, { orderId: 1n });
  // @ts-expect-error a bare value for a key of two
  await db.get(OrderItem, 1n);
  const item = await OrderItem.objects.getByPk(db, { orderId: 1n, productId: 2 });
  item.pk.productId.toFixed();
  const found = await db.get(Book, "x");
  exact<Book | null>()(found);
  (await Author.objects.inBulk(db, [1, 2])).get(1)?.shout;
  await Book.objects.filter({ pk: "x", parent__parent__isbn: "y", parent: null, parentId__in: ["a"], authorId__gt: 3 }).fetch(db);
  await Author.objects.filter({ card__number: "1", card__isnull: true, card: null, card__in: [c, 1] }).fetch(db);
  // @ts-expect-error model options are checked
  model<Tag>("x", { orderin: ["name"] });
}

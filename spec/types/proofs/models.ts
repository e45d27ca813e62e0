/** Models that refer to each other in circles, with every kind of field: what the proofs speak of. */

import {
  model,
  t,
  sql,
  timestamps,
  softDelete,
  foreignKey,
  oneToOne,
  hasOne,
  hasMany,
  manyToMany,
  ValidationError,
  type Session,
} from "flash-db";

export class Author extends model<Author>("authors")({
  name: t.text(),
  age: t.integer().nullable(),
  role: t.enum(["admin", "user"]).default("user"),
  balance: t.decimal(20, 4).default("0"),
  settings: t.json<{ theme?: string; box: { width: number } }>().default(() => ({ box: { width: 1 } })),
  labels: t.array(t.text()).default([]),
  big: t.bigint().nullable(),
  slug: t.text().generated(sql`lower(name)`),
  stamp: t.timestamp().dbDefault(sql`now()`),
  version: t.version(),
  ...timestamps(),
  ...softDelete(),
  books: hasMany(() => Book, "author"),
  edited: hasMany(() => Book, "editor"),
  card: hasOne(() => Card, "owner"),
}) {
  #secret = 1;
  private hidden = 2;
  protected half = 3;
  static readonly kind = "author";
  get shout() {
    return this.name.toUpperCase();
  }
  set loud(v: string) {
    this.name = v;
  }
  greet(other: Author) {
    return other.#secret + this.hidden + this.half + other.name;
  }
  static adults() {
    return this.objects.filter({ age__gte: 18 });
  }
  override clean() {
    if (!this.name) throw new ValidationError({ name: "is empty" });
  }
  override async save(db?: Session): Promise<this> {
    this.name = this.name.trim();
    return super.save(db);
  }
  override async delete(db?: Session) {
    await super.delete(db);
  }
}
export class Book extends model<Book>("books")({
  isbn: t.uuid().primaryKey(),
  title: t.text(),
  pages: t.integer(),
  price: t.decimal(8, 2).nullable(),
  author: foreignKey(() => Author, { onDelete: "cascade" }),
  editor: foreignKey(() => Author).nullable(),
  parent: foreignKey(() => Book).nullable(),
  children: hasMany(() => Book, "parent"),
  tags: manyToMany(() => Tag, { through: () => BookTag }),
}) {
  get long() {
    return this.pages > 100;
  }
}
export class Tag extends model<Tag>("tags")({ label: t.text(), books: manyToMany(() => Book) }) {}
export class Card extends model<Card>("cards")({ number: t.text(), owner: oneToOne(() => Author) }) {}
export class BookTag extends model<BookTag>("book_tags")({
  book: foreignKey(() => Book).primaryKey(),
  tag: foreignKey(() => Tag).primaryKey(),
  weight: t.integer().default(1),
}) {}
export class OrderItem extends model<OrderItem>("items")({ orderId: t.bigid(), productId: t.integer().primaryKey(), count: t.integer() }) {}

/** The models that random queries ask: every kind of field and relation, nullable and not. */

import { foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, softDelete, t } from "flash-db";

export const moods = ["calm", "glad", "wild"] as const;

export class Country extends model<Country>("qf_countries")({
  code: t.varchar(8).primaryKey(),
  title: t.text().nullable(),
  people: hasMany(() => Person, "country"),
}) {}
export class Person extends model<Person>("qf_people")({
  name: t.text(),
  nick: t.text().nullable(),
  age: t.integer().nullable(),
  big: t.bigint().nullable(),
  balance: t.decimal(12, 2).nullable(),
  rating: t.double().nullable(),
  active: t.boolean().nullable(),
  born: t.date().nullable(),
  seen: t.timestamp().nullable(),
  wakes: t.time().nullable(),
  mood: t.enum(moods).nullable(),
  data: t.json<Record<string, unknown>>().nullable(),
  boss: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  country: foreignKey(() => Country, { onDelete: "setNull" }).nullable(),
  staff: hasMany(() => Person, "boss"),
  books: hasMany(() => Book, "author"),
  edited: hasMany(() => Book, "editor"),
  passport: hasOne(() => Passport, "person"),
  items: hasMany(() => Item, "owner"),
}) {}
export class Passport extends model<Passport>("qf_passports")({
  number: t.integer(),
  issued: t.date().nullable(),
  person: oneToOne(() => Person, { onDelete: "cascade" }),
}) {}
export class Book extends model<Book>("qf_books")(
  {
    title: t.text(),
    pages: t.integer().nullable(),
    price: t.decimal(10, 2),
    out: t.timestamp().nullable(),
    author: foreignKey(() => Person, { onDelete: "cascade" }),
    editor: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
    tags: manyToMany(() => Tag, { reverse: "books", table: "qf_books_tags", columns: ["book_id", "tag_id"] }),
    reviews: hasMany(() => Review, "book"),
    ...softDelete(),
  },
  { ordering: ["title", "-pages"] },
) {}
export class Tag extends model<Tag>("qf_tags")({
  label: t.text(),
  rank: t.integer().nullable(),
  parent: foreignKey(() => Tag, { onDelete: "setNull" }).nullable(),
  children: hasMany(() => Tag, "parent"),
  books: manyToMany(() => Book, { reverse: "tags" }),
}) {}
export class Review extends model<Review>("qf_reviews")({
  book: foreignKey(() => Book, { onDelete: "cascade" }).primaryKey(),
  line: t.integer().primaryKey(),
  stars: t.smallint().nullable(),
  text: t.text().nullable(),
}) {}
export class Item extends model<Item>("qf_items")(
  {
    kind: t.text(),
    label: t.text().nullable(),
    owner: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  },
  { subtypes: () => [Song, Film] },
) {}
export class Song extends Item.subtype<Song>("song")({ seconds: t.integer().nullable() }) {}
export class Film extends Item.subtype<Film>("film")({ premiere: t.date().nullable() }) {}

export const models = [Country, Person, Passport, Book, Tag, Review, Item, Song, Film] as const;

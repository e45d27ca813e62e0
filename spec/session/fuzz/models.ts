/** The small schema of the fuzzer: every kind of dependency between rows, and each of the ways in which a write can be refused. */

import { model, t, foreignKey, hasMany, manyToMany, ValidationError } from "flash-db";

export class Shelf extends model<Shelf>("shelves")({
  label: t.text(),
  code: t.text().unique(),
  info: t.json<{ readonly list: number[] }>().default(() => ({ list: [] })),
  books: hasMany(() => Book, "shelf"),
  notes: hasMany(() => Note, "shelf", { orphans: "delete" }),
}) {}

export class Book extends model<Book>("books")({
  title: t.text(),
  pages: t.integer(),
  printed: t.timestamp().nullable(),
  version: t.version(),
  shelf: foreignKey(() => Shelf, { onDelete: "setNull" }).nullable(),
  tags: manyToMany(() => Tag, { reverse: "books" }),
}) {
  override clean(): void {
    if (this.title === "bad") throw new ValidationError({ title: "is bad" });
  }
}

export class Note extends model<Note>("notes")({
  text: t.text(),
  shelf: foreignKey(() => Shelf, { onDelete: "cascade" }),
}) {}

export class Tag extends model<Tag>("tags")({
  label: t.text().unique(),
  books: manyToMany(() => Book, { reverse: "tags" }),
}) {}

export const models = [Shelf, Book, Note, Tag];

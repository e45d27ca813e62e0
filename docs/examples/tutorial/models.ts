/** The tables of the service. */

import { foreignKey, hasMany, model, t, timestamps } from "flash-db";

export class Shelf extends model<Shelf>("shelves")({
  name: t.text().unique(),
  books: hasMany(() => Book, "shelf"),
}) {}

export class Book extends model<Book>("books")({
  title: t.text(),
  pages: t.integer(),
  ...timestamps(), // createdAt and updatedAt, filled in for you
  shelf: foreignKey(() => Shelf, { onDelete: "protect" }),
}) {}

/** One of three model files that need each other: authors, with their books and the first of them. */

import { foreignKey, hasMany, model, t } from "flash-db";
import { Book } from "./book.js";

export class Author extends model<Author>("authors")({
  name: t.text(),
  first: foreignKey(() => Book, { onDelete: "setNull" }).nullable(),
  books: hasMany(() => Book, "author"),
}) {}

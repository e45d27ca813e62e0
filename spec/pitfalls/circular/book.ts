/** One of three model files that need each other: books, with their author and topics. */

import { foreignKey, manyToMany, model, t } from "flash-db";
import { Author } from "./author.js";
import { Topic } from "./topic.js";

export class Book extends model<Book>("books")({
  title: t.text(),
  author: foreignKey(() => Author, { onDelete: "cascade" }),
  topics: manyToMany(() => Topic, { reverse: "books" }),
}) {}

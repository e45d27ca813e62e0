/** One of three model files that need each other: topics, in a tree, with their books. */

import { foreignKey, manyToMany, model, t } from "flash-db";
import { Book } from "./book.js";

export class Topic extends model<Topic>("topics")({
  label: t.text(),
  above: foreignKey(() => Topic, { onDelete: "setNull" }).nullable(),
  books: manyToMany(() => Book, { reverse: "topics" }),
}) {}

/** What the pitfalls are tried on: unique values, versions, keys of two parts, and every kind of relation. */

import { foreignKey, hasMany, manyToMany, model, t } from "flash-db";

export class User extends model<User>("users")({
  name: t.text(),
  email: t.text().unique(),
  version: t.version(),
  posts: hasMany(() => Post, "author"),
}) {}
export class Post extends model<Post>("posts")({
  title: t.text(),
  views: t.integer().default(0),
  author: foreignKey(() => User, { onDelete: "cascade" }),
  tags: manyToMany(() => Tag, { reverse: "posts" }),
}) {}
export class Tag extends model<Tag>("tags")({ label: t.text().unique(), posts: manyToMany(() => Post, { reverse: "tags" }) }) {}
export class Pair extends model<Pair>("pairs")({ left: t.text().primaryKey(), right: t.text().primaryKey(), n: t.integer().default(0) }) {}

export const models = [User, Post, Tag, Pair];

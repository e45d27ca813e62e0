/** The models of Conduit: people who write articles, follow each other, and comment. */

import { foreignKey, hasMany, manyToMany, model, t, timestamps } from "flash-db";
import { z } from "zod";

export class User extends model<User>("users")({
  username: t.varchar(40).unique().check(z.string().min(1)),
  email: t.text().unique().check(z.email()),
  passwordHash: t.text().hidden(),
  bio: t.text().default(""),
  image: t.text().default(""),
  ...timestamps(),
  following: manyToMany(() => User, { reverse: "followers", table: "follows" }),
  followers: manyToMany(() => User, { reverse: "following" }),
  favorites: manyToMany(() => Article, { reverse: "favoritedBy", table: "favorites" }),
  articles: hasMany(() => Article, "author"),
}) {}

export class Article extends model<Article>("articles")(
  {
    slug: t.text().unique(),
    title: t.varchar(200).check(z.string().min(1)),
    description: t.text(),
    body: t.text(),
    ...timestamps(),
    author: foreignKey(() => User, { onDelete: "cascade" }).index(),
    tags: manyToMany(() => Tag, { reverse: "articles" }),
    favoritedBy: manyToMany(() => User, { reverse: "favorites" }),
    comments: hasMany(() => Comment, "article"),
  },
  { ordering: ["-createdAt", "-id"] },
) {}

export class Tag extends model<Tag>("tags")(
  {
    label: t.varchar(40).unique(),
    articles: manyToMany(() => Article, { reverse: "tags" }),
  },
  { ordering: ["label"] },
) {}

export class Comment extends model<Comment>("comments")(
  {
    body: t.text().check(z.string().min(1)),
    ...timestamps(),
    article: foreignKey(() => Article, { onDelete: "cascade" }).index(),
    author: foreignKey(() => User, { onDelete: "cascade" }).index(),
  },
  { ordering: ["createdAt", "id"] },
) {}

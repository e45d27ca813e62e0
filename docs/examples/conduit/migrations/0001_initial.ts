/** The first migration of Conduit: all of its tables. */

import { addTable, foreignKey, migration, t } from "flash-db/migrations";

export default migration(
  { after: [] },
  addTable("users", {
    id: t.id(),
    username: t.varchar(40).unique(),
    email: t.text().unique(),
    password_hash: t.text(),
    bio: t.text(),
    image: t.text(),
    created_at: t.timestamp(),
    updated_at: t.timestamp(),
  }),
  addTable(
    "articles",
    {
      id: t.id(),
      slug: t.text().unique(),
      title: t.varchar(200),
      description: t.text(),
      body: t.text(),
      created_at: t.timestamp(),
      updated_at: t.timestamp(),
      author_id: t.key().index(),
    },
    foreignKey("author_id", "users.id", { onDelete: "cascade" }),
  ),
  addTable("tags", {
    id: t.id(),
    label: t.varchar(40).unique(),
  }),
  addTable(
    "comments",
    {
      id: t.id(),
      body: t.text(),
      created_at: t.timestamp(),
      updated_at: t.timestamp(),
      article_id: t.key().index(),
      author_id: t.key().index(),
    },
    foreignKey("article_id", "articles.id", { onDelete: "cascade" }),
    foreignKey("author_id", "users.id", { onDelete: "cascade" }),
  ),
  addTable(
    "follows",
    {
      from_user_id: t.key().primaryKey(),
      to_user_id: t.key().primaryKey().index(),
    },
    foreignKey("from_user_id", "users.id", { onDelete: "cascade" }),
    foreignKey("to_user_id", "users.id", { onDelete: "cascade" }),
  ),
  addTable(
    "favorites",
    {
      article_id: t.key().primaryKey(),
      user_id: t.key().primaryKey().index(),
    },
    foreignKey("article_id", "articles.id", { onDelete: "cascade" }),
    foreignKey("user_id", "users.id", { onDelete: "cascade" }),
  ),
  addTable(
    "articles_tags",
    {
      article_id: t.key().primaryKey(),
      tag_id: t.key().primaryKey().index(),
    },
    foreignKey("article_id", "articles.id", { onDelete: "cascade" }),
    foreignKey("tag_id", "tags.id", { onDelete: "cascade" }),
  ),
);

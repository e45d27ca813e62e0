/** Drizzle's tables on both databases: SQLite keeps instants as milliseconds and booleans as integers, converted by its columns. */

import { relations } from "drizzle-orm";
import * as postgres from "drizzle-orm/pg-core";
import * as sqlite from "drizzle-orm/sqlite-core";

const sqliteAuthor = sqlite.sqliteTable("author", {
  id: sqlite.integer("id").primaryKey({ autoIncrement: true }),
  name: sqlite.text("name").notNull(),
  email: sqlite.text("email").notNull().unique(),
  age: sqlite.integer("age").notNull(),
  bio: sqlite.text("bio"),
  active: sqlite.integer("active", { mode: "boolean" }).notNull(),
  createdAt: sqlite.integer("created_at", { mode: "timestamp_ms" }).notNull(),
});
const sqliteBook = sqlite.sqliteTable("book", {
  id: sqlite.integer("id").primaryKey({ autoIncrement: true }),
  authorId: sqlite
    .integer("author_id")
    .notNull()
    .references(() => sqliteAuthor.id),
  title: sqlite.text("title").notNull(),
  pages: sqlite.integer("pages").notNull(),
  price: sqlite.real("price").notNull(),
  publishedAt: sqlite.integer("published_at", { mode: "timestamp_ms" }).notNull(),
});
export const sqliteTables = {
  author: sqliteAuthor,
  book: sqliteBook,
  authorRelations: relations(sqliteAuthor, ({ many }) => ({ books: many(sqliteBook) })),
  bookRelations: relations(sqliteBook, ({ one }) => ({
    author: one(sqliteAuthor, { fields: [sqliteBook.authorId], references: [sqliteAuthor.id] }),
  })),
};

const instant = (name: string) => postgres.timestamp(name, { withTimezone: true, precision: 3 }).notNull();
const postgresAuthor = postgres.pgTable("author", {
  id: postgres.serial("id").primaryKey(),
  name: postgres.text("name").notNull(),
  email: postgres.text("email").notNull().unique(),
  age: postgres.integer("age").notNull(),
  bio: postgres.text("bio"),
  active: postgres.boolean("active").notNull(),
  createdAt: instant("created_at"),
});
const postgresBook = postgres.pgTable("book", {
  id: postgres.serial("id").primaryKey(),
  authorId: postgres
    .integer("author_id")
    .notNull()
    .references(() => postgresAuthor.id),
  title: postgres.text("title").notNull(),
  pages: postgres.integer("pages").notNull(),
  price: postgres.doublePrecision("price").notNull(),
  publishedAt: instant("published_at"),
});
export const postgresTables = {
  author: postgresAuthor,
  book: postgresBook,
  authorRelations: relations(postgresAuthor, ({ many }) => ({ books: many(postgresBook) })),
  bookRelations: relations(postgresBook, ({ one }) => ({
    author: one(postgresAuthor, { fields: [postgresBook.authorId], references: [postgresAuthor.id] }),
  })),
};

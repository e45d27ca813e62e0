/** The models and values that the examples of the documentation speak of: docstrings, guides, README. */

import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  foreignKey,
  hasMany,
  hasOne,
  manyToMany,
  model,
  oneToOne,
  softDelete,
  t,
  timestamps,
  type Database,
  type Page,
  type QuerySet,
  type Session,
} from "flash-db";

export { randomUUID, z };

declare module "flash-db" {
  interface SessionInfo {
    actor: string;
  }
}

export class User extends model<User>("users")({
  name: t.text(),
  email: t.text().nullable().unique(),
  age: t.integer().nullable(),
  role: t.enum(["admin", "member"]).default("member"),
  bio: t.text().default(""),
  first: t.text().default(""),
  last: t.text().default(""),
  nickname: t.text().nullable(),
  verified: t.boolean().default(false),
  kind: t.text().default("user"),
  settings: t.json<{ theme?: string }>().default(() => ({})),
  posts: hasMany(() => Post, "author"),
  profile: hasOne(() => Profile, "user"),
}) {}
export class Profile extends model<Profile>("profiles")({
  bio: t.text().default(""),
  user: oneToOne(() => User, { onDelete: "cascade" }),
}) {}
export class Post extends model<Post>("posts")({
  title: t.text(),
  body: t.text().default(""),
  slug: t.text().default(""),
  views: t.integer().default(0),
  likes: t.integer().default(0),
  price: t.decimal(10, 2).default("0"),
  draft: t.boolean().default(false),
  publishedAt: t.timestamp().nullable(),
  ...timestamps(),
  author: foreignKey(() => User, { onDelete: "cascade" }),
  editor: foreignKey(() => User, { onDelete: "setNull" }).nullable(),
  tags: manyToMany(() => Tag, { reverse: "posts" }),
}) {}
export class Tag extends model<Tag>("tags")({
  label: t.text().unique(),
  rank: t.integer().default(0),
  posts: manyToMany(() => Post, { reverse: "tags" }),
}) {}
/** Rows of it are deleted softly. */
export class Note extends model<Note>("notes")({ text: t.text(), ...softDelete() }) {}
export class Node extends model<Node>("nodes")({
  label: t.text().default(""),
  parent: foreignKey(() => Node, { onDelete: "cascade" }).nullable(),
}) {}
export class Account extends model<Account>("accounts")({ balance: t.decimal(12, 2).default("0") }) {}
export class Job extends model<Job>("jobs")({ done: t.boolean().default(false) }) {}
export class Entry extends model<Entry>("entries")({ text: t.text() }) {}
export class Shelf extends model<Shelf>("shelves")({ label: t.text() }) {}
export class Author extends model<Author>("authors")({ name: t.text(), books: hasMany(() => Book, "author") }) {}
export class Book extends model<Book>("books")({ title: t.text(), author: foreignKey(() => Author, { onDelete: "cascade" }) }) {}

export const models = [User, Profile, Post, Tag, Note, Node, Account, Job, Entry, Shelf, Author, Book];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What stands around an example; `spec/examples/running.ts` gives the values. */
export interface Values {
  database: Database;
  db: Session;
  ada: User;
  bob: User;
  user: User;
  author: Author;
  book: Book;
  users: User[];
  fromElsewhere: User;
  post: Post;
  note: Note;
  tag: Tag;
  red: Tag;
  blue: Tag;
  page: Page<Post>;
  cursor: string | null;
  email: string;
  city: string;
  search: string | undefined;
  active: QuerySet<User>;
  archived: QuerySet<User>;
  writers: QuerySet<User>;
  readers: QuerySet<User>;
  rows: { name: string }[];
  transfer: (db: Session) => Promise<void>;
  work: (db: Session) => Promise<void>;
  listener: () => void;
  mailer: { welcome(to: string | null): Promise<void>; send(to: User): Promise<void> };
  welcome: (user: User) => void;
  cache: { clear(): void };
  parsePoint: (text: string) => Point;
}

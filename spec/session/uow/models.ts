/** The schema of the unit-of-work scenarios: every kind of dependency between rows once. */

import { model, t, foreignKey, hasMany, hasOne, manyToMany, oneToOne, sql } from "flash-db";

export class User extends model<User>("users")({
  name: t.text(),
  hits: t.integer().default(0),
  addresses: hasMany(() => Address, "user"),
}) {}
export class Address extends model<Address>("addresses")({
  email: t.text(),
  user: foreignKey(() => User, { onDelete: "setNull" }).nullable(),
}) {}

/** Owned: lines belong to an order, notes to a line. */
export class Order extends model<Order>("orders")({
  name: t.text(),
  lines: hasMany(() => Line, "order", { orphans: "delete" }),
}) {}
export class Line extends model<Line>("lines")({
  text: t.text(),
  order: foreignKey(() => Order, { onDelete: "cascade" }),
  notes: hasMany(() => Note, "line", { orphans: "delete" }),
}) {}
export class Note extends model<Note>("notes")({
  text: t.text(),
  line: foreignKey(() => Line, { onDelete: "cascade" }),
}) {}

export class Node extends model<Node>("nodes")({
  name: t.text(),
  parent: foreignKey(() => Node, { onDelete: "setNull" }).nullable(),
  children: hasMany(() => Node, "parent"),
}) {}
export class Tree extends model<Tree>("trees")({
  name: t.text(),
  parent: foreignKey(() => Tree, { onDelete: "cascade" }).nullable(),
  children: hasMany(() => Tree, "parent"),
}) {}

export class Person extends model<Person>("people")({
  name: t.text(),
  favorite: foreignKey(() => Ball, { onDelete: "setNull" }).nullable(),
  balls: hasMany(() => Ball, "person"),
}) {}
export class Ball extends model<Ball>("balls")({
  color: t.text(),
  person: foreignKey(() => Person, { onDelete: "protect" }),
}) {}

export class Item extends model<Item>("items")({
  name: t.text(),
  keywords: manyToMany(() => Keyword, { reverse: "items" }),
}) {}
export class Keyword extends model<Keyword>("keywords")({
  word: t.text(),
  items: manyToMany(() => Item, { reverse: "keywords" }),
}) {}
export class Basket extends model<Basket>("baskets")({
  name: t.text(),
  entries: hasMany(() => Entry, "basket"),
}) {}
export class Entry extends model<Entry>("entries")({
  basket: foreignKey(() => Basket, { onDelete: "cascade" }).primaryKey(),
  item: foreignKey(() => Item, { onDelete: "cascade" }).primaryKey(),
  count: t.integer().default(1),
}) {}

export class Slug extends model<Slug>("slugs")({ value: t.text().unique() }) {}

export class Doc extends model<Doc>("docs")({
  title: t.text(),
  version: t.version(),
  pages: hasMany(() => Page, "doc"),
}) {}
export class Page extends model<Page>("pages")({
  text: t.text(),
  doc: foreignKey(() => Doc, { onDelete: "cascade" }),
}) {}

export class Account extends model<Account>("accounts")({
  code: t.text().primaryKey(),
  label: t.text(),
  postings: hasMany(() => Posting, "account"),
}) {}
export class Posting extends model<Posting>("postings")({
  amount: t.integer(),
  account: foreignKey(() => Account, { onDelete: "protect", onUpdate: "cascade" }),
}) {}

export class Log extends model<Log>("logs")({
  msg: t.text(),
  level: t
    .text()
    .nullable()
    .dbDefault(sql`'info'`),
  n: t.integer().nullable().default(7),
  rev: t
    .integer()
    .default(1)
    .onUpdate(() => 99),
}) {}

export class Team extends model<Team>("teams")({
  name: t.text(),
  members: hasMany(() => Member, "team"),
}) {}
export class Member extends model<Member>("members")({
  name: t.text(),
  team: foreignKey(() => Team, { onDelete: "cascade" }),
}) {}

export class Owner extends model<Owner>("owners")({
  name: t.text(),
  badge: hasOne(() => Badge, "owner", { orphans: "delete" }),
}) {}
export class Badge extends model<Badge>("badges")({
  number: t.text(),
  owner: oneToOne(() => Owner, { onDelete: "cascade" }).nullable(),
}) {}

export const models = [
  User,
  Address,
  Order,
  Line,
  Note,
  Node,
  Tree,
  Person,
  Ball,
  Item,
  Keyword,
  Basket,
  Entry,
  Slug,
  Doc,
  Page,
  Account,
  Posting,
  Log,
  Team,
  Member,
  Owner,
  Badge,
];

/** What random programs work on: a nullable and an owned reference, a tree, links, a unique value that moves, a version. */

import { foreignKey, hasMany, manyToMany, model, t } from "flash-db";

export class Owner extends model<Owner>("run_owners")({
  uid: t.integer().unique(),
  hits: t.integer().default(0),
  nick: t.text().unique().nullable(),
  version: t.version(),
  items: hasMany(() => Item, "owner"),
  parts: hasMany(() => Part, "owner", { orphans: "delete" }),
}) {}
export class Item extends model<Item>("run_items")({
  uid: t.integer().unique(),
  hits: t.integer().default(0),
  owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable(),
  parent: foreignKey(() => Item, { onDelete: "setNull" }).nullable(),
  tags: manyToMany(() => Tag, { reverse: "items" }),
}) {}
/** Belongs to an owner, and goes with it. */
export class Part extends model<Part>("run_parts")({
  uid: t.integer().unique(),
  hits: t.integer().default(0),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }),
}) {}
export class Tag extends model<Tag>("run_tags")({
  uid: t.integer().unique(),
  hits: t.integer().default(0),
  items: manyToMany(() => Item, { reverse: "tags" }),
}) {}

export const models = [Owner, Item, Part, Tag];
export const classes = { owner: Owner, item: Item, part: Part, tag: Tag } as const;
export type Kind = keyof typeof classes;
export type Thing = Owner | Item | Part | Tag;

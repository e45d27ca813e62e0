/** What the wide programs work on: places that only one can have, a tree, keys of two parts, rows that are only marked as deleted, links by key. */

import { check, foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, softDelete, t, ValidationError } from "flash-db";

const numbers = { uid: t.integer().unique(), hits: t.integer().default(0) };

/** So many hits a tag refuses by itself. */
export const UNCLEAN = 13;
const notNegative = { constraints: [check("hits_not_negative", { hits__gte: 0 })] };

export class Owner extends model<Owner>("wide_owners")(
  {
    ...numbers,
    version: t.version(),
    seat: hasOne(() => Seat, "owner"),
    plaque: hasOne(() => Plaque, "owner", { orphans: "delete" }),
    docs: hasMany(() => Doc, "owner"),
    tags: manyToMany(() => Tag, { reverse: "owners" }),
  },
  notNegative,
) {}
/** Goes on without an owner. */
export class Seat extends model<Seat>("wide_seats")({
  ...numbers,
  owner: oneToOne(() => Owner, { onDelete: "setNull" }).nullable(),
}) {}
/** Is nothing without one. */
export class Plaque extends model<Plaque>("wide_plaques")({
  ...numbers,
  owner: oneToOne(() => Owner, { onDelete: "cascade" }),
}) {}
export class Node extends model<Node>("wide_nodes")(
  {
    ...numbers,
    parent: foreignKey(() => Node, { onDelete: "cascade" }).nullable(),
    children: hasMany(() => Node, "parent"),
  },
  notNegative,
) {}
export class Doc extends model<Doc>("wide_docs")({
  ...numbers,
  ...softDelete(),
  owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable(),
}) {}
export class Tag extends model<Tag>("wide_tags")({ ...numbers, owners: manyToMany(() => Owner, { reverse: "tags" }) }, notNegative) {
  override clean(): void {
    if (this.hits === UNCLEAN) throw new ValidationError({ hits: "is not clean" });
  }
}
export class Mark extends model<Mark>("wide_marks")({
  ...numbers,
  owner: foreignKey(() => Owner, { onDelete: "cascade" }).primaryKey(),
  tag: foreignKey(() => Tag, { onDelete: "cascade" }).primaryKey(),
}) {}

export const classes = { owner: Owner, seat: Seat, plaque: Plaque, node: Node, doc: Doc, tag: Tag, mark: Mark } as const;
export type Kind = keyof typeof classes;
export const kinds = Object.keys(classes) as Kind[];
export type Thing = InstanceType<(typeof classes)[Kind]>;
export const models = Object.values(classes);

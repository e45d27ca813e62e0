/** Models with a field of every kind and relations of every kind, and a table that nothing here may touch. */

import { foreignKey, hasMany, manyToMany, model, softDelete, t } from "../../src/index.js";

export class Owner extends model<Owner>("attacked_owners")({
  name: t.text().unique(),
  items: hasMany(() => Item, "owner"),
  version: t.version(),
}) {}
export class Item extends model<Item>("attacked_items")({
  name: t.text(),
  n: t.integer().default(0),
  big: t.bigint().nullable(),
  price: t.decimal(10, 2).nullable(),
  ratio: t.double().nullable(),
  kind: t.enum(["a", "b"]).default("a"),
  uuid: t.uuid().nullable(),
  at: t.timestamp().nullable(),
  day: t.date().nullable(),
  took: t.duration().nullable(),
  raw: t.bytes().nullable(),
  data: t.json<unknown>().nullable(),
  tags: t.array(t.text()).nullable(),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }).nullable(),
  labels: manyToMany(() => Label),
  ...softDelete(),
}) {}
export class Label extends model<Label>("attacked_labels")({ text: t.text() }) {}
/** Nothing is ever asked of it: whatever changes it was injected. */
export class Canary extends model<Canary>("attacked_canaries")({ n: t.integer() }) {}
export const models = [Owner, Item, Label, Canary] as const;

/** Models with the kinds of fields and relations that the models of random queries lack. */

import { anyOf, foreignKey, hasMany, model, sql, t } from "flash-db";

export class Studio extends model<Studio>("tf_studios")({
  id: t.uuid().primaryKey(),
  name: t.text(),
  grade: t.enum(["high", "low"]).default("low"),
  ratio: t.real(),
  price: t.decimal(8, 2),
  count: t.integer(),
  big: t.bigint(),
  open: t.boolean(),
  founded: t.date(),
  seen: t.timestamp(),
  wakes: t.time(),
  lasts: t.duration(),
  logo: t.bytes(),
  labels: t.array(t.text()),
  meta: t.json<{ size: number; color?: string }>(),
  slug: t.text().generated(sql`lower(name)`),
  version: t.version(),
  shows: hasMany(() => Show, "studio"),
}) {}
export class Show extends model<Show>("tf_shows")({
  title: t.text(),
  seats: t.integer().nullable(),
  lasts: t.duration().nullable(),
  logo: t.bytes().nullable(),
  labels: t.array(t.text()).nullable(),
  grade: t.enum(["high", "low"]).nullable(),
  studio: foreignKey(() => Studio, { onDelete: "cascade" }),
  guest: foreignKey(() => Studio, { onDelete: "setNull" }).nullable(),
  about: anyOf({ show: () => Show }).nullable(),
}) {}

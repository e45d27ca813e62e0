/** The models that requests ask about in these specs. */

import { anyOf, foreignKey, hasMany, manyToMany, model, t } from "../../src/index.js";

export class Person extends model<Person>("request_people")({
  name: t.text(),
  age: t.integer().nullable(),
  role: t.enum(["admin", "member"]).default("member"),
  balance: t.decimal(12, 2).default("0"),
  points: t.bigint().default(0n),
  active: t.boolean().default(true),
  born: t.timestamp().nullable(),
  day: t.date().nullable(),
  labels: t.array(t.text()).default([]),
  settings: t.json<{ theme?: string; size?: number }>().default(() => ({})),
  passwordHash: t.text().default("secret").hidden(),
  notes: hasMany(() => Note, "author"),
}) {}
export class Note extends model<Note>("request_notes")({
  title: t.text(),
  author: foreignKey(() => Person),
  tags: manyToMany(() => Tag),
  about: anyOf({ person: () => Person, tag: () => Tag }).nullable(),
}) {}
export class Tag extends model<Tag>("request_tags")({ label: t.text() }) {}

/** A program as large as real ones get: 50 densely related models and 200 queries over them. */

const count = 50;
const at = (i: number, models = count): number => ((i % models) + models) % models;

const model = (i: number): string => {
  const [p, q] = [at(i + 1), at(i + 7)];
  return `export class M${i} extends model<M${i}>("m${i}")({
  name: t.text(), email: t.text().unique(), age: t.integer().nullable(), bio: t.text().nullable(), active: t.boolean().default(true), createdAt: t.timestamp(), score: t.integer(), role: t.enum(["a", "b"]),
  p${p}: foreignKey(() => M${p}), q${q}: foreignKey(() => M${q}).nullable(), c${i}: hasMany(() => M${at(i - 1)}, "p${i}"), d${i}: hasMany(() => M${at(i - 7)}, "q${i}"),
  tags: manyToMany(() => M${at(i + 13)}, { reverse: "taggedBy" }), taggedBy: manyToMany(() => M${at(i - 13)}, { reverse: "tags" }),
}) { hello() { return this.name; } }`;
};

const query = (k: number): string => {
  const i = k % count;
  const [a, b] = [at(i + 1), at(i + 7)];
  return `  {
    const r = await m.M${i}.objects.filter({ name__icontains: "x${k}", age__gte: ${k}, p${a}__name__startswith: "a", p${a}__q${at(a + 7)}__email: "z", tags__role: "a" }).selectRelated("p${a}", "q${b}__p${at(b + 1)}").prefetchRelated("c${i}__tags").fetch(db);
    r[0]!.p${a}.name;
    for (const x of r[0]!.c${i}) for (const y of x.tags) y.hello();
    await m.M${i}.objects.create(db, { name: "a", email: "b", score: 1, createdAt: new Date(), role: "a", p${a}Id: 1 });
  }`;
};

export const models = `import { t, model, foreignKey, hasMany, manyToMany } from "flash-db";\n${Array.from({ length: count }, (_, i) => model(i)).join("\n")}\n`;
export const queries = `import * as m from "./models.js";\nimport type { Session } from "flash-db";\nexport async function run(db: Session) {\n${Array.from({ length: 200 }, (_, k) => query(k)).join("\n")}\n}\n`;

const plainModel = (i: number, models: number): string =>
  `export class M${i} extends model<M${i}>("m${i}")({ name: t.text(), email: t.text(), age: t.integer(), bio: t.text().nullable(), active: t.boolean(), createdAt: t.timestamp(), extra${i}: t.text(), parent: foreignKey(() => M${at(i - 1, models)}), children: hasMany(() => M${at(i + 1, models)}, "parent") }) {}`;
const plainQueries = (
  i: number,
): string => `  { const r = await m.M${i}.objects.filter({ age__gte: 18, active: true, name__startswith: "a" }).orderBy("-createdAt").limit(20).fetch(db); for (const x of r) { s = x.name; n = x.age; d = x.createdAt; b = x.active; s = x.extra${i}; } }
  { const r = await m.M${i}.objects.selectRelated("parent").prefetchRelated("children").filter({ id: 1 }).first(db); if (r) { s = r.parent.name; n = r.parent.age; s = r.children.at(0)!.name; } }
  { const r = await m.M${i}.objects.create(db, { name: "a", email: "e", age: 1, active: true, createdAt: new Date(), parentId: 1, extra${i}: "x" }); n = r.id; s = r.name; }
  { n = await m.M${i}.objects.filter({ id: 1 }).update(db, { name: "b", age: 2 }); }`;
/** The everyday queries that other libraries are measured by: list, one with relations, insert, update. */
export const everyday = (count: number): Readonly<Record<string, string>> => ({
  "models.ts": `import { t, model, foreignKey, hasMany } from "flash-db";\n${Array.from({ length: count }, (_, i) => plainModel(i, count)).join("\n")}\n`,
  "queries.ts": `import * as m from "./models.js";\nimport type { Session } from "flash-db";\nexport async function run(db: Session) {\n  let s: string = "", n: number = 0, d: Date = new Date(), b: boolean = true;\n${Array.from({ length: count }, (_, i) => plainQueries(i)).join("\n")}\n  return [s, n, d, b];\n}\n`,
});

/** The same everyday program as `everyday` of `spec/types/support/many-models.ts`, in each peer's own words: models, and four queries on each. */

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const parentOf = (index: number, count: number): number => (index + count - 1) % count;
const childOf = (index: number, count: number): number => (index + 1) % count;
const results = `let s: string = "", n: number = 0, d: Date = new Date(), b: boolean = true;`;
const end = `  return [s, n, d, b];\n}\n`;
const given = (index: number): string => `name: "a", email: "e", age: 1, active: true, createdAt: new Date(), extra${index}: "x"`;
const readEach = (index: number): string =>
  `for (const x of r) { s = x.name; n = x.age; d = x.createdAt; b = x.active; s = x.extra${index}; }`;

type Program = Readonly<Record<"models.ts" | "queries.ts", string>>;

const kysely = (count: number): Program => ({
  "models.ts": [
    `import type { ColumnType, Generated } from "kysely";`,
    ...indexes(count).map(
      (i) =>
        `export interface M${i} { id: Generated<number>; name: string; email: string; age: number; bio: string | null; active: boolean; createdAt: ColumnType<Date, Date | string, Date>; extra${i}: string; parentId: number }`,
    ),
    `export interface Tables { ${indexes(count)
      .map((i) => `m${i}: M${i};`)
      .join(" ")} }`,
  ].join("\n"),
  "queries.ts": [
    `import type { Kysely } from "kysely";\nimport type { Tables } from "./models.js";\nexport async function run(db: Kysely<Tables>) {\n  ${results}`,
    ...indexes(count).map(
      (
        i,
      ) => `  { const r = await db.selectFrom("m${i}").selectAll().where("age", ">=", 18).where("active", "=", true).where("name", "like", "a%").orderBy("createdAt", "desc").limit(20).execute(); ${readEach(i)} }
  { const r = await db.selectFrom("m${i}").innerJoin("m${parentOf(i, count)} as p", "p.id", "m${i}.parentId").select(["m${i}.id", "p.name as parentName", "p.age as parentAge"]).where("m${i}.id", "=", 1).executeTakeFirst(); if (r) { s = r.parentName; n = r.parentAge; } }
  { const r = await db.insertInto("m${i}").values({ ${given(i)}, parentId: 1 }).returning(["id", "name"]).executeTakeFirstOrThrow(); n = r.id; s = r.name; }
  { const r = await db.updateTable("m${i}").set({ name: "b", age: 2 }).where("id", "=", 1).executeTakeFirst(); n = Number(r.numUpdatedRows); }`,
    ),
    end,
  ].join("\n"),
});

const drizzle = (count: number): Program => ({
  "models.ts": [
    `import { relations } from "drizzle-orm";\nimport { boolean, integer, pgTable, serial, text, timestamp } from "drizzle-orm/pg-core";`,
    ...indexes(count).map(
      (i) =>
        `export const m${i} = pgTable("m${i}", { id: serial("id").primaryKey(), name: text("name").notNull(), email: text("email").notNull(), age: integer("age").notNull(), bio: text("bio"), active: boolean("active").notNull(), createdAt: timestamp("created_at").notNull(), extra${i}: text("extra${i}").notNull(), parentId: integer("parent_id").notNull() });`,
    ),
    ...indexes(count).map(
      (i) =>
        `export const m${i}Relations = relations(m${i}, ({ one, many }) => ({ parent: one(m${parentOf(i, count)}, { fields: [m${i}.parentId], references: [m${parentOf(i, count)}.id], relationName: "r${i}" }), children: many(m${childOf(i, count)}, { relationName: "r${childOf(i, count)}" }) }));`,
    ),
  ].join("\n"),
  "queries.ts": [
    `import { and, desc, eq, gte, like } from "drizzle-orm";\nimport { drizzle } from "drizzle-orm/node-postgres";\nimport * as tables from "./models.js";\nconst db = drizzle("postgres://host", { schema: tables });\nexport async function run() {\n  ${results}`,
    ...indexes(count).map(
      (
        i,
      ) => `  { const r = await db.select().from(tables.m${i}).where(and(gte(tables.m${i}.age, 18), eq(tables.m${i}.active, true), like(tables.m${i}.name, "a%"))).orderBy(desc(tables.m${i}.createdAt)).limit(20); ${readEach(i)} }
  { const r = await db.query.m${i}.findFirst({ where: eq(tables.m${i}.id, 1), with: { parent: true, children: true } }); if (r) { s = r.parent.name; n = r.parent.age; s = r.children[0]!.name; } }
  { const [r] = await db.insert(tables.m${i}).values({ ${given(i)}, parentId: 1 }).returning({ id: tables.m${i}.id, name: tables.m${i}.name }); n = r!.id; s = r!.name; }
  { const r = await db.update(tables.m${i}).set({ name: "b", age: 2 }).where(eq(tables.m${i}.id, 1)); n = r.rowCount ?? 0; }`,
    ),
    end,
  ].join("\n"),
});

const mikroorm = (count: number): Program => ({
  "models.ts": [
    `import { defineEntity, p } from "@mikro-orm/core";`,
    ...indexes(count).map(
      (
        i,
      ) => `const schema${i} = defineEntity({ name: "M${i}", properties: { id: p.integer().primary(), name: p.string(), email: p.string(), age: p.integer(), bio: p.text().nullable(), active: p.boolean(), createdAt: p.datetime(), extra${i}: p.string(), parent: () => p.manyToOne(M${parentOf(i, count)}), children: () => p.oneToMany(M${childOf(i, count)}).mappedBy("parent") } });
export class M${i} extends schema${i}.class {}
schema${i}.setClass(M${i});`,
    ),
  ].join("\n"),
  "queries.ts": [
    `import type { EntityManager } from "@mikro-orm/postgresql";\nimport * as m from "./models.js";\nexport async function run(db: EntityManager) {\n  ${results}`,
    ...indexes(count).map(
      (
        i,
      ) => `  { const r = await db.find(m.M${i}, { age: { $gte: 18 }, active: true, name: { $like: "a%" } }, { orderBy: { createdAt: "desc" }, limit: 20 }); ${readEach(i)} }
  { const r = await db.findOne(m.M${i}, { id: 1 }, { populate: ["parent", "children"] }); if (r) { s = r.parent.name; n = r.parent.age; s = r.children.$[0]!.name; } }
  { const r = db.create(m.M${i}, { ${given(i)}, parent: 1 }); await db.flush(); n = r.id; s = r.name; }
  { n = await db.nativeUpdate(m.M${i}, { id: 1 }, { name: "b", age: 2 }); }`,
    ),
    end,
  ].join("\n"),
});

export const programs = { kysely, drizzle, mikroorm };

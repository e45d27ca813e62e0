/** A database with the models' tables, filled with one world after another. */

import { compileFunction } from "node:vm";
import { connect, sql, type Database, type Session } from "flash-db";
import * as library from "flash-db";
import * as modelClasses from "./models.js";
import { models } from "./models.js";
import type { Literal } from "./program.js";
import type { World } from "./world.js";

interface Manager {
  bulkCreate(db: Session, rows: readonly unknown[]): Promise<unknown>;
}
const scope: Readonly<Record<string, unknown>> = { ...library, ...modelClasses };

/** Runs a program's text with the library and the models in scope. */
export const compile = (text: string): unknown => {
  const names = [...new Set(text.match(/\b[A-Z]\w*/g))].filter((name) => name in scope);
  return compileFunction(`return ${text};`, names)(...names.map((name) => scope[name])) as unknown;
};
const managerOf = (model: string): Manager => (scope[model] as { readonly objects: Manager }).objects;
const plain = (value: Literal): unknown => (typeof value === "object" && value !== null && !(value instanceof Date) ? value.json : value);

export class Ground {
  readonly database: Database;
  private constructor(database: Database) {
    this.database = database;
  }
  static async open(url: string): Promise<Ground> {
    const database = await connect(url);
    await database.createAll(models);
    return new Ground(database);
  }
  async fill(world: World): Promise<void> {
    await using db = this.database.session();
    for (const table of ["qf_books_tags", "qf_items", "qf_reviews", "qf_tags", "qf_books", "qf_passports", "qf_people", "qf_countries"])
      await db.execute(sql`DELETE FROM ${sql.raw(table)}`);
    for (const model of ["Country", "Person", "Passport", "Book", "Tag", "Review", "Item", "Song", "Film"]) {
      const rows = world.rows.filter((row) => row.model === model);
      if (rows.length > 0)
        await managerOf(model).bulkCreate(
          db,
          rows.map(({ cells }) => Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, plain(value)]))),
        );
    }
    for (const [book, tag] of world.links) await db.execute(sql`INSERT INTO qf_books_tags (book_id, tag_id) VALUES (${book}, ${tag})`);
    await db.commit();
  }
  async close(): Promise<void> {
    await this.database.close();
  }
}

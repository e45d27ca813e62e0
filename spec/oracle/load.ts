/** Brings the rows of Chinook (`data/`) into a database, through tables that the models make. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import BetterSqlite from "better-sqlite3";
import { sql, type Session } from "flash-db";
import { chinook } from "./chinook.js";

interface LoadTarget {
  createAll(models: readonly (typeof chinook)[number][]): Promise<void>;
  session(): Session;
}

/** `InvoiceLine` is the table `invoice_line`. */
const tableOf = (model: string): string => model.replace(/(?<=[a-z])([A-Z])/g, "_$1").toLowerCase();
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** The property of a column: `artist_id` of album is the key `artistId`, of artist it is `id`. */
const propertyOf = (table: string, column: string): string =>
  column === `${table}_id` ? "id" : column === "reports_to" ? "reportsToId" : camel(column);

const valueOf = (column: string, value: unknown): unknown => {
  if (value === null) return null;
  if (column === "unit_price" || column === "total") return Number(value).toFixed(2);
  if (column.endsWith("_date")) return new Date(`${String(value).replace(" ", "T")}Z`);
  return value;
};

export const loadChinook = async (database: LoadTarget, isPostgres: boolean): Promise<void> => {
  const source = new BetterSqlite(":memory:");
  source.exec(gunzipSync(readFileSync(path.join(import.meta.dirname, "data/chinook.sql.gz"))).toString());
  await database.createAll(chinook);
  const db = database.session();
  for (const model of chinook) {
    const table = tableOf(model.name);
    const rows = source.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[];
    const values = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [propertyOf(table, column), valueOf(column, value)])),
    );
    await (model.objects as { bulkCreate(db: Session, rows: readonly unknown[]): Promise<unknown> }).bulkCreate(db, values);
    if (isPostgres && table !== "playlist_track")
      await db.execute(
        sql`SELECT setval(pg_get_serial_sequence(${table}, ${`${table}_id`}), (SELECT max(${sql.identifier(`${table}_id`)}) FROM ${sql.identifier(table)}))`,
      );
  }
  await db.commit();
  await db.close();
  source.close();
};

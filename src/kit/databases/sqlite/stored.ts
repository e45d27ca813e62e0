/** The statements that a SQLite database stores about itself. */

import type { DatabaseSession } from "../session.js";

export interface StoredObject {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** In creation order. */
export const storedObjects = async (session: DatabaseSession): Promise<readonly StoredObject[]> => {
  const rows = await session.rows(
    `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  );
  return rows.map(([type, name, table, sql]) => ({
    type: String(type) as StoredObject["type"],
    name: String(name),
    table: String(table),
    sql: String(sql),
  }));
};

/** Rows that refer to a missing row, one line each. */
export const brokenReferences = async (session: DatabaseSession): Promise<readonly string[]> =>
  (await session.rows("PRAGMA foreign_key_check")).map(([table, row, parent]) => `${String(table)} ${String(row)} → ${String(parent)}`);

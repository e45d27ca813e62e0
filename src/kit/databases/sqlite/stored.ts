/** What a SQLite database stores about itself, as it stands. */

import type { DatabaseSession } from "../session.js";

export interface StoredObject {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** In the order in which they were made. */
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

/** Rows that refer to a row that is not there, each as a line. */
export const brokenReferences = async (session: DatabaseSession): Promise<readonly string[]> =>
  (await session.rows("PRAGMA foreign_key_check")).map(([table, row, parent]) => `${String(table)} ${String(row)} → ${String(parent)}`);

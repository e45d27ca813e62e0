/** Whether the keys of a table's new rows follow from the last one, which the driver reports: RETURNING costs a third of an INSERT. */

import type BetterSqlite3 from "better-sqlite3";

/**
 * An INSERT assigns consecutive keys if the key is the rowid, no trigger on the table inserts other rows, and an exhausted key range is an
 * error: without AUTOINCREMENT SQLite continues with random keys. Checked once per table and schema version.
 */
const COUNTED = `
  SELECT (SELECT count(*) FROM (SELECT type, tbl_name FROM sqlite_schema UNION ALL SELECT type, tbl_name FROM sqlite_temp_schema)
           WHERE type = 'trigger' AND lower(tbl_name) = lower(@table)) = 0
     AND (SELECT group_concat(upper(type)) FROM pragma_table_info(@table) WHERE pk > 0) = 'INTEGER'
     AND (SELECT sql FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(@table)) LIKE '%AUTOINCREMENT%'`;

/** Schema versions are combined into one number; this shift keeps the parts apart. */
const SHIFT = 2 ** 26;

export class CountedKeys {
  readonly #database: BetterSqlite3.Database;
  readonly #tables = new Map<string, boolean>();
  #statements: { readonly main: Statement; readonly temporary: Statement; readonly counted: Statement } | null = null;
  #version = -1;

  constructor(database: BetterSqlite3.Database) {
    this.#database = database;
  }

  of(table: string): boolean {
    const { main, temporary, counted } = (this.#statements ??= this.#prepare());
    const version = Number(main.get()) * SHIFT + Number(temporary.get());
    if (version !== this.#version) {
      this.#version = version;
      this.#tables.clear();
    }
    let known = this.#tables.get(table);
    if (known === undefined) this.#tables.set(table, (known = counted.get({ table }) === 1));
    return known;
  }

  #prepare(): { readonly main: Statement; readonly temporary: Statement; readonly counted: Statement } {
    const prepare = (text: string): Statement => this.#database.prepare(text).pluck();
    return { main: prepare("PRAGMA main.schema_version"), temporary: prepare("PRAGMA temp.schema_version"), counted: prepare(COUNTED) };
  }
}
type Statement = BetterSqlite3.Statement;

/** SQLite over better-sqlite3. */

import type { Driver, DriverOptions } from "../../database/contracts.js";
import { sqliteDialect } from "./dialect.js";
import { loadSqlite } from "./driver.js";
import { openSource } from "./source.js";
import { parseUrl } from "./url.js";

export async function open(url: string, options: DriverOptions = {}): Promise<Driver> {
  const { file } = parseUrl(url);
  return { dialect: sqliteDialect, source: await openSource(await loadSqlite(), file, options) };
}

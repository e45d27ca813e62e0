/** SQLite over better-sqlite3. */

import type { Driver, DriverOptions } from "../../database/contracts.js";
import { ConfigurationError } from "../../errors.js";
import { sqliteDialect, sqliteFileDialect } from "./dialect.js";
import { loadSqlite } from "./driver.js";
import { openSource } from "./source.js";
import { parseUrl } from "./url.js";

export async function open(url: string, options: DriverOptions = {}): Promise<Driver> {
  const { file } = parseUrl(url);
  for (const name of ["password", "tls"] as const)
    if (options[name] !== undefined) throw new ConfigurationError(`The option "${name}" does not apply to SQLite databases. Leave it out.`);
  return { dialect: file === null ? sqliteDialect : sqliteFileDialect, source: await openSource(await loadSqlite(), file, options) };
}

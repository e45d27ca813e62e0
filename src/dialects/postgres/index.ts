/** PostgreSQL over pg. */

import type { Driver, DriverOptions } from "../../database/contracts.js";
import { postgresDialect } from "./dialect.js";
import { loadPg, openSource } from "./driver.js";
import { parseUrl } from "./url.js";

export async function open(url: string, options: DriverOptions = {}): Promise<Driver> {
  const target = parseUrl(url);
  return { dialect: postgresDialect, source: await openSource(await loadPg(), target, options) };
}

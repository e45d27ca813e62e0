/** A database that can be made to fail at any statement, for one example. */

import type { DriverOptions } from "../../src/database/contracts.js";
import type { Database } from "../../src/connect.js";
import { databaseOver, openDriver, type FaultyDriver } from "./faulty-driver.js";
import { afterwards } from "./fresh.js";

/** Closed at once after the example. */
export async function openFaulty(
  url: string,
  options: DriverOptions = {},
): Promise<{ readonly database: Database; readonly driver: FaultyDriver }> {
  const driver = await openDriver(url, options);
  const database = databaseOver(driver, options);
  afterwards(() => database.close({ timeout: 0 }));
  return { database, driver };
}

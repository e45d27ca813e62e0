/** Databases as the driver rooms know them: without models and sessions. */

import { DatabaseCore, type DatabaseSettings } from "../../src/database/database.js";
import type { CompiledQuery, DriverOptions, QueryResult } from "../../src/database/contracts.js";
import type { Who } from "../../src/database/handle.js";
import type { ColumnType } from "../../src/sql/types.js";
import { afterwards, eachDatabaseUrl, type Kind } from "./fresh.js";

export interface CoreOptions extends DriverOptions, DatabaseSettings {}

/** Opens the URL; closed after the example, at once if need be. */
export async function openCore(url: string, options: CoreOptions = {}): Promise<DatabaseCore> {
  const { open } = await (url.startsWith("sqlite:")
    ? import("../../src/dialects/sqlite/index.js")
    : import("../../src/dialects/postgres/index.js"));
  const driver = await open(url, options);
  const core = new DatabaseCore(driver, options);
  afterwards(() => core.close(0));
  return core;
}

/** The examples run on every kind with an empty database, another one at each call of `open`. */
export function eachCore(
  title: string,
  examples: (open: (options?: CoreOptions) => Promise<DatabaseCore>, kind: Kind) => void,
  kinds: readonly Kind[] = ["sqlite", "sqlite file", "postgres"],
): void {
  eachDatabaseUrl(title, (url, kind) => examples(async (options) => openCore(await url(), options), kind), kinds);
}

export const who = (label = "spec"): Who => ({ session: null, label });

/** A statement as a compiler would give it; `?` are placeholders on every database. */
export function query(
  core: Pick<DatabaseCore, "dialect">,
  text: string,
  values: readonly unknown[] = [],
  outputs: readonly ColumnType[] | null = null,
): CompiledQuery {
  let position = 0;
  const numbered = core.dialect.features.concurrentWriters ? text.replace(/\?/g, () => `$${++position}`) : text;
  return { text: numbered, parameters: values.map(() => ({ node: null, bind: null })), values, outputs, writes: !/^\s*select/i.test(text) };
}

export const run = (
  core: DatabaseCore,
  text: string,
  values: readonly unknown[] = [],
  outputs: readonly ColumnType[] | null = null,
): Promise<QueryResult> => core.run(query(core, text, values, outputs), who());

/** Loads better-sqlite3 and opens connections with all settings that Flash DB relies on. */

import type BetterSqlite3 from "better-sqlite3";
import { createRequire } from "node:module";
import { ConfigurationError, LockNotAvailable } from "../../errors.js";
import { SqliteConnection } from "./connection.js";
import { isBusy, isReadOnly } from "./errors.js";
import { registerFunctions } from "./functions.js";
import { setTimeout as sleep } from "node:timers/promises";

export type Sqlite = typeof BetterSqlite3;

export async function loadSqlite(): Promise<Sqlite> {
  refuseBrokenPair(installedVersion(), process.versions.node);
  try {
    return (await import("better-sqlite3")).default;
  } catch (cause) {
    throw new ConfigurationError(
      `A "sqlite:" URL needs the package better-sqlite3, which cannot be loaded. Install it: npm install better-sqlite3`,
      { cause },
    );
  }
}

function installedVersion(): string | null {
  try {
    const { version } = createRequire(import.meta.url)("better-sqlite3/package.json") as { version?: unknown };
    return typeof version === "string" ? version : null;
  } catch {
    return null;
  }
}

/** better-sqlite3 13 crashes Node 20 without a message, so it must not even be loaded. */
export function refuseBrokenPair(driver: string | null, node: string): void {
  const major = Number(driver?.split(".")[0]);
  if (major >= 13 && Number(node.split(".")[0]) < 22) {
    throw new ConfigurationError(
      `better-sqlite3 ${driver} needs Node 22 or later, this is Node ${node}. Install the version before it (npm install better-sqlite3@12), or use a newer Node.`,
    );
  }
}

export interface OpenSettings {
  readonly file: string | null;
  readonly busyTimeout: number;
  readonly reader: boolean;
}

export async function openConnection(Sqlite: Sqlite, { file, busyTimeout, reader }: OpenSettings): Promise<SqliteConnection> {
  const database = openFile(Sqlite, file);
  try {
    if (file !== null && !reader) await useWriteAheadLog(database, busyTimeout);
    database.pragma("synchronous = NORMAL");
    database.pragma("foreign_keys = ON");
    registerFunctions(database);
    if (reader) database.pragma("query_only = 1");
  } catch (error) {
    database.close();
    if (isBusy(error)) throw locked(file ?? ":memory:", busyTimeout, error);
    throw error instanceof ConfigurationError
      ? error
      : new ConfigurationError(`Cannot use ${file ?? ":memory:"} as a SQLite database: ${String(error)}`, { cause: error });
  }
  return new SqliteConnection(database, { busyTimeout, inMemory: file === null });
}

function openFile(Sqlite: Sqlite, file: string | null): BetterSqlite3.Database {
  try {
    return new Sqlite(file ?? ":memory:", { timeout: 0 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`Cannot open the SQLite database ${file ?? ":memory:"}: ${why}.`, { cause });
  }
}

const locked = (file: string, busyTimeout: number, cause: unknown): LockNotAvailable =>
  new LockNotAvailable(
    `Waited ${busyTimeout} ms to open ${file}, which another process keeps locked. End the work that holds the lock, or raise busyTimeout.`,
    { cause },
  );

/**
 * Changing the journal mode needs exclusive access to the file, which another process may have. A file that cannot be written keeps its
 * journal mode.
 */
async function useWriteAheadLog(database: BetterSqlite3.Database, busyTimeout: number): Promise<void> {
  const end = performance.now() + busyTimeout;
  for (;;) {
    try {
      database.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (isReadOnly(error)) return;
      if (!isBusy(error) || performance.now() >= end) throw error;
      await sleep(10);
    }
  }
}

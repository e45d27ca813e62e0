/** Runs one transaction that changes a schema, in the way each database requires. */

import { setTimeout as sleep } from "node:timers/promises";
import { LockNotAvailable } from "flash-db";
import { MigrationError } from "../errors.js";
import { HISTORY_TABLE } from "./own-tables.js";
import { type DatabaseSession, inTransaction } from "./session.js";
import { brokenReferences } from "./sqlite/stored.js";

export interface TransactionOptions {
  /** How long a statement may wait for a lock before the transaction is rolled back and retried, in milliseconds. */
  readonly lockTimeout: number;
  readonly retries: number;
  readonly onRetry: (attempt: number, error: Error) => void;
}

/** A statement that waits for a strong lock blocks all others behind it, so it gives up soon and retries. */
export const inSchemaTransaction = async (
  session: DatabaseSession,
  work: () => Promise<void>,
  options: TransactionOptions,
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      if (session.dialect.features.concurrentWriters) await onManyWriters(session, work, options);
      else await onOneWriter(session, work);
      return;
    } catch (error) {
      if (!(error instanceof LockNotAvailable) || attempt > options.retries) throw error;
      options.onRetry(attempt, error);
      await sleep(Math.min(250 * 2 ** (attempt - 1), 10_000));
    }
  }
};

const onManyWriters = (session: DatabaseSession, work: () => Promise<void>, { lockTimeout }: TransactionOptions): Promise<void> =>
  inTransaction(session, "BEGIN", async () => {
    await session.execute(`SET LOCAL lock_timeout = ${lockTimeout}`);
    await session.execute("SET LOCAL statement_timeout = 0");
    await session.execute(`LOCK TABLE ${HISTORY_TABLE} IN SHARE ROW EXCLUSIVE MODE`);
    await work();
  });

/**
 * With foreign keys enabled, dropping a table for a rebuild would delete the rows that refer to it; they cannot be disabled inside a
 * transaction.
 */
const onOneWriter = async (session: DatabaseSession, work: () => Promise<void>): Promise<void> => {
  const [[keys] = []] = await session.rows("PRAGMA foreign_keys");
  await session.execute("PRAGMA foreign_keys = OFF");
  try {
    await inTransaction(session, "BEGIN IMMEDIATE", async () => {
      const before = new Set(await brokenReferences(session));
      await work();
      const broken = (await brokenReferences(session)).filter((one) => !before.has(one));
      if (broken.length > 0)
        throw new MigrationError(
          `${broken.length} row${broken.length === 1 ? "" : "s"} would refer to missing rows: ${broken.slice(0, 5).join(", ")}${broken.length > 5 ? " …" : ""}`,
          { facts: { broken: broken.slice(0, 100) } },
        );
    });
  } finally {
    if (!session.broken && String(keys) === "1") await session.execute("PRAGMA foreign_keys = ON");
  }
};

/** A connection used exclusively by a tool: statements without parameters, and rows as the driver returns them. */

import { type Database, type Dialect, leaseOf, handleOf } from "flash-db/internal";

export interface DatabaseSession {
  readonly dialect: Dialect;
  rows(text: string): Promise<readonly (readonly unknown[])[]>;
  /** Runs a statement; returns the number of rows changed. */
  execute(text: string): Promise<number>;
  /** BEGIN, COMMIT, ROLLBACK etc.; the connection is lost if one fails. */
  control(text: string): Promise<void>;
  /** Whether the connection cannot be used any more. */
  readonly broken: boolean;
  /** Returns the connection; use `destroy` if its settings must not reach other users. */
  release(destroy?: boolean): void;
}

export const openDatabaseSession = async (database: Database, label: string): Promise<DatabaseSession> => {
  const lease = await leaseOf(database, label);
  const { connection } = lease;
  const run = (text: string, writes: boolean) => connection.run({ text, parameters: [], values: [], outputs: null, writes });
  return {
    dialect: handleOf(database).dialect,
    rows: async (text) => (await run(text, false)).rows,
    execute: async (text) => (await run(text, true)).affected,
    control: (text) => connection.control(text),
    get broken() {
      return connection.broken;
    },
    release: (destroy) => lease.release(destroy),
  };
};

/** Runs work in one transaction, which is rolled back if it throws. */
export const inTransaction = async <R>(session: DatabaseSession, begin: string, work: () => Promise<R>): Promise<R> => {
  await session.control(begin);
  let result: R;
  try {
    result = await work();
  } catch (error) {
    if (!session.broken) await session.control("ROLLBACK");
    throw error;
  }
  await session.control("COMMIT");
  return result;
};

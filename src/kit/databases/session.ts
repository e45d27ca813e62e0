/** One connection of a database that a tool has for itself: statements without parameters, and rows as the driver gives them. */

import { type Database, type Dialect, leaseOf, handleOf } from "flash-db/internal";

export interface DatabaseSession {
  readonly dialect: Dialect;
  rows(text: string): Promise<readonly (readonly unknown[])[]>;
  /** Runs a statement; gives the number of rows it changed. */
  execute(text: string): Promise<number>;
  /** BEGIN, COMMIT, ROLLBACK and the like: when one fails the connection is gone. */
  control(text: string): Promise<void>;
  /** The connection is of no use any more. */
  readonly broken: boolean;
  /** Gives it back; `destroy` where what was set on it must not reach anybody else. */
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

/** Work in one transaction; rolled back when it throws. */
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

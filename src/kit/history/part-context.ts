/** The context that a part of a migration needs from its run. */

import { type Session, sql } from "flash-db";
import type { Database } from "flash-db/internal";
import type { DatabaseSession } from "../databases/session.js";
import type { TransactionOptions } from "../databases/transaction.js";

export interface PartContext {
  readonly database: Database;
  /** A connection for the work; if the database has only one, it is returned before the models' sessions run. */
  readonly withSession: <R>(work: (session: DatabaseSession) => Promise<R>) => Promise<R>;
  readonly transaction: TransactionOptions;
  /** Throws if another run has finished the part. */
  readonly check: (session: DatabaseSession) => Promise<void>;
  /**
   * Records in the same transaction that the part is finished; throws if another run has done so. `run` returns the number of rows written.
   */
  readonly done: (run: (text: string) => Promise<number>) => Promise<void>;
  readonly place: {
    readonly read: (session: DatabaseSession) => Promise<string | null>;
    readonly write: (run: (text: string) => Promise<number>, place: string) => Promise<void>;
  };
  readonly onRows: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Runs the kit's statements in the transaction of a models' session; they return the rows they wrote. */
export const runIn =
  (db: Session): ((text: string) => Promise<number>) =>
  async (text) =>
    (await db.execute(sql`${sql.raw(text)}`)).length;

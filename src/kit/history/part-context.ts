/** What one part of a migration needs of the run that it belongs to. */

import { type Session, sql } from "flash-db";
import type { Database } from "flash-db/internal";
import type { DatabaseSession } from "../databases/session.js";
import type { TransactionOptions } from "../databases/transaction.js";

export interface PartContext {
  readonly database: Database;
  /** A connection for the work; the database's only one is given back before the models' sessions run. */
  readonly withSession: <R>(work: (session: DatabaseSession) => Promise<R>) => Promise<R>;
  readonly transaction: TransactionOptions;
  /** Throws when the part has been done by somebody else. */
  readonly check: (session: DatabaseSession) => Promise<void>;
  /** Notes in the same transaction that the part is done; throws when somebody else has noted it already. `run` gives the number of rows written. */
  readonly done: (run: (text: string) => Promise<number>) => Promise<void>;
  readonly place: {
    readonly read: (session: DatabaseSession) => Promise<string | null>;
    readonly write: (run: (text: string) => Promise<number>, place: string) => Promise<void>;
  };
  readonly onRows: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Runs statements of the tool in the transaction of a models' session; they return what they wrote. */
export const runIn =
  (db: Session): ((text: string) => Promise<number>) =>
  async (text) =>
    (await db.execute(sql`${sql.raw(text)}`)).length;

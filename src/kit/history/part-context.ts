/** What one part of a migration needs of the run that it belongs to. */

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
  /** Notes in the same transaction that the part is done. */
  readonly done: (session: Pick<DatabaseSession, "dialect">) => readonly string[];
  readonly place: {
    readonly read: (session: DatabaseSession) => Promise<string | null>;
    readonly write: (session: Pick<DatabaseSession, "dialect">, place: string) => string;
  };
  readonly onRows: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

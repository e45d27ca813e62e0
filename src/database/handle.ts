/**
 * The session layer's view of a database: statements outside a transaction, and open transactions. Implemented by `database/` for any
 * driver.
 */

import type { CompiledQuery, Dialect, IsolationLevel, QueryEvent, QueryResult, TransactionMode } from "./contracts.js";

/** Who runs a statement; shown by `PoolTimeout` and passed to query listeners. */
export interface Who {
  readonly session: object | null;
  readonly label: string;
}

export interface DatabaseHandle {
  readonly dialect: Dialect;
  readonly closed: boolean;
  readonly acquireTimeout: number;
  /** Runs one statement outside a transaction, on a connection leased for this statement only (reads). */
  run(query: CompiledQuery, who: Who): Promise<QueryResult>;
  /** Returns rows in chunks, on a separate connection. */
  stream(query: CompiledQuery, chunkSize: number, who: Who): AsyncIterable<unknown[][]>;
  /** Takes a connection and sends BEGIN. With a single-writer database, read-only transactions run beside the writer. */
  begin(mode: TransactionMode, who: Who): Promise<OpenTransaction>;
  /**
   * Like `begin` if no waiting is needed: a connection is free, and BEGIN runs synchronously or with the first statement. Otherwise null.
   */
  beginNow?(mode: TransactionMode, who: Who): OpenTransaction | null;
  onQuery(listener: (event: QueryEvent) => void): () => void;
  onTransaction(listener: (event: QueryEvent) => void): () => void;
}

/**
 * A transaction on one connection. Any failed control statement destroys the connection.
 * If the database aborts transactions on errors, everything after a failed statement throws TransactionAborted with the first error as its
 * cause, until a rollback to an earlier savepoint or the end.
 */
export interface OpenTransaction {
  readonly mode: TransactionMode & { readonly isolation?: IsolationLevel | undefined };
  readonly status: "open" | "aborted" | "ended";
  /** Whether a writing statement was sent. */
  readonly wrote: boolean;
  /** Whether its connection is lost, and with it the transaction. */
  readonly lost: boolean;
  run(query: CompiledQuery): Promise<QueryResult>;
  /** Opens a savepoint and returns its generated name. */
  savepoint(): Promise<string>;
  release(name: string): Promise<void>;
  rollbackTo(name: string): Promise<void>;
  /** Refuses writes from here on in the savepoint that was just opened, or allows them again after its end. */
  setReadOnly(on: boolean): Promise<void>;
  /**
   * Sends COMMIT and returns the connection. If PostgreSQL answers ROLLBACK: TransactionAborted with the first error as cause. If the
   * connection breaks during it: ConnectionLost with outcome "unknown". If it fails (deferred constraint, SQLITE_BUSY), the transaction has
   * been rolled back.
   */
  commit(): Promise<void>;
  /** Sends ROLLBACK and returns the connection. Never throws: a connection that cannot roll back is destroyed. */
  rollback(): Promise<void>;
}

/** What `session/` sees of a database: statements outside a transaction, and open transactions. `database/` fulfils it over any driver. */

import type { CompiledQuery, Dialect, IsolationLevel, QueryEvent, QueryResult, TransactionMode } from "./contracts.js";

/** Who runs a statement: shown by `PoolTimeout`, given to query listeners. */
export interface Who {
  readonly session: object | null;
  readonly label: string;
}

export interface DatabaseHandle {
  readonly dialect: Dialect;
  readonly closed: boolean;
  readonly acquireTimeout: number;
  /** One statement outside a transaction, on a connection of its own for just this statement (reads). */
  run(query: CompiledQuery, who: Who): Promise<QueryResult>;
  /** Rows in chunks on a connection of its own. */
  stream(query: CompiledQuery, chunkSize: number, who: Who): AsyncIterable<unknown[][]>;
  /** Takes a connection and sends BEGIN. Read-only transactions read beside the writer where there is only one writer. */
  begin(mode: TransactionMode, who: Who): Promise<OpenTransaction>;
  /** The same where there is nothing to wait for: a connection is free, and BEGIN is done at once or travels. Null: there may be. */
  beginNow?(mode: TransactionMode, who: Who): OpenTransaction | null;
  onQuery(listener: (event: QueryEvent) => void): () => void;
  onTransaction(listener: (event: QueryEvent) => void): () => void;
}

/**
 * A transaction on one connection. Any failed control statement destroys the connection.
 * Where an error aborts a transaction, everything after a failed statement throws TransactionAborted with the first error as its cause,
 * until a rollback to a savepoint that stood before it, or the end.
 */
export interface OpenTransaction {
  readonly mode: TransactionMode & { readonly isolation?: IsolationLevel | undefined };
  readonly status: "open" | "aborted" | "ended";
  /** A statement that writes was sent. */
  readonly wrote: boolean;
  /** Its connection is gone, and the transaction with it. */
  readonly lost: boolean;
  run(query: CompiledQuery): Promise<QueryResult>;
  /** Opens a savepoint with a name of its own and gives the name. */
  savepoint(): Promise<string>;
  release(name: string): Promise<void>;
  rollbackTo(name: string): Promise<void>;
  /** From here, in the savepoint that was just opened, writes are refused; or, after its end, no longer. */
  setReadOnly(on: boolean): Promise<void>;
  /**
   * COMMIT, and gives the connection back. When PostgreSQL answers ROLLBACK: TransactionAborted with the first error as cause.
   * When the connection breaks during it: ConnectionLost with outcome "unknown". When it fails (deferred constraint, SQLITE_BUSY), it has been rolled back.
   */
  commit(): Promise<void>;
  /** ROLLBACK, and gives the connection back. Never throws: a connection that cannot roll back is destroyed. */
  rollback(): Promise<void>;
}

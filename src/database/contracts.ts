/** Interfaces between the higher layers and a database, implemented in `dialects/`, one folder per database. */

import type { ConnectionOptions as TlsOptions } from "node:tls";
import type { ColumnType, DataType, IdentityKind } from "../sql/types.js";
import type { Batch, RowStatement } from "../sql/compile/batch.js";
import type { Compiled } from "../sql/compile/compiled.js";
import type { Statement } from "../sql/nodes.js";
import type { FlashDbError } from "../errors.js";

/** The capabilities of a database. Code checks these, never which database it is. */
export interface Features {
  /** An error inside a transaction makes everything but ROLLBACK fail, so flushes run in a savepoint. */
  readonly errorAbortsTransaction: boolean;
  /** The isolation levels that a transaction may request; if the database's only level is the strictest, it satisfies all of them. */
  readonly isolationLevels: readonly IsolationLevel[];
  /** The level of every transaction that requests a weaker one or none. */
  readonly isolation: IsolationLevel;
  /** Statements can run while rows are still being read from another statement (server-side cursors). */
  readonly cursors: boolean;
  /** Statements run in this process: they return without waiting, and block the event loop meanwhile. */
  readonly inProcess: boolean;
  /** `DISTINCT ON (…)`. */
  readonly distinctOn: boolean;
  readonly fullTextSearch: boolean;
  /** Several transactions can write at the same time; false means one writer, with the others in a fair queue. */
  readonly concurrentWriters: boolean;
  /** The maximum number of parameters per statement. */
  readonly maxParameters: number;
  readonly schemas: boolean;
}
/** Isolation levels, from the weakest to the strictest. */
export type IsolationLevel = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

/** Converts between instance values and driver cells. Neither function is called with null. */
export interface Codec {
  /** Converts a value to the driver's parameter; throws a TypeError that names the expected type for other values. */
  readonly encode: (value: unknown) => unknown;
  /** Converts the driver's cell to a value; undefined if the cell is already the value. */
  readonly decode: ((cell: unknown) => unknown) | undefined;
  /** For types whose values are Dates: the milliseconds of a cell, from which `decode` creates the Date. */
  readonly instant?: (cell: unknown) => number;
  /**
   * Whether a cell has more precision than the value, such as an instant with microseconds; as a key, the value would match several rows.
   */
  readonly isFiner?: (cell: unknown) => boolean;
}

/** A statement as text with encoded parameters; `rebind` (sql/compile/compiled.ts) binds other values to the same text. */
export type CompiledQuery = Compiled;

export interface QueryResult {
  /** Raw rows as arrays in output order, with undecoded cells (see the dialect's codecs). */
  readonly rows: unknown[][];
  /** Names of the output columns. */
  readonly names: readonly string[];
  /** Rows changed by an INSERT, UPDATE or DELETE. */
  readonly affected: number;
  /** For an INSERT with consecutive keys (`counted`), the last key instead of rows. */
  readonly lastKey?: number | bigint | undefined;
  /**
   * Types of the output columns as reported by the database, for statements without known outputs (`outputs` null). An output of type
   * "unknown" or "custom" in a statement with known outputs is already converted by the reported type.
   */
  readonly types?: readonly ColumnType[] | undefined;
}

/** One database connection. Errors are translated. It is broken after a failed control statement. */
export interface Connection {
  readonly broken: boolean;
  run(query: CompiledQuery): Promise<QueryResult>;
  /** Transaction control and other statements without rows or parameters. */
  control(text: string): Promise<void>;
  /** Sends BEGIN synchronously if the driver can; false means that nothing happened, and `control` can report why. */
  beginNow?(text: string): boolean;
  /** Sends BEGIN and the first statement in one exchange, if the protocol allows it. */
  runFirst?(begin: string, query: CompiledQuery): Promise<QueryResult>;
  /** Returns rows in chunks without holding all of them; the connection is busy until the iteration ends. */
  stream(query: CompiledQuery, chunkSize: number): AsyncIterable<unknown[][]>;
  close(): Promise<void>;
}

/** How a transaction begins. */
export interface TransactionMode {
  readonly isolation?: IsolationLevel | undefined;
  readonly readOnly?: boolean | undefined;
  readonly deferrable?: boolean | undefined;
  /** A statement follows immediately, so BEGIN may be sent with it. */
  readonly travels?: boolean | undefined;
}

/** The SQL of transaction control. On SQLite, a writing transaction begins with BEGIN IMMEDIATE. */
export interface TransactionSql {
  begin(mode: TransactionMode): string;
  readonly commit: string;
  readonly rollback: string;
  savepoint(name: string): string;
  release(name: string): string;
  rollbackTo(name: string): string;
  /** Matches user-written SQL that would change the connection for its next user, which is refused; null if none is refused. */
  readonly outlives: RegExp | null;
  /** Inside a savepoint: makes the rest of it read-only. */
  readonly refuseWrites: string;
  /** Allows writes again; null if the end of the savepoint does so. */
  readonly allowWrites: string | null;
}

/** The parts of DDL that differ between databases. */
export interface SchemaSql {
  typeName(type: DataType): string;
  /**
   * The definition of an identity column, after its quoted name. With `key`, the column is the whole primary key, which the definition
   * declares too.
   */
  identity(type: DataType, kind: IdentityKind, key: boolean): string;
  /**
   * CHECK constraints that enforce the type of a quoted column: booleans 0/1, enum members, a varchar length that the type name does not
   * enforce.
   */
  typeChecks(type: DataType, quotedColumn: string): readonly string[];
  /** The collation after COLLATE that makes a column sort by code point; null if none is needed. */
  defaultCollation(type: DataType): string | null;
  /** A value as a DDL literal (defaults, checks), safely quoted. */
  literal(value: unknown, type: ColumnType): string;
  /** SQL that lists existing tables as schema and name; tables of the current schema are listed a second time with a NULL schema. */
  readonly listTables: string;
  /**
   * Whether constraints can be added to existing tables (`ALTER TABLE … ADD CONSTRAINT`) and comments are stored; otherwise CREATE TABLE
   * contains everything.
   */
  readonly altersTables: boolean;
  /**
   * Whether indexes support methods, operator classes, included columns and NULL ordering, and unique constraints can be deferred;
   * otherwise these are omitted.
   */
  readonly richIndexes: boolean;
  /**
   * Sent first in a transaction that creates or drops tables, to serialize programs that start at the same time; null if they are
   * serialized anyway.
   */
  readonly lockTables: string | null;
  /**
   * SQL that lists child table, column and parent table of every foreign key, if dropping a table deletes the rows that refer to it; null
   * otherwise.
   */
  readonly listReferences: string | null;
  readonly dropCascade: boolean;
  /** Sent before tables are dropped in one transaction, so that rows in reference cycles do not block it; null if not needed. */
  readonly beforeDrop: string | null;
}

/** One database product: SQL, types and errors, without a connection. */
export interface Dialect {
  readonly name: string;
  readonly features: Features;
  readonly transactions: TransactionSql;
  readonly schema: SchemaSql;
  compile(statement: Statement): CompiledQuery;
  /**
   * A reusable statement over rows: created once, then bound to any rows. The rows of the given statement are ignored; it may have no other
   * parameters.
   */
  batch(statement: RowStatement): Batch;
  codec(type: ColumnType): Codec;
  quote(identifier: string): string;
  /** The statement that explains the given one; the last output column of each row is a line of the plan. */
  explain(text: string, analyze: boolean): string;
}

/** Who requests a connection: a text, or an object whose label is only built for a message. */
export type Holder = string | { readonly label: string };

/**
 * Hands out connections. `holder` names the requester in the message of `PoolTimeout`. With a single-writer database, "write" waits in the
 * fair queue, while "read" may run beside the writer.
 */
export interface ConnectionSource {
  acquire(purpose: "read" | "write", holder: Holder): Promise<Lease>;
  /** Like `acquire` if no waiting is needed, otherwise null. */
  acquireNow?(purpose: "read" | "write", holder: Holder): Lease | null;
  /**
   * For in-process databases: runs one SELECT on any free connection, even a writing one, without a lease; null if it would have to wait.
   */
  selectNow?(query: CompiledQuery): Promise<QueryResult> | null;
  /** Waits for leases to be returned, then closes; after `timeout` ms, closes the remaining ones and returns their labels. */
  close(timeout?: number): Promise<readonly string[]>;
}
export interface Lease {
  readonly connection: Connection;
  /** Returns the connection to the pool; a broken connection (or `destroy`) is discarded. Safe to call twice. */
  release(destroy?: boolean): void;
}

interface PoolOptions {
  /** Maximum number of connections, 10 by default; on SQLite the number of readers beside the writer, 8 by default. */
  readonly max?: number | undefined;
  /** Milliseconds to wait for a free connection before PoolTimeout; default 5,000. */
  readonly acquireTimeout?: number | undefined;
}
export interface DriverOptions {
  /** Size of the pool, and how long to wait for a connection. */
  readonly pool?: PoolOptions | undefined;
  /** Milliseconds after which a statement is cancelled with QueryTimeout; no limit by default. PostgreSQL only. */
  readonly statementTimeout?: number | undefined;
  /** Whether to use named prepared statements (PostgreSQL); false for poolers. */
  readonly prepare?: boolean | undefined;
  /** Milliseconds to wait while another process writes to the file, before LockNotAvailable; default 5,000. SQLite only. */
  readonly busyTimeout?: number | undefined;
  /** The password, or a function called for each new connection (for expiring tokens), instead of the one in the URL. */
  readonly password?: string | (() => string | Promise<string>) | undefined;
  /** TLS options as for `tls.connect()`, or true for the defaults, instead of the `ssl…` parameters of the URL. */
  readonly tls?: boolean | TlsOptions | undefined;
}
/** A dialect with a source of connections; `connect.ts` creates it from a URL. */
export interface Driver {
  readonly dialect: Dialect;
  readonly source: ConnectionSource;
}

/** Describes any statement except transaction control, after it ran or failed. */
export interface QueryEvent {
  /** The text of the statement. */
  readonly sql: string;
  /** The encoded parameters. */
  readonly params: readonly unknown[];
  /** Milliseconds from sending it to receiving its last row. */
  readonly durationMs: number;
  /** Number of rows returned or changed. */
  readonly rows: number;
  /** The session that sent it; null for statements of the database object itself. */
  readonly session: object | null;
  /** The error, if it failed. */
  readonly error?: FlashDbError | undefined;
}

/** What the rooms above ask of a database: small contracts that `dialects/` fulfils, one folder a database. */

import type { ConnectionOptions as TlsOptions } from "node:tls";
import type { ColumnType, DataType, IdentityKind } from "../sql/types.js";
import type { Batch, RowStatement } from "../sql/compile/batch.js";
import type { Compiled } from "../sql/compile/compiled.js";
import type { Statement } from "../sql/nodes.js";
import type { FlashDbError } from "../errors.js";

/** What a database can do. Code asks these, never which database it is. */
export interface Features {
  /** An error inside a transaction makes everything but ROLLBACK fail: a flush then runs in a savepoint. */
  readonly errorAbortsTransaction: boolean;
  /** What a transaction may ask for; a database whose one level is the strongest fulfils them all. */
  readonly isolationLevels: readonly IsolationLevel[];
  /** What each transaction has, also one that asks for less or for none. */
  readonly isolation: IsolationLevel;
  /** Statements on one connection may be open while rows are still being read from another (server-side cursors). */
  readonly cursors: boolean;
  /** Statements run in this process: they answer without making the caller wait, and nothing else runs meanwhile. */
  readonly inProcess: boolean;
  /** `DISTINCT ON (…)`. */
  readonly distinctOn: boolean;
  readonly fullTextSearch: boolean;
  /** Several transactions can write at the same time; false: one writer, the others wait in a fair queue. */
  readonly concurrentWriters: boolean;
  /** The most parameters one statement can have. */
  readonly maxParameters: number;
  readonly schemas: boolean;
}
/** What a transaction sees of others, from the weakest to the strongest. */
export type IsolationLevel = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

/** Between what an instance holds and what the driver takes and gives. Neither is ever called with null. */
export interface Codec {
  /** The value as the driver's parameter; throws a TypeError that says what was expected for a value of another type. */
  readonly encode: (value: unknown) => unknown;
  /** The driver's cell as the instance's value; undefined: the cell already is the value. */
  readonly decode: ((cell: unknown) => unknown) | undefined;
  /** Of values that are Dates: the milliseconds of a cell, which `decode` makes a Date of. */
  readonly instant?: (cell: unknown) => number;
  /** Whether a cell says more than the instance's value holds, as an instant with microseconds does: as a key it would stand for several rows. */
  readonly isFiner?: (cell: unknown) => boolean;
}

/** A statement as text with its parameters encoded; `rebind` (sql/compile/compiled.ts) gives the same text other values. */
export type CompiledQuery = Compiled;

export interface QueryResult {
  /** Raw rows as arrays in output order, cells as the driver gives them (decode with the dialect's codecs). */
  readonly rows: unknown[][];
  /** Names of the output columns. */
  readonly names: readonly string[];
  /** Rows changed by an INSERT, UPDATE or DELETE. */
  readonly affected: number;
  /** The last key of an INSERT that counted them up one by one (`counted`), instead of rows. */
  readonly lastKey?: number | bigint | undefined;
  /**
   * Types of the output columns as the database told them, for statements whose outputs nobody knew (`outputs` null) and where it tells.
   * An output of type "unknown" or "custom" in a statement with known outputs is converted by what the database told before it gets here.
   */
  readonly types?: readonly ColumnType[] | undefined;
}

/** One connection to the database. Errors are already translated. After a failed control statement it is broken. */
export interface Connection {
  readonly broken: boolean;
  run(query: CompiledQuery): Promise<QueryResult>;
  /** Transaction control and other statements without rows or parameters. */
  control(text: string): Promise<void>;
  /** BEGIN at once, where the driver does not make anybody wait for it; false: nothing has happened, and `control` may say why. */
  beginNow?(text: string): boolean;
  /** BEGIN and the first statement after it in one exchange, where the protocol can do that. */
  runFirst?(begin: string, query: CompiledQuery): Promise<QueryResult>;
  /** Rows in chunks, without holding all of them; the connection is busy until the iteration ends. */
  stream(query: CompiledQuery, chunkSize: number): AsyncIterable<unknown[][]>;
  close(): Promise<void>;
}

/** How a transaction begins. */
export interface TransactionMode {
  readonly isolation?: IsolationLevel | undefined;
  readonly readOnly?: boolean | undefined;
  readonly deferrable?: boolean | undefined;
  /** A statement follows at once: BEGIN may travel with it. */
  readonly travels?: boolean | undefined;
}

/** Texts of transaction control; `begin` of a writing transaction on SQLite is BEGIN IMMEDIATE. */
export interface TransactionSql {
  begin(mode: TransactionMode): string;
  readonly commit: string;
  readonly rollback: string;
  savepoint(name: string): string;
  release(name: string): string;
  rollbackTo(name: string): string;
  /** The user's own SQL that changes the connection for whoever uses it next, and is refused; null: there is none. */
  readonly outlives: RegExp | null;
  /** Inside a savepoint: what follows in it only reads. */
  readonly refuseWrites: string;
  /** What follows may write again; null: the end of the savepoint says so by itself. */
  readonly allowWrites: string | null;
}

/** What `schema/` needs to write DDL. */
export interface SchemaSql {
  typeName(type: DataType): string;
  /** The definition of a column that the database counts up, after its quoted name. `key`: it alone is the primary key, which is said here too. */
  identity(type: DataType, kind: IdentityKind, key: boolean): string;
  /** CHECKs that keep the type honest, on a quoted column: boolean 0/1, enum members, varchar length where the type name does not. */
  typeChecks(type: DataType, quotedColumn: string): readonly string[];
  /** The collation that makes a column sort by code point where the database would not by itself, as it stands after COLLATE; null: none needed. */
  defaultCollation(type: DataType): string | null;
  /** A value as a DDL literal (defaults, checks), safely quoted. */
  literal(value: unknown, type: ColumnType): string;
  /** Statement text that lists existing tables: schema and name; those of the schema in use stand there once more with a schema of NULL. */
  readonly listTables: string;
  /** Constraints can be added to a table that is there (`ALTER TABLE … ADD CONSTRAINT`), and comments stored; else a table is made with all of it. */
  readonly altersTables: boolean;
  /** Indexes have methods, operator classes, columns beside their own and a place for NULL, and uniques can wait; else none of that is written. */
  readonly richIndexes: boolean;
  /** Sent first in a transaction that makes or drops tables, so that programs which start side by side do it one after the other; null: they do anyway. */
  readonly lockTables: string | null;
  /**
   * Where dropping a table deletes the rows that refer to it: lists child table, column and parent table of every foreign key. Null: it leaves them.
   */
  readonly listReferences: string | null;
  readonly dropCascade: boolean;
  /** Sent before tables are dropped in one transaction, so that rows which refer to each other in a circle do not hold each other; null: not needed. */
  readonly beforeDrop: string | null;
}

/** One database product: text, types and errors; no connection. */
export interface Dialect {
  readonly name: string;
  readonly features: Features;
  readonly transactions: TransactionSql;
  readonly schema: SchemaSql;
  compile(statement: Statement): CompiledQuery;
  /** A statement over rows whose text is kept: to be asked for once, then bound to any rows. Its own rows do not count, and it has no other parameters. */
  batch(statement: RowStatement): Batch;
  codec(type: ColumnType): Codec;
  quote(identifier: string): string;
  /** The statement that asks for the plan of this one; the last output column of each row is a line of it. */
  explain(text: string, analyze: boolean): string;
}

/** Who asks for a connection: a text, or what has one that is written out only for a message. */
export type Holder = string | { readonly label: string };

/**
 * Hands out connections. `holder` says who asks and where, for the message of `PoolTimeout`.
 * `purpose` "write" on a database with one writer waits in the fair queue; "read" may run beside it.
 */
export interface ConnectionSource {
  acquire(purpose: "read" | "write", holder: Holder): Promise<Lease>;
  /** The same when it needs no waiting, else null. */
  acquireNow?(purpose: "read" | "write", holder: Holder): Lease | null;
  /**
   * Where a statement is over before anybody else runs: the answer of one SELECT, from whatever connection is free, be it one that writes,
   * which then needs no lease; null where it has to wait.
   */
  selectNow?(query: CompiledQuery): Promise<QueryResult> | null;
  /** Waits for leases to come back, then closes; after `timeout` ms it cuts off and returns the labels of the open ones. */
  close(timeout?: number): Promise<readonly string[]>;
}
export interface Lease {
  readonly connection: Connection;
  /** Gives it back; a broken connection (or `destroy`) is thrown away. Safe to call twice. */
  release(destroy?: boolean): void;
}

interface PoolOptions {
  /** Connections at most: 10 when not given; on SQLite those that read beside the one that writes, 8. */
  readonly max?: number | undefined;
  /** Milliseconds to wait for a free connection before PoolTimeout; 5,000 when not given. */
  readonly acquireTimeout?: number | undefined;
}
export interface DriverOptions {
  /** How many connections there are, and how long to wait for one. */
  readonly pool?: PoolOptions | undefined;
  /** Milliseconds after which a statement is ended with QueryTimeout; no limit when not given. PostgreSQL. */
  readonly statementTimeout?: number | undefined;
  /** Named prepared statements (PostgreSQL); false for poolers. */
  readonly prepare?: boolean | undefined;
  /** Milliseconds to wait for another process that writes to the file, before LockNotAvailable; 5,000 when not given. SQLite. */
  readonly busyTimeout?: number | undefined;
  /** The password, or what gives it for each new connection (tokens that expire), instead of the one in the URL. */
  readonly password?: string | (() => string | Promise<string>) | undefined;
  /** How to use TLS, instead of the `ssl…` parameters of the URL: as for `tls.connect()`, true for the defaults. */
  readonly tls?: boolean | TlsOptions | undefined;
}
/** A dialect with a source of connections: what `connect.ts` makes of a URL. */
export interface Driver {
  readonly dialect: Dialect;
  readonly source: ConnectionSource;
}

/** Every statement but transaction control, after it ran (or failed). */
export interface QueryEvent {
  /** The text of the statement. */
  readonly sql: string;
  /** Its parameters, as the driver gets them. */
  readonly params: readonly unknown[];
  /** Milliseconds from sending it to its last row. */
  readonly durationMs: number;
  /** Rows that came back or were changed. */
  readonly rows: number;
  /** The session that sent it; null for statements of the database itself. */
  readonly session: object | null;
  /** What it failed with. */
  readonly error?: FlashDbError | undefined;
}

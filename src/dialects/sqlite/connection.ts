/** One connection of better-sqlite3: statements stay prepared, rows are arrays, and waiting for locks never blocks the event loop. */

import type BetterSqlite3 from "better-sqlite3";
import { setTimeout as sleep } from "node:timers/promises";
import type { CompiledQuery, QueryResult } from "../../database/contracts.js";
import type { PooledConnection } from "../../database/pool.js";
import { ConnectionLost, LockNotAvailable, TransactionAborted } from "../../errors.js";
import type { ColumnType } from "../../sql/types.js";
import type { AskedKeys } from "../../sql/compile/compiled.js";
import { keepHiddenClass } from "../../support/hidden-classes.js";
import { Recent } from "../../support/recent.js";
import { CountedKeys } from "./counted-keys.js";
import { QUERY_ONLY } from "./dialect.js";
import { isBusy, translate } from "./errors.js";

interface Prepared {
  readonly statement: BetterSqlite3.Statement<unknown[], unknown[]>;
  readonly names: readonly string[];
  /** The outputs for which `safeIntegers` was configured. */
  outputs: CompiledQuery["outputs"];
}

const NO_NAMES: readonly string[] = [];
const STATEMENTS_KEPT = 500;
const CONTROLS_KEPT = 32;

/** Integers beyond 2^53 are possible only in outputs of type bigint or unknown type. */
function needsSafeIntegers(outputs: readonly ColumnType[] | null): boolean {
  if (outputs === null) return true;
  for (const { kind } of outputs) if (kind === "bigint" || kind === "unknown" || kind === "custom") return true;
  return false;
}

export class SqliteConnection implements PooledConnection {
  readonly #database: BetterSqlite3.Database;
  readonly #busyTimeout: number;
  readonly #inMemory: boolean;
  readonly #statements = new Recent<string, Prepared>(STATEMENTS_KEPT);
  readonly #controls = new Recent<string, Prepared["statement"]>(CONTROLS_KEPT);
  readonly #countedKeys: CountedKeys;
  #broken = false;
  #readOnly = false;
  /** Why SQLite rolled back the transaction on its own: following statements must not run outside of it. */
  #gone: unknown;

  constructor(database: BetterSqlite3.Database, options: { readonly busyTimeout: number; readonly inMemory: boolean }) {
    this.#database = database;
    this.#countedKeys = new CountedKeys(database);
    this.#busyTimeout = options.busyTimeout;
    this.#inMemory = options.inMemory;
  }

  get broken(): boolean {
    return this.#broken;
  }

  run(query: CompiledQuery): Promise<QueryResult> {
    const inTransaction = this.#database.inTransaction;
    return this.#answer(query, inTransaction) ?? this.#retry(() => this.#execute(query), query.text);
  }

  /** Like `run`, but returns null instead of waiting for a lock. No transaction may be open on the connection. */
  runNow(query: CompiledQuery): Promise<QueryResult> | null {
    return this.#answer(query, false);
  }

  beginNow(text: string): boolean {
    if (this.#broken || this.#gone !== undefined) return false;
    try {
      this.#control(text);
    } catch {
      return false;
    }
    this.#followControl(text);
    return true;
  }

  control(text: string): Promise<void> {
    if (this.#broken) return Promise.reject(closedError(text));
    const rollsBack = text === "ROLLBACK";
    if (rollsBack && !this.#database.inTransaction) {
      this.#gone = undefined;
    } else {
      if (this.#gone !== undefined) return Promise.reject(goneError(this.#gone));
      try {
        this.#control(text);
      } catch (error) {
        if (isBusy(error)) return this.#controlLater(text);
        this.#broken ||= rollsBack;
        return Promise.reject(translate(error, text));
      }
    }
    this.#followControl(text);
    return DONE;
  }

  async *stream(query: CompiledQuery, chunkSize: number): AsyncGenerator<unknown[][], void, undefined> {
    if (this.#broken) throw closedError(query.text);
    if (this.#gone !== undefined) throw goneError(this.#gone);
    const step = (): IteratorResult<unknown[]> => {
      try {
        return iterator.next();
      } catch (error) {
        throw translate(error, query.text);
      }
    };
    let chunk: unknown[][] = [];
    // A lock of another connection stops the first row, as with any statement; after that, the reader has a snapshot.
    const { iterator, first } = await this.#retry(() => this.#firstRow(query), query.text);
    try {
      for (let next = first; next.done !== true; next = step()) {
        chunk.push(next.value);
        if (chunk.length < chunkSize) continue;
        yield chunk;
        chunk = [];
        // Rows arrive without waiting, so timers and other requests need a pause between chunks.
        await new Promise((resume) => setImmediate(resume));
      }
    } finally {
      iterator.return?.();
      // The connection could not be closed while the iterator was open.
      if (this.#broken) this.destroy();
    }
    if (chunk.length > 0) yield chunk;
  }

  close(): Promise<void> {
    this.destroy();
    return Promise.resolve();
  }

  destroy(): void {
    this.#broken = true;
    if (!this.#database.open) return;
    try {
      this.#database.close();
    } catch {
      // An iterator is still open; it closes the connection when it ends.
    }
  }

  /** Returns null if it has to wait for a lock, which is allowed only while nothing is open. */
  #answer(query: CompiledQuery, inTransaction: boolean): Promise<QueryResult> | null {
    if (this.#broken) return Promise.reject(closedError(query.text));
    if (this.#gone !== undefined) return Promise.reject(goneError(this.#gone));
    try {
      return Promise.resolve(this.#execute(query));
    } catch (error) {
      if (isBusy(error) && !inTransaction) return null;
      const translated = translate(error, query.text);
      if (inTransaction && !this.#database.inTransaction) this.#gone = translated;
      return Promise.reject(translated);
    }
  }

  #execute(query: CompiledQuery): QueryResult {
    if (query.counted !== undefined) return this.#insert(query, query.counted);
    const prepared = this.#prepared(query);
    const { statement } = prepared;
    if (!statement.reader) return { rows: [], names: NO_NAMES, affected: changesOf(statement.run(query.values)) };
    const rows = statement.all(query.values);
    const names = query.outputs === null ? namesOf(statement) : prepared.names;
    return { rows, names, affected: query.writes ? rows.length : 0 };
  }

  /** An open iterator blocks writes on its connection. In memory it is the only connection, so all rows are read at once. */
  #firstRow(query: CompiledQuery): { readonly iterator: Iterator<unknown[]>; readonly first: IteratorResult<unknown[]> } {
    const statement = this.#prepare(query);
    const rows = this.#inMemory ? statement.all(query.values) : statement.iterate(query.values);
    const iterator = rows[Symbol.iterator]();
    return { iterator, first: iterator.next() };
  }

  /** The SQL has no RETURNING, since the driver reports the last key; if the other keys do not follow from it, RETURNING is added. */
  #insert(query: CompiledQuery, { table, returning }: AskedKeys): QueryResult {
    if (!this.#countedKeys.of(table)) return this.#execute({ ...query, text: query.text + returning, counted: undefined });
    const { statement } = this.#prepared(query);
    const { changes, lastInsertRowid } = statement.run(query.values);
    return { rows: [], names: NO_NAMES, affected: changes, lastKey: lastInsertRowid };
  }

  #prepared(query: CompiledQuery): Prepared {
    const prepared = this.#statements.get(query.text) ?? this.#keep(query);
    if (prepared.outputs !== query.outputs) {
      prepared.outputs = query.outputs;
      prepared.statement.safeIntegers(needsSafeIntegers(query.outputs));
    }
    return prepared;
  }

  #keep(query: CompiledQuery): Prepared {
    const statement = this.#prepare(query);
    const prepared = { statement, names: statement.reader ? namesOf(statement) : NO_NAMES, outputs: query.outputs };
    this.#statements.set(query.text, prepared);
    return prepared;
  }

  #prepare({ text, outputs }: CompiledQuery): Prepared["statement"] {
    const statement = this.#database.prepare<unknown[], unknown[]>(text);
    if (statement.reader) statement.raw(true);
    statement.safeIntegers(needsSafeIntegers(outputs));
    return statement;
  }

  /** Retries while another process holds a lock; the driver's own timeout would block the event loop. */
  async #retry<T>(work: () => T, text: string): Promise<T> {
    const end = performance.now() + this.#busyTimeout;
    for (let delay = 1; ; delay = Math.min(delay * 2, 50)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw translate(error, text);
        if (performance.now() >= end) {
          throw new LockNotAvailable(
            `Waited ${this.#busyTimeout} ms for the database, which another process keeps locked, to run: ${text}. End the work that holds the lock, or raise busyTimeout.`,
            { cause: error },
          );
        }
        await sleep(delay);
      }
    }
  }

  async #controlLater(text: string): Promise<void> {
    try {
      await this.#retry(() => this.#control(text), text);
    } catch (error) {
      this.#broken ||= text === "ROLLBACK";
      throw error;
    }
    this.#followControl(text);
  }

  #followControl(text: string): void {
    if (text.startsWith("BEGIN") && !text.startsWith("BEGIN IMMEDIATE")) this.#setReadOnly(true);
    // The end of the transaction resets it below.
    else if (text.startsWith(QUERY_ONLY)) this.#readOnly = text.endsWith("1");
    else if (this.#readOnly && !this.#database.inTransaction) this.#setReadOnly(false);
  }

  #control(text: string): void {
    let statement = this.#controls.get(text);
    if (statement === undefined) this.#controls.set(text, (statement = this.#database.prepare<unknown[], unknown[]>(text)));
    statement.run();
  }

  #setReadOnly(on: boolean): void {
    this.#readOnly = on;
    this.#database.exec(`${QUERY_ONLY}${on ? 1 : 0}`);
  }
}

const DONE = Promise.resolve();

let told = false;
const changesOf = (result: BetterSqlite3.RunResult): number => {
  if (!told) keepHiddenClass(result);
  told = true;
  return result.changes;
};

const closedError = (text: string): ConnectionLost =>
  new ConnectionLost(`The SQLite database was closed before this could run: ${text}`, "rolled back");

const goneError = (cause: unknown): TransactionAborted =>
  new TransactionAborted(
    `SQLite rolled back the whole transaction because of an error${cause instanceof Error ? ` (${cause.message})` : ""}. Roll it back and begin again.`,
    { cause },
  );

function namesOf(statement: Prepared["statement"]): readonly string[] {
  return statement.columns().map((column) => column.name);
}

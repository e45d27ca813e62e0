/** Begins and ends transactions; the only place that does. */

import { ConnectionLost, type FlashDbError, TransactionAborted } from "../errors.js";
import type { CompiledQuery, Connection, Dialect, Lease, QueryResult, TransactionMode, TransactionSql } from "./contracts.js";
import type { OpenTransaction, Who } from "./handle.js";
import type { Observers } from "./observers.js";
import { keepHiddenClass } from "../support/hidden-classes.js";

export interface TransactionParts {
  readonly dialect: Dialect;
  readonly queries: Observers;
  readonly controls: Observers;
  /** Leases another connection if the first one turns out to be broken before any work was done on it. */
  readonly lease: (mode: TransactionMode, who: Who) => Promise<Lease>;
}

/** Sends BEGIN, now or with the first statement, on a leased connection, which the transaction owns until its end. */
export async function openTransaction(parts: TransactionParts, lease: Lease, mode: TransactionMode, who: Who): Promise<OpenTransaction> {
  const transaction = new Transaction(parts, lease, mode, who);
  if (!transaction.startLater()) await transaction.start();
  return transaction;
}

/** Like `openTransaction` if BEGIN needs no waiting; null means that nothing happened. */
export const transactionNow = (parts: TransactionParts, lease: Lease, mode: TransactionMode, who: Who): OpenTransaction | null => {
  const transaction = new Transaction(parts, lease, mode, who);
  return transaction.startLater() || transaction.startNow() ? transaction : null;
};

class Transaction implements OpenTransaction {
  readonly mode: TransactionMode;
  readonly #parts: TransactionParts;
  readonly #texts: TransactionSql;
  #lease: Lease;
  #connection: Connection;
  readonly #who: Who;
  readonly #abortsOnError: boolean;
  #status: OpenTransaction["status"] = "open";
  /** The text of BEGIN while it waits for the first statement. */
  #waiting: string | null = null;
  #wrote = false;
  #firstError: unknown;
  #savepoints = 0;

  constructor(parts: TransactionParts, lease: Lease, mode: TransactionMode, who: Who) {
    this.mode = mode;
    this.#parts = parts;
    this.#texts = parts.dialect.transactions;
    this.#abortsOnError = parts.dialect.features.errorAbortsTransaction;
    this.#lease = lease;
    this.#connection = lease.connection;
    this.#who = who;
  }

  get status(): OpenTransaction["status"] {
    return this.#status;
  }
  get wrote(): boolean {
    return this.#wrote;
  }
  get lost(): boolean {
    return this.#connection.broken;
  }

  /** Whether BEGIN will be sent with the first statement: if requested and supported by the connection. */
  startLater(): boolean {
    if (this.mode.travels !== true || this.#connection.runFirst === undefined) return false;
    this.#waiting = this.#texts.begin(this.mode);
    return true;
  }

  startNow(): boolean {
    return !this.#parts.controls.active && this.#connection.beginNow?.(this.#texts.begin(this.mode)) === true;
  }

  async start(): Promise<void> {
    try {
      await this.#control(this.#texts.begin(this.mode));
    } catch (error) {
      this.#end(this.#connection.broken);
      throw error;
    }
  }

  run(query: CompiledQuery): Promise<QueryResult> {
    if (this.#status !== "open") return Promise.reject(this.#refusal("run a statement"));
    if (query.writes) this.#wrote = true;
    const { queries } = this.#parts;
    const running = queries.active
      ? queries.observe(query.text, query.values, this.#who.session, () => this.#send(query))
      : this.#send(query);
    if (!this.#abortsOnError) return running;
    return running.catch((error: unknown) => {
      this.#abort(error);
      throw error;
    });
  }

  async savepoint(): Promise<string> {
    this.#mustBeOpen("open a savepoint");
    await this.#beginNow();
    const name = `flash_${++this.#savepoints}`;
    await this.#controlOrAbort(this.#texts.savepoint(name));
    return name;
  }

  async release(name: string): Promise<void> {
    this.#mustBeOpen("release a savepoint");
    await this.#controlOrAbort(this.#texts.release(name));
  }

  async rollbackTo(name: string): Promise<void> {
    if (this.#status === "ended" || this.#connection.broken) throw this.#refusal("roll back to a savepoint");
    await this.#controlOrAbort(this.#texts.rollbackTo(name));
    this.#status = "open";
    this.#firstError = undefined;
  }

  async setReadOnly(on: boolean): Promise<void> {
    const text = on ? this.#texts.refuseWrites : this.#texts.allowWrites;
    if (text !== null && this.#status === "open") await this.#controlOrAbort(text);
  }

  async commit(): Promise<void> {
    if (this.#status === "ended") throw this.#refusal("commit");
    if (this.#status === "aborted") {
      const refusal = this.#refusal("commit");
      await this.rollback();
      throw refusal;
    }
    if (this.#connection.broken) {
      this.#end(true);
      throw lostBefore("commit", this.#firstError);
    }
    if (this.#waiting !== null) return this.#end(false);
    try {
      await this.#control(this.#texts.commit);
    } catch (error) {
      if (!this.#connection.broken) await this.#control(this.#texts.rollback).catch(() => undefined);
      this.#end(this.#connection.broken);
      throw this.#commitFailure(error);
    }
    this.#end(false);
  }

  async rollback(): Promise<void> {
    if (this.#status === "ended") return;
    let failed = this.#connection.broken;
    if (!failed && this.#waiting === null) {
      await this.#control(this.#texts.rollback).catch(() => {
        failed = true;
      });
    }
    this.#end(failed);
  }

  #send(query: CompiledQuery): Promise<QueryResult> {
    const begin = this.#waiting;
    this.#waiting = null;
    return begin === null ? this.#connection.run(query) : this.#sendFirst(begin, query);
  }

  #sendFirst(begin: string, query: CompiledQuery): Promise<QueryResult> {
    if (this.#parts.controls.active) this.#parts.controls.watch(begin, [], this.#who.session).end();
    return runFirst(this.#connection, begin, query).catch(async (error: unknown) => {
      if (!(error instanceof ConnectionLost)) throw error;
      // The pooled connection is often already broken, and anything it did has been rolled back.
      this.#lease.release(true);
      this.#lease = await this.#parts.lease(this.mode, this.#who);
      this.#connection = this.#lease.connection;
      return runFirst(this.#connection, begin, query);
    });
  }

  async #beginNow(): Promise<void> {
    const begin = this.#waiting;
    this.#waiting = null;
    if (begin !== null) await this.#controlOrAbort(begin);
  }

  /** If the connection breaks during COMMIT, the outcome is unknown. */
  #commitFailure(error: unknown): unknown {
    if (!(error instanceof ConnectionLost)) return error;
    return new ConnectionLost(
      "The connection was lost during COMMIT: whether it was carried out is unknown. Read the data again before repeating the work.",
      "unknown",
      {
        cause: error.cause,
      },
    );
  }

  #control(text: string): Promise<unknown> {
    const { controls } = this.#parts;
    if (!controls.active) return this.#connection.control(text);
    return controls.observe(text, [], this.#who.session, async () => {
      await this.#connection.control(text);
      return undefined;
    });
  }

  async #controlOrAbort(text: string): Promise<void> {
    try {
      await this.#control(text);
    } catch (error) {
      // The state of the savepoint is unknown, so the transaction must not be committed.
      this.#abort(error);
      throw error;
    }
  }

  #abort(error: unknown): void {
    if (this.#status !== "open") return;
    this.#status = "aborted";
    this.#firstError = error;
  }

  #end(destroy: boolean): void {
    this.#status = "ended";
    this.#lease.release(destroy);
  }

  #mustBeOpen(what: string): void {
    if (this.#status !== "open") throw this.#refusal(what);
  }

  #refusal(what: string): FlashDbError {
    if (this.#status === "ended")
      return new TransactionAborted(`Cannot ${what}: the transaction has ended. Begin another one.`, { cause: this.#firstError });
    if (this.#firstError instanceof ConnectionLost) return lostBefore(what, this.#firstError);
    return new TransactionAborted(
      `Cannot ${what}: an earlier error aborted the transaction${this.#why()}. Roll it back, or back to a savepoint.`,
      {
        cause: this.#firstError,
      },
    );
  }

  #why(): string {
    return this.#firstError instanceof Error ? ` (${this.#firstError.name}: ${this.#firstError.message})` : "";
  }
}

keepHiddenClass(
  new Transaction({ dialect: { transactions: {}, features: {} } } as TransactionParts, {} as Lease, {}, { session: null, label: "" }),
);

const runFirst = (connection: Connection, begin: string, query: CompiledQuery): Promise<QueryResult> =>
  connection.runFirst === undefined ? connection.control(begin).then(() => connection.run(query)) : connection.runFirst(begin, query);

const lostBefore = (what: string, cause: unknown): ConnectionLost =>
  new ConnectionLost(`Cannot ${what}: the connection was lost before, and the transaction is rolled back.`, "rolled back", { cause });

/** A database as the higher layers use it: single statements, transactions, and query listeners. */

import type { CompiledQuery, ConnectionSource, Dialect, Driver, Lease, QueryResult, TransactionMode } from "./contracts.js";
import type { DatabaseHandle, OpenTransaction, Who } from "./handle.js";
import { ConnectionLost } from "../errors.js";
import { checkIsolation } from "./isolation.js";
import { echoLine, Observers, type QueryListener } from "./observers.js";
import { ACQUIRE_TIMEOUT } from "./options.js";
import { closedError } from "./pool.js";
import { openTransaction, transactionNow, type TransactionParts } from "./transaction.js";

export interface DatabaseSettings {
  /** Prints every statement; a function receives the lines instead. */
  readonly echo?: boolean | ((line: string) => void) | undefined;
  readonly acquireTimeout?: number | undefined;
}

const purposeOf = (mode: TransactionMode): "read" | "write" => (mode.readOnly === true ? "read" : "write");

/** Only statements built by the library are certain not to write. */
const isOwnRead = (query: CompiledQuery): boolean => !query.writes && query.outputs !== null;

export class DatabaseCore implements DatabaseHandle {
  readonly dialect: Dialect;
  readonly acquireTimeout: number;
  readonly #source: ConnectionSource;
  readonly #queries = new Observers({ channel: true });
  readonly #controls = new Observers({ channel: false });
  readonly #parts: TransactionParts;
  #closing: Promise<readonly string[]> | null = null;

  constructor({ dialect, source }: Driver, settings: DatabaseSettings = {}) {
    this.dialect = dialect;
    this.#source = source;
    this.#parts = {
      dialect,
      queries: this.#queries,
      controls: this.#controls,
      lease: (mode, who) => this.lease(purposeOf(mode), who),
    };
    this.acquireTimeout = settings.acquireTimeout ?? ACQUIRE_TIMEOUT;
    const { echo } = settings;
    if (echo === undefined || echo === false) return;
    const print = echo === true ? (line: string): void => console.log(line) : echo;
    this.#queries.add((event) => print(echoLine(event)));
    this.#controls.add((event) => print(echoLine(event)));
  }

  get closed(): boolean {
    return this.#closing !== null;
  }

  run(query: CompiledQuery, who: Who): Promise<QueryResult> {
    const source = this.#source;
    if (isOwnRead(query) && source.selectNow !== undefined && !this.#queries.active) {
      const answer = source.selectNow(query);
      if (answer !== null) return answer;
    }
    const lease = source.acquireNow?.(query.writes ? "write" : "read", who) ?? null;
    return lease === null ? this.#runWaiting(query, who) : this.#runOn(lease, query, who);
  }

  async *stream(query: CompiledQuery, chunkSize: number, who: Who): AsyncGenerator<unknown[][], void, undefined> {
    const lease = await this.lease(query.writes ? "write" : "read", who);
    const seen = this.#queries.watch(query.text, query.values, who.session);
    try {
      for await (const chunk of lease.connection.stream(query, chunkSize)) {
        seen.rows += chunk.length;
        yield chunk;
      }
    } catch (error) {
      seen.error = error;
      throw error;
    } finally {
      lease.release();
      seen.end();
    }
  }

  async begin(mode: TransactionMode, who: Who): Promise<OpenTransaction> {
    checkIsolation(this.dialect.features, mode.isolation);
    const parts = this.#parts;
    const free = this.#source.acquireNow?.(purposeOf(mode), who) ?? null;
    try {
      return await openTransaction(parts, free ?? (await parts.lease(mode, who)), mode, who);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      // The pooled connection was already broken; nothing has been done on it yet.
      return openTransaction(parts, await parts.lease(mode, who), mode, who);
    }
  }

  beginNow(mode: TransactionMode, who: Who): OpenTransaction | null {
    if (mode.isolation !== undefined) return null;
    const lease = this.#source.acquireNow?.(purposeOf(mode), who) ?? null;
    if (lease === null) return null;
    const transaction = transactionNow(this.#parts, lease, mode, who);
    if (transaction === null) lease.release();
    return transaction;
  }

  onQuery(listener: QueryListener): () => void {
    return this.#queries.add(listener);
  }
  onTransaction(listener: QueryListener): () => void {
    return this.#controls.add(listener);
  }

  /**
   * Waits for open work, then closes; after `timeout` ms, closes forcibly and returns what was cut off. A second call returns the same
   * result.
   */
  close(timeout?: number): Promise<readonly string[]> {
    this.#closing ??= this.#source.close(timeout);
    return this.#closing;
  }

  /** A connection for the caller alone, until released. */
  lease(purpose: "read" | "write", who: Who): Promise<Lease> {
    return this.closed ? Promise.reject(closedError(who.label)) : this.#source.acquire(purpose, who);
  }

  async #runWaiting(query: CompiledQuery, who: Who): Promise<QueryResult> {
    const lease = await this.lease(query.writes ? "write" : "read", who);
    return this.#runOn(lease, query, who);
  }

  #runOn(lease: Lease, query: CompiledQuery, who: Who): Promise<QueryResult> {
    return this.#send(lease, query, who).then(
      (result) => {
        lease.release();
        return result;
      },
      (error: unknown) => {
        lease.release();
        if (error instanceof ConnectionLost && isOwnRead(query)) return this.#readAgain(query, who);
        throw error;
      },
    );
  }

  #send(lease: Lease, query: CompiledQuery, who: Who): Promise<QueryResult> {
    return this.#queries.active
      ? this.#queries.observe(query.text, query.values, who.session, () => lease.connection.run(query))
      : lease.connection.run(query);
  }

  /** The pooled connection is often already broken, and a read is safe to repeat, so it is retried once. */
  async #readAgain(query: CompiledQuery, who: Who): Promise<QueryResult> {
    const lease = await this.lease("read", who);
    try {
      return await this.#send(lease, query, who);
    } finally {
      lease.release();
    }
  }
}

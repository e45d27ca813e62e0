/**
 * A primary with replicas: statements outside a transaction and read-only transactions use the replicas in turn, everything else uses the
 * primary.
 */

import type { CompiledQuery, QueryEvent, QueryResult, TransactionMode } from "./contracts.js";
import type { DatabaseHandle, OpenTransaction, Who } from "./handle.js";

class Replicated implements DatabaseHandle {
  readonly #primary: DatabaseHandle;
  readonly #replicas: readonly DatabaseHandle[];
  #turn = 0;

  constructor(primary: DatabaseHandle, replicas: readonly DatabaseHandle[]) {
    this.#primary = primary;
    this.#replicas = replicas;
  }

  get dialect(): DatabaseHandle["dialect"] {
    return this.#primary.dialect;
  }
  get closed(): boolean {
    return this.#primary.closed;
  }
  get acquireTimeout(): number {
    return this.#primary.acquireTimeout;
  }

  run(query: CompiledQuery, who: Who): Promise<QueryResult> {
    return (query.writes ? this.#primary : this.#reader()).run(query, who);
  }
  stream(query: CompiledQuery, chunkSize: number, who: Who): AsyncIterable<unknown[][]> {
    return (query.writes ? this.#primary : this.#reader()).stream(query, chunkSize, who);
  }
  begin(mode: TransactionMode, who: Who): Promise<OpenTransaction> {
    return (mode.readOnly === true ? this.#reader() : this.#primary).begin(mode, who);
  }
  beginNow(mode: TransactionMode, who: Who): OpenTransaction | null {
    return mode.readOnly === true ? null : (this.#primary.beginNow?.(mode, who) ?? null);
  }
  onQuery(listener: (event: QueryEvent) => void): () => void {
    return all([this.#primary, ...this.#replicas].map((one) => one.onQuery(listener)));
  }
  onTransaction(listener: (event: QueryEvent) => void): () => void {
    return all([this.#primary, ...this.#replicas].map((one) => one.onTransaction(listener)));
  }

  #reader(): DatabaseHandle {
    this.#turn = (this.#turn + 1) % this.#replicas.length;
    return this.#replicas[this.#turn] as DatabaseHandle;
  }
}

const all = (ends: readonly (() => void)[]) => (): void => {
  for (const end of ends) end();
};

/** Returns the primary itself if there are no replicas. */
export const replicated = (primary: DatabaseHandle, replicas: readonly DatabaseHandle[]): DatabaseHandle =>
  replicas.length === 0 ? primary : new Replicated(primary, replicas);

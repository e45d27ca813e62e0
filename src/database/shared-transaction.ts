/**
 * One transaction that acts as a whole database, so that a test can be rolled back: the transactions of sessions inside it are savepoints.
 */

import { ConfigurationError, PoolTimeout, TransactionAborted } from "../errors.js";
import { FairMutex } from "../support/fair-mutex.js";
import type { CompiledQuery, IsolationLevel, QueryEvent, QueryResult, TransactionMode } from "./contracts.js";
import type { DatabaseHandle, OpenTransaction, Who } from "./handle.js";
import { checkIsolation, isStronger } from "./isolation.js";

/** The current sender: statements of different sessions share one connection. */
interface Sender {
  session: object | null;
  label: string;
}

export class SharedTransaction implements DatabaseHandle {
  readonly #under: DatabaseHandle;
  readonly #outer: OpenTransaction;
  readonly #sender: Sender;
  /** One statement and one transaction at a time. */
  readonly #statements = new FairMutex();
  readonly #transactions = new FairMutex();
  /** The session whose work is committed as soon as another session begins a transaction. */
  #preparing: { readonly session: object; readonly commit: () => Promise<void> } | null = null;
  /** The session whose transaction is open, and whether a write opened it rather than a block. */
  #holder: { readonly session: object | null; readonly byFirstWrite: boolean } | null = null;
  #ended = false;

  private constructor(under: DatabaseHandle, outer: OpenTransaction, sender: Sender) {
    this.#under = under;
    this.#outer = outer;
    this.#sender = sender;
  }

  static async begin(under: DatabaseHandle, isolation: IsolationLevel | undefined): Promise<SharedTransaction> {
    if (under instanceof SharedTransaction)
      throw new ConfigurationError("withRollback() is running on this database already: it cannot be nested");
    const sender: Sender = { session: null, label: "withRollback" };
    return new SharedTransaction(under, await under.begin({ isolation }, sender), sender);
  }

  /** Without this, a test that writes rows and does not commit them would block the code under test forever. */
  settle(session: object, commit: () => Promise<void>): void {
    this.#preparing = { session, commit };
  }

  get dialect(): DatabaseHandle["dialect"] {
    return this.#under.dialect;
  }
  get closed(): boolean {
    return this.#ended || this.#under.closed;
  }
  get acquireTimeout(): number {
    return this.#under.acquireTimeout;
  }

  /** Runs a statement outside a session transaction; if an error would abort the shared one, in a savepoint. */
  run(query: CompiledQuery, who: Who): Promise<QueryResult> {
    return this.#alone(who, async () => {
      if (!this.dialect.features.errorAbortsTransaction || this.#outer.status !== "open") return this.#outer.run(query);
      const name = await this.#outer.savepoint();
      try {
        const result = await this.#outer.run(query);
        await this.#outer.release(name);
        return result;
      } catch (error) {
        await this.#outer.rollbackTo(name);
        throw error;
      }
    });
  }

  async *stream(query: CompiledQuery, chunkSize: number, who: Who): AsyncGenerator<unknown[][], void, undefined> {
    const { rows } = await this.run(query, who);
    for (let at = 0; at < rows.length; at += chunkSize) yield rows.slice(at, at + chunkSize);
  }

  async begin(mode: TransactionMode, who: Who): Promise<OpenTransaction> {
    this.#checkIsolation(mode.isolation);
    await this.#settleFor(who);
    await this.#transactions.acquire(
      who.label,
      this.acquireTimeout,
      (holder) =>
        new PoolTimeout(
          `${who.label} waited ${this.acquireTimeout} ms to begin a transaction inside withRollback(), where all sessions share one connection; ${holder} is using it. Let it commit() or end its atomic() block first`,
        ),
    );
    this.#holder = { session: who.session, byFirstWrite: mode.travels === true };
    try {
      return await this.#alone(
        who,
        async () =>
          new Savepoint(
            this.#outer,
            await this.#savepoint(mode),
            mode,
            (run) => this.#alone(who, run),
            () => this.#release(),
          ),
      );
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** A transaction opened by an atomic block must end with that block, so the others wait. */
  async #settleFor({ session }: Who): Promise<void> {
    const [preparing, holder] = [this.#preparing, this.#holder];
    if (preparing !== null && holder?.byFirstWrite === true && holder.session === preparing.session && session !== preparing.session)
      await preparing.commit();
  }

  #release(): void {
    this.#holder = null;
    this.#transactions.release();
  }

  onQuery(listener: (event: QueryEvent) => void): () => void {
    return this.#under.onQuery(listener);
  }
  onTransaction(listener: (event: QueryEvent) => void): () => void {
    return this.#under.onTransaction(listener);
  }

  /** Rolls everything back and returns the connection. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#outer.rollback();
  }

  async #savepoint({ readOnly }: TransactionMode): Promise<string> {
    const name = await this.#outer.savepoint();
    if (readOnly === true) await this.#outer.setReadOnly(true);
    return name;
  }

  /** A stricter level satisfies a weaker request; the level cannot change once the transaction has begun. */
  #checkIsolation(isolation: IsolationLevel | undefined): void {
    const { features } = this.dialect;
    checkIsolation(features, isolation);
    const asked = this.#outer.mode.isolation ?? features.isolation;
    const given = isStronger(asked, features.isolation) ? asked : features.isolation;
    if (isolation !== undefined && isStronger(isolation, given))
      throw new ConfigurationError(
        `the isolation "${isolation}" cannot be had inside withRollback(), where each transaction is a savepoint of one that is "${given}": give it to that one, withRollback(database, work, { isolation: "${isolation}" })`,
      );
  }

  async #alone<R>(who: Who, run: () => Promise<R>): Promise<R> {
    await this.#statements.acquire(
      who.label,
      this.acquireTimeout,
      (holder) => new PoolTimeout(`${who.label} waited ${this.acquireTimeout} ms for the connection that ${holder} uses`),
    );
    this.#sender.session = who.session;
    this.#sender.label = who.label;
    try {
      return await run();
    } finally {
      this.#statements.release();
    }
  }
}

/** A session's transaction inside the shared one. */
class Savepoint implements OpenTransaction {
  readonly mode: TransactionMode;
  readonly #outer: OpenTransaction;
  readonly #name: string;
  readonly #alone: <R>(run: () => Promise<R>) => Promise<R>;
  readonly #done: () => void;
  #ended = false;
  #wrote = false;

  constructor(
    outer: OpenTransaction,
    name: string,
    mode: TransactionMode,
    alone: <R>(run: () => Promise<R>) => Promise<R>,
    done: () => void,
  ) {
    this.#outer = outer;
    this.#name = name;
    this.mode = mode;
    this.#alone = alone;
    this.#done = done;
  }

  get status(): OpenTransaction["status"] {
    return this.#ended ? "ended" : this.#outer.status;
  }
  get wrote(): boolean {
    return this.#wrote;
  }
  get lost(): boolean {
    return this.#outer.lost;
  }

  run(query: CompiledQuery): Promise<QueryResult> {
    if (this.#ended) return Promise.reject(new TransactionAborted("Cannot run a statement: the transaction has ended. Begin another one."));
    if (query.writes) this.#wrote = true;
    return this.#alone(() => this.#outer.run(query));
  }
  savepoint(): Promise<string> {
    return this.#alone(() => this.#outer.savepoint());
  }
  release(name: string): Promise<void> {
    return this.#alone(() => this.#outer.release(name));
  }
  rollbackTo(name: string): Promise<void> {
    return this.#alone(() => this.#outer.rollbackTo(name));
  }

  setReadOnly(on: boolean): Promise<void> {
    return this.#alone(() => this.#outer.setReadOnly(on));
  }

  async commit(): Promise<void> {
    if (this.#ended) throw new TransactionAborted("Cannot commit: the transaction has ended. Begin another one.");
    if (this.#outer.status !== "open") {
      const cause = await this.#outer.release(this.#name).catch((error: unknown) => error);
      await this.rollback();
      throw cause;
    }
    this.#ended = true;
    try {
      await this.#alone(async () => {
        await this.#outer.release(this.#name);
        await this.#allowWrites();
      });
    } finally {
      this.#done();
    }
  }

  async rollback(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    try {
      await this.#alone(async () => {
        await this.#outer.rollbackTo(this.#name);
        await this.#outer.release(this.#name);
        await this.#allowWrites();
      });
    } finally {
      this.#done();
    }
  }

  async #allowWrites(): Promise<void> {
    if (this.mode.readOnly === true) await this.#outer.setReadOnly(false);
  }
}

/** A real driver whose statements can be watched and stopped one by one, so that specs can break a connection at any moment. */

import type { CompiledQuery, Connection, ConnectionSource, Dialect, Driver, DriverOptions, Lease } from "../../src/database/contracts.js";
import { DatabaseCore } from "../../src/database/database.js";
import { Database } from "../../src/connect.js";

export type StatementKind =
  "BEGIN" | "SAVEPOINT" | "RELEASE" | "ROLLBACK TO" | "COMMIT" | "ROLLBACK" | "INSERT" | "UPDATE" | "DELETE" | "SELECT" | "OTHER";

const kinds: readonly (readonly [RegExp, StatementKind])[] = [
  [/^BEGIN|^START/, "BEGIN"],
  [/^SAVEPOINT/, "SAVEPOINT"],
  [/^RELEASE/, "RELEASE"],
  [/^ROLLBACK TO/, "ROLLBACK TO"],
  [/^ROLLBACK/, "ROLLBACK"],
  [/^COMMIT/, "COMMIT"],
  [/^(?:WITH .*)?INSERT INTO/s, "INSERT"],
  [/^(?:WITH .*)?UPDATE /s, "UPDATE"],
  [/^(?:WITH .*)?DELETE FROM/s, "DELETE"],
  [/^(?:WITH|SELECT)/, "SELECT"],
];
export const kindOf = (text: string): StatementKind => kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "OTHER";

/** Called before a statement is sent on the real connection: what it throws is thrown instead of sending. */
export type Interceptor = (kind: StatementKind, text: string, connection: Connection) => Promise<void> | void;

class WatchedConnection implements Connection {
  readonly #inner: Connection;
  readonly #driver: FaultyDriver;
  readonly beginNow?: (text: string) => boolean;
  readonly runFirst?: (begin: string, query: CompiledQuery) => ReturnType<Connection["run"]>;
  /** What stopped a BEGIN that nobody waits for: said by the one that is waited for. */
  #stopped: unknown = null;
  constructor(inner: Connection, driver: FaultyDriver) {
    this.#inner = inner;
    this.#driver = driver;
    if (!driver.shortcuts) return;
    if (inner.beginNow !== undefined) this.beginNow = (text) => this.#beginNow(text);
    if (inner.runFirst !== undefined) this.runFirst = (begin, query) => this.#runFirst(begin, query);
  }
  #beginNow(text: string): boolean {
    try {
      void this.#driver.before?.(kindOf(text), text, this.#inner);
    } catch (error) {
      this.#stopped = error;
      return false;
    }
    return this.#inner.beginNow?.(text) ?? false;
  }
  async #runFirst(begin: string, query: CompiledQuery): ReturnType<Connection["run"]> {
    for (const text of [begin, query.text]) await this.#driver.before?.(kindOf(text), text, this.#inner);
    return (this.#inner.runFirst as NonNullable<Connection["runFirst"]>)(begin, query);
  }
  get broken(): boolean {
    return this.#inner.broken;
  }
  async run(query: CompiledQuery): ReturnType<Connection["run"]> {
    await this.#driver.before?.(kindOf(query.text), query.text, this.#inner);
    return this.#inner.run(query);
  }
  async control(text: string): Promise<void> {
    const stopped = this.#stopped;
    this.#stopped = null;
    if (stopped !== null) throw stopped;
    await this.#driver.before?.(kindOf(text), text, this.#inner);
    return this.#inner.control(text);
  }
  stream(query: CompiledQuery, chunkSize: number): AsyncIterable<unknown[][]> {
    return this.#inner.stream(query, chunkSize);
  }
  close(): Promise<void> {
    return this.#inner.close();
  }
}

export class FaultyDriver implements Driver {
  readonly dialect: Dialect;
  readonly source: ConnectionSource;
  before: Interceptor | null = null;
  /** Connections begin at once, or along with the first statement, where the real ones do; then `before` must not make anybody wait. */
  readonly shortcuts: boolean;
  /** Connections that are out now, the last one taken last. */
  readonly out = new Set<Connection>();

  constructor({ dialect, source }: Driver, shortcuts = false) {
    this.dialect = dialect;
    this.shortcuts = shortcuts;
    this.source = {
      acquire: async (purpose, label) => this.#watch(await source.acquire(purpose, label)),
      acquireNow: (purpose, label) => {
        const lease = source.acquireNow?.(purpose, label) ?? null;
        return lease === null ? null : this.#watch(lease);
      },
      close: (timeout) => source.close(timeout),
    };
  }

  #watch(lease: Lease): Lease {
    const { connection } = lease;
    this.out.add(connection);
    return {
      connection: new WatchedConnection(connection, this),
      release: (destroy) => {
        this.out.delete(connection);
        lease.release(destroy);
      },
    };
  }
}

export const openDriver = async (url: string, options: DriverOptions = {}, shortcuts = false): Promise<FaultyDriver> => {
  const { open } = await (url.startsWith("sqlite:")
    ? import("../../src/dialects/sqlite/index.js")
    : import("../../src/dialects/postgres/index.js"));
  return new FaultyDriver(await open(url, options), shortcuts);
};

/** A database over a driver that can be made to fail; the caller closes it. */
export const databaseOver = (driver: Driver, options: DriverOptions = {}): Database =>
  new Database([new DatabaseCore(driver, { acquireTimeout: options.pool?.acquireTimeout })], { onUncommitted: "ignore" });

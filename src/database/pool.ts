/** A pool of connections: opened on demand, handed out in order, discarded when broken. */

import { DatabaseError } from "../errors.js";
import type { Connection, Holder, Lease } from "./contracts.js";
import { labelOf, type Slot, type Slots } from "./slots.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import { removeFromTail } from "../support/remove-from-tail.js";

export interface PooledConnection extends Connection {
  /** Called once when the connection breaks. */
  onLost?(listener: () => void): void;
  /** Resets what its last user may have left on the connection; null if there is nothing. The connection is broken if that fails. */
  clean?(): Promise<void> | null;
  /** Closes the connection immediately, whatever it is doing. */
  destroy(): void;
}
export interface PoolSettings<C extends PooledConnection> {
  readonly slots: Slots;
  readonly acquireTimeout: number;
  readonly open: () => C | Promise<C>;
}

class PoolLease<C extends PooledConnection> implements Lease {
  readonly connection: C;
  readonly #slot: Slot;
  #pool: ConnectionPool<C> | null;

  constructor(connection: C, slot: Slot, pool: ConnectionPool<C>) {
    this.connection = connection;
    this.#slot = slot;
    this.#pool = pool;
  }

  get label(): string {
    return labelOf(this.#slot.holder);
  }

  release(destroy = false): void {
    const pool = this.#pool;
    this.#pool = null;
    pool?.takeBack(this, this.#slot, destroy);
  }
}

keepHiddenClass(new PoolLease(null as never, null as never, null as never));

export class ConnectionPool<C extends PooledConnection> {
  readonly #slots: Slots;
  readonly #timeout: number;
  readonly #open: () => C | Promise<C>;
  readonly #idle: C[] = [];
  readonly #leased: PoolLease<C>[] = [];
  #drained: (() => void) | null = null;
  #closed = false;

  constructor({ slots, acquireTimeout, open }: PoolSettings<C>) {
    this.#slots = slots;
    this.#timeout = acquireTimeout;
    this.#open = open;
  }

  /** The connection that would be leased next, for work that finishes synchronously. */
  get free(): C | null {
    const next = this.#idle[this.#idle.length - 1];
    return next === undefined || next.broken || this.#closed || !this.#slots.free ? null : next;
  }

  /** A lease if an open connection is free, otherwise null. */
  acquireNow(holder: Holder): Lease | null {
    if (this.#idle.length === 0 || this.#closed) return null;
    const slot = this.#slots.take(holder);
    return slot === null ? null : this.#leaseIdle(slot);
  }

  async acquire(holder: Holder): Promise<Lease> {
    if (this.#closed) throw closedError(labelOf(holder));
    const slot = await this.#slots.wait(holder, this.#timeout);
    try {
      if (this.#closed) throw closedError(labelOf(holder));
      const idle = this.#leaseIdle(slot);
      if (idle !== null) return idle;
      const connection = await this.#open();
      connection.onLost?.(() => this.#dropIdle());
      if (!this.#closed) return this.#lease(connection, slot);
      connection.destroy();
      throw closedError(labelOf(holder));
    } catch (error) {
      this.#slots.give(slot);
      throw error;
    }
  }

  takeBack(lease: PoolLease<C>, slot: Slot, destroy: boolean): void {
    const { connection } = lease;
    const cleaning = destroy ? null : (connection.clean?.() ?? null);
    if (cleaning === null) this.#settle(lease, slot, destroy);
    else
      cleaning.then(
        () => this.#settle(lease, slot, false),
        () => this.#settle(lease, slot, true),
      );
  }

  #settle(lease: PoolLease<C>, slot: Slot, destroy: boolean): void {
    const { connection } = lease;
    removeFromTail(this.#leased, lease);
    if (destroy || connection.broken) connection.destroy();
    else if (this.#closed) void connection.close();
    else this.#idle.push(connection);
    this.#slots.give(slot);
    if (this.#closed && this.#leased.length === 0) this.#drained?.();
  }

  /** Stops handing out connections and waits for leased ones; after `timeout` ms, closes those forcibly and returns their labels. */
  async close(timeout: number | undefined): Promise<readonly string[]> {
    this.#closed = true;
    const idle = this.#idle.splice(0);
    await Promise.all(idle.map((connection) => connection.close()));
    if (this.#leased.length === 0) return [];
    await this.#drain(timeout);
    const left = [...this.#leased];
    for (const lease of left) lease.connection.destroy();
    return left.map((lease) => lease.label);
  }

  async #drain(timeout: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = timeout === undefined ? undefined : setTimeout(resolve, timeout);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #leaseIdle(slot: Slot): Lease | null {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (!connection.broken) return this.#lease(connection, slot);
      connection.destroy();
    }
    return null;
  }

  #lease(connection: C, slot: Slot): Lease {
    const lease = new PoolLease(connection, slot, this);
    this.#leased.push(lease);
    return lease;
  }

  /** What broke one connection (a restart, a firewall) often broke the others too, which only shows when they are used. */
  #dropIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }
}

export function closedError(label: string): DatabaseError {
  return new DatabaseError(`${label} asked for a connection of a database that is closed. Open it again with connect() or initDb().`);
}

/**
 * Serializes the statements of one session. Re-entrant: statements that a flush or an atomic body starts itself do not wait for it.
 * A plain mutex would deadlock as soon as a hook queries, so the async context carries a token that says "inside this scope".
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { FairMutex } from "../../support/fair-mutex.js";
import { PoolTimeout } from "../../errors.js";

export type ScopeKind = "session" | "flush" | "atomic";

export interface Scope {
  readonly lock: SessionLock;
  readonly kind: ScopeKind;
  /** The enclosing scope of the same session. */
  readonly around: Scope | null;
  /** The scope that the async context carried before; it may belong to another session. */
  readonly before: Scope | undefined;
  readonly mutex: FairMutex;
  open: boolean;
}

const tokens = new AsyncLocalStorage<Scope>();

export class SessionLock {
  readonly #root: Scope = { lock: this, kind: "session", around: null, before: undefined, mutex: new FairMutex(), open: true };
  readonly #timeout: () => number;
  /** Number of open scopes. At zero, `current()` need not read the async context. */
  #scopes = 0;

  constructor(timeout: () => number) {
    this.#timeout = timeout;
  }

  /** The innermost open scope of this session in which the caller was started. */
  current(): Scope {
    if (this.#scopes === 0) return this.#root;
    for (let scope = tokens.getStore(); scope !== undefined; scope = scope.before) if (scope.lock === this && scope.open) return scope;
    return this.#root;
  }

  /** Whether the caller was started by a running scope of this kind. */
  isInside(kind: ScopeKind): boolean {
    for (let scope: Scope | null = this.current(); scope !== null; scope = scope.around) if (scope.kind === kind) return true;
    return false;
  }

  /** True when nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#scopes === 0 && this.#root.mutex.isFree;
  }

  /** Runs one statement, or something as short, with the lock held. */
  async exclusive<T>(label: string, work: () => Promise<T>): Promise<T> {
    const scope = this.#enterNow(label) ?? (await this.#enter(label));
    try {
      return await work();
    } finally {
      scope.mutex.release();
    }
  }

  /** Runs work that sends its own statements: those run at once, statements from outside wait until the work ends. */
  async runInScope<T>(kind: ScopeKind, label: string, work: () => Promise<T>): Promise<T> {
    const around = this.#enterNow(label) ?? (await this.#enter(label));
    const scope: Scope = { lock: this, kind, around, before: tokens.getStore(), mutex: new FairMutex(), open: true };
    this.#scopes++;
    try {
      return await tokens.run(scope, work);
    } finally {
      // Waits for statements that the work started but did not await.
      try {
        if (!scope.mutex.isFree)
          await scope.mutex.acquire("the end of " + label, this.#timeout(), (holder) => this.#late("the end of " + label, holder));
      } finally {
        this.#scopes--;
        scope.open = false;
        scope.mutex.release();
        around.mutex.release();
      }
    }
  }

  #enterNow(label: string): Scope | null {
    const scope = this.current();
    return scope.mutex.take(label) ? scope : null;
  }

  async #enter(label: string): Promise<Scope> {
    for (;;) {
      const scope = this.current();
      const waiting = scope.mutex.acquire(label, this.#timeout(), (holder) => this.#late(label, holder));
      if (waiting !== undefined) await waiting;
      if (scope.open) return scope;
      scope.mutex.release();
    }
  }

  #late(label: string, holder: string): Error {
    return new PoolTimeout(
      `${label} waited ${this.#timeout()} ms for the session, which ${holder} is using: one session serves one task, so work started outside an atomic body or a hook waits until it ends`,
    );
  }
}

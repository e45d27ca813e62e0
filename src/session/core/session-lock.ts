/**
 * Who may run a statement now: turns of one session, re-entrant for what a flush or an atomic body starts itself.
 * A plain mutex would deadlock as soon as a hook queries, so the async context carries a token that says "inside this scope".
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { FairMutex } from "../../support/fair-mutex.js";
import { PoolTimeout } from "../../errors.js";

export type ScopeKind = "session" | "flush" | "atomic";

export interface Scope {
  readonly lock: SessionLock;
  readonly kind: ScopeKind;
  /** The scope of the same session that this one stands in. */
  readonly around: Scope | null;
  /** The scope, maybe of another session, that the async context carried before. */
  readonly before: Scope | undefined;
  readonly mutex: FairMutex;
  open: boolean;
}

const tokens = new AsyncLocalStorage<Scope>();

export class SessionLock {
  readonly #root: Scope = { lock: this, kind: "session", around: null, before: undefined, mutex: new FairMutex(), open: true };
  readonly #timeout: () => number;
  /** Scopes of this session that are open: while there are none, nobody stands in one, and the async context need not be asked. */
  #scopes = 0;

  constructor(timeout: () => number) {
    this.#timeout = timeout;
  }

  /** The innermost open scope of this session that the caller was started in. */
  current(): Scope {
    if (this.#scopes === 0) return this.#root;
    for (let scope = tokens.getStore(); scope !== undefined; scope = scope.before) if (scope.lock === this && scope.open) return scope;
    return this.#root;
  }

  /** The caller was started by something of this kind that is still running. */
  isInside(kind: ScopeKind): boolean {
    for (let scope: Scope | null = this.current(); scope !== null; scope = scope.around) if (scope.kind === kind) return true;
    return false;
  }

  /** Nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#scopes === 0 && this.#root.mutex.isFree;
  }

  /** Runs one statement (or something as short) when it is its turn. */
  async exclusive<T>(label: string, work: () => Promise<T>): Promise<T> {
    const scope = this.#enterNow(label) ?? (await this.#enter(label));
    try {
      return await work();
    } finally {
      scope.mutex.release();
    }
  }

  /** Runs work that starts statements of its own: they run at once, everybody else's wait until it ends. */
  async runInScope<T>(kind: ScopeKind, label: string, work: () => Promise<T>): Promise<T> {
    const around = this.#enterNow(label) ?? (await this.#enter(label));
    const scope: Scope = { lock: this, kind, around, before: tokens.getStore(), mutex: new FairMutex(), open: true };
    this.#scopes++;
    try {
      return await tokens.run(scope, work);
    } finally {
      // Statements that the work started and did not await end before the scope does.
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
      `${label} waited ${this.#timeout()} ms for its turn, which ${holder} holds: one session serves one task, so work started outside an atomic body or a hook waits for its end`,
    );
  }
}

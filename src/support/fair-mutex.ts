/** Mutual exclusion whose waiters come in turn, first come first served, each waiting at most for a given time. */

import { removeFromTail } from "./remove-from-tail.js";

interface Waiter {
  readonly label: string;
  readonly wake: () => void;
}

export class FairMutex {
  #holder: string | null = null;
  #waiting: Waiter[] | null = null;

  get isFree(): boolean {
    return this.#holder === null;
  }

  /** Whether it was free and is now the caller's. */
  take(label: string): boolean {
    if (this.#holder !== null) return false;
    this.#holder = label;
    return true;
  }

  /** Undefined when it was free and is now the caller's; else a promise of the turn, rejected after `timeout` ms with the error that `late` makes. */
  acquire(label: string, timeout: number, late: (holder: string) => Error): Promise<void> | undefined {
    if (this.take(label)) return undefined;
    const waiting = (this.#waiting ??= []);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        label,
        wake: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        removeFromTail(waiting, waiter);
        reject(late(this.#holder ?? "nobody"));
      }, timeout);
      waiting.push(waiter);
    });
  }

  release(): void {
    const next = this.#waiting?.shift();
    this.#holder = next?.label ?? null;
    next?.wake();
  }
}

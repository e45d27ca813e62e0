/** A mutex with a first-come, first-served queue and a timeout for each waiter. */

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

  /** Takes the mutex if it is free; returns whether it did. */
  take(label: string): boolean {
    if (this.#holder !== null) return false;
    this.#holder = label;
    return true;
  }

  /**
   * Returns undefined if the mutex was free and is now held; otherwise a promise that resolves when it is acquired, or rejects after
   * `timeout` ms with the error from `late`.
   */
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

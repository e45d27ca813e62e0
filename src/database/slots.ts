/** A fair queue for a limited number of resources; the timeout error names the current holders. */

import type { Holder } from "./contracts.js";
import { PoolTimeout } from "../errors.js";
import { removeFromTail } from "../support/remove-from-tail.js";

export const labelOf = (holder: Holder): string => (typeof holder === "string" ? holder : holder.label);

/** One permit, to be returned exactly once. */
export interface Slot {
  readonly holder: Holder;
  readonly since: number;
}
interface Waiter {
  readonly holder: Holder;
  readonly give: (slot: Slot) => void;
  readonly refuse: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

export class Slots {
  readonly #limit: number;
  readonly #thing: string;
  readonly #advice: string;
  readonly #held: Slot[] = [];
  readonly #waiters = new Set<Waiter>();

  /** `thing` names the resource in messages, `advice` tells what to do when none is left. */
  constructor(limit: number, thing: string, advice: string) {
    this.#limit = limit;
    this.#thing = thing;
    this.#advice = advice;
  }

  /** Whether a permit is available and nobody waits. */
  get free(): boolean {
    return this.#held.length < this.#limit && this.#waiters.size === 0;
  }

  /** A permit if one is available and nobody waits, otherwise null. */
  take(holder: Holder): Slot | null {
    return this.free ? this.#hold(holder) : null;
  }

  wait(holder: Holder, timeout: number): Promise<Slot> {
    const free = this.take(holder);
    if (free !== null) return Promise.resolve(free);
    return new Promise((give, refuse) => {
      const waiter: Waiter = { holder, give, refuse, timer: undefined };
      waiter.timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        refuse(new PoolTimeout(this.#complaint(labelOf(holder), timeout)));
      }, timeout);
      this.#waiters.add(waiter);
    });
  }

  give(slot: Slot): void {
    if (!removeFromTail(this.#held, slot)) return;
    for (const next of this.#waiters) {
      this.#waiters.delete(next);
      clearTimeout(next.timer);
      next.give(this.#hold(next.holder));
      return;
    }
  }

  /** Rejects all current waiters. */
  refuseWaiters(error: (label: string) => unknown): void {
    for (const waiter of this.#waiters) {
      clearTimeout(waiter.timer);
      waiter.refuse(error(labelOf(waiter.holder)));
    }
    this.#waiters.clear();
  }

  #hold(holder: Holder): Slot {
    const slot = { holder, since: Date.now() };
    this.#held.push(slot);
    return slot;
  }

  #complaint(label: string, timeout: number): string {
    const now = Date.now();
    const holders = this.#held.map((slot) => `${labelOf(slot.holder)} (for ${now - slot.since} ms)`);
    const all = this.#limit === 1 ? `The only ${this.#thing} is` : `All ${this.#limit} ${this.#thing}s are`;
    return `${label} waited ${timeout} ms for a ${this.#thing}. ${all} held by: ${holders.join("; ")}. ${this.#advice}`;
  }
}

/**
 * An event bus that awaits its listeners one after the other. eventemitter3 stores them; dispatch is separate, since its `emit` neither
 * awaits nor catches.
 */

import { EventEmitter } from "eventemitter3";

export type Listener<Event> = (event: Event) => unknown;

/** One listener, for one subject (a class and its subclasses) or for all. */
interface Entry {
  readonly subject: object | null;
  readonly listener: Listener<never>;
  readonly once: boolean;
  /** A one-time listener has run; another dispatch may still hold it. */
  spent: boolean;
}
type Slot = () => Entry;

const extendsOrIs = (given: object, subject: object): boolean => {
  for (let at: object | null = given; at !== null; at = Object.getPrototypeOf(at) as object | null) if (at === subject) return true;
  return false;
};
const hears = (entry: Entry, subject: object | null): boolean =>
  entry.subject === null || (subject !== null && extendsOrIs(subject, entry.subject));

export class SignalBus<Events extends object> {
  readonly #emitter = new EventEmitter<string>();

  /** Adds a listener; call the returned function to remove it. */
  on<E extends keyof Events & string>(event: E, subject: object | null, listener: Listener<Events[E]>, once = false): () => void {
    const entry: Entry = { subject, listener, once, spent: false };
    const slot: Slot = () => entry;
    this.#emitter.on(event, slot);
    return () => void this.#emitter.off(event, slot);
  }

  /** Removes every registration of this function for the event (and subject, if given). */
  off<E extends keyof Events & string>(event: E, subject: object | null, listener: Listener<Events[E]>): void {
    for (const slot of this.#emitter.listeners(event) as Slot[]) {
      const entry = slot();
      if (entry.listener === listener && (subject === null || entry.subject === subject)) this.#emitter.off(event, slot);
    }
  }

  /** Whether the event has a listener for the subject, or for any if none is given; nearly free without listeners. */
  has(event: keyof Events & string, subject?: object): boolean {
    if (this.#emitter.listenerCount(event) === 0) return false;
    return subject === undefined || (this.#emitter.listeners(event) as Slot[]).some((slot) => hears(slot(), subject));
  }

  /** Calls the listeners in registration order, awaiting each; the first error stops it and is thrown. */
  async emit<E extends keyof Events & string>(event: E, subject: object | null, payload: Events[E]): Promise<void> {
    for (const call of this.#calls(event, subject)) await call(payload);
  }

  /** Calls the listeners without awaiting, for events in synchronous code. */
  emitSync<E extends keyof Events & string>(event: E, subject: object | null, payload: Events[E]): void {
    for (const call of this.#calls(event, subject)) call(payload);
  }

  /** Calls and awaits all listeners, even if some throw, and returns their errors. */
  async settle<E extends keyof Events & string>(event: E, subject: object | null, payload: Events[E]): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (const call of this.#calls(event, subject)) {
      try {
        await call(payload);
      } catch (error) {
        errors.push(error);
      }
    }
    return errors;
  }

  /** A snapshot of the listeners: adding or removing one during the dispatch does not affect it. */
  #calls<E extends keyof Events & string>(event: E, subject: object | null): Listener<Events[E]>[] {
    if (this.#emitter.listenerCount(event) === 0) return [];
    return (this.#emitter.listeners(event) as Slot[])
      .filter((slot) => hears(slot(), subject))
      .map((slot) => (payload) => {
        const entry = slot();
        if (entry.spent) return undefined;
        if (entry.once) {
          entry.spent = true;
          this.#emitter.off(event, slot);
        }
        return (entry.listener as Listener<Events[E]>)(payload);
      });
  }
}

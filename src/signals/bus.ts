/** An event bus whose listeners are awaited one after the other: eventemitter3 keeps them, dispatch is our own, since its `emit` neither awaits nor catches. */

import { EventEmitter } from "eventemitter3";

export type Listener<Event> = (event: Event) => unknown;

/** One listener, for one subject (a class and what extends it) or for all of them. */
interface Entry {
  readonly subject: object | null;
  readonly listener: Listener<never>;
  readonly once: boolean;
  /** A listener for once has run: another dispatch may already have it in its hands. */
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

  /** Listens until the function it returns is called. */
  on<E extends keyof Events & string>(event: E, subject: object | null, listener: Listener<Events[E]>, once = false): () => void {
    const entry: Entry = { subject, listener, once, spent: false };
    const slot: Slot = () => entry;
    this.#emitter.on(event, slot);
    return () => void this.#emitter.off(event, slot);
  }

  /** Ends every listening of this function to this event (for this subject, when one is given). */
  off<E extends keyof Events & string>(event: E, subject: object | null, listener: Listener<Events[E]>): void {
    for (const slot of this.#emitter.listeners(event) as Slot[]) {
      const entry = slot();
      if (entry.listener === listener && (subject === null || entry.subject === subject)) this.#emitter.off(event, slot);
    }
  }

  /** Somebody would hear this, about this subject or (when none is given) about any; nearly free when nobody listens at all. */
  has(event: keyof Events & string, subject?: object): boolean {
    if (this.#emitter.listenerCount(event) === 0) return false;
    return subject === undefined || (this.#emitter.listeners(event) as Slot[]).some((slot) => hears(slot(), subject));
  }

  /** Calls the listeners in the order they came, awaiting each; the first that throws ends it and the error is the caller's. */
  async emit<E extends keyof Events & string>(event: E, subject: object | null, payload: Events[E]): Promise<void> {
    for (const call of this.#calls(event, subject)) await call(payload);
  }

  /** Calls the listeners without awaiting, for events that happen where nothing can wait. */
  emitSync<E extends keyof Events & string>(event: E, subject: object | null, payload: Events[E]): void {
    for (const call of this.#calls(event, subject)) call(payload);
  }

  /** Calls and awaits all listeners, whatever they throw, and gives their errors. */
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

  /** The listeners as they are now: one that is added or removed while they run does not change this round. */
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

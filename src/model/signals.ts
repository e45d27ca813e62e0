/** `signals`: the public interface of the bus, which accepts model classes. */

import { ConfigurationError } from "../errors.js";
import { bus, instanceSignals, sessionSignals, type Listener, type SignalName, type Signals as Payloads } from "../signals/index.js";
import { describe } from "../support/describe.js";
import { didYouMean } from "../support/did-you-mean.js";
import type { Signals } from "./typing/events.js";

const names: readonly string[] = [...instanceSignals, ...sessionSignals];

interface Call {
  readonly event: SignalName;
  readonly subject: object | null;
  readonly listener: Listener<Payloads[SignalName]>;
}

const interpret = (event: unknown, given: readonly unknown[]): Call => {
  if (typeof event !== "string" || !names.includes(event)) {
    const hint = typeof event === "string" ? didYouMean(event, names) : "";
    throw new ConfigurationError(`signals: there is no signal ${typeof event === "string" ? `"${event}"` : describe(event)}.${hint}`);
  }
  const [subject, listener] = (given.length > 1 ? given : [null, given[0]]) as readonly [object | null, Listener<Payloads[SignalName]>];
  if (subject !== null && typeof subject !== "function")
    throw new ConfigurationError(`signals: expected a model class after "${event}", got ${describe(subject)}`);
  if (subject !== null && (sessionSignals as readonly string[]).includes(event))
    throw new ConfigurationError(
      `signals: "${event}" is about a session, not about ${(subject as { name: string }).name}: leave the model out`,
    );
  if (typeof listener !== "function")
    throw new ConfigurationError(`signals: expected a function to call on "${event}", got ${describe(listener)}`);
  return { event: event as SignalName, subject, listener };
};

const listen =
  (once: boolean) =>
  (event: unknown, ...given: readonly unknown[]): (() => void) => {
    const call = interpret(event, given);
    return bus.on(call.event, call.subject, call.listener, once);
  };

/**
 * Listens to events of instances and sessions.
 *
 * ```ts
 * const off = signals.on("post_save", User, async ({ instance, created, changed, db }) => { … });
 * signals.once("post_commit", ({ db }) => { … });
 * off();
 * ```
 * Listeners are awaited in registration order, inside the transaction; an error rolls it back. `post_commit` runs after COMMIT.
 */
export const signals: Signals = Object.freeze({
  on: listen(false),
  once: listen(true),
  off: (event: unknown, ...given: readonly unknown[]): void => {
    const call = interpret(event, given);
    bus.off(call.event, call.subject, call.listener);
  },
}) as Signals;

/** `User.on("post_save", …)`. */
export const listenTo = (model: object, event: unknown, listener: unknown): (() => void) => listen(false)(event, model, listener);

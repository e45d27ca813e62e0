/** Recognizes session arguments: this layer knows the public session class only by its core. */

import { SessionError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { coreOf, requireState, type Core } from "./core.js";

/** Base of the public session class; only its instances count as sessions. */
export abstract class SessionHandle {
  readonly #core: Core;
  constructor(core: Core) {
    this.#core = core;
    core.session = this;
  }
  static coreOf(value: object): Core | null {
    return #core in value ? value.#core : null;
  }
}

export const coreOfSession = (value: unknown): Core | null =>
  typeof value === "object" && value !== null ? SessionHandle.coreOf(value) : null;

/** The given session, or the one that the object belongs to. */
export const coreFor = (object: object, given: unknown, verb: string): Core => {
  const state = requireState(object);
  const own = coreOf(state);
  if (given === undefined) {
    if (own !== null) return own;
    const closed = state.owner?.closed === true ? "its session is closed" : "it belongs to no session";
    throw new SessionError(
      `${verb} of this ${state.meta.name} needs a session, ${closed}: give one, as in object.${verb.replace("()", "(db)")}`,
    );
  }
  const core = coreOfSession(given);
  if (core === null) throw new SessionError(`${verb} takes a session, got ${describe(given)}`);
  if (own !== null && own !== core)
    throw new SessionError(`this ${state.meta.name} belongs to another session: use that one, expunge() it there, or merge() it here`);
  return core;
};

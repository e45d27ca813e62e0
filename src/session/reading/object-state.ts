/** Where an object stands and what of it is unsaved, told without changing anything. */

import type { InstanceState, InstanceStatus } from "../../loading/index.js";
import { coreOf, requireState, type Core } from "../core/core.js";
import { changedFields, changesIn, type FieldChanges } from "../tracking/changes.js";

export interface ObjectState {
  readonly status: InstanceStatus;
  readonly session: object | null;
  readonly isModified: boolean;
  readonly changes: FieldChanges;
}

/** The next flush would write a field or a collection of the object. */
export const isModified = (core: Core, object: object, state: InstanceState): boolean =>
  changedFields(object, state) !== null ||
  core.forcedUpdates.has(object) ||
  [...(state.collections?.values() ?? [])].some((collection) => core.collections.has(collection));

/** `stateOf(object)`. */
export const objectState = (object: unknown): ObjectState => {
  const state = requireState(object);
  const core = coreOf(state);
  const { status, snapshot } = state;
  const instance = object as object;
  return {
    // The session of what is persistent may be over.
    status: core === null && status === "persistent" ? "detached" : status,
    session: core === null ? null : core.session,
    isModified: core !== null && isModified(core, instance, state),
    changes: snapshot === null ? {} : changesIn(instance, state, changedFields(instance, state) ?? [], snapshot),
  };
};

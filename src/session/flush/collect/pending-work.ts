/** Whether a flush has anything to do; asked before each query and commit. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { changedFields, isUnchanged } from "../../tracking/changes.js";

export const nothingToDo = (core: Core): boolean => noneWaiting(core) && !anyChanged(core);

/** The same question, for which at most `limit` objects of each model are compared with their rows. */
export const nothingToDoAmong = (core: Core, limit: number): boolean => noneWaiting(core) && !anyChangedAmong(core, limit);

const noneWaiting = (core: Core): boolean =>
  core.pending.size === 0 &&
  core.deleting.size === 0 &&
  core.collections.size === 0 &&
  core.forcedUpdates.size === 0 &&
  core.replacedReverseOnes.size === 0;

/** The same question for some objects. */
export const nothingToDoFor = (core: Core, objects: ReadonlySet<object>): boolean => {
  for (const object of objects) {
    const state = stateOf(object) as InstanceState;
    if (state.status !== "persistent" || state.deleting || core.forcedUpdates.has(object) || !isUnchanged(object, state)) return false;
  }
  return true;
};

/** Stored objects that the next flush would update: changed fields, changed collections, or `touch()`. */
export const changedObjects = (core: Core): Set<object> => {
  const found = new Set<object>(core.forcedUpdates);
  for (const meta of core.map.models()) {
    core.map.each(meta, (object) => {
      const state = stateOf(object) as InstanceState;
      if (!state.deleting && changedFields(object, state) !== null) found.add(object);
    });
  }
  for (const { owner } of core.collections) if (stateOf(owner)?.status === "persistent") found.add(owner);
  return found;
};

const hasChanged = (object: object): boolean => !isUnchanged(object, stateOf(object) as InstanceState);

const anyChanged = (core: Core): boolean => {
  for (const meta of core.map.models()) if (core.map.some(meta, hasChanged)) return true;
  return false;
};

const anyChangedAmong = (core: Core, limit: number): boolean => {
  for (const meta of core.map.models()) {
    let left = limit;
    let changed = false;
    core.map.some(meta, (object) => left-- === 0 || (changed = hasChanged(object)));
    if (changed) return true;
  }
  return false;
};

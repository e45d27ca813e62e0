/** Whether a flush has anything to do, asked before each query and commit. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { isUnchanged } from "../../tracking/changes.js";

export const nothingToDo = (core: Core): boolean => {
  if (
    core.pending.size > 0 ||
    core.deleting.size > 0 ||
    core.collections.size > 0 ||
    core.forcedUpdates.size > 0 ||
    core.replacedReverseOnes.size > 0
  )
    return false;
  return !anyChanged(core);
};

/** The same for some objects. */
export const nothingToDoFor = (core: Core, objects: ReadonlySet<object>): boolean => {
  for (const object of objects) {
    const state = stateOf(object) as InstanceState;
    if (state.status !== "persistent" || state.deleting || core.forcedUpdates.has(object) || !isUnchanged(object, state)) return false;
  }
  return true;
};

const hasChanged = (object: object): boolean => !isUnchanged(object, stateOf(object) as InstanceState);

const anyChanged = (core: Core): boolean => {
  for (const meta of core.map.models()) if (core.map.some(meta, hasChanged)) return true;
  return false;
};

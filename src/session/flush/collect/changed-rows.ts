/** Finds the tracked rows that have changed, and the fields in which they differ from their snapshots. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { FieldMeta } from "../../../metadata/model-meta.js";
import type { Core, RunningFlush } from "../../core/core.js";
import { changedFields, isUnchanged } from "../../tracking/changes.js";
import { dropOverwritten } from "../../tracking/expressions.js";
import type { NamedFields } from "../work/policy.js";
import type { Changed, Subset } from "../work/work.js";

/** Gives the list of what has changed: rows changed in the same fields share one, `like` if that is it. */
export const recordChanged = (object: object, changed: Changed, like: readonly FieldMeta[] | null = null): readonly FieldMeta[] | null => {
  const state = stateOf(object) as InstanceState;
  dropOverwritten(object, state);
  const found = changedFields(object, state);
  if (found === null) return like;
  const fields = like !== null && isSameList(found, like) ? like : found;
  changed.set(object, fields);
  return fields;
};

const isSameList = (a: readonly FieldMeta[], b: readonly FieldMeta[]): boolean => {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

export const collectChanged = (core: Core, wanted: Subset, { policy, targets }: RunningFlush): Changed => {
  const changed: Changed = new Map();
  let last: readonly FieldMeta[] | null = null;
  // Asked of everything that is tracked, most of which has not changed; "no" goes on to the next.
  const look = (object: object): boolean => {
    const state = stateOf(object) as InstanceState;
    // What goes is not written once more.
    if (!isUnchanged(object, state) && !(state.deleting && state.meta.softDeleteField === null))
      last = recordChanged(object, changed, last);
    return false;
  };
  if (wanted === null) for (const meta of core.map.models()) core.map.some(meta, look);
  else for (const object of wanted) if ((stateOf(object) as InstanceState).status === "persistent") look(object);
  if (policy.fields !== null && targets !== null) for (const object of targets) keepNamed(object, policy.fields, changed);
  for (const object of core.forcedUpdates) if (!changed.has(object) && (wanted === null || wanted.has(object))) changed.set(object, []);
  return changed;
};

/** The verb's own objects are written in the fields that it names. */
const keepNamed = (object: object, { names, always }: NamedFields, changed: Changed): void => {
  const { meta, status } = stateOf(object) as InstanceState;
  if (status !== "persistent") return;
  const fields = (always ? meta.fields : (changed.get(object) ?? [])).filter(({ name }) => names.has(name));
  if (fields.length > 0) changed.set(object, fields);
  else changed.delete(object);
};

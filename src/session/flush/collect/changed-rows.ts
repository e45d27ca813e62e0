/** Finds the tracked rows that have changed, and the fields in which they differ from their snapshots. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { FieldMeta } from "../../../metadata/model-meta.js";
import type { Core, RunningFlush } from "../../core/core.js";
import { changedFields, isUnchanged } from "../../tracking/changes.js";
import { dropOverwritten } from "../../tracking/expressions.js";
import type { NamedFields } from "../work/policy.js";
import type { Changed, Subset } from "../work/work.js";

/** Records a changed object and returns its list of fields: `like` if it has the same fields, so that rows can share the list. */
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
  // Called for every tracked object, most of which are unchanged; returning false continues the iteration.
  const look = (object: object): boolean => {
    const state = stateOf(object) as InstanceState;
    // A row that will be deleted is not updated first.
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

/** Limits the call's own objects to the fields that it names. */
const keepNamed = (object: object, { names, always }: NamedFields, changed: Changed): void => {
  const { meta, status } = stateOf(object) as InstanceState;
  if (status !== "persistent") return;
  const fields = (always ? meta.fields : (changed.get(object) ?? [])).filter(({ name }) => names.has(name));
  if (fields.length > 0) changed.set(object, fields);
  else changed.delete(object);
};

/** Passes a changed key on to the rows of this flush that were pointed at the object before its key changed. */

import type { FieldMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { sameKey } from "../../core/reference-keys.js";
import { held } from "../../tracking/changes.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import type { Changed } from "../work/work.js";

export const followKeyChanges = (core: Core, changed: Changed): void => {
  const moved = new Set<object>();
  for (const [object, fields] of changed) if (fields.some(isReferredTo)) moved.add(object);
  if (moved.size === 0) return;
  for (const object of core.pending) follow(core, object, moved);
  for (const object of changed.keys()) follow(core, object, moved);
};

const isReferredTo = ({ primaryKey, unique }: FieldMeta): boolean => primaryKey || unique;

const follow = (core: Core, object: object, moved: ReadonlySet<object>): void => {
  const state = stateOf(object) as InstanceState;
  if (state.related === null) return;
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = state.related.get(relation.name);
    if (target === null || target === undefined || !moved.has(target)) continue;
    const { field, targetField } = relation;
    const before = stateOf(target)?.snapshot?.[targetField.position];
    const value = held(object, field);
    // The database's constraint updates rows that are stored with the former key.
    if (before === undefined || value === undefined || value === null || !sameKey(value, before, field)) continue;
    if (state.snapshot !== null && state.snapshot[field.position] === before) continue;
    core.journal.fill(object, state, field, held(target, targetField));
  }
};

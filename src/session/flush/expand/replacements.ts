/**
 * Finds stored rows that were pointed at a new row under the key of a row that is deleted in the same flush. Their column keeps its value, so
 * they do not look changed, but they must be written: the deletion would take the reference, or the row, away.
 */

import type { FieldMeta, ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { pointsAtNewRow, sameKey } from "../../core/reference-keys.js";
import { held } from "../../tracking/changes.js";
import { rootOf } from "../../tracking/identity-map.js";
import type { Changed, Subset } from "../work/work.js";

export const followReplacements = (core: Core, wanted: Subset, changed: Changed): void => {
  if (core.deleting.size === 0 || core.pending.size === 0) return;
  const relations = new Set<ToOneMeta>();
  for (const object of core.pending)
    for (const relation of (stateOf(object) as InstanceState).meta.dependants())
      if (!relations.has(relation) && core.map.tracks(relation.owner) && replacesOne(core, object, relation)) relations.add(relation);
  for (const relation of relations)
    core.map.each(relation.owner, (object) => {
      const state = stateOf(object) as InstanceState;
      if (pointsAtNewRow(object, state, relation) && (wanted === null || wanted.has(object)))
        add(object, state.meta, relation.field, changed);
    });
};

/** Whether a row that is marked for deletion has the value by which the new one is referred to. */
const replacesOne = (core: Core, object: object, { target, targetField }: ToOneMeta): boolean => {
  const key = held(object, targetField);
  if (key === undefined || key === null) return false;
  for (const other of core.deleting) {
    const { meta, snapshot } = stateOf(other) as InstanceState;
    if (snapshot !== null && rootOf(meta) === rootOf(target) && sameKey(snapshot[targetField.position], key, targetField)) return true;
  }
  return false;
};

const add = (object: object, meta: ModelMeta, field: FieldMeta, changed: Changed): void => {
  const own = meta.fields.find(({ column }) => column === field.column) ?? field;
  const known = changed.get(object) ?? [];
  if (!known.includes(own)) changed.set(object, [...known, own]);
};

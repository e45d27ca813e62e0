/**
 * Finds stored rows that were pointed at a new row under the key of a row that is deleted in the same flush. Their column keeps its value, so
 * they do not look changed, but they must be written: the deletion would take the reference, or the row, away.
 */

import { keyCell } from "../../../metadata/keys.js";
import type { FieldMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { pointsAtNewRow } from "../../core/reference-keys.js";
import { held, ownFields } from "../../tracking/changes.js";
import type { Changed, Subset } from "../work/work.js";

export const followReplacements = (core: Core, wanted: Subset, changed: Changed): void => {
  if (core.deleting.size === 0 || core.pending.size === 0) return;
  for (const relation of replacedBy(core, leavingKeys(core)))
    core.map.each(relation.owner, (object) => {
      const state = stateOf(object) as InstanceState;
      if (!pointsAtNewRow(object, state, relation) || (wanted !== null && !wanted.has(object))) return;
      const fields: readonly FieldMeta[] = changed.get(object) ?? [];
      changed.set(object, [...new Set([...fields, ...ownFields(state.meta, new Set([relation.field]))])]);
    });
};

type Keys = ReadonlyMap<ToOneMeta, ReadonlySet<unknown>>;

/** By relation, the values by which tracked rows may refer to rows that are marked for deletion. */
const leavingKeys = (core: Core): Keys => {
  const keys = new Map<ToOneMeta, Set<unknown>>();
  for (const object of core.deleting) {
    const { meta, snapshot } = stateOf(object) as InstanceState;
    if (snapshot === null) continue;
    for (const relation of meta.dependants()) {
      if (!core.map.tracks(relation.owner)) continue;
      const known = keys.get(relation) ?? new Set();
      keys.set(relation, known.add(keyCell(snapshot[relation.targetField.position], relation.targetField)));
    }
  }
  return keys;
};

/** The relations by which new rows are referred to under one of these keys. */
const replacedBy = (core: Core, leaving: Keys): ReadonlySet<ToOneMeta> => {
  const replaced = new Set<ToOneMeta>();
  if (leaving.size === 0) return replaced;
  for (const object of core.pending)
    for (const relation of (stateOf(object) as InstanceState).meta.dependants()) {
      const key = held(object, relation.targetField);
      if (key !== undefined && key !== null && leaving.get(relation)?.has(keyCell(key, relation.targetField)) === true)
        replaced.add(relation);
    }
  return replaced;
};

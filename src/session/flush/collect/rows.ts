/** Turns what a flush found into the rows that it inserts, updates and deletes. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import type { Core } from "../../core/core.js";
import { unresolvedTarget } from "../../core/reference-keys.js";
import { held, isChanged } from "../../tracking/changes.js";
import { keyHeldBy } from "../../tracking/row-keys.js";
import type { DeletionIndex } from "../work/deletions.js";
import { deleteOf, insertOf, replacementOf, softDeleteOf, updateOf, type Expansion, type RowWork } from "../work/work.js";

export const collectRows = (core: Core, { wanted, changed, deletions }: Expansion): RowWork[] => {
  const rows: RowWork[] = [];
  const replaced = new Set<object>();
  for (const object of core.pending) {
    if (wanted !== null && !wanted.has(object)) continue;
    const state = stateOf(object) as InstanceState;
    const former = deletions.isEmpty ? null : formerRow(core, object, state.meta, deletions);
    if (former === null || replaced.has(former)) rows.push(insertOf(object, state));
    else {
      replaced.add(former);
      rows.push(replacementOf(object, state, fieldsOver(object, state, former), former));
    }
  }
  for (const [object, fields] of changed)
    if (!deletions.has(object) && !core.deleting.has(object)) rows.push(updateOf(object, stateOf(object) as InstanceState, fields));
  for (const { kind, objects } of deletions.groups())
    for (const object of objects) {
      const state = stateOf(object) as InstanceState;
      if (state.snapshot === null || state.status !== "persistent" || (replaced.size > 0 && replaced.has(object))) continue;
      if (kind === "hard") rows.push(deleteOf(object, state));
      else rows.push(softDeleteOf(object, state, [...new Set([...(changed.get(object) ?? []), state.meta.softDeleteField as FieldMeta])]));
    }
  return rows;
};

/** A new object whose key is that of a row about to go takes that row over. */
const formerRow = (core: Core, object: object, meta: ModelMeta, deletions: DeletionIndex): object | null => {
  const key = keyHeldBy(meta, object);
  const former = key === null ? undefined : core.map.find(meta, key);
  return former !== undefined && deletions.get(former) === "hard" && stateOf(former)?.meta === meta ? former : null;
};

/** What the new object was not given stays in the row; where nothing differs the key is written, since the row must still be there. */
const fieldsOver = (object: object, state: InstanceState, former: object): readonly FieldMeta[] => {
  const row = (stateOf(former) as InstanceState).snapshot as unknown[];
  const fields = state.meta.fields.filter((field) => {
    const owed = field.relation === null ? undefined : state.meta.relations.get(field.relation);
    if (held(object, field) === undefined)
      return (owed?.kind === "toOne" || owed?.kind === "anyOf") && unresolvedTarget(object, state, owed) !== null;
    return field.generated === null && !field.version && isChanged(object, field, row[field.position]);
  });
  return fields.length === 0 ? state.meta.primaryKey.slice(0, 1) : fields;
};

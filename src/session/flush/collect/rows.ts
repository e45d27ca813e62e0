/** Turns the expansion into the rows to be inserted, updated and deleted. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { FieldMeta } from "../../../metadata/model-meta.js";
import type { Core } from "../../core/core.js";
import { deleteOf, insertOf, softDeleteOf, updateOf, type Expansion, type RowWork } from "../work/work.js";

export const collectRows = (core: Core, { wanted, changed, deletions }: Expansion): RowWork[] => {
  const rows: RowWork[] = [];
  for (const object of core.pending) {
    if (wanted !== null && !wanted.has(object)) continue;
    rows.push(insertOf(object, stateOf(object) as InstanceState));
  }
  for (const [object, fields] of changed)
    if (!deletions.has(object) && !core.deleting.has(object)) rows.push(updateOf(object, stateOf(object) as InstanceState, fields));
  for (const { kind, objects } of deletions.groups())
    for (const object of objects) {
      const state = stateOf(object) as InstanceState;
      if (state.snapshot === null || state.status !== "persistent") continue;
      if (kind === "hard") rows.push(deleteOf(object, state));
      else rows.push(softDeleteOf(object, state, [...new Set([...(changed.get(object) ?? []), state.meta.softDeleteField as FieldMeta])]));
    }
  return rows;
};

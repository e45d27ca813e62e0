/** Updates a tracked object from values that a statement wrote to its row. */

import { snapshotCell } from "../../../metadata/comparable.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { isChanged } from "../../tracking/changes.js";
import { keyCells } from "../../tracking/row-keys.js";
import { synchronizeReferences } from "./synchronize.js";

/** `fields` begins with the primary key. Unflushed changes of the user are kept. */
export const synchronizeRow = (core: Core, meta: ModelMeta, fields: readonly FieldMeta[], values: readonly unknown[]): void => {
  const object = core.map.find(meta, keyCells(meta, values.slice(0, meta.primaryKey.length)));
  if (object === undefined) return;
  const state = stateOf(object) as InstanceState;
  core.journal.touch(object, state);
  const before = state.snapshot as readonly unknown[];
  if (versionJumped(state, fields, values)) {
    state.stale = true;
    return;
  }
  const next = before.slice();
  fields.forEach((given, at) => {
    const field = state.meta.fieldsByName.get(given.name) ?? given;
    const follows = before[field.position] === undefined || !isChanged(object, field, before[field.position]);
    next[field.position] = snapshotCell(values[at], field.type);
    if (follows) (object as Record<string, unknown>)[field.name] = values[at];
  });
  state.snapshot = next;
  synchronizeReferences(core, object, state, before);
};

/**
 * Another transaction updated the row since it was read. Taking only the new version would let unknown changes be overwritten unnoticed.
 */
const versionJumped = ({ meta, snapshot }: InstanceState, fields: readonly FieldMeta[], values: readonly unknown[]): boolean => {
  const version = meta.versionField;
  const seen = version === null ? undefined : snapshot?.[version.position];
  const now = version === null ? undefined : values[fields.findIndex(({ name }) => name === version.name)];
  return seen !== undefined && now !== undefined && Number(now) !== Number(seen) + 1;
};

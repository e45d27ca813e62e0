/** To-one relations by their keys: who an object points at now, and the key that follows an assignment. */

import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { held } from "../tracking/changes.js";
import { coreOf } from "./core.js";
import { keyCell } from "../../metadata/keys.js";
import { referenceOf } from "../../metadata/references.js";

export const sameKey = (a: unknown, b: unknown, field: FieldMeta): boolean => a === b || keyCell(a, field) === keyCell(b, field);

/** The object that a to-one relation leads to, as far as memory knows it; null for none, undefined for unknown. */
export const currentTarget = (object: object, state: InstanceState, relation: ToOneMeta): object | null | undefined => {
  const value = held(object, relation.field);
  if (value === null) return null;
  const assigned = state.related?.get(relation.name);
  if (
    assigned !== undefined &&
    assigned !== null &&
    (value === undefined || sameKey(held(assigned, relation.targetField), value, relation.field))
  )
    // Another row may have the key of a deleted one by now.
    return (stateOf(assigned)?.status === "deleted" ? trackedTarget(state, relation, value) : undefined) ?? assigned;
  if (value === undefined) return state.snapshot === null ? null : undefined;
  return trackedTarget(state, relation, value);
};

/** The tracked row that a key refers to. */
export const trackedTarget = (state: InstanceState, relation: ToOneMeta, value: unknown): object | undefined => {
  if (value === null || value === undefined || !refersToKey(relation)) return undefined;
  return coreOf(state)?.map.find(relation.target, [keyCell(value, relation.targetField)]);
};

export const refersToKey = (relation: ToOneMeta): boolean => relation.targetField.primaryKey && relation.target.primaryKey.length === 1;

/** The name that `aboutType` holds for a target's model. */
export const typeNameOf = (relation: AnyOfMeta, meta: ModelMeta): string | undefined => {
  for (const [name, target] of relation.targets) if (target === meta || meta.subtypes?.base === target) return name;
  return undefined;
};

/** The assigned object whose key is not known yet, or was not taken over: the key that the session still owes. */
export const unresolvedTarget = (object: object, state: InstanceState, relation: ToOneMeta | AnyOfMeta): object | null => {
  const field = referenceOf(relation);
  if (held(object, field) !== undefined) return null;
  return state.related?.get(relation.name) ?? null;
};

/** The key field of an `anyOf` target. */
export const targetKeyOf = (relation: ToOneMeta | AnyOfMeta, target: object): FieldMeta | undefined =>
  relation.kind === "toOne" ? relation.targetField : stateOf(target)?.meta.primaryKey[0];

/** What a key becomes when the row that it refers to goes. */
export const valueAfterDelete = ({ onDelete }: ToOneMeta | AnyOfMeta, field: FieldMeta): unknown =>
  onDelete === "setDefault" && field.default !== null && "value" in field.default ? field.default.value : null;

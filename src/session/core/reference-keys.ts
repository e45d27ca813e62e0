/** Resolves to-one relations by key: which object a relation points at, and which key an assignment gives. */

import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { held } from "../tracking/changes.js";
import { coreOf } from "./core.js";
import { keyCell } from "../../metadata/keys.js";
import { referenceOf } from "../../metadata/references.js";

export const sameKey = (a: unknown, b: unknown, field: FieldMeta): boolean => a === b || keyCell(a, field) === keyCell(b, field);

/** The object that a to-one relation points at, if the session has it; null for none, undefined if unknown. */
export const currentTarget = (object: object, state: InstanceState, relation: ToOneMeta): object | null | undefined => {
  const value = held(object, relation.field);
  if (value === null) return null;
  const assigned = state.related?.get(relation.name);
  if (
    assigned !== undefined &&
    assigned !== null &&
    (value === undefined || sameKey(held(assigned, relation.targetField), value, relation.field))
  )
    // Another row may have taken the key of a deleted object, and another object may stand for the row of one that left the session.
    return (hasLeft(assigned) ? trackedTarget(state, relation, value) : undefined) ?? assigned;
  if (value === undefined) return state.snapshot === null ? null : undefined;
  return trackedTarget(state, relation, value);
};

const hasLeft = (object: object): boolean => {
  const status = stateOf(object)?.status;
  return status === "deleted" || status === "detached";
};

/** The tracked object with the given key. */
export const trackedTarget = (state: InstanceState, relation: ToOneMeta, value: unknown): object | undefined => {
  if (value === null || value === undefined || !refersToKey(relation)) return undefined;
  return coreOf(state)?.map.find(relation.target, [keyCell(value, relation.targetField)]);
};

export const refersToKey = (relation: ToOneMeta): boolean => relation.targetField.primaryKey && relation.target.primaryKey.length === 1;

/**
 * Whether a stored row was pointed at a new row that takes over the key which its column holds already. The value stays the same, but the row
 * that it means goes.
 */
export const pointsAtNewRow = (object: object, state: InstanceState, relation: ToOneMeta | AnyOfMeta): boolean => {
  const target = state.related?.get(relation.name);
  if (target === null || target === undefined || stateOf(target)?.status !== "pending") return false;
  const key = targetKeyOf(relation, target);
  return key !== undefined && sameKey(held(target, key), held(object, referenceOf(relation)), key);
};

/** The type name that identifies the target's model in an `anyOf` relation. */
export const typeNameOf = (relation: AnyOfMeta, meta: ModelMeta): string | undefined => {
  for (const [name, target] of relation.targets) if (target === meta || meta.subtypes?.base === target) return name;
  return undefined;
};

/** The assigned object whose key has not been copied into the reference yet; the session fills it in when the key is known. */
export const unresolvedTarget = (object: object, state: InstanceState, relation: ToOneMeta | AnyOfMeta): object | null => {
  const field = referenceOf(relation);
  if (held(object, field) !== undefined) return null;
  return state.related?.get(relation.name) ?? null;
};

/** The key field of an `anyOf` target. */
export const targetKeyOf = (relation: ToOneMeta | AnyOfMeta, target: object): FieldMeta | undefined =>
  relation.kind === "toOne" ? relation.targetField : stateOf(target)?.meta.primaryKey[0];

/** The value of a reference after its target row is deleted. */
export const valueAfterDelete = ({ onDelete }: ToOneMeta | AnyOfMeta, field: FieldMeta): unknown =>
  onDelete === "setDefault" && field.default !== null && "value" in field.default ? field.default.value : null;

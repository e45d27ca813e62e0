/** What an instance holds against what its row last said: the comparison that every flush makes for everything tracked. */

import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";
import { sameAsSnapshot } from "../metadata/comparable.js";
import type { InstanceState } from "../loading/index.js";

/** Whether a column that was not read has been given a value since (reading it would throw). */
export const assignedSince = (object: object, field: FieldMeta): boolean => {
  const property = Object.getOwnPropertyDescriptor(object, field.name);
  return property !== undefined && "value" in property && property.value !== undefined;
};

/** A column without running into the accessor of one that was not read. */
export const held = (object: object, field: FieldMeta): unknown => {
  const property = Object.getOwnPropertyDescriptor(object, field.name);
  return property !== undefined && "value" in property ? (property.value as unknown) : undefined;
};

/** One field of a persistent instance differs from its row. */
export const isChanged = (object: object, field: FieldMeta, cell: unknown): boolean => {
  if (cell === undefined) return assignedSince(object, field);
  const value = (object as Record<string, unknown>)[field.name];
  return value !== cell && !sameAsSnapshot(value, cell, field.type);
};

/** Names by position, kept for the model at hand: objects are compared model by model. */
let comparedMeta: ModelMeta | null = null;
let comparedNames: readonly string[] = [];
const namesOf = (meta: ModelMeta): readonly string[] => {
  if (meta !== comparedMeta) {
    comparedMeta = meta;
    comparedNames = meta.fields.map((field) => field.name);
  }
  return comparedNames;
};

/** The fields in which a persistent instance differs from its row; null when there are none. */
export const changedFields = (object: object, state: InstanceState): FieldMeta[] | null => {
  const snapshot = state.snapshot;
  if (snapshot === null) return null;
  const names = namesOf(state.meta);
  const values = object as Record<string, unknown>;
  let changed: FieldMeta[] | null = null;
  for (let at = 0; at < names.length; at++) {
    const cell = snapshot[at];
    if (cell !== undefined) {
      const value = values[names[at] as string];
      if (value === cell || (typeof cell === "number" && value instanceof Date && value.getTime() === cell)) continue;
    }
    const field = state.meta.fields[at] as FieldMeta;
    if (isChanged(object, field, cell)) (changed ??= []).push(field);
  }
  if (state.expressions !== null) for (const field of state.expressions.keys()) if (changed?.includes(field) !== true) (changed ??= []).push(field);
  return changed;
};

/** Like `changedFields`, for a yes or no about some fields only. */
export const differsIn = (object: object, state: InstanceState, fields: readonly FieldMeta[]): boolean => {
  const snapshot = state.snapshot;
  if (snapshot === null) return false;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as FieldMeta;
    if (isChanged(object, field, snapshot[field.position]) || state.expressions?.has(field) === true) return true;
  }
  return false;
};

/** The fields of `wanted` as this model has them (a subtype has its own positions). */
export const ownFields = (meta: ModelMeta, wanted: ReadonlySet<FieldMeta>): FieldMeta[] => {
  const names = new Set<string>();
  for (const field of wanted) names.add(field.column);
  return meta.fields.filter((field) => wanted.has(field) || names.has(field.column));
};

/** Compares instances with their last-read rows. Every flush does this for everything that the session tracks. */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { sameAsSnapshot, valueOfCell } from "../../metadata/comparable.js";
import { stateOf, type InstanceState, valueOf } from "../../loading/index.js";
import { ownData } from "../../support/own-data.js";
import { modelInfoOf } from "./model-info.js";

/** Reads a column without triggering the accessor of a deferred one. */
export const held = valueOf;

/** Whether the object is marked as soft-deleted. */
export const isMarkedDeleted = (object: object): boolean => {
  const field = stateOf(object)?.meta.softDeleteField ?? null;
  const value = field === null ? null : held(object, field);
  return value !== null && value !== undefined;
};

/** Whether a deferred column has been assigned since the row was read (its accessor would throw). */
export const assignedSince = (object: object, field: FieldMeta): boolean => ownData(object, field.name) !== undefined;

/** Whether one field of a persistent instance differs from its row. */
export const isChanged = (object: object, field: FieldMeta, cell: unknown): boolean => {
  if (cell === undefined) return assignedSince(object, field);
  const value = (object as Record<string, unknown>)[field.name];
  return value !== cell && !sameAsSnapshot(value, cell, field.type);
};

/** The position of the first field in which a persistent instance differs from its row; -1 when there is none. */
const firstChanged = (object: object, state: InstanceState, snapshot: readonly unknown[], names: readonly string[]): number => {
  const values = object as Record<string, unknown>;
  for (let at = 0; at < names.length; at++) {
    const cell = snapshot[at];
    if (cell !== undefined) {
      const value = values[names[at] as string];
      if (value === cell || (typeof cell === "number" && value instanceof Date && value.getTime() === cell)) continue;
    }
    if (isChanged(object, state.meta.fields[at] as FieldMeta, cell)) return at;
  }
  return -1;
};

/** By name, the value before and after. */
export type FieldChanges = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/**
 * What these fields were in the row (null: there was none) and are now. A field is left out while its value is not known: if the database
 * computes it, or if a new target has no key yet.
 */
export const changesIn = (
  object: object,
  { expressions }: InstanceState,
  fields: readonly FieldMeta[],
  row: readonly unknown[] | null,
): FieldChanges => {
  const changes: Record<string, readonly [unknown, unknown]> = {};
  for (const field of fields) {
    const after = held(object, field);
    if (after === undefined || expressions?.has(field) === true) continue;
    changes[field.name] = [row === null ? undefined : valueOfCell(row[field.position], field.type), after];
  }
  return changes;
};

/** Whether nothing about a row has changed. Every flush asks this of every tracked object. */
export const isUnchanged = (object: object, state: InstanceState): boolean =>
  state.snapshot === null || (state.expressions === null && firstChanged(object, state, state.snapshot, modelInfoOf(state.meta).names) < 0);

/** The fields in which a persistent instance differs from its row; null when there are none. */
export const changedFields = (object: object, state: InstanceState): FieldMeta[] | null => {
  const { snapshot, meta, expressions } = state;
  if (snapshot === null) return null;
  const first = firstChanged(object, state, snapshot, modelInfoOf(meta).names);
  if (first < 0) return expressions === null ? null : [...expressions.keys()];
  const changed = [meta.fields[first] as FieldMeta];
  for (let at = first + 1; at < meta.fields.length; at++) {
    const field = meta.fields[at] as FieldMeta;
    if (isChanged(object, field, snapshot[at])) changed.push(field);
  }
  if (expressions !== null) for (const field of expressions.keys()) if (!changed.includes(field)) changed.push(field);
  return changed;
};

/** Like `changedFields`, but checks only the given fields and answers yes or no. */
export const differsIn = (object: object, state: InstanceState, fields: readonly FieldMeta[]): boolean => {
  const { snapshot, expressions } = state;
  if (snapshot === null) return false;
  const values = object as Record<string, unknown>;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as FieldMeta;
    const cell = snapshot[field.position];
    if ((cell === undefined || values[field.name] !== cell) && isChanged(object, field, cell)) return true;
    if (expressions !== null && expressions.has(field)) return true;
  }
  return false;
};

/** The given fields as this model declares them: a subtype has its own field positions. */
export const ownFields = (meta: ModelMeta, wanted: ReadonlySet<FieldMeta>): FieldMeta[] => {
  const names = new Set<string>();
  for (const field of wanted) names.add(field.column);
  return meta.fields.filter((field) => wanted.has(field) || names.has(field.column));
};

/** `object.set({ views: F("views").add(1) })`: sets several properties at once, and is the only way to assign expressions. */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { planUpdate } from "../../query/planner.js";
import { initialState } from "../../query/state.js";
import { checkAssignedDepth } from "../../query/tree.js";
import type { Expr } from "../../sql/nodes.js";
import { SqlExpression } from "../../sql/expression.js";
import { FieldError, ValidationError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { validateValue } from "../../metadata/values.js";
import { coreOf, requireState } from "../core/core.js";
import { held } from "../tracking/changes.js";
import { giveExpression } from "../tracking/expressions.js";

export const setValues = (object: object, values: Readonly<Record<string, unknown>>): void => {
  const state = requireState(object);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) throw new ValidationError({ [name]: "is undefined; leave it out, or give null" }, state.meta.name);
    if (!state.meta.fieldsByName.has(name) && !state.meta.relations.has(name)) {
      throw new ValidationError(
        {
          [name]: `is not a field of ${state.meta.name}.${didYouMean(name, [...state.meta.fieldsByName.keys(), ...state.meta.relations.keys()])}`,
        },
        state.meta.name,
      );
    }
    if (state.meta.fieldsByName.get(name)?.editable === false)
      throw new ValidationError({ [name]: "is not editable, so set() does not change it: assign the property directly" }, state.meta.name);
  }
  assignValues(object, values);
};

/** Rejects values that their columns cannot hold, before anything is assigned or sent. */
export const checkAssigned = (meta: ModelMeta, values: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(values)) {
    const field = meta.fieldsByName.get(name);
    if (field === undefined || SqlExpression.is(value)) continue;
    const problem = value === null ? (field.nullable ? null : "cannot be null") : validateValue(field, value);
    if (problem !== null) throw new ValidationError({ [name]: problem }, meta.name);
  }
};

/** Assigns properties; expressions are kept beside the property until a flush writes them. */
export const assignValues = (object: object, values: Readonly<Record<string, unknown>>): void => {
  const state = requireState(object);
  for (const [name, value] of Object.entries(values)) {
    if (SqlExpression.is(value)) setExpression(object, fieldOf(state.meta, name), value);
    else {
      (object as Record<string, unknown>)[name] = value;
      const field = state.meta.fieldsByName.get(name);
      if (field !== undefined) state.expressions?.delete(field);
      if (state.expressions?.size === 0) state.expressions = null;
    }
  }
};

const fieldOf = (meta: ModelMeta, name: string): FieldMeta => {
  const field = meta.fieldsByName.get(name);
  if (field === undefined) throw new FieldError(`set(): "${name}" of ${meta.name} is a relation and cannot be given an expression`);
  return field;
};

/** The property keeps its value until a flush has written the expression and read its result. */
const setExpression = (object: object, field: FieldMeta, value: unknown): void => {
  const state = requireState(object);
  const expr = resolved(state.meta, field, value);
  coreOf(state)?.journal.touch(object, state);
  giveExpression(object, state, field, expr);
};

/** Resolves the expression as the right-hand side of an UPDATE of this model. */
const resolved = (meta: ModelMeta, field: FieldMeta, value: unknown): Expr => {
  checkAssignedDepth(meta, { [field.name]: value });
  const { statement } = planUpdate(initialState(meta), [[field.name, value]], { all: true });
  const assignment = statement.set.find(({ column }) => column === field.column);
  if (assignment === undefined) throw new FieldError(`set(): the expression for "${field.name}" of ${meta.name} has no SQL`);
  return assignment.value;
};

/** `object.pk`: the value, or for a composite key an object by property names. */
export const keyOf = (object: object): unknown => {
  const { meta } = requireState(object);
  const [only] = meta.primaryKey;
  if (meta.primaryKey.length === 1 && only !== undefined) return held(object, only);
  return Object.fromEntries(meta.primaryKey.map((field) => [field.name, held(object, field)]));
};

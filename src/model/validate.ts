/** `fullClean()`: runs field checks, schemas and clean() together, so that a form can show all errors at once. */

import { ValidationError } from "../errors.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import { fieldProblems, isRequired } from "../metadata/field-problems.js";
import type { FieldMeta } from "../metadata/model-meta.js";
import { ownData } from "../support/own-data.js";

type Problems = Record<string, string[]>;

const addProblems = (problems: Problems, name: string, messages: readonly string[]): void => {
  if (messages.length > 0) (problems[name] ??= []).push(...messages);
};

/** Whether the field will get a value without the user, before the row is written. */
const comesLater = (field: FieldMeta, state: InstanceState): boolean =>
  !isRequired(state.meta, field) || (field.relation !== null && (state.related?.get(field.relation) ?? null) !== null);

/** For a stored row, a deferred column is not missing. */
const missing = (field: FieldMeta, state: InstanceState): boolean =>
  state.snapshot === null ? !comesLater(field, state) : state.snapshot[field.position] !== undefined;

const checkField = async (object: object, state: InstanceState, field: FieldMeta): Promise<readonly string[]> => {
  const value = ownData(object, field.name);
  if (value === undefined) return missing(field, state) ? ["is required"] : [];
  if (state.expressions?.has(field) === true) return [];
  return fieldProblems(field, value);
};

/** Throws one ValidationError with everything that is wrong with the object; sends nothing. */
export const validate = async (object: { clean(): void | Promise<void> }): Promise<void> => {
  const state = stateOf(object) as InstanceState;
  const problems: Problems = {};
  // Other fields are not user input and are checked when they are written. Like Django's full_clean().
  for (const field of state.meta.fields) if (field.editable) addProblems(problems, field.name, await checkField(object, state, field));
  try {
    await object.clean();
  } catch (error) {
    // A clean() that assumes valid values may fail because of an invalid one, which is then the error to report.
    if (error instanceof ValidationError)
      for (const [name, messages] of Object.entries(error.errors)) addProblems(problems, name, messages);
    else if (Object.keys(problems).length === 0) throw error;
  }
  if (Object.keys(problems).length > 0) throw new ValidationError(problems, state.meta.name);
};

/** Validates objects before they are written: values must fit their columns and pass the `.check` schemas. */

import type { Dialect } from "../../../database/contracts.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { canBeStoredAs, isDiscriminator } from "../../../metadata/field-problems.js";
import { runSchema } from "../../../metadata/standard-schema.js";
import { validateValue } from "../../../metadata/values.js";
import type { InstanceState } from "../../../loading/index.js";
import { ValidationError } from "../../../errors.js";
import { held } from "../../tracking/changes.js";
import { modelInfoOf, type FieldRule } from "../../tracking/model-info.js";
import { callClean } from "../../tracking/overrides.js";
import { unresolvedTarget } from "../../core/reference-keys.js";
import type { RowWork } from "../work/work.js";

type Problems = Record<string, string[]>;

const throwIfAny = (problems: Problems, subject: string): void => {
  if (Object.keys(problems).length > 0) throw new ValidationError(problems, subject);
};
const addProblem = (problems: Problems, name: string, message: string): void => {
  (problems[name] ??= []).push(message);
};

/** Present values must fit their columns; a hook may still fill in missing ones. */
export const checkValues = (work: RowWork): void => {
  if (!fits(work, false)) tellWhatDoesNotFit(work);
};

/** Whether a row is valid and complete. Checked once, when no hook can change it any more. */
export const isSound = (work: RowWork): boolean => work.kind === "delete" || fits(work, true);

/** Quick check that nearly all rows pass; failures are analysed separately. `whole` also requires that no value is missing. */
const fits = ({ object, state, fields, kind }: RowWork, whole: boolean): boolean => {
  if (state.expressions !== null) return false;
  const { rules } = modelInfoOf(state.meta);
  const values = object as Record<string, unknown>;
  try {
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] as FieldMeta;
      const rule = rules[field.position] as FieldRule;
      const value = values[rule.name];
      if (value === undefined) {
        if (whole && (kind === "update" || !(rule.optional || hasUnresolvedKey(object, state, field)))) return false;
      } else if (value === null) {
        if (!rule.nullable) return false;
      } else if (kind === "update" ? rule.changeable : rule.given) rule.check(value);
      else return false;
    }
    return true;
  } catch {
    return false;
  }
};

const tellWhatDoesNotFit = (work: RowWork): void => {
  const problems: Problems = {};
  for (const field of work.fields) {
    const value = held(work.object, field);
    if (value === undefined) continue;
    if (field.generated !== null) addProblem(problems, field.name, "is computed by the database and cannot be given");
    else if (field.version && work.kind === "update")
      addProblem(problems, field.name, "is maintained by the session and cannot be changed");
    else if (work.state.expressions?.has(field) !== true) {
      const problem =
        value === null && !field.nullable ? "cannot be null" : (validateValue(field, value) ?? otherKind(work.meta, field, value));
      if (problem !== null) addProblem(problems, field.name, problem);
    }
  }
  throwIfAny(problems, work.meta.name);
};

/** The discriminator determines the class of a row, and an object cannot change its class. */
const otherKind = (meta: ModelMeta, field: FieldMeta, value: unknown): string | null => {
  const { name, subtypes } = meta;
  if (subtypes === null || !isDiscriminator(meta, field) || canBeStoredAs(meta, value)) return null;
  const other = subtypes.base.subtypes?.byName.get(value as string);
  return other === undefined
    ? `is "${subtypes.name}" for ${name}, and an object keeps its class`
    : `is "${String(value)}" for ${other.name}: a ${name} cannot become one, make a new ${other.name}`;
};

const hasUnresolvedKey = (object: object, state: InstanceState, field: FieldMeta): boolean => {
  const relation = field.relation === null ? undefined : state.meta.relations.get(field.relation);
  return (relation?.kind === "toOne" || relation?.kind === "anyOf") && unresolvedTarget(object, state, relation) !== null;
};

/** Fields that need a value and have none; null if none are missing. */
const missingFrom = (work: RowWork): Problems | null => {
  const { object, state, meta } = work;
  let problems: Problems | null = null;
  const fields = work.kind === "insert" ? modelInfoOf(meta).required : work.fields;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as FieldMeta;
    if (held(object, field) !== undefined || hasUnresolvedKey(object, state, field) || state.expressions?.has(field) === true) continue;
    if (work.kind !== "insert" && state.snapshot?.[field.position] === undefined) continue;
    addProblem(
      (problems ??= {}),
      field.name,
      work.kind === "insert" ? "is required" : "was set to undefined: give it a value, or null where that is allowed",
    );
  }
  return problems;
};

/** After the hooks, no required value may be missing. */
export const checkComplete = (work: RowWork): void => {
  const problems = missingFrom(work);
  if (problems !== null) throwIfAny(problems, work.meta.name);
};

/**
 * Runs `clean()`, which may assume that required values exist: if it throws a TypeError because one is missing, the missing value is
 * reported instead.
 */
export const clean = async (work: RowWork): Promise<void> => {
  try {
    await callClean(work.object);
  } catch (error) {
    if (error instanceof ValidationError && error.model === undefined) Object.assign(error, { model: work.meta.name });
    const problems = error instanceof TypeError ? missingFrom(work) : null;
    if (problems === null) throw error;
    throw Object.assign(new ValidationError(problems, work.meta.name), { cause: error });
  }
};

export const hasSchemas = (fields: readonly FieldMeta[]): boolean => fields.some((field) => field.checks.length > 0);

/** Runs the schemas of the written fields; NULL is left to `.nullable()`. */
export const checkSchemas = async (work: RowWork): Promise<void> => {
  const problems: Problems = {};
  for (const field of work.fields) {
    const value = held(work.object, field);
    if (value === undefined || value === null) continue;
    for (const schema of field.checks) for (const message of await runSchema(schema, value)) addProblem(problems, field.name, message);
  }
  throwIfAny(problems, work.meta.name);
};

/** Throws if a value cannot be encoded for the database. */
export const checkEncoding = (dialect: Pick<Dialect, "codec">, work: RowWork): void => {
  const problems: Problems = {};
  for (const field of work.fields) {
    const value = held(work.object, field);
    if (value === undefined || value === null || work.state.expressions?.has(field) === true) continue;
    try {
      dialect.codec(field.type).encode(value);
    } catch (error) {
      addProblem(problems, field.name, error instanceof Error ? error.message : String(error));
    }
  }
  throwIfAny(problems, work.meta.name);
};

/** What `new User({…})` and `user.set({…})` take: names checked, relations told from their keys, defaults filled in. */

import { ValidationError } from "../errors.js";
import { checkClass, stateOf, type InstanceState } from "../loading/index.js";
import type { FieldMeta, ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import { didYouMean } from "../support/did-you-mean.js";

/** A class of the caller's error for one name of one model. */
const refuse = (meta: ModelMeta, name: string, message: string): never => {
  throw new ValidationError({ [name]: message }, meta.name);
};

const known = (meta: ModelMeta): string[] => [
  ...meta.fieldsByName.keys(),
  ...[...meta.relations.values()].filter((relation) => isOne(relation)).map((relation) => relation.name),
];
const isOne = (relation: RelationMeta): boolean => relation.kind !== "toMany" && relation.kind !== "manyToMany";

/** The key field that stores a relation. */
const keyFieldOf = (relation: RelationMeta): FieldMeta | null =>
  relation.kind === "toOne" ? relation.field : relation.kind === "anyOf" ? relation.keyField : null;

/** Refuses names that the model does not have, and `undefined` where a value belongs. */
export const checkName = (meta: ModelMeta, name: string, given: Readonly<Record<string, unknown>>): void => {
  const relation = meta.relations.get(name);
  if (relation !== undefined && !isOne(relation)) refuse(meta, name, "is a collection and cannot be given here; add to it afterwards");
  if (relation === undefined && !meta.fieldsByName.has(name)) {
    refuse(meta, name, `is no field of ${meta.name}.${didYouMean(name, known(meta))}`);
  }
  const key = relation === undefined ? null : keyFieldOf(relation);
  if (key !== null && given[name] !== undefined && given[key.name] !== undefined)
    refuse(meta, name, `is given twice, as object and as ${key.name}`);
};

const defaultOf = (field: FieldMeta): unknown => {
  const made = field.default;
  if (made === null) return undefined;
  return "make" in made ? made.make() : made.value;
};

/**
 * Fills a new instance: every column an own property in the model's order (`undefined` where nothing is known yet), then relations by their setters.
 * A value of undefined is one that was left out.
 */
export const initialise = (object: object, state: InstanceState, values: Readonly<Record<string, unknown>> | undefined): void => {
  const { meta } = state;
  checkClass(meta);
  const target = object as Record<string, unknown>;
  if (values !== undefined) {
    if (typeof values !== "object" || values === null)
      refuse(meta, "__all__", `expected an object of values, got ${values === null ? "null" : typeof values}`);
    for (const name of Object.keys(values)) checkName(meta, name, values);
  }
  for (const field of meta.fields) {
    const given = values !== undefined && Object.hasOwn(values, field.name) ? values[field.name] : undefined;
    target[field.name] = given === undefined ? defaultOf(field) : given;
  }
  if (values !== undefined && meta.primaryKey.every(({ name }) => values[name] !== undefined)) {
    state.defaulted = meta.fields.filter((field) => field.default !== null && values[field.name] === undefined);
  }
  if (meta.subtypes !== null && target[meta.subtypes.field.name] === undefined) target[meta.subtypes.field.name] = meta.subtypes.name;
  if (values === undefined) return;
  for (const relation of meta.relations.values()) {
    if (!isOne(relation) || !Object.hasOwn(values, relation.name)) continue;
    const value = values[relation.name];
    if (value !== undefined) target[relation.name] = value;
  }
};

/** True for an instance of some model. */
export const isInstance = (value: unknown): value is object => typeof value === "object" && value !== null && stateOf(value) !== undefined;

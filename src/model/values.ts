/** The values for `new User({…})` and `user.set({…})`: checks names, separates relations from keys, fills in defaults. */

import { ValidationError } from "../errors.js";
import { StateHolder, checkClass, type InstanceState } from "../loading/index.js";
import { canBeStoredAs } from "../metadata/field-problems.js";
import type { FieldMeta, ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import { referenceOf } from "../metadata/references.js";
import { describe } from "../support/describe.js";
import { didYouMean } from "../support/did-you-mean.js";
import { blankLike, blankOf } from "../support/hidden-classes.js";

/** Throws the error for one name of a model. */
const refuse = (meta: ModelMeta, name: string, message: string): never => {
  throw new ValidationError({ [name]: message }, meta.name);
};

const known = (meta: ModelMeta): string[] => [
  ...meta.fieldsByName.keys(),
  ...[...meta.relations.values()].filter((relation) => isOne(relation)).map((relation) => relation.name),
];
const isOne = (relation: RelationMeta): boolean => relation.kind !== "toMany" && relation.kind !== "manyToMany";

/** The field that stores a relation's reference. */
const keyFieldOf = (relation: RelationMeta): FieldMeta | null =>
  relation.kind === "toOne" || relation.kind === "anyOf" ? referenceOf(relation) : null;

/** Refuses unknown names, and `undefined` where a value is expected. */
export const checkName = (meta: ModelMeta, name: string, given: Readonly<Record<string, unknown>>): void => {
  const relation = meta.relations.get(name);
  if (relation !== undefined && !isOne(relation)) refuse(meta, name, "is a collection and cannot be given here; add to it afterwards");
  if (relation === undefined && !meta.fieldsByName.has(name)) {
    refuse(meta, name, `is not a field of ${meta.name}.${didYouMean(name, known(meta))}`);
  }
  const key = relation === undefined ? null : keyFieldOf(relation);
  if (key !== null && given[name] !== undefined && given[key.name] !== undefined)
    refuse(meta, name, `is given twice, as object and as ${key.name}`);
};

/** Per-model data for creating instances, computed once. */
interface Blueprint {
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly defaults: readonly FieldMeta["default"][];
  /** To-one relations that can be given by name, in declaration order. */
  readonly ones: readonly RelationMeta[];
  /** Whether a field has the name of a member that every object inherits. */
  readonly shadows: boolean;
  /** Keeps the hidden class of new instances alive when none is left. */
  readonly sample: object;
  /** The same for the objects that instances are created from. */
  readonly given: object[];
  /** The last names that were checked successfully, and whether some of them are not columns. */
  seen: { readonly names: readonly string[]; readonly others: boolean };
}
const blueprints = new WeakMap<ModelMeta, Blueprint>();
/** Instances are usually created many at a time for one model. */
let lastMeta: ModelMeta | null = null;
let lastBlueprint: Blueprint | null = null;
const blueprintOf = (meta: ModelMeta, values: Readonly<Record<string, unknown>> | undefined): Blueprint => {
  if (meta === lastMeta && lastBlueprint !== null) return lastBlueprint;
  let found = blueprints.get(meta);
  if (found === undefined) {
    checkClass(meta);
    const names = meta.fields.map((field) => field.name);
    found = {
      names,
      keys: meta.primaryKey.map((field) => field.name),
      defaults: meta.fields.map((field) => field.default),
      ones: [...meta.relations.values()].filter((relation) => isOne(relation)),
      shadows: names.some((name) => name in Object.prototype),
      sample: sampleOf(meta, names, values),
      given: [],
      seen: { names: [], others: false },
    };
    blueprints.set(meta, found);
  }
  lastMeta = meta;
  lastBlueprint = found;
  return found;
};

/** An instance with the same hidden class, created without running user code and without any of the values. */
const sampleOf = (meta: ModelMeta, names: readonly string[], values: Readonly<Record<string, unknown>> | undefined): object => {
  const sample = Reflect.construct(StateHolder, [], meta.ctor) as Record<string, unknown>;
  for (const name of names) sample[name] = blankOf(values?.[name]);
  return sample;
};

const defaultOf = (made: FieldMeta["default"] | undefined): unknown => {
  if (made === null || made === undefined) return undefined;
  return "make" in made ? made.make() : made.value;
};

/** Checks one name; returns true if it is not a column. */
const isOther = (meta: ModelMeta, name: string, values: Readonly<Record<string, unknown>>): boolean => {
  if (meta.fieldsByName.has(name)) return false;
  checkName(meta, name, values);
  return true;
};

/** Checks the names; returns true if one of them is not a column. */
const checkNames = (meta: ModelMeta, values: Readonly<Record<string, unknown>>): boolean => {
  let others = false;
  for (const name of Object.keys(values)) others = isOther(meta, name, values) || others;
  return others;
};

/**
 * The same for a plain object, whose inherited properties can be ignored. Most objects have the same names as the previous one, in the same
 * order.
 */
const checkPlain = (meta: ModelMeta, values: Readonly<Record<string, unknown>>, blueprint: Blueprint): boolean => {
  const { seen } = blueprint;
  let at = 0;
  for (const name in values) if (seen.names[at++] !== name) return checkAnew(meta, values, blueprint);
  return at === seen.names.length ? seen.others : checkAnew(meta, values, blueprint);
};

const SHAPES_KEPT = 10;
const checkAnew = (meta: ModelMeta, values: Readonly<Record<string, unknown>>, blueprint: Blueprint): boolean => {
  const others = checkNames(meta, values);
  const names = Object.keys(values);
  // Whether a relation is given twice depends on the values, so such names are checked each time.
  const twice = others && names.some((name) => isKeyOfOther(meta, name, names));
  if (!twice) blueprint.seen = { names, others };
  if (blueprint.given.length < SHAPES_KEPT) blueprint.given.push(blankLike(values));
  return others;
};

const isKeyOfOther = (meta: ModelMeta, name: string, names: readonly string[]): boolean => {
  const relation = meta.fieldsByName.get(name)?.relation;
  return relation !== null && relation !== undefined && names.includes(relation);
};

const checkObject = (meta: ModelMeta, values: unknown): void => {
  if (typeof values !== "object" || values === null)
    refuse(meta, "__all__", `expected an object of values, got ${values === null ? "null" : typeof values}`);
};

const holdsAll = (values: Readonly<Record<string, unknown>>, names: readonly string[]): boolean => {
  for (let at = 0; at < names.length; at++) if (values[names[at] as string] === undefined) return false;
  return true;
};

const isPlain = (values: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(values);
  return prototype === Object.prototype || prototype === null;
};

/** Sets the discriminator to the class's own value; for the base, other names may denote rows without a class. */
const nameSubtype = (
  meta: ModelMeta,
  { field, name, base, byName }: NonNullable<ModelMeta["subtypes"]>,
  target: Record<string, unknown>,
): void => {
  const given = (target[field.name] ??= name);
  if (canBeStoredAs(meta, given)) return;
  if (meta !== base) refuse(meta, field.name, `is "${name}" for ${meta.name}, got ${describe(given)}`);
  const other = byName.get(given as string)?.name ?? "another class";
  refuse(meta, field.name, `is ${describe(given)} for ${other}: make a ${other} instead of a ${meta.name}`);
};

/**
 * Fills a new instance: every column as an own property in the model's order (`undefined` if unknown), then relations through their
 * setters. A value of undefined counts as omitted.
 */
export const initialise = (object: object, state: InstanceState, values: Readonly<Record<string, unknown>> | undefined): void => {
  const { meta } = state;
  const blueprint = blueprintOf(meta, values);
  const { names, keys, defaults, ones, shadows } = blueprint;
  const target = object as Record<string, unknown>;
  if (values !== undefined) checkObject(meta, values);
  const plain = values !== undefined && isPlain(values);
  const related = values !== undefined && (plain ? checkPlain(meta, values, blueprint) : checkNames(meta, values));
  // For a plain object only own properties are read; inherited ones were not given.
  const own = plain && !shadows;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    const given = values !== undefined && (own || Object.hasOwn(values, name)) ? values[name] : undefined;
    target[name] = given === undefined ? defaultOf(defaults[at]) : given;
  }
  if (values !== undefined && holdsAll(values, keys)) {
    state.defaulted = meta.fields.filter((field) => field.default !== null && values[field.name] === undefined);
  }
  if (meta.subtypes !== null) nameSubtype(meta, meta.subtypes, target);
  if (values === undefined || !related) return;
  for (const { name } of ones) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) target[name] = value;
  }
};

/**
 * The models that have been defined, before they are resolved.
 *
 * `model()` creates and registers a base class; the user's class extends it, possibly with mixins in between. That class becomes known only
 * when it is first used: as the target of a relation, through `User.objects`, or as `new.target`. Each of these calls `metadataOf`, and
 * from then on the model is bound to that class.
 */

import { ConfigurationError } from "../errors.js";
import { pascalCase, singular } from "../support/naming.js";
import type { Definition } from "./definition.js";
import { checkDatabaseName, checkName, type Definitions, readDefinitions } from "./definition-checks.js";
import type { ModelClass, ModelMeta } from "./model-meta.js";
import type { ModelOptions } from "./options.js";
import { aFunction, knownOptions } from "./argument.js";

export type MutableMeta = { -readonly [K in keyof ModelMeta]: ModelMeta[K] };

export interface Registration {
  /** The class that `model()` or `subtype()` created. */
  readonly base: ModelClass;
  /** The user's class, once known. */
  bound: ModelClass | null;
  readonly table: string;
  /** The model's own definitions, without those of its parent. */
  readonly definitions: Definitions;
  readonly options: ModelOptions;
  readonly parent: Registration | null;
  readonly subtypeName: string | null;
  /** Direct subtypes known so far. */
  readonly subtypes: Registration[];
  /** Increases with each model, to identify the later of two models of one table. */
  readonly serial: number;
  meta: MutableMeta | null;
}

const byClass = new WeakMap<object, Registration>();
let known: WeakRef<Registration>[] = [];
let serial = 0;

/**
 * Registers a class created by `model()` and checks its fields (builders by name). Targets of relations are not resolved yet.
 *
 * Throws ConfigurationError, naming the model and the field.
 */
export const registerModel = (base: ModelClass, table: string, fields: unknown, options: ModelOptions = {}): void => {
  known.push(new WeakRef(registerHistorical(base, table, fields, options)));
};

/** The same for a former version of a table, used in migrations: it works like any model but is not listed among the known ones. */
export const registerHistorical = (base: ModelClass, table: string, fields: unknown, options: ModelOptions = {}): Registration => {
  if (typeof table !== "string") throw new ConfigurationError(`model(): expected the table's name, got ${String(table)}`);
  const subject = `The model of table "${table}"`;
  checkDatabaseName(subject, table, "table");
  checkOptions(options);
  return enter({ base, table, definitions: readDefinitions(subject, fields), options, parent: null, subtypeName: null });
};

/**
 * Registers a subtype: rows of the parent's table whose discriminator is `name`, with additional fields. `parent` is the class that
 * `subtype()` was called on.
 */
export const registerSubtype = (base: ModelClass, parent: ModelClass, name: string, fields: unknown): void => {
  const of = registrationOf(parent);
  if (of === null) throw new ConfigurationError(`subtype("${name}"): expected to be called on a model class`);
  const subject = `Subtype "${name}" of ${nameOf(of)}`;
  if (typeof name !== "string" || name === "") throw new ConfigurationError(`${subject}: expected the name that its rows are stored with`);
  const registration = enter({
    base,
    table: of.table,
    definitions: readDefinitions(subject, fields, allDefinitions(of)),
    options: {},
    parent: of,
    subtypeName: name,
  });
  of.subtypes.push(registration);
  known.push(new WeakRef(registration));
};

const checkOptions = (options: ModelOptions): void => {
  knownOptions("model()", options, ["ordering", "indexes", "constraints", "schema", "discriminator", "subtypes", "renamedFrom", "comment"]);
  if (options.discriminator !== undefined) checkName("model()", options.discriminator);
  if (options.subtypes !== undefined) aFunction("model()", options.subtypes, "a function that gives a list of classes as `subtypes`");
};

const enter = (given: Omit<Registration, "bound" | "subtypes" | "serial" | "meta">): Registration => {
  const registration: Registration = { ...given, bound: null, subtypes: [], serial: ++serial, meta: null };
  byClass.set(given.base, registration);
  return registration;
};

/** The model that a class belongs to; binds the model to a new class. Returns null for other classes. */
export const registrationOf = (ctor: unknown): Registration | null => {
  if (typeof ctor !== "function") return null;
  const direct = byClass.get(ctor);
  if (direct !== undefined) return direct;
  for (let above: unknown = Object.getPrototypeOf(ctor); typeof above === "function"; above = Object.getPrototypeOf(above)) {
    const found = byClass.get(above);
    if (found !== undefined && found.base === above) return bind(found, ctor as unknown as ModelClass);
  }
  return null;
};

const bind = (registration: Registration, ctor: ModelClass): Registration => {
  const { bound } = registration;
  if (bound === null) {
    registration.bound = ctor;
    byClass.set(ctor, registration);
    if (registration.meta !== null) {
      registration.meta.ctor = ctor;
      registration.meta.name = nameOf(registration);
    }
    return registration;
  }
  // A mixin between the base and the user's class belongs to the same model.
  if (Object.prototype.isPrototypeOf.call(ctor, bound)) return registration;
  throw new ConfigurationError(
    `class ${ctor.name} extends the model of table "${registration.table}", which class ${bound.name} is already; ` +
      `for rows with a class of their own use ${bound.name}.subtype(…), for another table a model() of its own`,
  );
};

export const nameOf = (registration: Registration): string => {
  const name = registration.bound?.name ?? "";
  return name !== "" ? name : pascalCase(registration.subtypeName ?? singular(registration.table));
};

export const rootOf = (registration: Registration): Registration =>
  registration.parent === null ? registration : rootOf(registration.parent);

/** The model and all its subtypes, parents first. */
export const family = (registration: Registration): readonly Registration[] => [registration, ...registration.subtypes.flatMap(family)];

/** Own and inherited definitions, inherited ones first. */
export const allDefinitions = (registration: Registration): Definitions =>
  registration.parent === null
    ? registration.definitions
    : new Map<string, Definition>([...allDefinitions(registration.parent), ...registration.definitions]);

/** All models whose classes are still referenced, in definition order. */
export const knownRegistrations = (): readonly Registration[] => {
  const alive: Registration[] = [];
  const references = known;
  known = [];
  for (const reference of references) {
    const registration = reference.deref();
    if (registration === undefined) continue;
    alive.push(registration);
    known.push(reference);
  }
  return alive;
};

/** Changes whenever a model is defined. */
export const registrySerial = (): number => serial;

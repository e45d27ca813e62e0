/** Finds the references of all known models to a model. */

import type { AnyOfMeta, ModelMeta, RelationMeta, ToOneMeta } from "../model-meta.js";
import { knownRegistrations, nameOf, type Registration, registrySerial } from "../registrations.js";
import { ConfigurationError } from "../../errors.js";
import { sameRows, targetOf } from "./context.js";

interface Dependants {
  readonly toOne: readonly ToOneMeta[];
  readonly anyOf: readonly AnyOfMeta[];
}

/** Computed on demand, and again after another model was defined. */
export const dependantsOf = (registration: Registration, finished: (registration: Registration) => ModelMeta): (() => Dependants) => {
  let known: Dependants = { toOne: [], anyOf: [] };
  let serial = -1;
  return () => {
    if (serial !== registrySerial()) {
      known = find(registration, finished);
      serial = registrySerial();
    }
    return known;
  };
};

const find = (registration: Registration, finished: (registration: Registration) => ModelMeta): Dependants => {
  // If two models have the same table (a file was loaded twice), the later one is used.
  const toOne = new Map<string, ToOneMeta>();
  const anyOf = new Map<string, AnyOfMeta>();
  for (const other of knownRegistrations()) {
    for (const name of pointingNames(other, registration)) {
      const relation = finished(other).relations.get(name);
      if (relation === undefined) throw new ConfigurationError(`${nameOf(other)}.${name} was not resolved`);
      for (const key of keysOf(relation, registration)) toOne.set(`${key.owner.table} ${key.field.column}`, key);
      if (relation.kind === "anyOf") anyOf.set(`${relation.owner.table} ${relation.keyField.column}`, relation);
    }
  }
  return { toOne: [...toOne.values()], anyOf: [...anyOf.values()] };
};

/** Own relations of a model that refer to rows of `target`, directly or through a generated link table. */
const pointingNames = (registration: Registration, target: Registration): readonly string[] => {
  const points = (name: string, thunk: () => unknown): boolean => sameRows(targetOf(registration, name, thunk), target);
  const names: string[] = [];
  for (const [name, definition] of registration.definitions) {
    if (definition.kind === "reference" && points(name, definition.target)) names.push(name);
    if (
      definition.kind === "link" &&
      definition.through === null &&
      (registration === target || sameRows(registration, target) || points(name, definition.target))
    )
      names.push(name);
    if (definition.kind === "anyOf" && Object.values(definition.targets).some((thunk) => points(name, thunk))) names.push(name);
  }
  return names;
};

const keysOf = (relation: RelationMeta, target: Registration): readonly ToOneMeta[] => {
  if (relation.kind === "toOne") return [relation];
  if (relation.kind !== "manyToMany" || !relation.automatic) return [];
  return [relation.near, relation.far].filter(
    (end) => end.target.table === target.table && end.target.schema === (target.options.schema ?? null),
  );
};

/** The registry: the known model classes and their resolved metadata. */

import { ConfigurationError } from "../errors.js";
import { describe } from "../support/describe.js";
import type { ModelMeta } from "./model-meta.js";
import { knownRegistrations, registrationOf } from "./registrations.js";
import { finished } from "./resolving/resolve.js";

/**
 * The metadata of a model class; the first call resolves it together with every model that its relations reach. A class not seen before
 * (the user's class, which extends the result of `model()`) is bound to the model.
 *
 * Throws ConfigurationError for other classes, and for mistakes in definitions that show when relations are resolved.
 */
export const metadataOf = (ctor: unknown): ModelMeta => {
  const registration = registrationOf(ctor);
  if (registration !== null) return registration.meta ?? finished(registration);
  throw new ConfigurationError(`expected a model class, one that extends model(…)({…}), got ${describe(ctor)}`);
};

/**
 * All defined models whose classes are still referenced, including subtypes, in definition order.
 *
 * Throws ConfigurationError if two of them have the same table and are not base and subtype.
 */
export const knownModels = (): readonly ModelMeta[] => {
  const metas = knownRegistrations().map(finished);
  const tables = new Map<string, ModelMeta>();
  for (const meta of metas) {
    const base = meta.subtypes?.base ?? meta;
    for (const owner of [base, ...automaticLinks(meta)]) {
      const key = JSON.stringify([owner.schema, owner.table]);
      const other = tables.get(key);
      if (other !== undefined && other !== owner)
        throw new ConfigurationError(
          `${other.name} and ${owner.name} are both models of table "${owner.table}"; name the models that are meant (createAll([…])), or give one of them another table`,
        );
      tables.set(key, owner);
    }
  }
  return metas;
};

/** The models resolved so far, the last defined first. */
export const resolvedModels = (): readonly ModelMeta[] =>
  knownRegistrations()
    .flatMap(({ meta }) => (meta === null ? [] : [meta, ...automaticLinks(meta)]))
    .reverse();

/** Generated link models of a model's many-to-many relations. */
export const automaticLinks = (meta: ModelMeta): readonly ModelMeta[] => [
  ...new Set(
    [...meta.relations.values()].flatMap((relation) => (relation.kind === "manyToMany" && relation.automatic ? [relation.through] : [])),
  ),
];

export { registerHistorical, registerModel, registerSubtype } from "./registrations.js";

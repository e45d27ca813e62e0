/** The registry: which classes are models, and their resolved metadata. */

import { ConfigurationError } from "../errors.js";
import { describe } from "../support/describe.js";
import type { ModelMeta } from "./model-meta.js";
import { knownRegistrations, registrationOf } from "./registrations.js";
import { finished } from "./resolving/resolve.js";

/**
 * The metadata of a model class, resolved at the first call together with every model that its relations lead to.
 * A class not seen before (the user's class, on top of what `model()` made) is bound to the model.
 *
 * Errors: ConfigurationError for a class that is no model, and for every mistake in the definitions that relations bring to light.
 */
export const metadataOf = (ctor: unknown): ModelMeta => {
  const registration = registrationOf(ctor);
  if (registration !== null) return registration.meta ?? finished(registration);
  throw new ConfigurationError(`expected a model class, one that extends model(…)({…}), got ${describe(ctor)}`);
};

/**
 * All models that were defined and whose classes are still in use, subtypes included, in the order of definition.
 *
 * Errors: ConfigurationError when two of them have the same table and are not base and subtype.
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

/** Those whose metadata has been needed so far, the last defined first. */
export const resolvedModels = (): readonly ModelMeta[] =>
  knownRegistrations()
    .flatMap(({ meta }) => (meta === null ? [] : [meta, ...automaticLinks(meta)]))
    .reverse();

/** Link models that were made for a model's many-to-many relations. */
export const automaticLinks = (meta: ModelMeta): readonly ModelMeta[] => [
  ...new Set(
    [...meta.relations.values()].flatMap((relation) => (relation.kind === "manyToMany" && relation.automatic ? [relation.through] : [])),
  ),
];

export { registerHistorical, registerModel, registerSubtype } from "./registrations.js";

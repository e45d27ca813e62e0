/** Single-table inheritance: which class the rows of a table become. */

import type { ModelMeta } from "../model-meta.js";
import { family, type Registration, registrySerial, rootOf } from "../registrations.js";
import { discriminatorOf } from "./columns.js";
import { singular } from "../../support/naming.js";

/**
 * The subtypes of a model, found when asked for and again after another model was defined: a subtype may be defined long after
 * its parent was first used. `finished` gives the metadata of a registration.
 */
export const subtypesOf = (
  registration: Registration,
  meta: ModelMeta,
  finished: (registration: Registration) => ModelMeta,
): (() => ModelMeta["subtypes"]) => {
  let known: ModelMeta["subtypes"] = null;
  let serial = -1;
  return () => {
    if (serial === registrySerial()) return known;
    const root = rootOf(registration);
    const members = family(registration);
    if (registration.parent === null && members.length === 1) known = null;
    else if (known === null || known.byName.size !== members.length) known = find(registration, root, members, meta, finished);
    serial = registrySerial();
    return known;
  };
};

const find = (
  registration: Registration,
  root: Registration,
  members: readonly Registration[],
  meta: ModelMeta,
  finished: (registration: Registration) => ModelMeta,
): ModelMeta["subtypes"] => {
  const field = meta.fieldsByName.get(discriminatorOf(root));
  if (field === undefined) return null;
  const byName = new Map(members.map((member) => [storedName(member), member === registration ? meta : finished(member)]));
  return Object.freeze({ field, name: storedName(registration), base: registration === root ? meta : finished(root), byName });
};

/** What a row of this class has in its discriminator; the base's is the field's default, else the singular of the table. */
const storedName = (registration: Registration): string => {
  if (registration.subtypeName !== null) return registration.subtypeName;
  const definition = registration.definitions.get(discriminatorOf(registration));
  const given =
    definition?.kind === "field" && definition.default !== null && "value" in definition.default ? definition.default.value : null;
  return typeof given === "string" ? given : singular(registration.table);
};

/** Single-table inheritance: which class the rows of a table become. */

import { ConfigurationError } from "../../errors.js";
import type { ModelMeta } from "../model-meta.js";
import { describe } from "../../support/describe.js";
import { family, nameOf, type Registration, registrationOf, registrySerial, rootOf } from "../registrations.js";
import { givenBy, refuse, sameRows } from "./context.js";
import { discriminatorOf } from "./columns.js";
import { singular } from "../../support/naming.js";

/**
 * The subtypes of a model, computed on demand and again after another model was defined, since a subtype may be defined long after its
 * parent was first used. `finished` returns the metadata of a registration.
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
    seeListed(root);
    const members = family(registration);
    if (registration.parent === null && members.length === 1) known = null;
    else {
      refuseTwins(root);
      if (known === null || known.byName.size !== members.length) known = find(registration, root, members, meta, finished);
    }
    serial = registrySerial();
    return known;
  };
};

/** Resolves the classes listed in the options, so that their rows become instances even if nothing else refers to them. */
const seeListed = (root: Registration): void => {
  if (root.options.subtypes === undefined) return;
  const listed = givenBy(root, "subtypes", root.options.subtypes);
  if (!Array.isArray(listed)) refuse(root, "subtypes", `expected the function to give a list of classes, got ${describe(listed)}`);
  for (const given of listed as readonly unknown[]) {
    const found = registrationOf(given);
    if (found === null || found === root || !sameRows(found, root))
      refuse(root, "subtypes", `expected classes that extend ${nameOf(root)}.subtype(…), got ${describe(given)}`);
  }
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
  return Object.freeze({
    field,
    name: storedName(registration),
    base: registration === root ? meta : finished(root),
    byName,
    complete: root.options.subtypes !== undefined && givenName(root) !== null,
  });
};

/** Rows would become instances of the class defined last. A class that is not known yet has no name for the message. */
const refuseTwins = (root: Registration): void => {
  const field = discriminatorOf(root);
  const byName = new Map<string, Registration>();
  for (const member of family(root)) {
    const name = storedName(member);
    const other = byName.get(name);
    byName.set(name, member);
    if (other === undefined) continue;
    const [one, two] = [nameOf(other), nameOf(member)];
    const stored = `stored with ${field} ${JSON.stringify(name)}; give one of them another name`;
    if (family(other).includes(member))
      throw new ConfigurationError(
        `${two} is a subtype of ${one}, and the rows of both are ${stored}${other === root ? `, ${one} by ${field}: t.text().default("…")` : ""}`,
      );
    if (one !== two && other.bound !== null && member.bound !== null)
      throw new ConfigurationError(`${one} and ${two} are both subtypes of ${nameOf(root)} whose rows are ${stored}`);
  }
};

/** The discriminator value of this class; for the base the field's default, otherwise the singular of the table. */
const storedName = (registration: Registration): string =>
  registration.subtypeName ?? givenName(registration) ?? singular(registration.table);

const givenName = (registration: Registration): string | null => {
  const definition = registration.definitions.get(discriminatorOf(registration));
  const given =
    definition?.kind === "field" && definition.default !== null && "value" in definition.default ? definition.default.value : null;
  return typeof given === "string" ? given : null;
};

/** `hasMany` and `hasOne`: checks each against the foreign key it names, and links the two. */

import type { ReverseDefinition } from "../definition.js";
import type { ReverseOneMeta, ToManyMeta, ToOneMeta } from "../model-meta.js";
import { allDefinitions, nameOf, type Registration } from "../registrations.js";
import { type Context, type Draft, metaIn, type Mutable, noSuch, refuse, sameRows, targetOf } from "./context.js";
import { referenceNames } from "./references.js";

export const resolveReverses = (context: Context, draft: Draft): void => {
  for (const [name, definition] of draft.registration.definitions) {
    if (definition.kind !== "reverse") continue;
    const target = targetOf(draft.registration, name, definition.target);
    const via = viaOf(context, draft.registration, name, definition, target);
    checkOrphans(draft.registration, name, definition, via);
    const relation: ToManyMeta | ReverseOneMeta = {
      kind: definition.builder === "hasMany" ? "toMany" : "reverseOne",
      name,
      owner: draft.meta,
      target: metaIn(context, target),
      inverse: via,
      via,
      orphans: definition.orphans ?? "keep",
    };
    draft.relations.set(name, Object.freeze(relation));
  }
};

const viaOf = (
  context: Context,
  registration: Registration,
  name: string,
  definition: ReverseDefinition,
  target: Registration,
): ToOneMeta => {
  const definitions = allDefinitions(target);
  const found = definitions.get(definition.via);
  const wanted = definition.via;
  if (found === undefined) return noSuch(registration, name, `${nameOf(target)} has no foreign key`, wanted, referenceNames(definitions));
  if (found.kind !== "reference")
    return refuse(
      registration,
      name,
      `'${wanted}' of ${nameOf(target)} is no foreign key; name the one that leads back to ${nameOf(registration)}`,
    );
  const leadsTo = targetOf(target, wanted, found.target);
  if (!sameRows(leadsTo, registration))
    return refuse(registration, name, `${nameOf(target)}.${wanted} leads to ${nameOf(leadsTo)}, not to ${nameOf(registration)}`);
  const via = metaIn(context, target).relations.get(wanted);
  if (via?.kind !== "toOne") return refuse(registration, name, `${nameOf(target)}.${wanted} is no foreign key`);
  if (definition.builder === "hasOne" && !via.unique)
    return refuse(
      registration,
      name,
      `hasOne() needs a key that is unique, and ${nameOf(target)}.${wanted} may stand in many rows; make it oneToOne(), or this one hasMany()`,
    );
  return via;
};

const checkOrphans = (registration: Registration, name: string, definition: ReverseDefinition, via: ToOneMeta): void => {
  if (definition.orphans === "keep" && !via.nullable)
    refuse(
      registration,
      name,
      `orphans: "keep" is not possible: ${via.owner.name}.${via.name} cannot be null; make it nullable(), or say orphans: "delete"`,
    );
};

/** Gives each foreign key its inverse: the relation named by `reverse`, otherwise the first that names the foreign key. */
export const pairReferences = (draft: Draft): void => {
  for (const [name, definition] of draft.registration.definitions) {
    const relation = draft.relations.get(name);
    if (definition.kind !== "reference" || relation?.kind !== "toOne") continue;
    const target = targetOf(draft.registration, name, definition.target);
    const back = [...relation.target.relations.values()].filter(
      (other): other is ToManyMeta | ReverseOneMeta => (other.kind === "toMany" || other.kind === "reverseOne") && other.via === relation,
    );
    let inverse = back[0] ?? null;
    if (definition.reverse !== null) {
      const wanted = definition.reverse;
      const found = relation.target.relations.get(wanted);
      if (found === undefined)
        noSuch(draft.registration, name, `${nameOf(target)} has no relation`, wanted, relation.target.relations.keys());
      inverse =
        back.find((other) => other === found) ??
        refuse(
          draft.registration,
          name,
          `${nameOf(target)}.${wanted} does not lead back through '${name}'; declare it as hasMany(() => ${nameOf(draft.registration)}, "${name}")`,
        );
    }
    (relation as Mutable<ToOneMeta>).inverse = inverse;
    Object.freeze(relation);
  }
};

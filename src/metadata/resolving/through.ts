/** A custom link model: which of its foreign keys lead to each side. */

import type { ModelMeta, ToOneMeta } from "../model-meta.js";
import { allDefinitions, nameOf, type Registration } from "../registrations.js";
import { type Context, metaIn, noSuch, refuse, sameRows, targetOf } from "./context.js";
import type { LinkEnds, LinkSide } from "./link-side.js";
import { referenceNames } from "./references.js";

export const throughEnds = (context: Context, side: LinkSide, through: () => unknown): LinkEnds => {
  const model = targetOf(side.registration, side.name, through);
  const meta = metaIn(context, model);
  const [near, far] = side.definition.throughFields ?? guessedEnds(side, model);
  return {
    through: meta,
    near: end(side, model, meta, near, side.registration),
    far: end(side, model, meta, far, side.target),
    automatic: false,
  };
};

const end = (side: LinkSide, model: Registration, meta: ModelMeta, name: string, leadsTo: Registration): ToOneMeta => {
  const definitions = allDefinitions(model);
  const definition = definitions.get(name);
  if (definition === undefined)
    return noSuch(side.registration, side.name, `${nameOf(model)} has no foreign key`, name, referenceNames(definitions));
  const relation = meta.relations.get(name);
  if (definition.kind !== "reference" || relation?.kind !== "toOne")
    return refuse(side.registration, side.name, `'${name}' of ${nameOf(model)} is no foreign key`);
  return sameRows(targetOf(model, name, definition.target), leadsTo)
    ? relation
    : refuse(side.registration, side.name, `${nameOf(model)}.${name} does not lead to ${nameOf(leadsTo)}`);
};

/** One reference to each model; if a model is linked with itself, the first reference is the near one. */
const guessedEnds = (side: LinkSide, model: Registration): readonly [near: string, far: string] => {
  const leadingTo = (target: Registration): readonly string[] =>
    [...allDefinitions(model)]
      .filter(([name, definition]) => definition.kind === "reference" && sameRows(targetOf(model, name, definition.target), target))
      .map(([name]) => name);
  if (sameRows(side.registration, side.target)) {
    const [near, far, third] = leadingTo(side.target);
    if (near === undefined || far === undefined)
      return refuse(side.registration, side.name, `${nameOf(model)} needs two foreign keys to ${nameOf(side.target)}: near and far`);
    return third === undefined ? [near, far] : ambiguous(side, model, leadingTo(side.target));
  }
  return [only(side, model, side.registration, leadingTo(side.registration)), only(side, model, side.target, leadingTo(side.target))];
};

const only = (side: LinkSide, model: Registration, target: Registration, names: readonly string[]): string => {
  const [name, second] = names;
  if (name === undefined) return refuse(side.registration, side.name, `${nameOf(model)} has no foreign key to ${nameOf(target)}`);
  return second === undefined ? name : ambiguous(side, model, names);
};

const ambiguous = (side: LinkSide, model: Registration, names: readonly string[]): never =>
  refuse(
    side.registration,
    side.name,
    `${nameOf(model)} has several foreign keys that could be meant (${names.join(", ")}); say which with throughFields: [near, far]`,
  );

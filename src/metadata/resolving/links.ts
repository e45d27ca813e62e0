/** Resolves many-to-many relations: pairs the two sides, and finds the link model and its references. */

import type { LinkDefinition } from "../definition.js";
import type { ManyToManyMeta } from "../model-meta.js";
import { allDefinitions, nameOf, type Registration } from "../registrations.js";
import { type Context, type Draft, metaIn, type Mutable, noSuch, refuse, sameRows, targetOf } from "./context.js";
import { automaticLink } from "./automatic-link.js";
import type { LinkEnds, LinkSide } from "./link-side.js";
import { throughEnds } from "./through.js";

/** Resolves the links of all drafts; both sides of a relation get the same link model, with near and far swapped. */
export const resolveLinks = (context: Context, drafts: Iterable<Draft>): void => {
  const relations = new Map<LinkDefinition, Mutable<ManyToManyMeta>>();
  const tables = new Map<string, LinkSide>();
  for (const draft of drafts) {
    for (const side of linksOf(draft.registration)) {
      const other = otherSide(side);
      const paired = other === null ? undefined : relations.get(other.definition);
      const ends =
        paired === undefined
          ? endsOf(context, side, other, tables)
          : { through: paired.through, near: paired.far, far: paired.near, automatic: paired.automatic };
      const relation: Mutable<ManyToManyMeta> = {
        kind: "manyToMany",
        name: side.name,
        owner: draft.meta,
        target: metaIn(context, side.target),
        inverse: null,
        ...ends,
        symmetrical: isSymmetrical(side, other),
      };
      relations.set(side.definition, relation);
      draft.relations.set(side.name, relation);
      if (relation.symmetrical) relation.inverse = relation;
      if (paired !== undefined) {
        relation.inverse = paired;
        paired.inverse = relation;
      }
    }
  }
  for (const relation of relations.values()) Object.freeze(relation);
};

const linksOf = (registration: Registration, definitions = registration.definitions): readonly LinkSide[] => {
  const sides: LinkSide[] = [];
  for (const [name, definition] of definitions) {
    if (definition.kind === "link") sides.push({ registration, name, definition, target: targetOf(registration, name, definition.target) });
  }
  return sides;
};

const endsOf = (context: Context, side: LinkSide, other: LinkSide | null, tables: Map<string, LinkSide>): LinkEnds => {
  const [throughSide, swapped] =
    side.definition.through !== null || other === null || other.definition.through === null ? [side, false] : [other, true];
  if (throughSide.definition.through === null) {
    const ends = automaticLink(context, side, other);
    const taken = tables.get(ends.through.table);
    if (taken !== undefined)
      refuse(
        side.registration,
        side.name,
        `makes the link table "${ends.through.table}", which ${nameOf(taken.registration)}.${taken.name} makes too; name the other side with \`reverse\`, or give one of them a \`table\``,
      );
    tables.set(ends.through.table, side);
    return ends;
  }
  const ends = throughEnds(context, throughSide, throughSide.definition.through);
  return swapped ? { ...ends, near: ends.far, far: ends.near } : ends;
};

const isSymmetrical = (side: LinkSide, other: LinkSide | null): boolean => {
  const { symmetrical, reverse, through } = side.definition;
  const withItself = side.target === side.registration;
  if (symmetrical === true && !withItself)
    refuse(side.registration, side.name, `leads to ${nameOf(side.target)}: only a relation of a model with itself can be symmetrical`);
  if (symmetrical === true && other !== null)
    refuse(side.registration, side.name, `is symmetrical and its own reverse, but '${other.name}' claims to be that`);
  return symmetrical ?? (withItself && reverse === null && through === null && other === null);
};

/** The same relation as declared on the target. */
const otherSide = (side: LinkSide): LinkSide | null => {
  const back = linksOf(side.target, allDefinitions(side.target)).filter(
    (other) => other.definition !== side.definition && sameRows(other.target, side.registration),
  );
  if (side.definition.reverse !== null) return namedReverse(side, side.definition.reverse, back);
  const claiming = back.filter((other) => other.definition.reverse === side.name);
  if (claiming.length > 1)
    return refuse(
      side.registration,
      side.name,
      `${claiming.map((other) => `${nameOf(other.registration)}.${other.name}`).join(" and ")} both name it as their reverse`,
    );
  if (claiming[0] !== undefined) return claiming[0];
  return unsaidReverse(side, back);
};

const namedReverse = (side: LinkSide, wanted: string, back: readonly LinkSide[]): LinkSide => {
  const found = back.find((other) => other.name === wanted);
  if (found === undefined) {
    const definitions = allDefinitions(side.target);
    if (!definitions.has(wanted))
      return noSuch(
        side.registration,
        side.name,
        `${nameOf(side.target)} has no relation`,
        wanted,
        back.length > 0 ? back.map((other) => other.name) : definitions.keys(),
      );
    return refuse(
      side.registration,
      side.name,
      `${nameOf(side.target)}.${wanted} is no manyToMany relation that leads back to ${nameOf(side.registration)}`,
    );
  }
  const theirs = found.definition.reverse;
  if (theirs !== null && theirs !== side.name)
    return refuse(side.registration, side.name, `names ${nameOf(side.target)}.${wanted} as its reverse, which names '${theirs}'`);
  return found;
};

/** If each model has exactly one link to the other and neither names a reverse, they are two sides of one relation. */
const unsaidReverse = (side: LinkSide, back: readonly LinkSide[]): LinkSide | null => {
  const [only, second] = back.filter((other) => other.definition.reverse === null);
  if (only === undefined || second !== undefined || side.target === side.registration) return null;
  const mine = linksOf(side.registration, allDefinitions(side.registration)).filter(
    (one) => one.definition.reverse === null && sameRows(one.target, side.target),
  );
  if (mine.length > 1) return null;
  const [a, b] = [side, only].map((one) =>
    one.definition.through === null ? null : targetOf(one.registration, one.name, one.definition.through),
  );
  return a === null || b === null || a === b ? only : null;
};

/** Who deals with the dependants of rows that go: the database's constraints alone, or the session row by row, because somebody listens or something below needs it. */

import type { ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import type { Core } from "../../core/core.js";
import type { WritePolicy } from "../work/policy.js";
import { hasInstances, overridesOf } from "../../tracking/overrides.js";
import { isOf } from "../../tracking/identity-map.js";

/** The classes that rows of a relation's owner may have. */
const classesOf = (owner: ModelMeta): readonly ModelMeta[] =>
  owner.subtypes === null ? [owner] : [...owner.subtypes.byName.values()].filter((meta) => isOf(meta, owner));

/** Code of the user's hears when a row goes, or when its reference is changed. */
export const hasListeners = (core: Core, { hooks }: WritePolicy, owner: ModelMeta, what: "delete" | "save"): boolean =>
  hooks &&
  hasInstances(owner) &&
  classesOf(owner).some(
    (meta) => overridesOf(meta)[what] || core.signals.has(`pre_${what}`, meta.ctor) || core.signals.has(`post_${what}`, meta.ctor),
  );

/** Code of the user's looks at what is written. */
export const hasCleanHook = (owner: ModelMeta): boolean => classesOf(owner).some((meta) => overridesOf(meta).clean);

/** All relations by which rows may be touched when rows of these models go. */
const reachedFrom = (roots: Iterable<ModelMeta>): ReadonlySet<ToOneMeta> => {
  const reached = new Set<ToOneMeta>();
  const waiting = [...roots];
  for (let meta = waiting.pop(); meta !== undefined; meta = waiting.pop()) {
    for (const relation of meta.dependants()) {
      if (reached.has(relation)) continue;
      reached.add(relation);
      if (relation.onDelete === "cascade") waiting.push(relation.owner);
    }
  }
  return reached;
};

const needsSession = (core: Core, policy: WritePolicy, relation: ToOneMeta): boolean => {
  const { onDelete, onDeleteBy, owner } = relation;
  if (onDeleteBy === "session") return onDelete !== "nothing";
  if (onDelete === "cascade") return owner.anyOfDependants().length > 0 || hasListeners(core, policy, owner, "delete");
  return (onDelete === "setNull" || onDelete === "setDefault") && hasListeners(core, policy, owner, "save");
};

/** Rows of `from` keep those of `to` from being deleted. */
const blocksDeletion = (from: ModelMeta, to: ModelMeta): boolean =>
  to
    .dependants()
    .some(({ owner, onDelete }) => owner === from && (onDelete === "protect" || onDelete === "restrict" || onDelete === "nothing"));

/**
 * The relations whose rows the session has to find when rows of these models go. What is not among them the database does by itself, with no statement more.
 * A relation is among them for its own sake, for that of one below it, or because its rows hold others that the session deletes: those go first.
 */
export const handledBySession = (core: Core, policy: WritePolicy, roots: Iterable<ModelMeta>): ReadonlySet<ToOneMeta> => {
  const handled = new Set<ToOneMeta>();
  const open = new Set(reachedFrom(roots));
  const joins = (relation: ToOneMeta): boolean =>
    needsSession(core, policy, relation) ||
    (relation.onDelete === "cascade" &&
      (relation.owner.dependants().some((below) => handled.has(below)) ||
        [...handled].some((other) => other.onDelete === "cascade" && blocksDeletion(relation.owner, other.owner))));
  for (let grown = true; grown;) {
    grown = false;
    for (const relation of open) {
      if (!joins(relation)) continue;
      open.delete(relation);
      handled.add(relation);
      grown = true;
    }
  }
  return handled;
};

/**
 * All decisions about dependants of deleted rows: what `onDelete` does to them, and who does it: the database's constraint, a single
 * statement, or the session row by row.
 */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { referenceOf } from "../../../metadata/references.js";
import type { Core } from "../../core/core.js";
import { pointsAtNewRow } from "../../core/reference-keys.js";
import { isChanged } from "../../tracking/changes.js";
import type { DeletionKind } from "../work/deletions.js";
import type { WritePolicy } from "../work/policy.js";
import { hasCleanHook, hasListeners } from "./listeners.js";

/** What happens to a row whose target is deleted. */
export type Consequence = "none" | "delete" | "clearReference" | "refuse";

/** A soft deletion keeps its row: references stay valid, and only dependants that can be soft-deleted themselves follow it. */
export const consequenceOf = ({ onDelete, owner }: ToOneMeta | AnyOfMeta, kind: DeletionKind): Consequence => {
  switch (onDelete) {
    case "nothing":
      return "none";
    case "cascade":
      return kind === "hard" || owner.softDeleteField !== null ? "delete" : "none";
    case "setNull":
    case "setDefault":
      return kind === "hard" ? "clearReference" : "none";
    case "protect":
    case "restrict":
      return "refuse";
  }
};

/** All relations whose rows may be affected when rows of these models are deleted. */
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

/** Whether rows of `from` prevent the deletion of rows of `to`. */
const blocksDeletion = (from: ModelMeta, to: ModelMeta): boolean =>
  to
    .dependants()
    .some(({ owner, onDelete }) => owner === from && (onDelete === "protect" || onDelete === "restrict" || onDelete === "nothing"));

/**
 * The relations whose rows the session has to find when rows of these models are deleted. The database handles all other relations without
 * an extra statement. A relation is included for its own sake, because of a relation below it, or because its rows block the deletion of
 * rows that the session deletes.
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

/**
 * Whether the session has to look for dependants of deleted rows of this model; otherwise a single DELETE, or the UPDATE of a soft
 * deletion, does everything.
 */
export const looksForDependants = (core: Core, policy: WritePolicy, meta: ModelMeta, kind: DeletionKind): boolean =>
  meta.anyOfDependants().length > 0 ||
  (kind === "soft"
    ? meta.dependants().some((relation) => consequenceOf(relation, kind) !== "none")
    : handledBySession(core, policy, [meta]).size > 0);

const isKept = (field: FieldMeta): boolean => field.version || field.onUpdate !== null;

/** Whether a stored row refers to another target in memory than its row does; a key alone does not say which of several models is meant. */
export const hasMoved = (object: object, relation: ToOneMeta | AnyOfMeta): boolean => {
  const state = stateOf(object) as InstanceState;
  const row = state.snapshot;
  if (row === null) return false;
  const differs = (field: FieldMeta): boolean => isChanged(object, field, row[field.position]);
  return (
    differs(referenceOf(relation)) || (relation.kind === "anyOf" && differs(relation.typeField)) || pointsAtNewRow(object, state, relation)
  );
};

/**
 * Whether one statement suffices for the dependants of deleted rows: no user code is notified, nothing depends on them, and no object in
 * memory has moved away.
 */
export const canActInBulk = (core: Core, policy: WritePolicy, relation: ToOneMeta): boolean => {
  const { owner, onDelete } = relation;
  if (owner.subtypes !== null || owner.softDeleteField !== null || core.map.some(owner, (object) => hasMoved(object, relation)))
    return false;
  if (onDelete === "cascade")
    return owner.dependants().length === 0 && owner.anyOfDependants().length === 0 && !hasListeners(core, policy, owner, "delete");
  return (
    (onDelete === "setNull" || onDelete === "setDefault") &&
    !owner.fields.some(isKept) &&
    !(policy.clean && hasCleanHook(owner)) &&
    !hasListeners(core, policy, owner, "save")
  );
};

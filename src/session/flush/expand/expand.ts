/** Expands the pending work before anything is written: cleared collections, replaced one-to-ones, cascades. May run queries. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { FieldMeta, RelationMeta } from "../../../metadata/model-meta.js";
import { valueOfCell } from "../../../metadata/comparable.js";
import { referenceOf } from "../../../metadata/references.js";
import type { Core, RunningFlush } from "../../core/core.js";
import { unresolvedTarget } from "../../core/reference-keys.js";
import { inTheWay } from "../../relationships/both-sides.js";
import { held } from "../../tracking/changes.js";
import { dropOverwritten } from "../../tracking/expressions.js";
import { rootOf } from "../../tracking/identity-map.js";
import { isInTheWay } from "../plan/row-dependencies.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { collectChanged, recordChanged } from "../collect/changed-rows.js";
import type { NamedFields } from "../work/policy.js";
import type { Changed, Expansion, Subset } from "../work/work.js";
import { collectDeletions } from "./cascade-delete.js";
import { emptyCleared } from "./cleared-collections.js";
import { followKeyChanges } from "./key-changes.js";
import { expandLinkObjects } from "./link-objects.js";
import { collectReassignments, withoutDeletedOwners } from "./reassign-by-key.js";
import { followReplacements } from "./replacements.js";
import { releaseReplaced } from "./replaced-one-to-ones.js";

export const expand = async (core: Core, subset: Subset, running: RunningFlush): Promise<Expansion> => {
  if (subset === null) await emptyCleared(core);
  if (core.replacedReverseOnes.size > 0) await releaseReplaced(core);
  const reassignments = subset === null ? await collectReassignments(core, running.policy) : [];
  if (subset === null && core.collections.size > 0) await expandLinkObjects(core);
  const wanted = subset === null ? null : withDependencies(core, subset, running.policy.fields);
  for (const object of core.pending) dropOverwritten(object, stateOf(object) as InstanceState);
  const changed = collectChanged(core, wanted, running);
  followKeyChanges(core, changed);
  followReplacements(core, wanted, changed);
  const { index, clearedReferences, bulkActions } = await collectDeletions(
    core,
    running.policy,
    deletionRoots(core, wanted, changed, running),
  );
  for (const [object, fields] of changed) if (index.get(object) === "soft") keepOwner(core, object, fields, changed);
  // In a later round these references already point elsewhere, so they are remembered.
  for (const object of clearedReferences) running.clearedReferences.add(object);
  for (const object of running.clearedReferences)
    if (!changed.has(object) && stateOf(object)?.status === "persistent" && stateOf(object)?.owner === core) recordChanged(object, changed);
  return {
    wanted,
    changed,
    deletions: index,
    bulkActions,
    reassignments: withoutDeletedOwners(reassignments, (owner) => index.get(owner) === "hard"),
  };
};

/**
 * Adds the new objects that the subset points at, which must be written first, and the rows that hold a unique reference the subset takes
 * over.
 */
const withDependencies = (core: Core, subset: ReadonlySet<object>, named: NamedFields | null): Set<object> => {
  const all = new Set(subset);
  for (const object of all) {
    const state = stateOf(object) as InstanceState;
    if (state.status === "pending") for (const other of core.deleting) if (makesRoom(other, object, state)) all.add(other);
    for (const relation of state.meta.relations.values()) {
      if (named !== null && subset.has(object) && !isNamed(relation, named)) continue;
      const target = relation.kind === "toOne" || relation.kind === "anyOf" ? unresolvedTarget(object, state, relation) : null;
      if (target !== null && stateOf(target)?.status === "pending") all.add(target);
      if (relation.kind === "toOne" && relation.unique) for (const holder of inTheWay(object, relation)) all.add(holder);
    }
  }
  return all;
};

/** Whether a row marked for deletion holds the key, or another unique value, of a new object. */
const makesRoom = (other: object, object: object, { meta }: InstanceState): boolean => {
  const { meta: otherMeta, snapshot } = stateOf(other) as InstanceState;
  return snapshot !== null && rootOf(otherMeta) === rootOf(meta) && isInTheWay(snapshot, object, meta);
};

const isNamed = (relation: RelationMeta, { names }: NamedFields): boolean =>
  (relation.kind === "toOne" || relation.kind === "anyOf") && names.has(referenceOf(relation).name);

const isOrphan = (object: object, fields: readonly FieldMeta[]): boolean => {
  const { orphaning } = modelInfoOf((stateOf(object) as InstanceState).meta);
  return orphaning.some((field) => fields.includes(field) && held(object, field) === null);
};

/** An orphan that is soft-deleted keeps its owner, so that restoring it puts it back in its place. */
const keepOwner = (core: Core, object: object, fields: readonly FieldMeta[], changed: Changed): void => {
  const state = stateOf(object) as InstanceState;
  const { toOnes, orphaning } = modelInfoOf(state.meta);
  const left = fields.filter((field) => orphaning.includes(field) && held(object, field) === null);
  if (left.length === 0) return;
  for (const field of left) core.journal.fill(object, state, field, valueOfCell(state.snapshot?.[field.position], field.type));
  for (const relation of toOnes) if (left.includes(relation.field)) state.related?.delete(relation.name);
  const others = fields.filter((field) => !left.includes(field));
  if (others.length > 0) changed.set(object, others);
  else changed.delete(object);
};

const deletionRoots = (core: Core, wanted: Subset, changed: Changed, { policy, targets }: RunningFlush): object[] => {
  const objects: object[] = [];
  for (const object of core.deleting) {
    // A write of named fields does not delete its target objects.
    if (policy.fields !== null && targets?.has(object) === true) continue;
    if (wanted === null || wanted.has(object)) objects.push(object);
  }
  for (const [object, fields] of changed) if (!core.deleting.has(object) && isOrphan(object, fields)) objects.push(object);
  return objects;
};

/**
 * Members of one-to-many collections that were given by their keys. One UPDATE moves them if no user code is notified; otherwise they are
 * loaded and moved like other members.
 */

import type { WritePolicy } from "../work/policy.js";
import type { KeyReassignment } from "../work/work.js";
import type { ToManyMeta } from "../../../metadata/model-meta.js";
import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import { keyCell } from "../../../metadata/keys.js";
import { held } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { keyField, refuseMissing } from "../persist/reassignment.js";
import { hasCleanHook, hasListeners } from "./listeners.js";
import { findInstances, type Entries } from "../../reading/find-instances.js";
import { collectionAdd, collectionRemove, dropKeys } from "../../relationships/collections.js";

/** Removals come first, so that a member that moves between two collections ends up in the new one. */
export const collectReassignments = async (core: Core, policy: WritePolicy): Promise<readonly KeyReassignment[]> => {
  const leaving: KeyReassignment[] = [];
  const arriving: KeyReassignment[] = [];
  const keyed: CollectionState[] = [];
  for (const collection of core.collections) if (collection.hasKeys) keyed.push(collection);
  for (const collection of keyed) {
    const { relation, owner } = collection;
    if (relation.kind !== "toMany" || stateOf(owner)?.owner !== core) continue;
    await resolveLoadedKeys(core, policy, collection, relation);
    const [removed, added] = [[...collection.removedKeys], [...collection.addedKeys]];
    if (removed.length > 0) leaving.push({ relation, owner, keys: removed, joins: false });
    if (added.length > 0) arriving.push({ relation, owner, keys: added, joins: true });
  }
  return [...leaving, ...arriving];
};

/** Members whose objects are loaded by now, or must be loaded, become ordinary members of the collection. */
const resolveLoadedKeys = async (core: Core, policy: WritePolicy, collection: CollectionState, relation: ToManyMeta): Promise<void> => {
  const { owner, addedKeys, removedKeys } = collection;
  const loud = hasListeners(core, policy, relation.target, "save") || (policy.clean && hasCleanHook(relation.target));
  const added = await instancesOf(core, relation, [...addedKeys], loud, []);
  if (loud)
    refuseMissing(
      relation,
      addedKeys,
      added.map((member) => held(member, keyField(relation))),
    );
  if (added.length > 0) {
    dropKeys(collection, addedKeys, added);
    collectionAdd(owner, relation, added);
  }
  // The flush deletes orphans, so their objects are needed.
  const key = held(owner, relation.via.targetField);
  const removed = await instancesOf(core, relation, [...removedKeys], loud || relation.orphans === "delete", [
    [relation.via.field.name, key],
  ]);
  if (removed.length > 0) {
    dropKeys(collection, removedKeys, removed);
    collectionRemove(owner, relation, removed);
  }
};

const instancesOf = async (core: Core, relation: ToManyMeta, keys: readonly unknown[], all: boolean, also: Entries): Promise<object[]> => {
  if (keys.length === 0) return [];
  const field = keyField(relation);
  if (all) return findInstances(core, relation.target, [[`${field.name}__in`, keys], ...also]);
  return keys.flatMap((key) => core.map.find(relation.target, [keyCell(key, field)]) ?? []);
};

/** Drops the moves of collections whose owner is deleted. */
export const withoutDeletedOwners = (moves: readonly KeyReassignment[], goes: (owner: object) => boolean): readonly KeyReassignment[] =>
  moves.filter(({ owner }) => !goes(owner) && (stateOf(owner) as InstanceState).status !== "deleted");

/** Members of one-to-many collections that were given by their keys: moved by one UPDATE where nobody hears of it, else read first and moved like any other. */

import type { WritePolicy } from "../work/policy.js";
import type { KeyReassignment } from "../work/work.js";
import type { FieldMeta, ToManyMeta } from "../../../metadata/model-meta.js";
import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import { DoesNotExist } from "../../../errors.js";
import { keyCell } from "../../../metadata/keys.js";
import { planSelect, planUpdate } from "../../../query/planner.js";
import { held } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { hasCleanHook, hasListeners } from "./on-delete.js";
import { findInstances, load, stateWhere, type Entries } from "../../reading/find-instances.js";
import { collectionAdd, collectionRemove, dropKeys } from "../../relationships/collections.js";
import { bind, run } from "../../statements/send.js";

/** Removals come first: what leaves one collection for another arrives. */
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

const keyField = ({ target }: ToManyMeta): FieldMeta => target.primaryKey[0] as FieldMeta;

/** Those whose objects are here by now, or must be, become members like others. */
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
  // An orphan is deleted, which is for the flush to do.
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

const refuseMissing = (relation: ToManyMeta, keys: Iterable<unknown>, found: readonly unknown[]): void => {
  const field = keyField(relation);
  const present = new Set(found.map((key) => keyCell(key, field)));
  const missing = [...keys].filter((key) => !present.has(keyCell(key, field)));
  if (missing.length > 0) throw noSuch(relation, missing);
};

const noSuch = ({ name, owner, target }: ToManyMeta, keys: readonly unknown[]): DoesNotExist =>
  new DoesNotExist(
    `${owner.name}.${name} was given the ${keys.length === 1 ? "key" : "keys"} ${keys.map(String).join(", ")}, and there is no such ${target.name}: remove() what is not there`,
  );

/** The owner's row is there, and what the row refers to now goes later. */
export const runReassignment = async (core: Core, { relation, owner, keys, joins }: KeyReassignment): Promise<void> => {
  const field = keyField(relation);
  const { via } = relation;
  const ownKey = held(owner, via.targetField);
  const which: Entries = [[`${field.name}__in`, keys], ...(joins ? [] : ([[via.field.name, ownKey]] as const))];
  const plan = planUpdate(stateWhere(relation.target, which), [[via.field.name, joins ? ownKey : null]], { all: true });
  const { affected } = await run(core, bind(core, plan), "write");
  if (!joins || affected === keys.length) return;
  // Keys alone: what is read now would outlive the rollback.
  const state = stateWhere(relation.target, [[`${field.name}__in`, keys]]);
  refuseMissing(relation, keys, await load(core, planSelect({ ...state, values: { items: [field.name], mode: "flat" } })));
};

/** A collection of a row that goes moves nothing any more. */
export const withoutDeletedOwners = (moves: readonly KeyReassignment[], goes: (owner: object) => boolean): readonly KeyReassignment[] =>
  moves.filter(({ owner }) => !goes(owner) && (stateOf(owner) as InstanceState).status !== "deleted");

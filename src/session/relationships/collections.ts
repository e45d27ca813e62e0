/** Adds and removes collection members in memory until the flush; both sides of the relation change together. */

import type { FieldMeta, ManyToManyMeta, ToManyMeta } from "../../metadata/model-meta.js";
import { collectionOf, type CollectionState } from "../../loading/index.js";
import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { keyCell } from "../../metadata/keys.js";
import { coreOf, requireState } from "../core/core.js";
import { currentTarget } from "../core/reference-keys.js";
import { checkedKey, keyCells } from "../tracking/row-keys.js";
import { add, attach, trackMember, untrackMember, withdraw } from "./cascade-add.js";
import { checkLeaving, releaseMember } from "./reverse-one.js";
import { belongsTo, forgetAdded, recordAssignment, register } from "./both-sides.js";
import { isLink } from "./link-rows.js";
import { assignToOne } from "./to-one.js";

type Collection = ToManyMeta | ManyToManyMeta;

/** Adds members, given as objects or keys. */
export const collectionAdd = (owner: object, relation: Collection, members: readonly unknown[]): void => {
  for (const member of members) {
    if (isInstance(relation, member)) addMember(owner, relation, member);
    else addKey(owner, relation, member);
  }
};

/** Removes members; ignores those that are not in the collection. */
export const collectionRemove = (owner: object, relation: Collection, members: readonly unknown[]): void => {
  for (const member of members) {
    if (isInstance(relation, member)) removeMember(owner, relation, member);
    else removeKey(owner, relation, member);
  }
};

/** Empties the collection; the flush also removes rows that were not loaded. */
export const collectionClear = (owner: object, relation: Collection): void => {
  const collection = collectionOf(owner, relation);
  const known = collection.items ?? [...collection.added, ...shownBy(owner, relation)];
  collectionRemove(owner, relation, [...known]);
  removePendingByKey(owner, relation, nobody);
  if (collection.items !== null) return;
  const state = requireState(owner);
  recordAssignment(owner, state);
  collection.removed.clear();
  collection.addedKeys.clear();
  collection.removedKeys.clear();
  collection.cleared = true;
  register(state, collection);
};

/** Whom the loaded other side of a collection that is not loaded tells to be linked: what is given to them afterwards is new. */
const shownBy = (owner: object, relation: Collection): readonly object[] => {
  const core = coreOf(requireState(owner));
  const inverse = relation.kind !== "manyToMany" ? null : relation.symmetrical ? relation : inverseOf(relation);
  const members: object[] = [];
  if (core === null || inverse === null) return members;
  core.map.each(relation.target, (member) => {
    if (requireState(member).collections?.get(inverse.name)?.items?.includes(owner) === true) members.push(member);
  });
  return members;
};

/** New objects that name the owner by its key, and new objects of links, are members too, though nothing shows them before the flush. */
const removePendingByKey = (owner: object, relation: Collection, stays: (object: object) => boolean): void => {
  const core = coreOf(requireState(owner));
  if (core === null) return;
  if (relation.kind === "manyToMany") {
    return withdrawLinks(owner, relation, (link) => {
      const member = currentTarget(link, requireState(link), relation.far);
      return member === null || member === undefined || !stays(member);
    });
  }
  for (const object of [...core.pending])
    if (object instanceof (relation.target.ctor as unknown as new () => object) && belongsTo(object, relation.via, owner) && !stays(object))
      releaseMember(owner, relation, object);
};
const nobody = (): boolean => false;

/** Makes the collection hold exactly these members. Loads it first if necessary, so that only the difference is written. */
export const collectionSet = async (owner: object, relation: Collection, members: readonly unknown[]): Promise<void> => {
  const state = requireState(owner);
  const collection = collectionOf(owner, relation);
  if (collection.items === null && state.snapshot !== null) await coreOf(state)?.loadRelation(owner, relation);
  const wanted = new Set(members);
  const keys = new Set<unknown>();
  for (const member of members) if (!isInstance(relation, member)) keys.add(member);
  const keyField = relation.target.primaryKey[0];
  const present = collection.items ?? [...collection.added];
  const stays = (item: object): boolean =>
    wanted.has(item) || (keyField !== undefined && keys.has((item as Record<string, unknown>)[keyField.name]));
  // One that was given another owner's key still shows until the flush.
  const belonging = present.filter((item) => relation.kind === "manyToMany" || belongsTo(item, relation.via, owner));
  const presentKeys = new Set(keyField === undefined ? [] : belonging.map((item) => (item as Record<string, unknown>)[keyField.name]));
  collectionRemove(
    owner,
    relation,
    present.filter((item) => !stays(item)),
  );
  removePendingByKey(owner, relation, stays);
  collectionAdd(
    owner,
    relation,
    members.filter((member) => isInstance(relation, member) || !presentKeys.has(member)),
  );
};

/**
 * Drops the pending changes of a collection, links on both sides included. A to-many collection is derived from its members' keys, so it is
 * simply loaded again.
 */
export const collectionForget = (owner: object, collection: CollectionState): void => {
  const { relation, added, removed } = collection;
  collection.items = null;
  collection.partial = null;
  collection.cleared = false;
  if (relation.kind === "manyToMany") {
    const inverse = relation.symmetrical ? relation : inverseOf(relation);
    if (inverse !== null) {
      for (const member of added) forgetAdded(changing(member, inverse), owner);
      for (const member of removed) forgetRemoved(changing(member, inverse), owner);
    }
    for (const set of [added, removed, collection.addedKeys, collection.removedKeys]) set.clear();
  }
  register(requireState(owner), collection);
};

const forgetRemoved = (collection: CollectionState, member: object): void => {
  if (collection.removed.delete(member) && collection.items?.includes(member) === false) collection.items.push(member);
  register(requireState(collection.owner), collection);
};

const isInstance = (relation: Collection, member: unknown): member is object => {
  if (member instanceof (relation.target.ctor as unknown as new () => object)) return true;
  const single = relation.target.primaryKey.length === 1;
  if (single && member !== null && member !== undefined && (typeof member !== "object" || member instanceof Uint8Array)) return false;
  throw new FieldError(
    `${relation.owner.name}.${relation.name} takes instances of ${relation.target.name}${single ? " or their keys" : ", whose keys have several parts"}, got ${describe(member)}`,
  );
};

const addMember = (owner: object, relation: Collection, member: object): void => {
  if (relation.kind === "toMany") assignToOne(member, relation.via, owner);
  else link(owner, relation, member);
  const state = requireState(owner);
  const core = coreOf(state);
  if (state.snapshot === null) trackMember(owner, member);
  if (core !== null) attach(core, member);
};

const removeMember = (owner: object, relation: Collection, member: object): void => {
  if (relation.kind === "toMany") {
    if (!belongsTo(member, relation.via, owner)) return;
    // A member marked for deletion needs no new owner; it only leaves the list.
    if (requireState(member).deleting) hideDeleted(owner, relation, member);
    else releaseMember(owner, relation, member);
    return;
  }
  withdrawLinks(owner, relation, (link) => belongsTo(link, relation.far, member));
  unlink(owner, relation, member);
  untrackMember(owner, member);
};

/** New objects of a user-defined link model are links too, so removing the link withdraws them. */
const withdrawLinks = (owner: object, relation: ManyToManyMeta, concerned: (link: object) => boolean): void => {
  const core = coreOf(requireState(owner));
  if (core === null || relation.automatic || core.pending.size === 0) return;
  for (const link of [...core.pending])
    if (link instanceof (relation.through.ctor as unknown as new () => object) && belongsTo(link, relation.near, owner) && concerned(link))
      withdraw(core, link, requireState(link));
};

const hideDeleted = (owner: object, relation: ToManyMeta, member: object): void => {
  const collection = changing(owner, relation);
  collection.added.delete(member);
  if (collection.items !== null) collection.items = collection.items.filter((item) => item !== member);
  register(requireState(owner), collection);
};

const inverseOf = (relation: ManyToManyMeta): ManyToManyMeta | null => (relation.inverse?.kind === "manyToMany" ? relation.inverse : null);

/** Whether the two are linked, according to whichever side is loaded; undefined if neither is. */
const isLinked = (owner: object, relation: ManyToManyMeta, member: object, inverse: ManyToManyMeta | null): boolean | undefined =>
  collectionOf(owner, relation).items?.includes(member) ??
  (inverse === null ? undefined : requireState(member).collections?.get(inverse.name)?.items?.includes(owner));

const link = (owner: object, relation: ManyToManyMeta, member: object): void => {
  const inverse = relation.symmetrical ? relation : inverseOf(relation);
  if (isLinked(owner, relation, member, inverse) === true) return keepLink(owner, relation, member);
  include(owner, relation, member);
  if (inverse !== null) include(member, inverse, owner);
};

/** A link whose object is marked for deletion still shows until the flush; given once more, it stays. */
const keepLink = (owner: object, relation: ManyToManyMeta, member: object): void => {
  const core = coreOf(requireState(owner));
  if (core === null || relation.automatic || core.deleting.size === 0) return;
  for (const link of [...core.deleting]) if (isLink(link, relation, owner, member)) add(core, link);
};

const unlink = (owner: object, relation: ManyToManyMeta, member: object): void => {
  const inverse = relation.symmetrical ? relation : inverseOf(relation);
  if (isLinked(owner, relation, member, inverse) === false) return;
  exclude(owner, relation, member);
  if (inverse !== null) exclude(member, inverse, owner);
};

const changing = (owner: object, relation: Collection): CollectionState => {
  recordAssignment(owner, requireState(owner));
  return collectionOf(owner, relation);
};

const include = (owner: object, relation: ManyToManyMeta, member: object): void => {
  const collection = changing(owner, relation);
  const { items } = collection;
  const wasRemoved = collection.removed.delete(member);
  // A removed member of a loaded collection still has its link row; without loading, this is unknown.
  if (items === null) collection.added.add(member);
  else if (!items.includes(member)) {
    items.push(member);
    if (!wasRemoved) collection.added.add(member);
  }
  register(requireState(owner), collection);
};

const exclude = (owner: object, relation: ManyToManyMeta, member: object): void => {
  const collection = changing(owner, relation);
  const { items } = collection;
  const wasAdded = collection.added.delete(member);
  const stored = requireState(owner).snapshot !== null && requireState(member).snapshot !== null;
  if (items === null ? stored : !wasAdded && items.includes(member)) collection.removed.add(member);
  if (items !== null) collection.items = items.filter((item) => item !== member);
  register(requireState(owner), collection);
};

/** The tracked object for a key, if any. Throws if the key is not valid for the model. */
const tracked = (owner: object, relation: Collection, key: unknown): object | undefined => {
  const core = coreOf(requireState(owner));
  if (core === null) return undefined;
  return core.map.find(relation.target, keyCells(relation.target, checkedKey(relation.target, key, core.dialect)));
};

const addKey = (owner: object, relation: Collection, key: unknown): void => {
  const member = tracked(owner, relation, key);
  if (member !== undefined) return addMember(owner, relation, member);
  const collection = changing(owner, relation);
  collection.removedKeys.delete(key);
  collection.addedKeys.add(key);
  // Only the database knows which row the key refers to, so the collection has to be loaded again.
  collection.items = null;
  register(requireState(owner), collection);
};

const removeKey = (owner: object, relation: Collection, key: unknown): void => {
  const member = tracked(owner, relation, key);
  if (member !== undefined) return removeMember(owner, relation, member);
  if (relation.kind === "toMany") checkLeaving(relation.owner, relation);
  const collection = changing(owner, relation);
  collection.addedKeys.delete(key);
  if (collection.items === null && requireState(owner).snapshot !== null) collection.removedKeys.add(key);
  register(requireState(owner), collection);
};

/** Removes keys from the pending sets once their objects are found and pending as members. */
export const dropKeys = (collection: CollectionState, keys: Set<unknown>, members: readonly object[]): void => {
  const field = collection.relation.target.primaryKey[0] as FieldMeta;
  recordAssignment(collection.owner, requireState(collection.owner));
  const found = new Set(members.map((member) => keyCell((member as Record<string, unknown>)[field.name], field)));
  for (const key of keys) if (found.has(keyCell(key, field))) keys.delete(key);
};

/** Keeps both sides of a to-one relation in step: collections and reverse one-to-ones of the target follow the assignment. */

import type { FieldMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { collectionOf, type CollectionState, type InstanceState } from "../../loading/index.js";
import { SmallMap } from "../../support/small-map.js";
import { held, isChanged } from "../tracking/changes.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { coreOf, requireState } from "../core/core.js";
import { recordChange } from "../rollback/record-change.js";
import { currentTarget, sameKey, trackedTarget } from "../core/reference-keys.js";

/** Records an object in the journal of its session before one of its relations changes. */
export const recordAssignment = (object: object, state: InstanceState): void => {
  const core = coreOf(state);
  if (core !== null) recordChange(core, object, state);
};

export const setRelated = (state: InstanceState, name: string, value: object | null): void => {
  (state.related ??= new SmallMap<string, object | null>()).set(name, value);
};

/** Whether an owner should show this object: a tracked owner shows only objects of its own session. */
const showsIn = (owner: object, object: object): boolean => {
  const core = coreOf(requireState(owner));
  return core === null || coreOf(requireState(object)) === core;
};

/**
 * When an object enters the session, adds it to the collections of its targets: for a new object always, for a stored one only if its
 * reference changed.
 */
export const appearInTargets = (object: object, state: InstanceState): void => {
  if (state.related === null) return;
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = state.related.get(relation.name) ?? null;
    if (target === null || relation.inverse === null || currentTarget(object, state, relation) !== target) continue;
    if (state.snapshot !== null && !isChanged(object, relation.field, state.snapshot[relation.field.position])) continue;
    if (isMissing(relation, object, target)) moveBetween(relation, object, null, target);
  }
};

/**
 * Removes a new object that leaves the session from the collections of its targets. A key assigned since leads elsewhere, but the list to
 * which the object was added still holds it.
 */
export const disappearFromTargets = (object: object, state: InstanceState): void => {
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = currentTarget(object, state, relation) ?? null;
    const given = state.related?.get(relation.name) ?? null;
    if (target !== null) moveBetween(relation, object, target, null);
    if (given !== null && given !== target) moveBetween(relation, object, given, null);
  }
};

/** Undoes assignments that `expire` or `refresh` discards: both sides show the stored relation again. */
export const forgetAssignments = (object: object, state: InstanceState, fields: readonly FieldMeta[] | null = null): void => {
  const { snapshot } = state;
  if (snapshot === null) return;
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const cell = snapshot[relation.field.position];
    if (fields?.includes(relation.field) === false) continue;
    if (relation.inverse === null || cell === undefined || !isChanged(object, relation.field, cell)) continue;
    const [assigned, stored] = [currentTarget(object, state, relation) ?? null, trackedTarget(state, relation, cell) ?? null];
    if (assigned !== null) takeBack(relation, object, assigned);
    if (stored !== null) putBack(relation, object, stored);
  }
};

const takeBack = ({ inverse }: ToOneMeta, object: object, owner: object): void => {
  const state = requireState(owner);
  recordAssignment(owner, state);
  if (inverse?.kind === "reverseOne") return loseOne(inverse, owner, object);
  const collection = inverse?.kind === "toMany" ? state.collections?.get(inverse.name) : undefined;
  if (collection === undefined) return;
  collection.added.delete(object);
  if (collection.items !== null) collection.items = collection.items.filter((item) => item !== object);
  register(state, collection);
};

const putBack = ({ inverse }: ToOneMeta, object: object, owner: object): void => {
  const state = requireState(owner);
  recordAssignment(owner, state);
  if (inverse?.kind === "reverseOne") return setRelated(state, inverse.name, object);
  const collection = inverse?.kind === "toMany" ? state.collections?.get(inverse.name) : undefined;
  if (collection === undefined) return;
  collection.removed.delete(object);
  if (collection.items?.includes(object) === false) collection.items.push(object);
  register(state, collection);
};

/** Moves the object from the collection of one target to that of the other, where an inverse is declared. */
export const moveBetween = (relation: ToOneMeta, object: object, before: object | null, after: object | null): void => {
  const inverse = relation.inverse;
  if (inverse?.kind === "toMany") {
    if (before !== null) takeOut(inverse, before, object);
    if (after !== null && showsIn(after, object)) putIn(inverse, after, object);
  } else if (inverse?.kind === "reverseOne") {
    if (before !== null) loseOne(inverse, before, object);
    if (after !== null && showsIn(after, object)) gainOne(inverse, after, object);
  }
};

/** Whether the owner should show this object but does not. A new owner shows added members, a stored one the loaded members. */
export const isMissing = ({ inverse }: ToOneMeta, object: object, owner: object): boolean => {
  if (inverse?.kind === "reverseOne") return requireState(owner).related?.get(inverse.name) !== object;
  if (inverse?.kind !== "toMany") return false;
  const { collections } = requireState(owner);
  const collection = collections?.get(inverse.name);
  const isNew = requireState(object).snapshot === null;
  if (collection === undefined) return isNew;
  return collection.items === null ? isNew && !collection.added.has(object) : !collection.items.includes(object);
};

const takeOut = (inverse: ToManyMeta, owner: object, object: object): void => {
  const state = requireState(owner);
  if (state.collections?.has(inverse.name) !== true) return;
  recordAssignment(owner, state);
  const collection = collectionOf(owner, inverse);
  collection.added.delete(object);
  if (collection.items !== null) collection.items = collection.items.filter((item) => item !== object);
  if (requireState(object).snapshot !== null) collection.removed.add(object);
  register(state, collection);
};

const putIn = (inverse: ToManyMeta, owner: object, object: object): void => {
  const state = requireState(owner);
  recordAssignment(owner, state);
  const collection = collectionOf(owner, inverse);
  collection.removed.delete(object);
  collection.added.add(object);
  if (collection.items !== null && !collection.items.includes(object)) collection.items.push(object);
  register(state, collection);
};

/** Registers a collection with its session while it has unflushed changes. */
export const register = (state: InstanceState, collection: ReturnType<typeof collectionOf>): void => {
  const core = coreOf(state);
  if (core === null) return;
  if (collection.isTouched) core.collections.add(collection);
  else core.collections.delete(collection);
};

/** Takes an addition to a collection back. */
export const forgetAdded = (collection: CollectionState, member: object): void => {
  if (collection.added.delete(member) && collection.items !== null) collection.items = collection.items.filter((item) => item !== member);
  register(requireState(collection.owner), collection);
};

const loseOne = (inverse: ReverseOneMeta, owner: object, object: object): void => {
  const state = requireState(owner);
  if (state.related?.get(inverse.name) !== object) return;
  recordAssignment(owner, state);
  setRelated(state, inverse.name, null);
  if (requireState(object).snapshot !== null) leaveVacant(inverse, owner, object);
};

/** The stored members that left the place of a one-to-one empty: their rows hold it until they are written. */
const vacated = new WeakMap<object, Map<ReverseOneMeta, Set<object>>>();

const leaveVacant = (inverse: ReverseOneMeta, owner: object, object: object): void => {
  const places = vacated.get(owner) ?? new Map<ReverseOneMeta, Set<object>>();
  vacated.set(owner, places.set(inverse, (places.get(inverse) ?? new Set()).add(object)));
};
const takePlace = (inverse: ReverseOneMeta, owner: object, object: object): void => {
  const places = vacated.get(owner);
  for (const former of places?.get(inverse) ?? []) if (former !== object) displaceMember(former, object);
  places?.delete(inverse);
};

/** The former members that an object displaced from a reverse one-to-one. */
const displaced = new WeakMap<object, Set<object>>();

export const displaceMember = (holder: object, object: object): void => {
  const holders = displaced.get(object);
  if (holders === undefined) displaced.set(object, new Set([holder]));
  else holders.add(holder);
};

/** Stored rows that still occupy this object's place in a one-to-one although memory has moved them away; they must be written first. */
export function* inTheWay(object: object, relation: ToOneMeta): Iterable<object> {
  const key = held(object, relation.field);
  for (const holder of displaced.get(object) ?? []) {
    const { snapshot, status, owner } = requireState(holder);
    const cell = status === "persistent" && owner === requireState(object).owner ? snapshot?.[relation.field.position] : undefined;
    if (
      cell !== undefined &&
      cell !== null &&
      sameKey(cell, key, relation.field) &&
      !sameKey(held(holder, relation.field), key, relation.field)
    )
      yield holder;
  }
}

const gainOne = (inverse: ReverseOneMeta, owner: object, object: object): void => {
  const state = requireState(owner);
  const holder = state.related?.get(inverse.name) ?? null;
  recordAssignment(owner, state);
  setRelated(state, inverse.name, object);
  takePlace(inverse, owner, object);
  // A one-to-one has one member: the previous one loses its reference.
  if (holder !== null && holder !== object) {
    const other = requireState(holder);
    // A previous member that is marked for deletion makes room when it is deleted.
    if (other.deleting) return;
    recordAssignment(holder, other);
    (holder as Record<string, unknown>)[inverse.via.field.name] = null;
    setRelated(other, inverse.via.name, null);
    displaceMember(holder, object);
  }
};

/** Whether the member's reference points at this owner. */
export const belongsTo = (member: object, via: ToOneMeta, owner: object): boolean => {
  const value = held(member, via.field);
  if (value === null) return false;
  if (value === undefined) return requireState(member).related?.get(via.name) === owner;
  return sameKey(value, held(owner, via.targetField), via.field);
};

/** Keeps both sides of a to-one relation in step: collections and one-to-ones of the target follow the object. */

import type { FieldMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { collectionOf, type InstanceState } from "../../loading/index.js";
import { SmallMap } from "../../support/small-map.js";
import { held, isChanged } from "../tracking/changes.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { coreOf, requireState } from "../core/core.js";
import { recordChange } from "../rollback/record-change.js";
import { currentTarget, sameKey, trackedTarget } from "../core/reference-keys.js";

/** Notes an object in the journal of its session before one of its relations changes. */
export const recordAssignment = (object: object, state: InstanceState): void => {
  const core = coreOf(state);
  if (core !== null) recordChange(core, object, state);
};

export const setRelated = (state: InstanceState, name: string, value: object | null): void => {
  (state.related ??= new SmallMap<string, object | null>()).set(name, value);
};

/** What a session tracks shows only what that session has: an object outside appears when it is added. */
const showsIn = (owner: object, object: object): boolean => {
  const core = coreOf(requireState(owner));
  return core === null || coreOf(requireState(object)) === core;
};

/** A new object that enters the session appears in what it points at; a stored one where it was pointed elsewhere meanwhile. */
export const appearInTargets = (object: object, state: InstanceState): void => {
  if (state.related === null) return;
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = state.related.get(relation.name) ?? null;
    if (target === null || relation.inverse === null || currentTarget(object, state, relation) !== target) continue;
    if (state.snapshot !== null && !isChanged(object, relation.field, state.snapshot[relation.field.position])) continue;
    if (isMissing(relation, object, target)) moveBetween(relation, object, null, target);
  }
};

/** A new object that leaves the session disappears from what it pointed at. */
export const disappearFromTargets = (object: object, state: InstanceState): void => {
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = currentTarget(object, state, relation) ?? null;
    if (target !== null) moveBetween(relation, object, target, null);
  }
};

/** Assignments that are given up by `expire` or `refresh`: both sides show again what is stored. */
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

/** The collections of both targets, as far as they are declared, follow. */
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

/** A new owner shows what was added to it, a stored one what was loaded. */
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

/** A collection with changes that no flush has seen is known to its session. */
export const register = (state: InstanceState, collection: ReturnType<typeof collectionOf>): void => {
  const core = coreOf(state);
  if (core === null) return;
  if (collection.isTouched) core.collections.add(collection);
  else core.collections.delete(collection);
};

const loseOne = (inverse: ReverseOneMeta, owner: object, object: object): void => {
  const state = requireState(owner);
  if (state.related?.get(inverse.name) !== object) return;
  recordAssignment(owner, state);
  setRelated(state, inverse.name, null);
};

/** Who had the one place that an object was given. */
const displaced = new WeakMap<object, Set<object>>();

export const displaceMember = (holder: object, object: object): void => {
  const holders = displaced.get(object);
  if (holders === undefined) displaced.set(object, new Set([holder]));
  else holders.add(holder);
};

/** Rows that are still where this object is to be written, though memory has taken them away: they make room first. */
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
  // There is one place: who held it so far points at nothing from now on.
  if (holder !== null && holder !== object) {
    const other = requireState(holder);
    // One that is marked for deletion makes room by itself.
    if (other.deleting) return;
    recordAssignment(holder, other);
    (holder as Record<string, unknown>)[inverse.via.field.name] = null;
    setRelated(other, inverse.via.name, null);
    displaceMember(holder, object);
  }
};

/** Whether this member's key says that it belongs to the owner. */
export const belongsTo = (member: object, via: ToOneMeta, owner: object): boolean => {
  const value = held(member, via.field);
  if (value === null) return false;
  if (value === undefined) return requireState(member).related?.get(via.name) === owner;
  return sameKey(value, held(owner, via.targetField), via.field);
};

/** `post.author = user`: the key follows at once, and so do both sides' collections. */

import type { AnyOfMeta, ModelMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { collectionOf, type InstanceState } from "../../loading/index.js";
import { SmallMap } from "../../support/small-map.js";
import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { held } from "../tracking/changes.js";
import { coreOf, requireState } from "../core/core.js";
import { attach, untrackMember } from "./cascade-add.js";
import { recordChange } from "../rollback/record-change.js";
import { currentTarget, sameKey, typeNameOf } from "../core/reference-keys.js";

/** Notes an object in the journal of its session before one of its relations changes. */
export const recordAssignment = (object: object, state: InstanceState): void => {
  const core = coreOf(state);
  if (core !== null) recordChange(core, object, state);
};

const setRelated = (state: InstanceState, name: string, value: object | null): void => {
  (state.related ??= new SmallMap<string, object | null>()).set(name, value);
};

const isOf = (meta: ModelMeta, value: object): boolean => value instanceof (meta.ctor as unknown as new () => object);

const checkTarget = (relation: ToOneMeta | AnyOfMeta, value: object | null): void => {
  if (value === null || (relation.kind === "toOne" && isOf(relation.target, value))) return;
  const allowed = relation.kind === "toOne" ? [relation.target] : [...relation.targets.values()];
  if (!allowed.some((meta) => isOf(meta, value))) {
    throw new FieldError(
      `${relation.owner.name}.${relation.name} takes ${allowed.map((meta) => meta.name).join(" or ")}, got ${describe(value)}`,
    );
  }
};

/** Points a to-one relation at an object (or nothing) and lets the other side follow. */
export const assignToOne = (object: object, relation: ToOneMeta, value: object | null): void => {
  checkTarget(relation, value);
  const state = requireState(object);
  const before = currentTarget(object, state, relation) ?? null;
  const core = coreOf(state);
  // One that cannot come into the session is not pointed at either.
  if (core !== null && value !== null) attach(core, value);
  recordAssignment(object, state);
  (object as Record<string, unknown>)[relation.field.name] = value === null ? null : held(value, relation.targetField);
  // A key that was assigned meanwhile leaves the collection of the object assigned before as it was.
  const shown = state.related?.get(relation.name) ?? null;
  if (shown !== null && shown !== value) {
    untrackMember(shown, object);
    if (shown !== before) moveBetween(relation, object, shown, null);
  }
  setRelated(state, relation.name, value);
  if (before !== value) moveBetween(relation, object, before, value);
  // A rollback put the collection back while the object, in no session, went on pointing at its owner.
  else if (value !== null && isMissing(relation, object, value)) moveBetween(relation, object, null, value);
};

/** The collections of both targets, as far as they are declared, follow. */
export const moveBetween = (relation: ToOneMeta, object: object, before: object | null, after: object | null): void => {
  const inverse = relation.inverse;
  if (inverse?.kind === "toMany") {
    if (before !== null) takeOut(inverse, before, object);
    if (after !== null) putIn(inverse, after, object);
  } else if (inverse?.kind === "reverseOne") {
    if (before !== null) loseOne(inverse, before, object);
    if (after !== null) gainOne(inverse, after, object);
  }
};

/** A new owner shows what was added to it, a stored one what was loaded. */
const isMissing = ({ inverse }: ToOneMeta, object: object, owner: object): boolean => {
  if (inverse?.kind !== "toMany") return false;
  const { collections, snapshot } = requireState(owner);
  const collection = collections?.get(inverse.name);
  if (collection === undefined) return false;
  return collection.items === null ? snapshot === null && !collection.added.has(object) : !collection.items.includes(object);
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
    recordAssignment(holder, other);
    (holder as Record<string, unknown>)[inverse.via.field.name] = null;
    setRelated(other, inverse.via.name, null);
    displaceMember(holder, object);
  }
};

/** `comment.about = photo`: type name and key follow. */
export const assignAnyOf = (object: object, relation: AnyOfMeta, value: object | null): void => {
  checkTarget(relation, value);
  const state = requireState(object);
  const core = coreOf(state);
  if (core !== null && value !== null) attach(core, value);
  recordAssignment(object, state);
  const values = object as Record<string, unknown>;
  const target = value === null ? null : requireState(value).meta;
  values[relation.typeField.name] = target === null ? null : typeNameOf(relation, target);
  const key = target?.primaryKey[0];
  values[relation.keyField.name] = value === null || key === undefined ? null : held(value, key);
  setRelated(state, relation.name, value);
};

/** Whether this member's key says that it belongs to the owner. */
export const belongsTo = (member: object, via: ToOneMeta, owner: object): boolean => {
  const value = held(member, via.field);
  if (value === null) return false;
  if (value === undefined) return requireState(member).related?.get(via.name) === owner;
  return sameKey(value, held(owner, via.targetField), via.field);
};

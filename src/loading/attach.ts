/** Places loaded rows in memory: related objects, collections and `toAttr` lists. Unflushed changes of the user take precedence. */

import type { AnyOfMeta, FieldMeta, ManyToManyMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../metadata/model-meta.js";
import { keyCell } from "../metadata/keys.js";
import { emptyCollection, type CollectionState } from "./collection-state.js";
import type { InstanceStore } from "./contracts.js";
import { stateOf, type InstanceState, type RelatedObjects } from "./instance.js";
import { ownData } from "../support/own-data.js";
import { SmallMap } from "../support/small-map.js";

/** Reads a property without triggering the accessor of a deferred column. */
export const valueOf = (object: object, field: FieldMeta): unknown => {
  const snapshot = stateOf(object)?.snapshot;
  if (snapshot === null || snapshot?.[field.position] !== undefined) return (object as Record<string, unknown>)[field.name];
  return ownData(object, field.name);
};

export const keyHeld = (object: object, field: FieldMeta): unknown => keyCell((object as Record<string, unknown>)[field.name], field);

const relatedOf = (state: InstanceState): RelatedObjects => (state.related ??= new SmallMap<string, object | null>());

/** The object's current key decides: a loaded row with another key is not attached. */
export const attachOne = (object: object, state: InstanceState, relation: ToOneMeta, found: object | null): void => {
  if (found === null) return;
  if (keyHeld(object, relation.field) === keyHeld(found, relation.targetField)) relatedOf(state).set(relation.name, found);
};

export const attachAnyOf = (state: InstanceState, relation: AnyOfMeta, found: object | null): void => {
  if (found !== null) relatedOf(state).set(relation.name, found);
};

const pending = (object: object): boolean => {
  const status = stateOf(object)?.status;
  return status === "transient" || status === "pending";
};

/** The member's current key decides, so pending changes of a reverse one-to-one are kept. */
export const attachReverse = (
  object: object,
  state: InstanceState,
  relation: ReverseOneMeta,
  found: object | null,
  store: InstanceStore,
): void => {
  const held = state.related?.get(relation.name);
  if (held !== undefined && held !== null && pending(held)) return;
  if (found !== null && keyHeld(found, relation.via.field) !== keyHeld(object, relation.via.targetField)) return;
  if (held === found) return;
  store.touched(object, state);
  relatedOf(state).set(relation.name, found);
};

/** Attaches a row that was joined by selectRelated. */
export const attachJoined = (
  object: object,
  state: InstanceState,
  relation: ToOneMeta | ReverseOneMeta,
  found: object | null,
  store: InstanceStore,
): void => (relation.kind === "toOne" ? attachOne(object, state, relation, found) : attachReverse(object, state, relation, found, store));

/** The collection of a relation, created on first access. */
export const collectionOf = (object: object, relation: ToManyMeta | ManyToManyMeta): CollectionState => {
  const state = stateOf(object) as InstanceState;
  const collections = (state.collections ??= new Map<string, CollectionState>());
  let collection = collections.get(relation.name);
  if (collection === undefined) {
    collection = emptyCollection(relation, object);
    collections.set(relation.name, collection);
  }
  return collection;
};

/** Whether the item's current key is that of the owner; a deferred key cannot have changed. */
const stillOf = (item: object, field: FieldMeta, ownKey: unknown): boolean => {
  const value = valueOf(item, field);
  return value === undefined || keyCell(value, field) === ownKey;
};

/** The loaded rows with the pending additions and removals applied. */
const merged = (collection: CollectionState, found: object[], store: InstanceStore, untouched: boolean): object[] => {
  const { relation, owner } = collection;
  const via = relation.kind === "toMany" ? relation.via : null;
  const ownKey = via === null ? null : keyHeld(owner, via.targetField);
  // An item that was moved to another owner since it was loaded does not belong here any more.
  const own =
    via === null || untouched || found.every((item) => stillOf(item, via.field, ownKey))
      ? found
      : found.filter((item) => stillOf(item, via.field, ownKey));
  if (!collection.isTouched) return own;
  const { added, removed, addedKeys, removedKeys } = collection;
  const keyField = relation.target.primaryKey[0] as FieldMeta;
  const items = new Set(collection.cleared ? [] : own.filter((item) => !removed.has(item) && !removedKeys.has(keyHeld(item, keyField))));
  for (const item of added) items.add(item);
  for (const key of addedKeys) {
    const item = store.find(relation.target, [keyCell(key, keyField)]);
    if (item !== undefined) items.add(item);
  }
  return [...items];
};

/**
 * Fills a collection with all of its rows; the collection keeps the list. `untouched`: the members were just created from these rows and
 * nothing has changed them.
 */
export const fillCollection = (
  object: object,
  state: InstanceState,
  relation: ToManyMeta | ManyToManyMeta,
  found: object[],
  store: InstanceStore,
  untouched: boolean,
): void => {
  store.touched(object, state);
  const collection = collectionOf(object, relation);
  collection.items = merged(collection, found, store, untouched);
  collection.partial = null;
};

/** Stores the result of a filtered or sliced prefetch, which is shown but never compared with the database. */
export const showPartial = (
  object: object,
  state: InstanceState,
  relation: ToManyMeta | ManyToManyMeta,
  found: readonly object[],
  store: InstanceStore,
): void => {
  store.touched(object, state);
  collectionOf(object, relation).partial = Object.freeze([...found]);
};

/** `toAttr`: sets a plain list on the instance. */
export const attachList = (object: object, state: InstanceState, name: string, found: readonly object[]): void => {
  (object as Record<string, unknown>)[name] = [...found];
  if (state.extras === null) state.extras = [name];
  else if (!state.extras.includes(name)) state.extras = [...state.extras, name];
};

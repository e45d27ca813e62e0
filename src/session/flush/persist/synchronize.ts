/** Synchronizes memory after writes: collections follow changed references and deletions, dependent rows follow their ON DELETE actions. */

import type { ModelMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import { snapshotCell, valueOfCell } from "../../../metadata/comparable.js";
import { isChanged } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { keyCell } from "../../../metadata/keys.js";
import { isOf } from "../../tracking/identity-map.js";
import { keyOfSnapshot } from "../../tracking/row-keys.js";
import { markDeletedInTransaction } from "./delete.js";
import { forgetItems, synchronizeLink } from "../../relationships/link-rows.js";
import { currentTarget, valueAfterDelete, refersToKey } from "../../core/reference-keys.js";

/** Whether the row is soft-deleted, and so hidden from its owners' collections. */
const isHidden = ({ meta }: InstanceState, row: readonly unknown[] | null): boolean => {
  const cell = meta.softDeleteField === null ? null : row?.[meta.softDeleteField.position];
  return cell !== null && cell !== undefined;
};

/** After a row's references or soft-deletion mark were written, updates the loaded collections of the former and the new target. */
export const synchronizeReferences = (core: Core, object: object, state: InstanceState, before: readonly unknown[] | null): void => {
  const now = state.snapshot as readonly unknown[];
  const [wasHidden, nowHidden] = [isHidden(state, before), isHidden(state, now)];
  if (nowHidden && !wasHidden) leaveLinked(core, state.meta, [object]);
  if (wasHidden && !nowHidden) forgetLinked(core, state.meta);
  synchronizeLink(core, state, before, now);
  for (const relation of modelInfoOf(state.meta).toOnes) {
    if (relation.inverse === null || !refersToKey(relation)) continue;
    const was = wasHidden ? null : before?.[relation.field.position];
    const is = nowHidden ? null : now[relation.field.position];
    if (was === is) continue;
    const inverse = relation.inverse as ToManyMeta | ReverseOneMeta;
    const former = was === undefined || was === null ? undefined : core.map.findOne(relation.target, keyCell(was, relation.targetField));
    const target = is === undefined || is === null ? undefined : core.map.findOne(relation.target, keyCell(is, relation.targetField));
    if (former !== undefined) dropFrom(core, former, inverse, object);
    if (target !== undefined) showIn(core, target, inverse, object);
  }
};

const dropFrom = (core: Core, owner: object, inverse: ToManyMeta | ReverseOneMeta, object: object): void => {
  const state = stateOf(owner) as InstanceState;
  if (inverse.kind === "reverseOne") {
    if (state.related?.get(inverse.name) !== object) return;
    core.journal.touch(owner, state);
    state.related.set(inverse.name, null);
    return;
  }
  const collection = state.collections?.get(inverse.name);
  if (collection?.items?.includes(object) !== true && collection?.added.has(object) !== true) return;
  core.journal.touch(owner, state);
  collection.added.delete(object);
  if (collection.items !== null) collection.items = collection.items.filter((item) => item !== object);
};

const showIn = (core: Core, owner: object, inverse: ToManyMeta | ReverseOneMeta, object: object): void => {
  const state = stateOf(owner) as InstanceState;
  if (inverse.kind === "reverseOne") {
    if (state.related?.has(inverse.name) !== true || state.related.get(inverse.name) === object) return;
    core.journal.touch(owner, state);
    state.related.set(inverse.name, object);
    return;
  }
  const collection = state.collections?.get(inverse.name);
  if (collection === undefined || collection.items === null || collection.added.has(object) || collection.items.includes(object)) return;
  core.journal.touch(owner, state);
  collection.items.push(object);
};

/** After deletions: removes the rows from collections and applies `onDelete` to tracked dependants. */
export const synchronizeDeletions = (core: Core, meta: ModelMeta, objects: readonly object[]): void => {
  if (modelInfoOf(meta).toOnes.length > 0) for (const object of objects) leaveCollections(core, object, stateOf(object) as InstanceState);
  leaveLinked(core, meta, objects);
  synchronizeConstraints(core, meta, (relation) => keysOf(relation, objects));
};

/** After deletions of tracked or untracked rows: applies `onDelete` to the tracked rows that referred to their keys. */
export const synchronizeConstraints = (core: Core, meta: ModelMeta, gone: (relation: ToOneMeta) => ReadonlySet<unknown>): void => {
  for (const relation of meta.dependants()) if (core.map.tracks(relation.owner)) synchronizeDependants(core, relation, gone(relation));
};

/** Removes a deleted row from its stored owner and from the owner assigned since. */
const leaveCollections = (core: Core, object: object, state: InstanceState): void => {
  const row = state.snapshot as readonly unknown[];
  synchronizeLink(core, state, row, null);
  for (const relation of state.meta.relations.values()) {
    if (relation.kind !== "toOne" || relation.inverse === null || !refersToKey(relation)) continue;
    const key = row[relation.field.position];
    const stored = key === null || key === undefined ? undefined : core.map.find(relation.target, [keyCell(key, relation.targetField)]);
    for (const owner of new Set([stored, currentTarget(object, state, relation)])) {
      if (owner !== null && owner !== undefined) dropFrom(core, owner, relation.inverse as ToManyMeta | ReverseOneMeta, object);
    }
  }
};

/** Link rows are deleted with either end: removes deleted members from loaded collections of the other end. */
const leaveLinked = (core: Core, meta: ModelMeta, objects: readonly object[]): void => {
  for (const relation of meta.dependants()) {
    for (const owner of linkedThrough(relation)) {
      const gone = new Set(objects);
      const removeMembers = (object: object): void => {
        const state = stateOf(object) as InstanceState;
        const collection = state.collections?.get(owner.name);
        if (collection === undefined || !(collection.items ?? [...collection.added]).some((item) => gone.has(item))) return;
        core.journal.touch(object, state);
        for (const item of gone) collection.added.delete(item);
        if (collection.items !== null) collection.items = collection.items.filter((item) => !gone.has(item));
      };
      core.map.each(owner.meta, removeMembers);
      for (const object of core.pending) if (isOf((stateOf(object) as InstanceState).meta, owner.meta)) removeMembers(object);
    }
  }
};

/** A restored row may have links that only the database knows, so the collections that could show it must be loaded again. */
const forgetLinked = (core: Core, meta: ModelMeta): void => {
  for (const relation of meta.dependants()) for (const { meta: owners, name } of linkedThrough(relation)) forgetItems(core, owners, name);
};

/** The many-to-many relations whose link table references the given model through `far`. */
function* linkedThrough(far: ToOneMeta): Iterable<{ readonly meta: ModelMeta; readonly name: string }> {
  for (const near of far.owner.relations.values()) {
    if (near.kind !== "toOne" || near === far) continue;
    for (const relation of near.target.relations.values()) {
      if (relation.kind === "manyToMany" && relation.through === far.owner && relation.far === far)
        yield { meta: near.target, name: relation.name };
    }
  }
}

const keysOf = (relation: ToOneMeta, objects: readonly object[]): Set<unknown> =>
  new Set(objects.map((object) => keyCell(stateOf(object)?.snapshot?.[relation.targetField.position], relation.targetField)));

/** The stored value of a reference; undefined if the row's subtype lacks the column. */
export const cellOf = ({ meta, snapshot }: InstanceState, { field }: ToOneMeta): unknown =>
  meta.fields[field.position]?.column === field.column ? snapshot?.[field.position] : undefined;

/** Applies a constraint's action to the tracked rows that it affected. */
export const synchronizeDependants = (core: Core, relation: ToOneMeta, keys: ReadonlySet<unknown>): void => {
  if (relation.onDelete !== "cascade" && relation.onDelete !== "setNull" && relation.onDelete !== "setDefault") return;
  const hit: object[] = [];
  core.map.each(relation.owner, (object) => {
    const cell = cellOf(stateOf(object) as InstanceState, relation);
    if (cell !== null && cell !== undefined && keys.has(keyCell(cell, relation.field))) hit.push(object);
  });
  if (hit.length === 0) return;
  if (relation.onDelete === "cascade") {
    for (const object of hit) markDeletedInTransaction(core, { object, state: stateOf(object) as InstanceState });
    for (const meta of new Set(hit.map((object) => (stateOf(object) as InstanceState).meta))) {
      synchronizeDeletions(
        core,
        meta,
        hit.filter((object) => stateOf(object)?.meta === meta),
      );
    }
  } else {
    const left = snapshotCell(valueAfterDelete(relation, relation.field), relation.field.type);
    for (const object of hit) {
      const state = stateOf(object) as InstanceState;
      const before = state.snapshot;
      setReference(core, object, state, relation, left);
      if (left !== null) synchronizeReferences(core, object, state, before);
    }
  }
};

/** Updates a reference that the database changed; the property follows unless the user assigned another value. */
const setReference = (core: Core, object: object, state: InstanceState, relation: ToOneMeta, cell: unknown): void => {
  core.journal.touch(object, state);
  const row = state.snapshot as readonly unknown[];
  const follows = !isChanged(object, relation.field, row[relation.field.position]);
  const next = row.slice();
  next[relation.field.position] = cell;
  state.snapshot = next;
  if (follows) core.journal.fill(object, state, relation.field, valueOfCell(cell, relation.field.type));
};

/** After a key change, applies `onUpdate: "cascade"` to tracked dependants, through all levels. */
export const synchronizeKeyChange = (core: Core, state: InstanceState, before: readonly unknown[]): void => {
  const now = state.snapshot as readonly unknown[];
  for (const relation of state.meta.dependants()) {
    if (before[relation.targetField.position] === now[relation.targetField.position]) continue;
    if (relation.onUpdate !== "cascade" || !core.map.tracks(relation.owner)) continue;
    const was = keyCell(before[relation.targetField.position], relation.targetField);
    const is = now[relation.targetField.position];
    if (was === keyCell(is, relation.targetField)) continue;
    const hit: object[] = [];
    core.map.each(relation.owner, (object) => {
      const cell = cellOf(stateOf(object) as InstanceState, relation);
      if (cell !== null && cell !== undefined && keyCell(cell, relation.field) === was) hit.push(object);
    });
    for (const object of hit) {
      const other = stateOf(object) as InstanceState;
      const row = other.snapshot as readonly unknown[];
      setReference(core, object, other, relation, is);
      if (relation.field.primaryKey) {
        core.map.remove(other.meta, keyOfSnapshot(other.meta, row), object);
        core.map.set(other.meta, keyOfSnapshot(other.meta, other.snapshot as readonly unknown[]), object);
      }
      synchronizeKeyChange(core, other, row);
    }
  }
};

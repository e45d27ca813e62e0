/** Restores memory to the beginning of a level, from the journal. */

import type { CollectionState, InstanceState, SavedCollection } from "../../loading/index.js";
import { stateOf, collectionOf } from "../../loading/index.js";
import { valueOfCell } from "../../metadata/comparable.js";
import type { FieldMeta } from "../../metadata/model-meta.js";
import type { LazySet } from "../../support/lazy.js";
import type { Core } from "../core/core.js";
import { isChanged } from "../tracking/changes.js";
import type { Level } from "../journal/journal.js";
import { keyOfSnapshot } from "../tracking/row-keys.js";
import { NEW_TRANSIENT, putFilledBack, type Entry } from "../journal/journal-entries.js";
import { withdrawnKeys, recordWithdrawnKeys, repointReferences } from "./repoint-references.js";

/**
 * "flush": undoes what a failed flush did and keeps the user's assignments. "level": every object tracked when the level began is as it was
 * then. "session": the state at the last commit; changes that were never flushed are dropped.
 */
export type RestoreMode = "flush" | "level" | "session";

/** Ends the innermost level and restores its entries. */
export const restoreTop = (core: Core, mode: RestoreMode): void => {
  const level = core.journal.levels.pop() as Level;
  restore(core, level, mode);
  if (core.journal.levels.length === 0) core.journal.forget();
};

/** Ends all levels down to and including this one. */
export const restoreDownTo = (core: Core, level: Level, mode: RestoreMode): void => {
  while (core.journal.top !== level) core.journal.release();
  restoreTop(core, mode);
};

const restore = (core: Core, level: Level, mode: RestoreMode): void => {
  // An object that was expunged and has joined another session since is not touched.
  const objects = level.entries.all().filter(([object]) => isOurs(core, stateOf(object) as InstanceState));
  const takenBack = new Set<object>();
  for (const [object] of objects) unmap(core, object, stateOf(object) as InstanceState);
  for (const [object, entry] of objects) {
    const state = stateOf(object) as InstanceState;
    const keys = withdrawnKeys(object, state, entry);
    putBack(core, object, state, entry, mode);
    if (keys !== null) {
      recordWithdrawnKeys(object, keys);
      takenBack.add(object);
    }
  }
  if (takenBack.size > 0) for (const [object] of objects) repointReferences(object, stateOf(object) as InstanceState, takenBack);
  for (const [object] of objects) {
    const state = stateOf(object) as InstanceState;
    if (state.status === "persistent" && state.snapshot !== null && state.owner === core)
      core.map.set(state.meta, keyOfSnapshot(state.meta, state.snapshot), object);
  }
  for (const object of level.read) detach(core, object);
  if (mode !== "flush") {
    resetUnnoted(core, level);
    if (mode === "session") resetUnflushed(core, level);
    core.callbacks.length = Math.min(core.callbacks.length, level.callbacks);
  }
};

const isOurs = (core: Core, { owner }: InstanceState): boolean => owner === null || owner === core || owner.closed;

const unmap = (core: Core, object: object, state: InstanceState): void => {
  if (state.snapshot !== null) core.map.remove(state.meta, keyOfSnapshot(state.meta, state.snapshot), object);
};

/** Detaches an object from the session; its values stay readable. */
export const detach = (core: Core, object: object): void => {
  const state = stateOf(object) as InstanceState;
  if (state.owner !== core) return;
  unmap(core, object, state);
  core.pending.delete(object);
  core.deleting.delete(object);
  core.deletedInTransaction.delete(object);
  core.replacedReverseOnes.delete(object);
  forgetCollections(core, state);
  if (state.peers !== null) {
    const at = state.peers.members.indexOf(object);
    if (at >= 0) state.peers.members.splice(at, 1);
    state.peers = null;
  }
  state.status = state.snapshot === null || state.status === "pending" ? "transient" : "detached";
  state.owner = null;
  state.deleting = false;
};

const forgetCollections = (core: Core, state: InstanceState): void => {
  if (state.collections !== null) for (const collection of state.collections.values()) core.collections.delete(collection);
};

const putBack = (core: Core, object: object, state: InstanceState, entry: Entry, mode: RestoreMode): void => {
  const status = mode === "session" && entry.status === "pending" ? "transient" : entry.status;
  state.status = status;
  state.owner = status === "transient" ? null : entry.owner;
  state.snapshot = entry.snapshot;
  state.stale = entry.stale;
  state.deleting = mode === "session" ? false : entry.deleting;
  // A transient object keeps its related objects, like its other values.
  if (status !== "transient") state.related = entry.related === null ? null : entry.related.copy();
  state.expressions = entry.expressions === null || mode === "session" ? null : new Map(entry.expressions);
  if (status === "transient") keepMembers(core, state);
  else restoreCollections(core, object, state, entry);
  mark(core.pending, object, status === "pending" && state.owner === core);
  mark(core.deleting, object, state.deleting && state.owner === core);
  state.replaced = mode === "session" ? null : entry.replaced;
  mark(core.replacedReverseOnes, object, state.replaced !== null && state.owner === core);
  mark(core.deletedInTransaction, object, status === "deleted" && state.owner === core);
  restoreValues(object, state, entry, mode);
};

const mark = (set: LazySet<object>, object: object, belongs: boolean): void => {
  if (belongs) set.add(object);
  else set.delete(object);
};

const restoreValues = (object: object, state: InstanceState, entry: Entry, mode: RestoreMode): void => {
  const wasRow = entry.snapshot !== null;
  if (mode === "flush" || !wasRow) {
    if (mode === "level" && entry.status === "pending" && entry.values !== null) setAll(object, state, entry.values);
    else if (entry.filled !== null) putFilledBack(object, entry.filled);
    return;
  }
  setAll(object, state, mode === "level" && entry.values !== null ? entry.values : (entry.snapshot as unknown[]));
};

/** Sets each property to the value of its cell unless they already agree. */
const setAll = (
  object: object,
  state: InstanceState,
  cells: readonly unknown[],
  fields: readonly FieldMeta[] = state.meta.fields,
): void => {
  const values = object as Record<string, unknown>;
  for (const field of fields) {
    const cell = cells[field.position];
    if (cell === undefined) {
      // For stored rows, deferred columns stay unset. For new objects, and keys that were not assigned yet, the property becomes undefined
      // again.
      if (state.snapshot?.[field.position] !== undefined || state.snapshot === null) values[field.name] = undefined;
    } else if (isChanged(object, field, cell)) values[field.name] = valueOfCell(cell, field.type);
  }
};

/** Resets an object, or some of its fields, to the row as last read; unflushed values are lost. */
export const resetToSnapshot = (object: object, state: InstanceState, fields: readonly FieldMeta[] | null = null): void => {
  if (state.snapshot !== null) setAll(object, state, state.snapshot, fields ?? state.meta.fields);
  if (fields !== null) for (const field of fields) state.expressions?.delete(field);
  if (fields === null || state.expressions?.size === 0) state.expressions = null;
};

/** Objects without an entry in the level equalled their rows when it began. */
const resetUnnoted = (core: Core, level: Level): void => {
  for (const meta of core.map.models()) {
    core.map.each(meta, (object) => {
      if (!level.entries.has(object)) resetToSnapshot(object, stateOf(object) as InstanceState);
    });
  }
};

/** Outside a transaction the journal records neither new objects nor deletion marks, so all of them are dropped. */
const resetUnflushed = (core: Core, level: Level): void => {
  for (const object of [...core.pending]) {
    if (level.entries.has(object)) continue;
    const state = stateOf(object) as InstanceState;
    putBack(core, object, state, NEW_TRANSIENT, "session");
    repointReferences(object, state);
  }
  for (const object of core.deleting) (stateOf(object) as InstanceState).deleting = false;
  core.deleting.clear();
};

const restoreCollections = (core: Core, object: object, state: InstanceState, entry: Entry): void => {
  if (state.collections === null) return;
  for (const collection of state.collections.values()) {
    const saved = entry.collections?.get(collection.relation.name);
    setCollection(collection, saved ?? null);
    if (state.owner === core && collection.isTouched) core.collections.add(collection);
    else core.collections.delete(collection);
  }
  if (entry.collections !== null) {
    for (const [name, saved] of entry.collections) {
      const relation = state.meta.relations.get(name);
      if (relation !== undefined && (relation.kind === "toMany" || relation.kind === "manyToMany") && !state.collections.has(name))
        setCollection(collectionOf(object, relation), saved);
    }
  }
};

/** A new object keeps its members; adding it again brings them along. */
const keepMembers = (core: Core, state: InstanceState): void => {
  for (const collection of state.collections?.values() ?? []) {
    for (const item of collection.items ?? []) collection.added.add(item);
    collection.items = null;
    collection.removed.clear();
    core.collections.delete(collection);
  }
};

/** Updates the collection in place, because relation managers may hold it. */
const setCollection = (collection: CollectionState, saved: SavedCollection | null): void => {
  collection.items = saved?.items == null ? null : [...saved.items];
  collection.partial = saved?.partial ?? null;
  const changes = saved?.changes;
  refill(collection.added, changes?.added ?? []);
  refill(collection.removed, changes?.removed ?? []);
  refill(collection.addedKeys, changes?.addedKeys ?? []);
  refill(collection.removedKeys, changes?.removedKeys ?? []);
  collection.cleared = changes?.cleared ?? false;
};

const refill = <T>(set: Set<T>, items: readonly T[]): void => {
  set.clear();
  for (const item of items) set.add(item);
};

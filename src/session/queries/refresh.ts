/** Reads rows again, or removes objects from the session: refresh, expire, expunge, and loading deferred columns. */

import type { FieldMeta, ModelMeta, RelationMeta } from "../../metadata/model-meta.js";
import { doesNotExist } from "../../query/model-errors.js";
import { planSelect } from "../../query/planner.js";
import { prefetch, type InstanceState } from "../../loading/index.js";
import { FieldError, SessionError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { SmallMap } from "../../support/small-map.js";
import { assertOpen, requireState, assertTracked, type Core } from "../core/core.js";
import { coreFor } from "../core/session-handle.js";
import { keyOfSnapshot, describeRow } from "../tracking/row-keys.js";
import { contextOf, load, stateWhere, type Entries } from "../reading/find-instances.js";
import { valuesOf } from "../statements/table.js";
import { collectionForget } from "../relationships/collections.js";
import { belongsTo, disappearFromTargets, forgetAssignments } from "../relationships/both-sides.js";
import { detach, resetToSnapshot } from "../rollback/restore.js";

const stored = (core: Core, object: object, verb: string): InstanceState => {
  assertOpen(core);
  const state = assertTracked(core, object);
  if (state.status === "persistent") return state;
  throw new SessionError(`${verb}: this ${state.meta.name} is ${state.status} and has no row to read`);
};

const byKey = (state: InstanceState): Entries => {
  const { primaryKey } = state.meta;
  const values = valuesOf(primaryKey, state.snapshot as unknown[]);
  return primaryKey.map((field, at) => [field.name, values[at]]);
};

/** Reads the row again and discards local changes; with names, only for those. Pending additions and removals of collections stay. */
export const refresh = async (core: Core, object: object, names: readonly string[] | null): Promise<void> => {
  const state = stored(core, object, "refresh()");
  const { fields, relations } = namedOf(state, names);
  if (core.journal.inTransaction) core.journal.touch(object, state);
  if (fields === null || fields.length > 0) await readAgain(core, object, state, fields);
  for (const relation of relations) forget(state, relation);
  await prefetch(
    [object],
    relations.map((relation) => ({ relation, state: null, toAttr: null, children: [] })),
    contextOf(core),
  );
};

/** Reads columns again; null means all that were loaded. */
const readAgain = async (core: Core, object: object, state: InstanceState, fields: readonly FieldMeta[] | null): Promise<void> => {
  forgetAssignments(object, state, fields);
  resetToSnapshot(object, state, fields);
  if (fields === null) state.stale = true;
  await readRow(core, state, fields === null ? loadedNames(state) : namesWithKey(state.meta, fields));
};

const namesWithKey = ({ primaryKey }: ModelMeta, fields: readonly FieldMeta[]): string[] => [
  ...new Set([...primaryKey, ...fields].map((field) => field.name)),
];

/** Loads these columns of the row into the object; null means all. */
const readRow = async (core: Core, state: InstanceState, only: readonly string[] | null): Promise<void> => {
  const { meta } = state;
  const found = await load(core, planSelect({ ...stateWhere(meta, byKey(state)), only }));
  if (found.length > 0) return;
  const name = describeRow(meta, keyOfSnapshot(meta, state.snapshot as unknown[]));
  throw doesNotExist(meta, `the row of ${name} does not exist any more: it was deleted by another transaction`);
};

interface Named {
  readonly fields: readonly FieldMeta[] | null;
  readonly relations: readonly RelationMeta[];
}

/** A to-one relation is read again together with its reference column. */
const namedOf = (state: InstanceState, names: readonly string[] | null): Named => {
  if (names === null) return { fields: null, relations: [] };
  const { fieldsByName, relations } = state.meta;
  const fields: FieldMeta[] = [];
  const wanted: RelationMeta[] = [];
  for (const name of names) {
    const [field, relation] = [fieldsByName.get(name), relations.get(name)];
    if (field !== undefined) fields.push(field);
    else if (relation === undefined)
      throw new FieldError(
        `refresh(): ${state.meta.name} has no field or relation "${name}".${didYouMean(name, [...fieldsByName.keys(), ...relations.keys()])}`,
      );
    else {
      wanted.push(relation);
      if (relation.kind === "toOne") fields.push(relation.field);
      else if (relation.kind === "anyOf") fields.push(relation.typeField, relation.keyField);
    }
  }
  return { fields, relations: wanted };
};

/** The loaded columns, so that deferred ones stay deferred until load(); null if none is deferred. */
const loadedNames = ({ meta, snapshot }: InstanceState): readonly string[] | null => {
  const loaded = meta.fields.filter((field) => snapshot?.[field.position] !== undefined);
  return loaded.length === meta.fields.length ? null : loaded.map((field) => field.name);
};

const forget = (state: InstanceState, relation: RelationMeta): void => {
  state.related?.delete(relation.name);
  const collection = state.collections?.get(relation.name);
  if (collection !== undefined) collection.items = null;
};

/** Keeps the objects that references still point at: if a rollback withdraws their keys, the references are repaired through them. */
const forgetRelated = (core: Core, object: object, state: InstanceState): void => {
  const before = state.related;
  state.related = null;
  for (const [name, target] of before ?? []) {
    const relation = state.meta.relations.get(name);
    if (relation?.kind === "toOne" && target !== null && requireState(target).owner === core && belongsTo(object, relation, target))
      (state.related ??= new SmallMap<string, object | null>()).set(name, target);
  }
};

/** `object.refresh(names)`. */
export const refreshObject = (object: object, names: readonly string[] | null): Promise<void> =>
  refresh(coreFor(object, undefined, "refresh()"), object, names);

/** `object.load("bio")`: loads deferred columns. */
export const loadColumns = async (object: object, names: readonly string[]): Promise<void> => {
  const core = coreFor(object, undefined, "load()");
  const state = stored(core, object, "load()");
  const { meta } = state;
  const fields = names.map((name): FieldMeta => {
    const field = meta.fieldsByName.get(name);
    if (field === undefined)
      throw new FieldError(`load(): ${meta.name} has no field "${name}".${didYouMean(name, meta.fieldsByName.keys())}`);
    return field;
  });
  if (fields.length > 0 && fields.every((field) => state.snapshot?.[field.position] !== undefined)) return;
  await readRow(core, state, fields.length === 0 ? null : namesWithKey(meta, fields));
};

/** Discards unsaved changes and marks the object stale: its last values stay readable, and the next get, query or refresh reads the row. */
export const expire = (core: Core, object: object): void => {
  const state = stored(core, object, "expire()");
  core.journal.touch(object, state);
  forgetAssignments(object, state);
  resetToSnapshot(object, state);
  state.stale = true;
  state.deleting = false;
  core.deleting.delete(object);
  state.replaced = null;
  core.replacedReverseOnes.delete(object);
  forgetRelated(core, object, state);
  for (const collection of state.collections?.values() ?? []) collectionForget(object, collection);
};

/** Removes the object from the session, which will not write it; it can then be added to another session. */
export const expunge = (core: Core, object: object): void => {
  const state = assertTracked(core, object);
  if (state.status === "pending") disappearFromTargets(object, state);
  detach(core, object);
  forgetNotes(core, object);
};

/** A rollback does not bring back an expunged object. */
const forgetNotes = (core: Core, object: object): void => {
  for (const level of core.journal.levels) {
    const entry = level.entries.get(object);
    // If the row was inserted in this level, a rollback removes it, so the object becomes transient.
    if (entry !== undefined && entry.snapshot === null)
      level.entries.set(object, { ...entry, status: "transient", owner: null, deleting: false });
    else level.entries.delete(object);
    level.read.delete(object);
  }
};

/** `db.clear()`: removes all objects. */
export const clear = (core: Core): void => {
  assertOpen(core);
  const objects: object[] = [...core.pending, ...core.deletedInTransaction];
  for (const meta of core.map.models()) core.map.each(meta, (object) => objects.push(object));
  for (const object of objects) {
    const state = requireState(object);
    state.peers = null;
    detach(core, object);
    forgetNotes(core, object);
  }
  core.forcedUpdates.clear();
  core.replacedReverseOnes.clear();
  core.hardDeletes.clear();
};

/** Flushes before a query if, and only if, pending changes could affect its result. */

import type { FieldMeta, ModelMeta, RelationMeta } from "../../metadata/model-meta.js";
import type { PrefetchNode, ReadSet } from "../../query/plan.js";
import { stateOf, type CollectionState, type InstanceState } from "../../loading/index.js";
import { differsIn, held, ownFields } from "../tracking/changes.js";
import type { Core } from "../core/core.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { flushNow } from "../flush/flush.js";
import { nothingToDo } from "../flush/collect/pending-work.js";
import { rootOf } from "../tracking/identity-map.js";
import { autoflushes } from "./no-autoflush.js";

/** Nothing is flushed in hooks, where a flush is running, or in a read-only transaction. */
const mayFlush = (core: Core): boolean => autoflushes(core) && core.tx?.mode.readOnly !== true && !core.lock.isInside("flush");

const flushAll = (core: Core): Promise<void> =>
  core.lock.runInScope("flush", "autoflush", async () => {
    await flushNow(core);
  });

/** Before user-written SQL, whose tables are unknown. */
export const autoflushAll = (core: Core): Promise<void> | undefined => (mayFlush(core) ? flushAll(core) : undefined);

export const autoflush = (core: Core, reads: ReadSet, byKey: boolean): Promise<unknown> | undefined =>
  byKey || holdsNothing(core) || !mayFlush(core) || !concerns(core, reads) ? undefined : flushAll(core);

/**
 * What loading a list of related rows reads: the target with its reference column, or the link table. Null for single objects, which are
 * found by key.
 */
const readsOf = (relation: RelationMeta): ReadSet | null => {
  switch (relation.kind) {
    case "toMany":
      return { models: new Set([relation.target]), fields: new Set([relation.via.field]), everything: false };
    case "manyToMany":
      return { models: new Set([relation.through]), fields: new Set(), everything: false };
    case "toOne":
    case "anyOf":
    case "reverseOne":
      return null;
  }
};

/** Before a collection is loaded, which is a query like any other. */
export const autoflushRelation = (core: Core, relation: RelationMeta): Promise<unknown> | undefined => {
  const reads = readsOf(relation);
  return reads === null ? undefined : (autoflush(core, reads, false) ?? flushKeyed(core, relation));
};

/** The same for the prefetches of a query. A custom queryset may read anything. */
export const autoflushPrefetches = (core: Core, nodes: readonly PrefetchNode[]): Promise<unknown> | undefined => {
  for (const { relation, state, children } of nodes) {
    const writing =
      state === null ? (autoflushRelation(core, relation) ?? autoflushPrefetches(core, children)) : autoflush(core, EVERYTHING, false);
    // One flush writes everything, so one check that flushes is enough.
    if (writing !== undefined) return writing;
  }
  return undefined;
};
const EVERYTHING: ReadSet = { models: new Set(), fields: new Set(), everything: true };

/** Members added by key appear in a collection only after their rows are written. */
const flushKeyed = (core: Core, relation: RelationMeta): Promise<unknown> | undefined => {
  if (!mayFlush(core)) return undefined;
  for (const collection of core.collections) if (collection.relation === relation && collection.addedKeys.size > 0) return flushAll(core);
  return undefined;
};

const holdsNothing = ({ map, pending, deleting, collections }: Core): boolean =>
  map.size === 0 && pending.size === 0 && deleting.size === 0 && collections.size === 0;

const concerns = (core: Core, reads: ReadSet): boolean => {
  if (reads.everything) return !nothingToDo(core);
  const roots = new Set<ModelMeta>();
  for (const meta of reads.models) roots.add(rootOf(meta));
  return rowsConcern(core, roots) || linksConcern(core, roots) || valuesConcern(core, reads) || orphansConcern(core, roots);
};

const metaOf = (object: object): ModelMeta => (stateOf(object) as InstanceState).meta;

const rowsConcern = (core: Core, roots: ReadonlySet<ModelMeta>): boolean => {
  for (const object of core.pending) if (roots.has(rootOf(metaOf(object)))) return true;
  if (core.deleting.size === 0) return false;
  const met = new Set<ModelMeta>();
  for (const object of core.deleting) if (reaches(rootOf(metaOf(object)), roots, met)) return true;
  return false;
};

/** Whether a deletion in this model also changes one of the tables, through cascades or cleared references. */
const reaches = (meta: ModelMeta, roots: ReadonlySet<ModelMeta>, met: Set<ModelMeta>): boolean => {
  if (roots.has(meta)) return true;
  if (met.has(meta)) return false;
  met.add(meta);
  return meta
    .dependants()
    .some(({ owner, onDelete }) =>
      onDelete === "cascade"
        ? reaches(rootOf(owner), roots, met)
        : (onDelete === "setNull" || onDelete === "setDefault") && roots.has(rootOf(owner)),
    );
};

/** Whether the changes concern rows of members that are not loaded. */
const moves = ({ cleared, addedKeys, removedKeys }: CollectionState): boolean => cleared || addedKeys.size > 0 || removedKeys.size > 0;

const linksConcern = (core: Core, roots: ReadonlySet<ModelMeta>): boolean => {
  for (const collection of core.collections) {
    const { relation } = collection;
    if (relation.kind === "manyToMany" ? roots.has(rootOf(relation.through)) : moves(collection) && roots.has(rootOf(relation.target)))
      return true;
  }
  return false;
};

/** Orphans, including those that only the flush will find, count as deleted. */
const orphansConcern = (core: Core, roots: ReadonlySet<ModelMeta>): boolean => {
  for (const owner of core.replacedReverseOnes)
    for (const { target } of stateOf(owner)?.replaced ?? []) if (roots.has(rootOf(target))) return true;
  for (const meta of core.map.models()) {
    const may = meta.subtypes !== null || modelInfoOf(meta).orphaning.length > 0;
    if (may && reaches(meta, roots, new Set()) && core.map.some(meta, isOrphan)) return true;
  }
  return false;
};

const isOrphan = (object: object): boolean => {
  const { meta, snapshot } = stateOf(object) as InstanceState;
  return modelInfoOf(meta).orphaning.some((field) => {
    const cell = snapshot?.[field.position];
    return cell !== null && cell !== undefined && held(object, field) === null;
  });
};

const valuesConcern = (core: Core, reads: ReadSet): boolean => {
  if (reads.fields.size === 0) return false;
  for (const meta of reads.models) if (core.map.tracks(meta) && core.map.some(meta, changedIn(reads.fields))) return true;
  return false;
};

/** Creates a test for many tracked objects; a model's own fields are looked up only when the model changes. */
const changedIn = (wanted: ReadonlySet<FieldMeta>): ((object: object) => boolean) => {
  const known = new Map<ModelMeta, readonly FieldMeta[]>();
  let last: ModelMeta | null = null;
  let own: readonly FieldMeta[] = [];
  return (object) => {
    const state = stateOf(object) as InstanceState;
    if (state.meta !== last) {
      last = state.meta;
      own = known.get(last) ?? ownFields(last, wanted);
      known.set(last, own);
    }
    return differsIn(object, state, own);
  };
};

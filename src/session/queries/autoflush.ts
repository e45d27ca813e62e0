/** Flushes before a query what could change its answer, and only then. */

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

/** In hooks nothing is flushed (a flush is running), and a read-only transaction cannot write. */
const mayFlush = (core: Core): boolean => autoflushes(core) && core.tx?.mode.readOnly !== true && !core.lock.isInside("flush");

const flushAll = (core: Core): Promise<void> =>
  core.lock.runInScope("flush", "autoflush", async () => {
    await flushNow(core);
  });

/** Before SQL of the user's own: nobody knows what it reads. */
export const autoflushAll = (core: Core): Promise<void> | undefined => (mayFlush(core) ? flushAll(core) : undefined);

export const autoflush = (core: Core, reads: ReadSet, byKey: boolean): Promise<unknown> | undefined =>
  byKey || holdsNothing(core) || !mayFlush(core) || !concerns(core, reads) ? undefined : flushAll(core);

/** What a list of related rows reads: the rows, and the column by which they refer to their owner, or their links; null: single objects are found by keys. */
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

/** Before a collection is loaded: a list is a query like any other. */
export const autoflushRelation = (core: Core, relation: RelationMeta): Promise<unknown> | undefined => {
  const reads = readsOf(relation);
  return reads === null ? undefined : (autoflush(core, reads, false) ?? flushKeyed(core, relation));
};

/** The same for what a query prefetches; a custom queryset may ask for anything. */
export const autoflushPrefetches = (core: Core, nodes: readonly PrefetchNode[]): Promise<unknown> | undefined => {
  for (const { relation, state, children } of nodes) {
    const writing =
      state === null ? (autoflushRelation(core, relation) ?? autoflushPrefetches(core, children)) : autoflush(core, EVERYTHING, false);
    // One flush writes everything.
    if (writing !== undefined) return writing;
  }
  return undefined;
};
const EVERYTHING: ReadSet = { models: new Set(), fields: new Set(), everything: true };

/** Members that were given by key are in a collection once their rows say so. */
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

/** A deletion changes the tables of those that depend on the row too. */
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

/** Rows of members that are not here will change. */
const moves = ({ cleared, addedKeys, removedKeys }: CollectionState): boolean => cleared || addedKeys.size > 0 || removedKeys.size > 0;

const linksConcern = (core: Core, roots: ReadonlySet<ModelMeta>): boolean => {
  for (const collection of core.collections) {
    const { relation } = collection;
    if (relation.kind === "manyToMany" ? roots.has(rootOf(relation.through)) : moves(collection) && roots.has(rootOf(relation.target)))
      return true;
  }
  return false;
};

/** What lost its owner, or will when the flush finds it, is as good as deleted. */
const orphansConcern = (core: Core, roots: ReadonlySet<ModelMeta>): boolean => {
  for (const relations of core.replacedReverseOnes.values()) for (const { target } of relations) if (roots.has(rootOf(target))) return true;
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

/** A test for one tracked object after another: which of the columns are its model's own is looked up when the model changes. */
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

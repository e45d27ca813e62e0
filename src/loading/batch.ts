/** Loads relations on access: requests of one tick share one statement, and the first access loads the relation for all peers. */

import DataLoader from "dataloader";
import { NotLoaded } from "../errors.js";
import type { RelationMeta } from "../metadata/model-meta.js";
import type { FetchMode } from "../query/fetch-mode.js";
import { keyHeld, valueOf } from "./attach.js";
import { keyCell } from "../metadata/keys.js";
import { referenceOf } from "../metadata/references.js";
import type { InstanceStore, LoadContext } from "./contracts.js";
import { stateOf, type InstanceState } from "./instance.js";
import { prefetch } from "./prefetch.js";
import { everything, loadFor } from "./strategies.js";

/** The loader of one relation in one session. */
interface RelationLoader {
  readonly loader: DataLoader<object, unknown>;
  /** Objects whose statement is running; further requests for them wait for it. */
  readonly underway: Map<object, Promise<void>>;
  context: LoadContext;
}
const loaders = new WeakMap<InstanceStore, Map<RelationMeta, RelationLoader>>();

const modeFor = (state: InstanceState, context: LoadContext): FetchMode => state.peers?.mode ?? context.fetchMode;

/** The relation's value if memory has it; `undefined` if it must be loaded. */
export const loadedRelation = (
  object: object,
  state: InstanceState,
  relation: RelationMeta,
  store: Pick<InstanceStore, "find"> | null,
): unknown => {
  if (relation.kind === "toMany" || relation.kind === "manyToMany") return state.collections?.get(relation.name)?.items ?? undefined;
  const held = state.related?.get(relation.name);
  if (relation.kind === "reverseOne") return held;
  const field = referenceOf(relation);
  const value = valueOf(object, field);
  if (value === null) return null;
  const target = relation.kind === "toOne" ? relation.target : relation.targets.get(valueOf(object, relation.typeField) as string);
  const targetField = relation.kind === "toOne" ? relation.targetField : target?.primaryKey[0];
  if (held !== undefined && held !== null) {
    // The current key decides. A new object has no key yet, and neither does its reference.
    if (value === undefined) return held;
    if (targetField !== undefined && keyHeld(held, targetField) === keyCell(value, field)) return held;
  }
  if (value === undefined || target === undefined || targetField?.primaryKey !== true || target.primaryKey.length !== 1) return undefined;
  const key = keyCell(value, field);
  const tracked = store?.find(target, [key]);
  if (tracked !== undefined) return stateOf(tracked)?.stale === true ? undefined : tracked;
  return state.joinedByKey?.get(relation.name)?.get(key);
};

/** The requested objects plus, unless their query disabled it, all peers that lack the relation. */
const withPeers = (asked: readonly object[], relation: RelationMeta, entry: RelationLoader): object[] => {
  const { context } = entry;
  const all = new Set(asked);
  const groups = new Set<object>();
  for (const object of asked) {
    const state = stateOf(object) as InstanceState;
    const group = state.peers;
    if (group === null || groups.has(group) || modeFor(state, context) !== "peers") continue;
    groups.add(group);
    for (const peer of group.members) {
      const other = stateOf(peer);
      if (other === undefined || other.owner !== context.store.owner || other.status !== "persistent" || other.stale) continue;
      if (!other.meta.relations.has(relation.name) || entry.underway.has(peer)) continue;
      if (loadedRelation(peer, other, relation, null) === undefined) all.add(peer);
    }
  }
  return [...all];
};

const answer = (object: object, relation: RelationMeta, context: LoadContext): unknown =>
  loadedRelation(object, stateOf(object) as InstanceState, relation, context.store) ?? null;

const loadBatch = async (asked: readonly object[], relation: RelationMeta, entry: RelationLoader): Promise<unknown[]> => {
  const writing = entry.context.beforeLoad?.(relation);
  if (writing !== undefined) await writing;
  const objects = withPeers(asked, relation, entry);
  const work = loadFor(objects, relation, everything, entry.context).then((loaded) =>
    prefetch(loaded.objects, loaded.nested, entry.context),
  );
  for (const object of objects) entry.underway.set(object, work);
  try {
    await work;
  } finally {
    for (const object of objects) entry.underway.delete(object);
  }
  return asked.map((object) => answer(object, relation, entry.context));
};

const loaderOf = (relation: RelationMeta, context: LoadContext): RelationLoader => {
  let relations = loaders.get(context.store);
  if (relations === undefined) loaders.set(context.store, (relations = new Map()));
  const known = relations.get(relation);
  if (known !== undefined) {
    known.context = context;
    return known;
  }
  const entry: RelationLoader = {
    // The identity map is the cache; the loader only batches the requests of one tick.
    loader: new DataLoader<object, unknown>((asked) => loadBatch(asked, relation, entry), { cache: false }),
    underway: new Map(),
    context,
  };
  relations.set(relation, entry);
  return entry;
};

/** Loads a relation of one object unless it is loaded; returns the instance or null, or the items of a collection. */
export const loadRelation = async (object: object, relation: RelationMeta, context: LoadContext): Promise<unknown> => {
  const state = stateOf(object) as InstanceState;
  const held = loadedRelation(object, state, relation, context.store);
  if (held !== undefined) return held;
  if (modeFor(state, context) === "raise") {
    throw new NotLoaded(
      `${state.meta.name}.${relation.name} is not loaded, and fetchMode "raise" does not load on touch: name it in prefetchRelated("${relation.name}") or selectRelated`,
    );
  }
  const entry = loaderOf(relation, context);
  const underway = entry.underway.get(object);
  if (underway === undefined) return entry.loader.load(object);
  await underway;
  return answer(object, relation, context);
};

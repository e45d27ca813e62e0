/** Loads prefetched relations level by level: one statement per relation and level, for any number of parents. */

import type { RelationMeta } from "../metadata/model-meta.js";
import type { PrefetchNode } from "../query/plan.js";
import type { LoadContext } from "./contracts.js";
import { stateOf } from "./instance.js";
import { everything, loadFor, type Wanted } from "./strategies.js";

/** The objects whose model has the relation; rows of other subtypes or models may not. */
const having = (objects: readonly object[], relation: RelationMeta): readonly object[] => {
  const has = (object: object): boolean => stateOf(object)?.meta.relations.get(relation.name) === relation;
  return objects.every(has) ? objects : objects.filter(has);
};

const wantedBy = (node: PrefetchNode): Wanted =>
  node.state === null && node.toAttr === null ? everything : { state: node.state, toAttr: node.toAttr };

/** The objects of a loaded relation; undefined if it is not loaded. */
const heldBy = (object: object, { name }: RelationMeta): readonly object[] | undefined => {
  const state = stateOf(object);
  const items = state?.collections?.get(name)?.items;
  if (items !== null && items !== undefined) return items;
  const one = state?.related?.get(name);
  return one === undefined ? undefined : one === null ? [] : [one];
};

/** Splits the objects: related objects already loaded, and objects that still need a query. */
const divide = (objects: readonly object[], relation: RelationMeta): { readonly held: object[]; readonly asking: object[] } => {
  const held = new Set<object>();
  const asking: object[] = [];
  for (const object of objects) {
    const own = heldBy(object, relation);
    if (own === undefined) asking.push(object);
    else for (const one of own) held.add(one);
  }
  return { held: [...held], asking };
};

/** Loads `nodes` for those of these objects that lack them; nothing is read again. */
export const prefetchMissing = async (objects: readonly object[], nodes: readonly PrefetchNode[], context: LoadContext): Promise<void> => {
  for (const node of nodes) {
    const wanted = wantedBy(node);
    const { held, asking } =
      wanted === everything
        ? divide(having(objects, node.relation), node.relation)
        : { held: [], asking: [...having(objects, node.relation)] };
    const loaded = asking.length === 0 ? { objects: [], nested: [] } : await loadFor(asking, node.relation, wanted, context);
    await prefetch(loaded.objects, loaded.nested, context);
    await prefetchMissing([...held, ...loaded.objects], node.children, context);
  }
};

/** Loads `nodes` for these objects, in the order they were named. */
export const prefetch = async (objects: readonly object[], nodes: readonly PrefetchNode[], context: LoadContext): Promise<void> => {
  if (objects.length === 0) return;
  const unique = nodes.length === 0 ? objects : [...new Set(objects)];
  for (const node of nodes) {
    const owners = having(unique, node.relation);
    if (owners.length === 0) continue;
    const loaded = await loadFor(owners, node.relation, wantedBy(node), context);
    await prefetch(loaded.objects, loaded.nested, context);
    await prefetch(loaded.objects, node.children, context);
  }
};

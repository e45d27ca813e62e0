/** Loads the relations that a query named in advance, level by level: one statement per relation and level, whatever the number of parents. */

import type { RelationMeta } from "../metadata/model-meta.js";
import type { PrefetchNode } from "../query/plan.js";
import type { LoadContext } from "./contracts.js";
import { stateOf } from "./instance.js";
import { everything, loadFor, type Wanted } from "./strategies.js";

/** Those that have the relation: rows of another subtype do not. */
const having = (objects: readonly object[], relation: RelationMeta): readonly object[] => {
  const all = objects.every((object) => stateOf(object)?.meta.relations.has(relation.name) === true);
  return all ? objects : objects.filter((object) => stateOf(object)?.meta.relations.has(relation.name) === true);
};

const wantedBy = (node: PrefetchNode): Wanted =>
  node.state === null && node.toAttr === null ? everything : { state: node.state, toAttr: node.toAttr };

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

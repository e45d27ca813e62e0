/** Leaves annotations out of queries that only count, test or choose rows, where they affect neither the rows nor a condition. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { crossesMany, segmentsOf } from "../../resolve/scope/path.js";
import type { Annotation, Node, OrderTerm, QueryState } from "../../state.js";
import { aggregates, childNodes, namesIn } from "../../tree.js";

/** The names that expressions and conditions use; "*" when they cannot be known. */
const mentioned = (nodes: readonly Node[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const node of nodes) namesIn(node, names);
  return names;
};
const orderNodes = (order: readonly (string | OrderTerm)[]): Node[] =>
  order.map((term) => (typeof term === "string" ? { kind: "path", path: term.replace(/^-/, "") } : term.node));

/**
 * Whether the joins of an expression may multiply rows. `inside`: joins of aggregates count too (without it they do not,
 * since the rows that they multiply are grouped again). Raw SQL and sub-queries may refer to anything outside.
 */
const multiplies = (meta: ModelMeta, node: Node, known: ReadonlyMap<string, Node>, inside: boolean): boolean => {
  switch (node.kind) {
    case "path": {
      const named = known.get(segmentsOf(node.path)[0] ?? "");
      return named === undefined ? crossesMany(meta, node.path) : multiplies(meta, named, known, inside);
    }
    case "where":
      if (node.entries.some(([path]) => multiplies(meta, { kind: "path", path }, known, inside))) return true;
      break;
    case "subquery":
    case "exists":
      return refersToMany(meta, node.state, known, inside);
    case "fragment":
    case "linked":
      return true;
    case "aggregate":
      if (!inside) return false;
      break;
    default:
  }
  return childNodes(node).some((child) => multiplies(meta, child, known, inside));
};

/** An OuterRef inside a sub-query is resolved in the query around it, with the joins that it needs. */
const refersToMany = (meta: ModelMeta, state: QueryState, known: ReadonlyMap<string, Node>, inside: boolean): boolean => {
  const refers = (node: Node): boolean =>
    node.kind === "outer"
      ? multiplies(meta, { kind: "path", path: node.path }, known, inside)
      : node.kind === "subquery" || node.kind === "exists"
        ? refersToMany(meta, node.state, known, inside)
        : childNodes(node).some(refers);
  return (
    [...state.where.map((step) => step.tree), ...state.annotations.map((one) => one.node), ...orderNodes(state.order ?? [])].some(refers) ||
    (state.combined?.states.some((part) => refersToMany(meta, part, known, inside)) ?? false)
  );
};

/** Annotations that `wanted` refers to, directly or through each other; null when that cannot be known. */
const used = (annotations: readonly Annotation[], wanted: readonly Node[]): ReadonlySet<string> | null => {
  const nodes = [...wanted];
  const kept = new Set<string>();
  for (;;) {
    const names = mentioned(nodes);
    if (names.has("*")) return null;
    const more = annotations.filter((one) => names.has(one.name) && !kept.has(one.name));
    if (more.length === 0) return kept;
    for (const one of more) {
      kept.add(one.name);
      nodes.push(one.node);
    }
  }
};

/**
 * The state without annotations that the rows do not depend on. An annotation is kept when a condition, the order of a slice or one of
 * `also` uses it, and when its joins multiply rows that are counted or aggregated. Groups are dropped only when the rows would
 * be the same without them.
 */
export const withoutUnused = (state: QueryState, also: readonly Node[] = []): QueryState => {
  const { meta, annotations, group } = state;
  if (annotations.length === 0 || group?.by === "values" || state.values !== null || state.distinct !== false || state.combined !== null)
    return state;
  const sliced = state.limit !== null || state.offset > 0;
  const conditions = state.where.map((step) => step.tree);
  const order = sliced ? orderNodes(state.order ?? meta.ordering) : [];
  const kept = used(annotations, [...conditions, ...order, ...also]);
  if (kept === null) return state;
  const known = new Map(annotations.map((one) => [one.name, one.node] as const));
  const isAggregated = (node: Node): boolean =>
    aggregates(node, (name) => {
      const named = known.get(name);
      return named !== undefined && named !== node && isAggregated(named);
    });
  const wanted = [...conditions, ...order, ...annotations.filter((one) => kept.has(one.name)).map((one) => one.node)];
  const grouped = group !== null;
  const aggregated = grouped && wanted.some(isAggregated);
  const multiplied = grouped && wanted.some((node) => multiplies(meta, node, known, false));
  const isKept = (one: Annotation): boolean => kept.has(one.name) || multiplies(meta, one.node, known, aggregated);
  const left = annotations.filter(isKept);
  const dropsGroup = grouped && !aggregated && !multiplied && !left.some((one) => !kept.has(one.name));
  if (grouped && !dropsGroup && !aggregated) return state;
  if (left.length === annotations.length && !dropsGroup) return state;
  const before = (count: number): number => annotations.slice(0, count).filter(isKept).length;
  return {
    ...state,
    annotations: left,
    group: dropsGroup ? null : group,
    where: state.where.map((step) => ({ ...step, annotated: before(step.annotated) })),
  };
};

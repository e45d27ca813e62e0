/** Filters over collections after an aggregate: they select groups, and must not multiply the rows that the groups are made of. */

import { crossesMany, segmentsOf } from "../../resolve/scope/path.js";
import { Rows } from "../../rows.js";
import { changed, initialState, type Node, type QueryState, type WhereStep } from "../../state.js";
import { aggregates, childNodes, namesIn } from "../../tree.js";

/** The filter in two parts: conditions joined within the query, and conditions moved to EXISTS. */
export interface GroupedFilter {
  readonly joined: Node | null;
  readonly apart: Node | null;
}

const crosses = (state: QueryState, node: Node): boolean => {
  const isCrossing = (path: string): boolean =>
    !state.annotations.some(({ name }) => name === segmentsOf(path)[0]) && crossesMany(state.meta, path);
  if (node.kind === "path") return isCrossing(node.path);
  if (node.kind === "not" || node.kind === "aggregate") return false;
  if (node.kind === "where" && node.entries.some(([path]) => isCrossing(path))) return true;
  return childNodes(node).some((child) => crosses(state, child));
};
const conjuncts = (node: Node): readonly Node[] =>
  node.kind === "and"
    ? node.parts.flatMap(conjuncts)
    : node.kind === "where"
      ? node.entries.map((entry): Node => ({ kind: "where", entries: [entry] }))
      : [node];
const all = (parts: readonly Node[]): Node | null => (parts.length === 0 ? null : { kind: "and", parts });

/** Returns `null` if the filter can be applied as it is. */
export const groupedFilter = (state: QueryState, step: WhereStep): GroupedFilter | null => {
  if (state.group === null || state.table !== null || step.negated || step.outside === true || !crosses(state, step.tree)) return null;
  const isAggregate = (name: string): boolean =>
    state.annotations.some((one) => one.name === name && aggregates(one.node, (other) => other !== name && isAggregate(other)));
  const before = state.annotations.slice(0, step.annotated);
  if (!before.some((one) => isAggregate(one.name))) return null;
  const plain = before.filter((one) => !isAggregate(one.name));
  // Conditions that refer to the groups or to outer queries cannot be moved.
  const isMovable = (node: Node): boolean => [...namesIn(node)].every((name) => name !== "*" && !isAggregate(name)) && !refersOut(node);
  const parts = conjuncts(step.tree);
  const moved = parts.filter((part) => crosses(state, part) && isMovable(part));
  const chosen = changed(initialState(state.meta), {
    deleted: "include",
    order: [],
    annotations: plain.map((one) => ({ ...one, hidden: true })),
    where: [{ negated: false, tree: { kind: "and", parts: moved }, annotated: plain.length }],
  });
  const among: readonly Node[] = moved.length === 0 ? [] : [{ kind: "where", entries: [["pk__in", new Rows(chosen)]] }];
  return {
    joined: all([...among, ...parts.filter((part) => !crosses(state, part))]),
    apart: all(parts.filter((part) => crosses(state, part) && !moved.includes(part))),
  };
};
/**
 * A filter on a window before the rows are grouped: windows of a query are computed after its groups, so the rows are chosen by key.
 * `null` for other filters.
 */
export const windowedFilter = (state: QueryState, step: WhereStep): Node | null => {
  if (state.group?.by !== "values" || state.table !== null || step.outside === true) return null;
  const before = state.annotations.slice(0, step.annotated);
  const isOf = (test: (node: Node, isNamed: (name: string) => boolean) => boolean): ((name: string) => boolean) => {
    const is = (name: string): boolean => before.some((one) => one.name === name && test(one.node, (other) => other !== name && is(other)));
    return is;
  };
  const [isAggregate, isWindow] = [isOf(aggregates), isOf(usesWindow)];
  if (before.some(({ name }) => isAggregate(name)) || ![...namesIn(step.tree)].some(isWindow)) return null;
  const chosen = changed(initialState(state.meta), {
    deleted: state.deleted,
    order: [],
    annotations: before.map((one) => ({ ...one, hidden: true })),
    where: state.where.slice(0, state.where.indexOf(step) + 1),
  });
  return { kind: "where", entries: [["pk__in", new Rows(chosen)]] };
};
const usesWindow = (node: Node, isNamed: (name: string) => boolean): boolean =>
  node.kind === "window" || [...namesIn(node)].some(isNamed) || childNodes(node).some((child) => usesWindow(child, isNamed));

const refersOut = (node: Node): boolean => node.kind === "outer" || childNodes(node).some(refersOut);

/** Leaves annotations out of queries that only count or test rows, where nothing refers to them. */

import type { Node, QueryState } from "../../state.js";
import { namesIn } from "../../tree.js";

/** The names that expressions and conditions speak of; "*" when they cannot be known. */
const mentioned = (nodes: readonly Node[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const node of nodes) namesIn(node, names);
  return names;
};

/** `dropGroups`: groups that nothing asks about need not be made either, where no join has multiplied the rows. */
export const withoutUnused = (state: QueryState, dropGroups: boolean): QueryState => {
  if (
    state.annotations.length === 0 ||
    state.group?.by === "values" ||
    state.values !== null ||
    state.distinct !== false ||
    state.combined !== null
  )
    return state;
  const wanted: Node[] = state.where.map((step) => step.tree);
  const sliced = state.limit !== null || state.offset > 0;
  if (sliced)
    for (const term of state.order ?? [])
      wanted.push(typeof term === "string" ? { kind: "path", path: term.replace(/^-/, "") } : term.node);
  const kept: string[] = [];
  for (let known = mentioned(wanted); ; known = mentioned(wanted)) {
    if (known.has("*")) return state;
    const more = state.annotations.filter((one) => known.has(one.name) && !kept.includes(one.name));
    if (more.length === 0) break;
    for (const one of more) {
      kept.push(one.name);
      wanted.push(one.node);
    }
  }
  if (!dropGroups && state.group !== null) return state;
  const annotations = state.annotations.filter((one) => kept.includes(one.name));
  const before = (count: number): number => state.annotations.slice(0, count).filter((one) => kept.includes(one.name)).length;
  return {
    ...state,
    annotations,
    group: annotations.length === 0 ? null : state.group,
    where: state.where.map((step) => ({ ...step, annotated: before(step.annotated) })),
  };
};

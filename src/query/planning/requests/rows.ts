/** Plans the rows of a query state: the statement, how its rows are read, and what it depends on. */

import { and, isNotNull, literal, output } from "../../../sql/factories/index.js";
import type { Compound, Select } from "../../../sql/nodes.js";
import type { SelectPlan } from "../../plan.js";
import type { InnerQuery } from "../../resolve/scope/context.js";
import { newContext } from "../../resolve/scope/context.js";
import { conditionOf } from "../../resolve/conditions/condition.js";
import { orderNode, resolveValue } from "../../resolve/values/expression.js";
import type { PlanContext, Resolver, Scope } from "../../resolve/scope/scope.js";
import { withValues, type Node, type QueryState } from "../../state.js";
import { isByKey } from "./by-key.js";
import { asTable, combinedPart, type Part } from "../combine/combined.js";
import { plannedTable } from "../combine/common-tables.js";
import { draft, type Draft, type DraftOptions } from "../select/draft.js";
import { finish, isSliced } from "../select/finish.js";
import { computedOutput, exprsOf, selectionOf, valueSelection, type SelectedOutput } from "../select/outputs.js";
import { prefetchTree } from "./prefetch-tree.js";
import { readsOf } from "./read-set.js";
import { withoutUnused } from "./unused-annotations.js";

/** Creates the draft, with the common table if its rows come from one. */
export const draftOf = (
  context: PlanContext,
  state: QueryState,
  outer: Scope | null = null,
  recursiveSource: DraftOptions["recursiveSource"] = null,
): Draft => {
  if (state.table === null) return draft(context, state, { outer, recursiveSource });
  const { table, columns } = plannedTable(state.table, (one, around) => partOf(context, one, outer, "given", { recursiveSource: around }));
  return draft(context, state, { outer, with: [table], columns, recursiveSource });
};

/** The query of a state's own rows, with the requested order and slice. */
export const partOf = (
  context: PlanContext,
  state: QueryState,
  outer: Scope | null,
  order: "none" | "given" = "given",
  {
    recursiveSource = null,
    extras = [],
  }: { readonly recursiveSource?: DraftOptions["recursiveSource"]; readonly extras?: readonly Node[] } = {},
): Part => {
  if (state.combined !== null)
    return combinedPart(context, state, outer, (own, one, around, more) => partOf(own, one, around, "given", { extras: more }), extras);
  const drafted = draftOf(context, state, outer, recursiveSource);
  const selection = selectionOf(drafted);
  const outputs =
    extras.length === 0 ? selection.outputs : [...selection.outputs, ...extras.map((node) => computedOutput(drafted.scope, node))];
  return { query: finish(drafted, outputs, { order }), empty: drafted.empty, outputs, shape: selection.shape };
};

const typed = (outputs: readonly SelectedOutput[]): InnerQuery["outputs"] =>
  outputs.map(({ expr, nullable }) => ({ type: expr.type, nullable }));

/** A query used inside another one selects only what its use needs. */
const inner: Resolver["inner"] = (scope, state, purpose) => {
  const { context } = scope;
  if (state.combined !== null) {
    const needed = isSliced(state) ? state : { ...state, order: [] };
    const part = partOf(
      context,
      purpose === "exists" || state.values !== null
        ? needed
        : withValues(needed, { items: state.meta.primaryKey.map((field) => field.name), mode: "list" }),
      scope,
    );
    return {
      query: purpose === "members" ? withoutNulls(context, part.query, part.outputs) : part.query,
      empty: part.empty,
      outputs: typed(part.outputs),
    };
  }
  const needed = purpose === "exists" ? withoutUnused({ ...state, related: [], lock: null }) : { ...state, related: [] };
  const drafted = draftOf(context, needed, scope);
  const sliced = isSliced(needed);
  // DISTINCT ON selects the first row of each group by the order.
  const order = sliced || typeof needed.distinct !== "boolean" ? "given" : "none";
  if (purpose === "exists") {
    const query = finish(drafted, [output(literal(1))], { order: sliced ? "given" : "none", distinct: false, slice: sliced });
    return { query, empty: drafted.empty, outputs: [] };
  }
  const outputs = valueSelection(drafted);
  const query = only(context, finish(drafted, outputs, { order }), outputs);
  return { query: purpose === "members" ? withoutNulls(context, query, outputs) : query, empty: drafted.empty, outputs: typed(outputs) };
};

/** Removes the columns that were added for the order of a distinct query. */
const only = (context: PlanContext, query: Select, outputs: readonly SelectedOutput[]): Select =>
  query.outputs.length === outputs.length ? query : asTable(context, query, outputs, "members");

/** `NOT IN` is never true for a list that contains NULL. */
const withoutNulls = (context: PlanContext, query: Select | Compound, outputs: readonly SelectedOutput[]): Select | Compound => {
  if (!outputs.some((one) => one.nullable)) return query;
  const plain =
    query.kind === "select" && query.limit === null && query.offset === null && query.groupBy.length === 0 && query.distinct === false;
  if (plain)
    return {
      ...query,
      where: and(...(query.where === null ? [] : [query.where]), ...exprsOf(outputs.filter((one) => one.nullable)).map(isNotNull)),
    };
  const whole = asTable(context, query, outputs, "members");
  return { ...whole, where: and(...exprsOf(whole.outputs).map(isNotNull)) };
};

export const resolver: Resolver = { value: resolveValue, condition: conditionOf, order: orderNode, inner };

/** A new context for one statement. */
export const freshContext = (slots: PlanContext["slots"] = null): PlanContext => newContext(resolver, slots);

export interface SelectOptions {
  /** "none": the caller does not depend on the order. */
  readonly order?: "none" | "given";
  readonly reversed?: boolean;
}

export const planSelect = (state: QueryState, options: SelectOptions = {}, context: PlanContext = freshContext()): SelectPlan => {
  const part = partOf(context, state, null, options.order);
  return {
    meta: state.meta,
    statement: part.query,
    shape: part.shape,
    prefetch: prefetchTree(state.meta, state.prefetch),
    reads: readsOf(context),
    empty: part.empty,
    locks: context.locks,
    fetchMode: state.fetchMode,
    byKey: isByKey(state),
    reversed: options.reversed ?? false,
    cells: null,
    needs: [...context.needs],
    values: null,
    state,
  };
};

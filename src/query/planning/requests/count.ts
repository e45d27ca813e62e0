/** COUNT and EXISTS over any set; slices, groups and distinct rows are counted in a sub-select. */

import { aggregate, fromQuery, literal, output, select } from "../../../sql/factories/index.js";
import type { Compound, Output, Select } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import type { SelectPlan } from "../../plan.js";
import type { QueryState } from "../../state.js";
import { finish, isSliced } from "../select/finish.js";
import { joinMultiplied, rowSet } from "../select/row-set.js";
import { selectionOf, type SelectedOutput } from "../select/outputs.js";
import { groupBy } from "../select/grouping.js";
import { readsOf } from "./read-set.js";
import { draftOf, freshContext, partOf } from "./rows.js";
import { withoutUnused } from "./unused-annotations.js";
import type { PlanContext } from "../../resolve/scope/scope.js";
import type { Draft } from "../select/draft.js";

const valuesPlan = (context: PlanContext, state: QueryState, statement: Select, name: string, empty: boolean): SelectPlan => ({
  meta: state.meta,
  statement,
  shape: { kind: "values", mode: "flat", outputs: [{ name, type: types.integer, offset: 0 }], columns: null },
  prefetch: [],
  reads: readsOf(context),
  empty,
  locks: false,
  fetchMode: null,
  byKey: false,
  reversed: false,
  cells: null,
  needs: [...context.needs],
  values: null,
  state,
});
const rows = output(aggregate("count", [], types.integer));
const plainly = (state: QueryState): QueryState => ({ ...state, related: [], prefetch: [], only: null, defer: [], lock: null });

/** Counts the rows. */
export const planCount = (given: QueryState, context: PlanContext = freshContext()): SelectPlan => {
  if (given.combined !== null) {
    const part = partOf(context, plainly(isSliced(given) ? given : { ...given, order: [] }), null);
    return valuesPlan(context, given, over(context, part.query), "count", part.empty);
  }
  const state = plainly(withoutUnused(given));
  const drafted = draftOf(context, state);
  joinMultiplied(drafted);
  if (isPlain(drafted)) {
    const statement = finish(drafted, [rows], { order: "none", whole: true });
    return valuesPlan(context, given, statement, "count", drafted.empty);
  }
  const inner = rowSet(drafted, countedOutputs(drafted));
  return valuesPlan(context, given, over(context, inner), "count", drafted.empty);
};

const isPlain = (drafted: Draft): boolean => {
  const { state } = drafted;
  return (
    !isSliced(state) &&
    state.distinct === false &&
    drafted.qualify.length === 0 &&
    groupBy(drafted, { outputs: [], having: drafted.having, order: [] }).length === 0 &&
    state.group === null
  );
};

/** Counting distinct rows needs all their outputs; otherwise a constant is enough. */
const countedOutputs = (drafted: Draft): readonly SelectedOutput[] => {
  if (drafted.state.distinct !== false) return selectionOf(drafted).outputs;
  return [{ ...output(literal(1), "one"), nullable: false }];
};

const over = (context: PlanContext, query: Select | Compound, outputs: readonly Output[] = [rows]): Select => {
  const alias = context.aliases.has("counted") ? "counted_rows" : "counted";
  return select({ with: query.with, outputs, from: fromQuery({ ...query, with: [] }, alias) });
};

/** Tests whether any row exists, reading at most one. */
export const planExists = (given: QueryState, context: PlanContext = freshContext()): SelectPlan => {
  if (given.combined !== null) {
    const part = partOf(
      context,
      plainly({ ...given, order: isSliced(given) ? given.order : [], limit: given.limit === null ? 1 : Math.min(given.limit, 1) }),
      null,
    );
    return valuesPlan(context, given, over(context, part.query), "count", part.empty);
  }
  // Unless rows are skipped, any row will do, so duplicates and the limit do not matter.
  const skips = given.offset > 0;
  const chosen = given.where.some((step) => step.outside === true);
  const distinct = chosen && typeof given.distinct !== "boolean" ? given.distinct : false;
  const state = plainly(withoutUnused(skips ? given : { ...given, distinct, limit: given.limit === 0 ? 0 : null }));
  const drafted = draftOf(context, state);
  if (skips) joinMultiplied(drafted);
  const query = skips
    ? over(context, rowSet(drafted, countedOutputs(drafted)), [output(literal(1))])
    : finish(drafted, [output(literal(1))], { order: distinct === false ? "none" : "given", slice: false });
  return valuesPlan(context, given, { ...query, limit: literal(1) }, "found", drafted.empty);
};

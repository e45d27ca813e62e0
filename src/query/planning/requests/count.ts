/** COUNT and EXISTS over any set: slices, groups and distinct rows are counted in a sub-select. */

import { aggregate, fromQuery, literal, output, select } from "../../../sql/factories/index.js";
import type { Select } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import type { SelectPlan } from "../../plan.js";
import type { QueryState } from "../../state.js";
import { finish, isSliced } from "../select/finish.js";
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
  shape: { kind: "values", mode: "flat", outputs: [{ name, type: types.integer, offset: 0 }] },
  prefetch: [],
  reads: readsOf(context),
  empty,
  locks: false,
  fetchMode: null,
  byKey: false,
  reversed: false,
  cells: [],
  needs: [...context.needs],
  values: null,
  state,
});
const rows = output(aggregate("count", [], types.integer));
const plainly = (state: QueryState): QueryState => ({ ...state, related: [], prefetch: [], only: null, defer: [], lock: null });

/** The number of rows. */
export const planCount = (given: QueryState, context: PlanContext = freshContext()): SelectPlan => {
  if (given.combined !== null) {
    const part = partOf(context, plainly(isSliced(given) ? given : { ...given, order: [] }), null);
    return valuesPlan(context, given, over(context, part.query), "count", part.empty);
  }
  const state = plainly(groupsMatter(given) ? given : withoutUnused(given, true));
  const drafted = draftOf(context, state);
  if (isPlain(drafted)) {
    const statement = finish(drafted, [rows], { order: "none", whole: true });
    return valuesPlan(context, given, statement, "count", drafted.empty);
  }
  const inner = finish(drafted, countedOutputs(drafted), { order: isSliced(state) ? "given" : "none" });
  return valuesPlan(context, given, { ...over(context, { ...inner, with: [] }), with: inner.with }, "count", drafted.empty);
};

/** Groups made from multiplied rows join them again: then they must be counted as groups. */
const groupsMatter = (state: QueryState): boolean => {
  if (state.group === null) return false;
  const probe = draftOf(freshContext(), plainly(withoutUnused(state, true)));
  return probe.scope.multiplied;
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

/** Distinct rows are told apart by everything they hold; otherwise a constant is enough. */
const countedOutputs = (drafted: Draft): readonly SelectedOutput[] => {
  if (drafted.state.distinct !== false) return selectionOf(drafted).outputs;
  return [{ ...output(literal(1), "one"), nullable: false }];
};

const over = (context: PlanContext, query: Parameters<typeof fromQuery>[0]): Select => {
  const alias = context.aliases.has("counted") ? "counted_rows" : "counted";
  return select({ outputs: [rows], from: fromQuery(query, alias) });
};

/** Whether there is any row: at most one is looked for. */
export const planExists = (given: QueryState, context: PlanContext = freshContext()): SelectPlan => {
  if (given.combined !== null) {
    const part = partOf(
      context,
      plainly({ ...given, order: isSliced(given) ? given.order : [], limit: given.limit === null ? 1 : Math.min(given.limit, 1) }),
      null,
    );
    return valuesPlan(context, given, { ...over(context, part.query), outputs: [rows] }, "count", part.empty);
  }
  const state = plainly(withoutUnused({ ...given, distinct: isSliced(given) ? given.distinct : false }, true));
  const drafted = draftOf(context, state);
  const one = finish(drafted, state.distinct === false ? [output(literal(1))] : selectionOf(drafted).outputs, { order: "none" });
  return valuesPlan(context, given, { ...one, limit: literal(1) }, "found", drafted.empty);
};

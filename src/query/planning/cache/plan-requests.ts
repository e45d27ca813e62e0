/** The requests whose plans are cached: rows, count, exists, aggregate, update, delete. */

import type { DeletePlan, SelectPlan, UpdatePlan } from "../../plan.js";
import type { QueryState } from "../../state.js";
import { planAggregate, type NamedNode } from "../requests/aggregate.js";
import { cachedPlan, type PlanRequest } from "./plan-cache.js";
import { planCount, planExists } from "../requests/count.js";
import { prefetchTree } from "../requests/prefetch-tree.js";
import { planSelect } from "../requests/rows.js";
import { writeNode, writeState, writeValue } from "./write-key.js";
import type { PlanKey } from "./plan-key.js";
import { planDelete, planUpdate, type Assignments, type WriteOptions } from "../requests/update-delete.js";

interface OfState {
  readonly state: QueryState;
}
const metaOf = ({ state }: OfState): QueryState["meta"] => state.meta;

const rebindSelect = (plan: SelectPlan, { state }: OfState, values: readonly unknown[]): SelectPlan => ({
  meta: plan.meta,
  statement: plan.statement,
  shape: plan.shape,
  prefetch: prefetchOf(plan, state),
  reads: plan.reads,
  empty: plan.empty,
  locks: plan.locks,
  fetchMode: plan.fetchMode,
  byKey: plan.byKey,
  reversed: plan.reversed,
  cells: plan.cells,
  needs: plan.needs,
  values,
  state,
});
/** A Prefetch object brings its own queryset, so its tree is built for every query. */
const prefetchOf = (plan: SelectPlan, { meta, prefetch }: QueryState): SelectPlan["prefetch"] =>
  prefetch.every((one) => typeof one === "string") ? plan.prefetch : prefetchTree(meta, prefetch);

/** With `order` false, the caller does not depend on the order of the rows. */
interface Rows extends OfState {
  readonly order: boolean;
}
const rows: PlanRequest<Rows, SelectPlan> = {
  meta: metaOf,
  write: (out, { state, order }) => {
    out.text = order ? "rows" : "any";
    writeState(out, state, true);
  },
  plan: ({ state, order }, context) => planSelect(state, { order: order ? "given" : "none" }, context),
  rebindPlan: rebindSelect,
};
const ofState = (word: string, plan: typeof planCount): PlanRequest<OfState, SelectPlan> => ({
  meta: metaOf,
  write: (out, { state }) => {
    out.text = word;
    writeState(out, state, false);
  },
  plan: ({ state }, context) => plan(state, context),
  rebindPlan: rebindSelect,
});
const counts = ofState("count", planCount);
const existence = ofState("exists", planExists);

interface Aggregates extends OfState {
  readonly entries: readonly NamedNode[];
}
const aggregates: PlanRequest<Aggregates, SelectPlan> = {
  meta: metaOf,
  write: (out, { state, entries }) => {
    out.text = "aggregate";
    for (const { name, node } of entries) {
      out.name(name);
      writeNode(out, node);
    }
    writeState(out, state, false);
  },
  plan: ({ state, entries }, context) => planAggregate(state, entries, context),
  rebindPlan: rebindSelect,
};

interface Deletion extends OfState {
  readonly options: WriteOptions;
}
const writeScope = (out: PlanKey, { state, options }: Deletion): void => {
  if (options.all === true) out.text += "!";
  writeState(out, state, false);
};
const deletions: PlanRequest<Deletion, DeletePlan> = {
  meta: metaOf,
  write: (out, asked) => {
    out.text = "delete";
    writeScope(out, asked);
  },
  plan: ({ state, options }, context) => planDelete(state, options, context),
  rebindPlan: (plan, { state }, values) => ({
    meta: plan.meta,
    statement: plan.statement,
    reads: plan.reads,
    empty: plan.empty,
    values,
    state,
  }),
};

interface Change extends Deletion {
  readonly assignments: Assignments;
}
const changes: PlanRequest<Change, UpdatePlan> = {
  meta: metaOf,
  write: (out, asked) => {
    out.text = "update";
    for (const entry of asked.assignments) {
      out.name(entry[0]);
      writeValue(out, entry, entry[1]);
    }
    writeScope(out, asked);
  },
  plan: ({ state, assignments, options }, context) => planUpdate(state, assignments, options, context),
  rebindPlan: (plan, _asked, values) => ({
    meta: plan.meta,
    statement: plan.statement,
    changed: plan.changed,
    kept: plan.kept,
    reads: plan.reads,
    empty: plan.empty,
    values: plan.kept.length === 0 ? values : [...values, ...plan.kept.map((field) => field.onUpdate?.())],
  }),
};

export const cachedSelectPlan = (state: QueryState, order: "given" | "none" = "given"): SelectPlan =>
  cachedPlan(rows, { state, order: order === "given" });
export const cachedCountPlan = (state: QueryState): SelectPlan => cachedPlan(counts, { state });
export const cachedExistsPlan = (state: QueryState): SelectPlan => cachedPlan(existence, { state });
export const cachedAggregatePlan = (state: QueryState, entries: readonly NamedNode[]): SelectPlan =>
  cachedPlan(aggregates, { state, entries });
export const cachedDeletePlan = (state: QueryState, options: WriteOptions): DeletePlan => cachedPlan(deletions, { state, options });
export const cachedUpdatePlan = (state: QueryState, values: Readonly<Record<string, unknown>>, options: WriteOptions): UpdatePlan =>
  cachedPlan(changes, { state, assignments: Object.entries(values), options });

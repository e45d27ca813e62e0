/** What is asked of querysets, as questions whose plans are kept by shape. */

import type { DeletePlan, SelectPlan, UpdatePlan } from "../plan.js";
import type { QueryState } from "../state.js";
import { planAggregate, type NamedNode } from "./aggregating.js";
import { ask, type Question } from "./cached.js";
import { planCount, planExists } from "./counting.js";
import { prefetchTree } from "./prefetching.js";
import { planSelect } from "./select.js";
import { writeNode, writeState, writeValue } from "./shape.js";
import type { Shape } from "./shape-text.js";
import { planDelete, planUpdate, type Assignments, type WriteOptions } from "./writing.js";

interface OfState {
  readonly state: QueryState;
}
const metaOf = ({ state }: OfState): QueryState["meta"] => state.meta;

const selectAgain = (plan: SelectPlan, { state }: OfState, values: readonly unknown[]): SelectPlan => ({
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
/** A Prefetch brings its own queryset each time. */
const prefetchOf = (plan: SelectPlan, { meta, prefetch }: QueryState): SelectPlan["prefetch"] =>
  prefetch.every((one) => typeof one === "string") ? plan.prefetch : prefetchTree(meta, prefetch);

/** `order` false: it does not matter to who asks. */
interface Rows extends OfState {
  readonly order: boolean;
}
const rows: Question<Rows, SelectPlan> = {
  meta: metaOf,
  write: (out, { state, order }) => {
    out.key = order ? "rows" : "any";
    writeState(out, state, true);
  },
  plan: ({ state, order }, context) => planSelect(state, { order: order ? "given" : "none" }, context),
  again: selectAgain,
};
const ofState = (word: string, plan: typeof planCount): Question<OfState, SelectPlan> => ({
  meta: metaOf,
  write: (out, { state }) => {
    out.key = word;
    writeState(out, state, false);
  },
  plan: ({ state }, context) => plan(state, context),
  again: selectAgain,
});
const counts = ofState("count", planCount);
const existence = ofState("exists", planExists);

interface Aggregates extends OfState {
  readonly entries: readonly NamedNode[];
}
const aggregates: Question<Aggregates, SelectPlan> = {
  meta: metaOf,
  write: (out, { state, entries }) => {
    out.key = "aggregate";
    for (const { name, node } of entries) {
      out.name(name);
      writeNode(out, node);
    }
    writeState(out, state, false);
  },
  plan: ({ state, entries }, context) => planAggregate(state, entries, context),
  again: selectAgain,
};

interface Deletion extends OfState {
  readonly options: WriteOptions;
}
const writeScope = (out: Shape, { state, options }: Deletion): void => {
  if (options.all === true) out.key += "!";
  writeState(out, state, false);
};
const deletions: Question<Deletion, DeletePlan> = {
  meta: metaOf,
  write: (out, asked) => {
    out.key = "delete";
    writeScope(out, asked);
  },
  plan: ({ state, options }, context) => planDelete(state, options, context),
  again: (plan, { state }, values) => ({ meta: plan.meta, statement: plan.statement, reads: plan.reads, empty: plan.empty, values, state }),
};

interface Change extends Deletion {
  readonly assignments: Assignments;
}
const changes: Question<Change, UpdatePlan> = {
  meta: metaOf,
  write: (out, asked) => {
    out.key = "update";
    for (const entry of asked.assignments) {
      out.name(entry[0]);
      writeValue(out, entry, entry[1]);
    }
    writeScope(out, asked);
  },
  plan: ({ state, assignments, options }, context) => planUpdate(state, assignments, options, context),
  again: (plan, _asked, values) => ({
    meta: plan.meta,
    statement: plan.statement,
    changed: plan.changed,
    kept: plan.kept,
    reads: plan.reads,
    empty: plan.empty,
    values: plan.kept.length === 0 ? values : [...values, ...plan.kept.map((field) => field.onUpdate?.())],
  }),
};

export const askRows = (state: QueryState, order: "given" | "none" = "given"): SelectPlan => ask(rows, { state, order: order === "given" });
export const askCount = (state: QueryState): SelectPlan => ask(counts, { state });
export const askExists = (state: QueryState): SelectPlan => ask(existence, { state });
export const askAggregate = (state: QueryState, entries: readonly NamedNode[]): SelectPlan => ask(aggregates, { state, entries });
export const askDelete = (state: QueryState, options: WriteOptions): DeletePlan => ask(deletions, { state, options });
export const askUpdate = (state: QueryState, values: Readonly<Record<string, unknown>>, options: WriteOptions): UpdatePlan =>
  ask(changes, { state, assignments: Object.entries(values), options });

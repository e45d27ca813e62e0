/** Runs planned queries: autoflush, fetch, load. */

import type { CompiledQuery } from "../../database/contracts.js";
import type { InstanceStore, LoadContext, PlanRunner } from "../../loading/index.js";
import { decodeCells, decodeValues, loadInstances, prefetch } from "../../loading/index.js";
import type { ModelMeta } from "../../metadata/model-meta.js";
import type { SelectPlan } from "../../query/plan.js";
import { planSelect } from "../../query/planner.js";
import { initialState, type QueryState } from "../../query/state.js";
import { assertOpen, type Core } from "../core/core.js";
import { bind, run } from "../statements/send.js";

/** Fetches the raw rows of a plan; sends nothing if the plan is known to be empty. */
export const rowsOf = async (core: Core, plan: SelectPlan, query: CompiledQuery | null = null): Promise<unknown[][]> => {
  if (plan.empty) return [];
  return (await run(core, query ?? bind(core, plan), plan.locks ? "lock" : "read")).rows;
};

/** Created per load, because listeners and the fetch mode may change between loads. */
class Context implements LoadContext, PlanRunner {
  readonly #core: Core;
  readonly store: InstanceStore;
  readonly dialect: Core["dialect"];
  readonly fetchMode: LoadContext["fetchMode"];
  readonly loaded: LoadContext["loaded"];
  readonly beforeLoad: LoadContext["beforeLoad"];
  constructor(core: Core, store: InstanceStore, beforeLoad: LoadContext["beforeLoad"]) {
    this.#core = core;
    this.store = store;
    this.beforeLoad = beforeLoad;
    this.dialect = core.dialect;
    this.fetchMode = core.fetchMode;
    this.loaded = core.signals.has("post_load")
      ? (object, meta) => core.signals.emitSync("post_load", meta.ctor, { instance: object, db: core.session })
      : null;
  }
  get runner(): PlanRunner {
    return this;
  }
  rows(plan: SelectPlan): Promise<unknown[][]> {
    return rowsOf(this.#core, plan);
  }
}
export const contextOf = (core: Core, store: InstanceStore = core.store, beforeLoad?: LoadContext["beforeLoad"]): LoadContext =>
  new Context(core, store, beforeLoad);

/** Instances or values, as planned; each is paired with its extra cells if the plan requests them. */
export const load = async (
  core: Core,
  plan: SelectPlan,
  context = contextOf(core),
  query: CompiledQuery | null = null,
): Promise<unknown[]> => {
  assertOpen(core);
  const rows = await rowsOf(core, plan, query);
  const cells = plan.cells === null ? null : decodeCells(plan.cells, rows, core.dialect);
  const found = plan.shape.kind === "values" ? decodeValues(plan, rows, core.dialect) : loadInstances(plan, rows, context);
  if (plan.prefetch.length > 0) await prefetch(found as object[], plan.prefetch, context);
  return cells === null ? found : found.map((row, index) => [row, cells[index]]);
};

export type Entries = readonly (readonly [path: string, value: unknown])[];

/** A query state with plain conditions, for lookups that the session makes itself. */
export const stateWhere = (meta: ModelMeta, entries: Entries, deleted: QueryState["deleted"] = "include"): QueryState => ({
  ...initialState(meta),
  where: entries.length === 0 ? [] : [{ negated: false, tree: { kind: "where", entries }, annotated: 0 }],
  order: [],
  deleted,
});

/** Finds rows that the session itself needs, as tracked instances. */
export const findInstances = async (
  core: Core,
  meta: ModelMeta,
  entries: Entries,
  deleted: QueryState["deleted"] = "include",
): Promise<object[]> => (await load(core, planSelect(stateWhere(meta, entries, deleted)))) as object[];

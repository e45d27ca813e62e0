/**
 * The plan of most flushes: if no row depends on another row of its own table, table order is enough
 * and no graph of rows is built.
 */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";
import { topological } from "../../../support/topological.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { IdentityMap, rootOf } from "../../tracking/identity-map.js";
import { keyHeldBy, keyOfSnapshot } from "../../tracking/row-keys.js";
import { chainOf, touches, uniqueSets } from "./row-dependencies.js";
import { inTableOrder } from "./table-order.js";
import { stepOf, type RowKind, type RowWork, type Step } from "../work/work.js";

/** The work on the rows of one table. */
class TableWork {
  readonly root: ModelMeta;
  readonly #steps: Record<RowKind, Step[]> = { insert: [], update: [], delete: [] };
  readonly #uniques: ReturnType<typeof uniqueSets>;
  /** Whether an UPDATE changes a unique value. */
  #moves = false;
  /** An UPDATE changes a key, and with it those of rows that refer to it by their own. */
  movesKeys = false;

  constructor(root: ModelMeta, uniques: ReturnType<typeof uniqueSets>) {
    this.root = root;
    this.#uniques = uniques;
  }

  /** Adds a row and returns its step. */
  add(work: RowWork): Step {
    const steps = this.#steps[work.kind];
    let step = steps[steps.length - 1];
    if (step?.meta !== work.meta) {
      step = steps.find(({ meta }) => meta === work.meta);
      if (step === undefined) steps.push((step = stepOf(work.meta, work.kind)));
    }
    step.rows.push(work);
    if (work.kind === "update" && !this.#moves) this.#moves = this.#uniques.some((fields) => touches(work, fields));
    if (work.kind === "update" && !this.movesKeys) this.movesKeys = touches(work, work.meta.primaryKey);
    return step;
  }

  steps(kind: RowKind): readonly Step[] {
    return this.#steps[kind];
  }
  get models(): ModelMeta[] {
    return [...new Set([...this.#steps.insert, ...this.#steps.update, ...this.#steps.delete].map(({ meta }) => meta))];
  }
  get replaces(): boolean {
    return this.#steps.insert.length > 0 && this.#steps.delete.length > 0;
  }
  get reachesStored(): boolean {
    return this.#steps.update.length > 0 || this.#steps.delete.length > 0;
  }
  /** Whether one row of the table may have to give up a unique value before another can take it. */
  get exchanges(): boolean {
    const { insert, delete: remove } = this.#steps;
    if (insert.length === 0 || remove.length === 0) return this.#moves;
    return this.#uniques.length > 0 || reusesKeys(insert, remove);
  }
}

/** Whether a new row has the key of a deleted one. */
const reusesKeys = (inserts: readonly Step[], deletes: readonly Step[]): boolean => {
  const freed = new IdentityMap();
  for (const { rows } of deletes)
    for (const { meta, state, object } of rows) freed.set(meta, keyOfSnapshot(meta, state.snapshot as unknown[]), object);
  return inserts.some(({ rows }) =>
    rows.some(({ meta, object }) => {
      const key = keyHeldBy(meta, object);
      return key !== null && freed.find(rootOf(meta), key) !== undefined;
    }),
  );
};

keepHiddenClass(new TableWork(null as never, []));

/** Plans by table order; null if the rows must be planned one by one. */
export const planByTables = (rows: readonly RowWork[]): Step[] | null => {
  const tables = new Map<ModelMeta, TableWork>();
  let step: Step | undefined;
  for (let at = 0; at < rows.length; at++) {
    const work = rows[at] as RowWork;
    const { meta } = work;
    // Rows mostly come in long runs of one model and kind.
    if (step?.meta === meta && step.kind === work.kind && work.kind !== "update") {
      step.rows.push(work);
      continue;
    }
    const root = rootOf(meta);
    let table = tables.get(root);
    if (table === undefined) tables.set(root, (table = new TableWork(root, uniqueSets(root))));
    step = table.add(work);
  }
  const all = [...tables.values()];
  if (all.some(({ movesKeys }) => movesKeys) && all.some(({ replaces }) => replaces)) return null;
  const order = orderOf(tables);
  if (order === null) return null;
  const written = order.flatMap((table) => [...table.steps("update"), ...table.steps("insert")]);
  return [...written, ...order.reverse().flatMap((table) => table.steps("delete"))];
};

/**
 * Referenced tables before those that refer to them; null if the tables refer to each other in a cycle or rows of one table may depend on
 * each other.
 */
const orderOf = (tables: ReadonlyMap<ModelMeta, TableWork>): TableWork[] | null => {
  const references = new Map<ModelMeta, ModelMeta[]>();
  for (const [root, table] of tables) {
    if (table.exchanges) return null;
    const found: ModelMeta[] = [];
    for (const meta of table.models) {
      const { toOnes, anyOfs } = modelInfoOf(meta);
      if (anyOfs.length > 0) return null;
      for (const relation of toOnes) for (const { target } of chainOf(relation)) if (tables.has(rootOf(target))) found.push(rootOf(target));
    }
    if (found.includes(root)) return null;
    references.set(root, found);
  }
  const several = [...tables.values()].filter((table) => table.reachesStored).length > 1;
  const all = several ? inTableOrder(tables.keys()) : [...tables.keys()];
  const { order, cycles } = topological(all, (root) => references.get(root) ?? []);
  return cycles.length > 0 ? null : order.map((root) => tables.get(root) as TableWork);
};

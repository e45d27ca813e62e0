/**
 * Concurrent flushes lock rows in the same order, by table and key, so that they do not deadlock. Where the statements of a flush would reach rows
 * in a different order, the plan locks those rows first.
 */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { rootOf } from "../../tracking/identity-map.js";
import { shapeOf, stepOf, type RowWork, type Step, type Work } from "../work/work.js";
import { compareByKey, isInKeyOrder } from "./key-order.js";
import { inTableOrder } from "./table-order.js";

/** Position of links and reassignments: between the last step that writes and the first that deletes. */
export const betweenOf = (deletions: number): number => deletions - 0.5;

/** The stored rows of one table that a flush reaches, and the positions of the statements that reach them. */
interface TableUse {
  first: number;
  /** The same without deletions, which all flushes run in one order: children first. */
  firstChange: number;
  last: number;
  /** Rows in statement order, with the position of their step. */
  readonly reached: { readonly at: number; readonly rows: readonly RowWork[] }[];
}

/** Lock steps by the position that they precede. `deletions`: index at which the final deletions begin. */
export const locksOf = (steps: readonly Step[], work: Work, deletions: number): ReadonlyMap<number, readonly Step[]> => {
  const uses = usesOf(steps, work, betweenOf(deletions));
  const found = new Map<number, Step[]>();
  let higher = Infinity;
  for (const root of inTableOrder(uses.keys()).reverse()) {
    const use = uses.get(root) as TableUse;
    const time = Math.min(higher < use.last ? higher : Infinity, isOrdered(use) ? Infinity : use.first);
    if (time < Infinity) found.set(time, [lockStep(root, use, time), ...(found.get(time) ?? [])]);
    higher = Math.min(higher, use.firstChange, time);
  }
  return found;
};

const usesOf = (steps: readonly Step[], { reassignments, links }: Work, between: number): Map<ModelMeta, TableUse> => {
  const uses = new Map<ModelMeta, TableUse>();
  const use = (meta: ModelMeta, at: number, deletes = false): TableUse => {
    const root = rootOf(meta);
    let found = uses.get(root);
    if (found === undefined) uses.set(root, (found = { first: at, firstChange: Infinity, last: -1, reached: [] }));
    found.first = Math.min(found.first, at);
    if (!deletes) found.firstChange = Math.min(found.firstChange, at);
    return found;
  };
  steps.forEach((step, at) => {
    if (step.kind === "insert" || step.kind === "lock") return;
    const rows = step.rows.filter(({ state }) => state.snapshot !== null);
    if (rows.length === 0) return;
    const found = use(step.meta, at, step.kind === "delete");
    found.last = at;
    found.reached.push(...(step.kind === "update" ? byStatement(rows) : [rows]).map((part) => ({ at, rows: part })));
  });
  for (const { relation } of reassignments) use(relation.target, between);
  for (const { relation, removed, cleared } of links) if (cleared || removed.length > 0) use(relation.through, between);
  return uses;
};

/** Rows with the same changed columns share a statement. */
const byStatement = (rows: readonly RowWork[]): readonly (readonly RowWork[])[] => {
  const [first] = rows;
  if (rows.every(({ fields, state }) => fields === first?.fields && state.expressions === null)) return [rows];
  const groups = new Map<string, RowWork[]>();
  for (const work of rows) {
    const shape = shapeOf(work.fields, work.state.expressions);
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [work]);
    else group.push(work);
  }
  return [...groups.values()];
};

const isOrdered = ({ reached }: TableUse): boolean => {
  const [only] = reached;
  if (reached.length < 2) return only === undefined || isInKeyOrder(only.rows);
  return isInKeyOrder([...new Set(reached.flatMap(({ rows }) => rows))]);
};

const lockStep = (root: ModelMeta, { reached }: TableUse, from: number): Step => {
  const step = stepOf(root, "lock");
  const rows = reached.flatMap((one) => (one.at >= from ? one.rows : []));
  step.rows.push(...[...new Set(rows)].sort(compareByKey));
  return step;
};

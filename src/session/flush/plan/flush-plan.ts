/**
 * Orders the rows of a flush: pure data in, data out. Rows depend on rows rather than tables on tables, so one graph covers trees, cycles,
 * unique values that move between rows, and early deletions.
 */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { SessionError } from "../../../errors.js";
import { topological } from "../../../support/topological.js";
import { held } from "../../tracking/changes.js";
import { rootOf } from "../../tracking/identity-map.js";
import { sortByKey } from "./key-order.js";
import { betweenOf, locksOf } from "./lock-order.js";
import { tablesOf } from "./table-order.js";
import { planByTables } from "./table-plan.js";
import { temporaryUniqueValue } from "./temporary-unique-value.js";
import { chainOf, dependenciesOf, touches, type Edge } from "./row-dependencies.js";
import { keyHeldBy, describeRow } from "../../tracking/row-keys.js";
import { stepOf, type RowWork, type Step, type StepKind, type Work } from "../work/work.js";

interface Node {
  readonly work: RowWork;
  readonly kind: StepKind;
  readonly fields: FieldMeta[];
  readonly postponed: FieldMeta[];
  readonly rank: number;
  readonly out: Edge[];
  waits: number;
  done: boolean;
}

/** Whether a unique field can hold a temporary value until its real value is free. */
export type CanHoldTemporary = (field: FieldMeta) => boolean;

const KINDS = 3;
/** Rank of a step: a table's updates come before its inserts; deletes come last, in reverse table order. */
const rankOf = (kind: StepKind, table: number, tables: number): number => {
  if (kind === "delete") return tables * KINDS + (tables - table);
  return table * KINDS + (kind === "insert" ? 1 : 0);
};

/** The steps of a whole flush. Links and reassignments run between `written` and `deleted`, while all rows still exist. */
export interface FlushSteps {
  readonly written: readonly Step[];
  readonly deleted: readonly Step[];
}

/** `locks`: whether other sessions may write at the same time. */
export const planFlush = (work: Work, { locks }: { readonly locks: boolean }): FlushSteps => {
  const steps = planRows(work.rows, (field) => temporaryUniqueValue(field) !== undefined);
  const rest = firstDelete(steps);
  const taken = locks ? locksOf(steps, work, rest) : null;
  if (taken === null || taken.size === 0) return { written: steps.slice(0, rest), deleted: steps.slice(rest) };
  const lockedFirst = (from: number, to: number): Step[] =>
    steps.slice(from, to).flatMap((step, at) => [...(taken.get(from + at) ?? []), step]);
  return {
    written: [...lockedFirst(0, rest), ...(taken.get(betweenOf(rest)) ?? [])],
    deleted: lockedFirst(rest, steps.length),
  };
};

/** Stored rows are sorted by key within each step. */
export const planRows = (rows: readonly RowWork[], canHoldTemporary: CanHoldTemporary): Step[] => {
  const steps = planByTables(rows) ?? planByRows(rows, canHoldTemporary);
  steps.forEach(sortByKey);
  return steps;
};

/** Index at which the final deletions of a plan begin. Links are written before them, while the rows still exist. */
const firstDelete = (steps: readonly Step[]): number => {
  let at = steps.length;
  while (at > 0 && (steps[at - 1] as Step).kind === "delete") at--;
  return at;
};

const planByRows = (rows: readonly RowWork[], canHoldTemporary: CanHoldTemporary): Step[] => {
  const tables = tableOrder(rows);
  const nodes: Node[] = [];
  const node = (work: RowWork, kind: StepKind, fields: readonly FieldMeta[]): number => {
    const rank = rankOf(kind, tables.get(rootOf(work.meta)) ?? 0, tables.size);
    return nodes.push({ work, kind, fields: [...fields], postponed: [], rank, out: [], waits: 0, done: false }) - 1;
  };
  for (const work of rows) node(work, work.kind, work.fields);
  const connect = (edge: Edge): void => {
    const from = nodes[edge.from] as Node;
    from.out.push(edge);
    (nodes[edge.to] as Node).waits++;
  };
  for (const edge of dependenciesOf(rows)) connect(edge);
  return schedule(nodes, { node, connect, canHoldTemporary: canHoldTemporary });
};

/** Tables in reference order; within a cycle, in the order of `tablesOf`. */
const tableOrder = (rows: readonly RowWork[]): Map<ModelMeta, number> => {
  const metas = tablesOf(rows);
  const references = (meta: ModelMeta): ModelMeta[] => {
    const found: ModelMeta[] = [];
    for (const relation of meta.relations.values())
      if (relation.kind === "toOne") for (const { target } of chainOf(relation)) found.push(rootOf(target));
    return found;
  };
  return new Map(topological(metas, references).order.map((meta, at) => [meta, at]));
};

interface Graph {
  readonly node: (work: RowWork, kind: StepKind, fields: readonly FieldMeta[]) => number;
  readonly connect: (edge: Edge) => void;
  readonly canHoldTemporary: CanHoldTemporary;
}

/** Repeatedly takes the nodes that wait for nothing, lowest rank first, all nodes of one rank together. */
const schedule = (nodes: Node[], graph: Graph): Step[] => {
  const steps: Step[] = [];
  const ready = new Map<number, number[]>();
  const offer = (index: number): void => {
    const { rank } = nodes[index] as Node;
    const bucket = ready.get(rank);
    if (bucket === undefined) ready.set(rank, [index]);
    else bucket.push(index);
  };
  let left = nodes.length;
  nodes.forEach(({ waits }, index) => {
    if (waits === 0) offer(index);
  });
  while (left > 0) {
    if (ready.size === 0) {
      const known = nodes.length;
      breakCycle(nodes, graph, (index) => offer(index));
      left += nodes.length - known;
      for (let index = known; index < nodes.length; index++) if ((nodes[index] as Node).waits === 0) offer(index);
      continue;
    }
    const rank = Math.min(...ready.keys());
    const taken = ready.get(rank) as number[];
    ready.delete(rank);
    for (const index of taken) (nodes[index] as Node).done = true;
    left -= taken.length;
    steps.push(...stepsOf(taken.map((index) => nodes[index] as Node)));
    for (const index of taken) {
      for (const edge of (nodes[index] as Node).out) {
        const next = nodes[edge.to] as Node;
        if (edge.dropped !== true && --next.waits === 0) offer(edge.to);
      }
    }
  }
  return steps;
};

/** Groups the nodes of one rank into steps by kind and model. */
const stepsOf = (nodes: readonly Node[]): Step[] => {
  const steps: Step[] = [];
  for (const { work, kind, fields, postponed } of nodes) {
    if (postponed.length > 0) work.postponed = postponed;
    let step = steps.find((one) => one.kind === kind && one.meta === work.meta);
    if (step === undefined) steps.push((step = stepOf(work.meta, kind)));
    step.rows.push(work);
    step.fields.push(fields);
  }
  return steps;
};

/** Rows wait for each other: breaks the cycle by splitting one of the writes in two. */
const breakCycle = (nodes: Node[], graph: Graph, free: (index: number) => void): void => {
  const cycle = findCycle(nodes);
  const waiting = cycle.find((one) => waitsForCommit(one, nodes));
  const edge = waiting ?? cycle.find((one) => breakable(one, nodes, graph)) ?? cycle.find(({ reason }) => reason === "unique");
  if (edge === undefined) throw circular(cycle, nodes);
  edge.dropped = true;
  const target = nodes[edge.to] as Node;
  target.waits--;
  if (edge !== waiting) breakers[edge.reason](edge, nodes, graph);
  if (target.waits === 0 && !target.done) free(edge.to);
};

/** A deferred constraint is checked at COMMIT, so the order of the two rows does not matter to it. */
const waitsForCommit = ({ reason, from, to, fields }: Edge, nodes: readonly Node[]): boolean => {
  if (reason !== "reference" && reason !== "deletion") return false;
  const { work } = nodes[reason === "reference" ? to : from] as Node;
  return fields.every((field) => {
    const relation = field.relation === null ? undefined : work.meta.relations.get(field.relation);
    return relation?.kind === "toOne" && relation.deferrable === "deferred" && held(work.object, field) !== undefined;
  });
};

const breakable = (edge: Edge, nodes: readonly Node[], graph: Graph): boolean => {
  if (edge.reason === "unique") return temporaryField(edge, nodes, graph) !== undefined;
  if (edge.reason === "away" || !edge.fields.every((field) => field.nullable)) return false;
  // If the UPDATE of the reference also frees a unique value that another row needs, it cannot be postponed.
  return !(edge.reason === "reference" && (nodes[edge.to] as Node).out.some((next) => isWaitedFor(next, edge.fields)));
};

const isWaitedFor = ({ reason, dropped, fields }: Edge, written: readonly FieldMeta[]): boolean =>
  reason === "unique" && dropped !== true && written.some((field) => fields.some(({ column }) => column === field.column));

/** A column of the unique set that can hold a temporary value: one that the row's own UPDATE writes afterwards. */
const temporaryField = ({ from, fields }: Edge, nodes: readonly Node[], graph: Graph): FieldMeta | undefined => {
  const { kind, work } = nodes[from] as Node;
  if (kind === "temporaryValue") return undefined;
  return fields.find((field) => graph.canHoldTemporary(field) && (work.kind === "delete" || touches(work, [field])));
};

const breakers: { readonly [K in Edge["reason"]]: (edge: Edge, nodes: readonly Node[], graph: Graph) => void } = {
  /** Writes the row without the reference and sets it after the target exists. */
  reference: (edge, nodes, graph) => {
    const row = nodes[edge.to] as Node;
    row.postponed.push(...edge.fields);
    // One UPDATE writes all postponed references of a row.
    const known = nodes.findIndex(({ work, kind, done }) => work === row.work && kind === "setReference" && !done);
    if (known >= 0) (nodes[known] as Node).fields.push(...edge.fields);
    const later = known >= 0 ? known : graph.node(row.work, "setReference", edge.fields);
    graph.connect({ from: edge.from, to: later, reason: "away", fields: edge.fields });
    graph.connect({ from: edge.to, to: later, reason: "away", fields: edge.fields });
    leaveFirst(row, edge.fields, graph);
  },
  /** Sets the reference to null first; then the rows can be deleted in any order. */
  deletion: (edge, nodes, graph) => {
    const child = nodes[edge.from] as Node;
    const earlier = graph.node(child.work, "clearReference", edge.fields);
    graph.connect({ from: earlier, to: edge.to, reason: "away", fields: edge.fields });
    graph.connect({ from: earlier, to: edge.from, reason: "away", fields: edge.fields });
  },
  /** Gives the row a temporary value first, to free the one that the other row needs. */
  unique: (edge, nodes, graph) => {
    const holder = nodes[edge.from] as Node;
    const field = temporaryField(edge, nodes, graph);
    if (field === undefined) return;
    const earlier = graph.node(holder.work, "temporaryValue", [field]);
    graph.connect({ from: earlier, to: edge.to, reason: "away", fields: [field] });
    graph.connect({ from: earlier, to: edge.from, reason: "away", fields: [field] });
  },
  away: () => undefined,
};

/** A stored row whose new reference is postponed still refers to the old target: it lets go of one that is deleted before that happens. */
const leaveFirst = ({ work, out }: Node, fields: readonly FieldMeta[], graph: Graph): void => {
  const left = out.filter((next) => next.reason === "away" && next.dropped !== true && next.fields.some((field) => fields.includes(field)));
  if (work.kind !== "update" || left.length === 0) return;
  const earlier = graph.node(work, "clearReference", fields);
  for (const { to } of left) graph.connect({ from: earlier, to, reason: "away", fields });
};

/** A cycle among the remaining nodes. */
const findCycle = (nodes: readonly Node[]): Edge[] => {
  const into = new Map<number, Edge>();
  nodes.forEach((node) => {
    if (!node.done) for (const edge of node.out) if (edge.dropped !== true && !(nodes[edge.to] as Node).done) into.set(edge.to, edge);
  });
  // Every remaining node waits for another remaining one, so walking back must reach a cycle.
  const path: Edge[] = [];
  const seen = new Map<number, number>();
  let at = [...into.keys()][0] ?? 0;
  for (;;) {
    const met = seen.get(at);
    if (met !== undefined) return path.slice(met);
    seen.set(at, path.length);
    const edge = into.get(at);
    if (edge === undefined) return path;
    path.push(edge);
    at = edge.from;
  }
};

const circular = (cycle: readonly Edge[], nodes: readonly Node[]): Error => {
  const stuck = cycle.find(
    ({ reason, from, to }) => reason === "away" && nodes[from]?.work.kind === "update" && nodes[to]?.work.kind === "delete",
  );
  if (stuck !== undefined) return stuckOn(stuck, nodes);
  const parts = cycle.map((edge) => {
    const { work } = nodes[edge.to] as Node;
    return `${describeRow(work.meta, keyHeldBy(work.meta, work.object))} (${edge.fields.map((field) => field.name).join(", ")})`;
  });
  return new SessionError(
    `these rows reference each other in a cycle, and none of the references is nullable: ${parts.join(" → ")}. Make one of them nullable, so that it can be written afterwards, or declare it { deferrable: "deferred" } and assign the keys yourself`,
  );
};

const stuckOn = ({ from, to, fields }: Edge, nodes: readonly Node[]): Error => {
  const [left, gone] = [nodes[from] as Node, nodes[to] as Node].map(({ work }) =>
    describeRow(work.meta, keyHeldBy(work.meta, work.object)),
  );
  const names = fields.map((field) => field.name).join(", ");
  return new SessionError(
    `${left} (${names}) refers to ${gone}, which is deleted in the same flush, and is moved to a new row that can be inserted only after that deletion; the reference is not nullable, so it cannot be empty in between. Change the stored row instead of replacing it, or make the reference nullable`,
  );
};

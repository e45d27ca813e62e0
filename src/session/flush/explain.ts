/** Prints the plan of a flush as data: the statements in order, their rows, and the reasons. Writes nothing. */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { stateOf } from "../../loading/index.js";
import { assertOpen, beginFlush, type Core, type RunningFlush } from "../core/core.js";
import { unresolvedTarget } from "../core/reference-keys.js";
import { restoreDownTo } from "../rollback/restore.js";
import { held } from "../tracking/changes.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { overridesOf } from "../tracking/overrides.js";
import { describeRow, keyHeldBy } from "../tracking/row-keys.js";
import type { FlushPlan, PlannedStatement } from "../typing/session.js";
import { collectWork } from "./collect/collect-work.js";
import { nothingToDo } from "./collect/pending-work.js";
import { expand } from "./expand/expand.js";
import { planFlush } from "./plan/flush-plan.js";
import { dependenciesOf, type Edge } from "./plan/row-dependencies.js";
import { fullPolicy } from "./work/policy.js";
import type { RowWork, Step, StepKind, Work } from "./work/work.js";

/** `db.explainFlush()`: reads what is needed to expand the pending work and leaves memory unchanged. */
export const explainFlush = async (core: Core): Promise<FlushPlan> => {
  assertOpen(core);
  return core.lock.runInScope("flush", "explainFlush()", async () =>
    printable(
      nothingToDo(core)
        ? []
        : await withoutEffect(core, async (running) => statementsOf(core, collectWork(core, await expand(core, null, running)))),
    ),
  );
};

/** Expanding the work changes memory as a flush does, so it is undone like a failed flush. */
const withoutEffect = async <T>(core: Core, work: (running: RunningFlush) => Promise<T>): Promise<T> => {
  const level = core.journal.push("flush", null, core.callbacks.length);
  const outer = core.flushing;
  const running = beginFlush(fullPolicy("explainFlush()"), null, () => undefined);
  core.flushing = running;
  try {
    return await work(running);
  } finally {
    core.flushing = outer;
    restoreDownTo(core, level, "flush");
  }
};

/** Lists the statements in the order of `execute`. */
const statementsOf = (core: Core, work: Work): PlannedStatement[] => {
  const { written, deleted } = planFlush(work, { locks: core.dialect.features.concurrentWriters });
  const reasons = reasonsOf([...written, ...deleted], work.rows);
  const rows = (steps: readonly Step[]): PlannedStatement[] => steps.flatMap((step) => statementsOfStep(step, reasons));
  return [
    ...work.bulkActions.map(({ relation, keys }) => ({
      sql:
        relation.onDelete === "cascade"
          ? `DELETE FROM ${relation.owner.table} WHERE ${relation.field.column} IN (…)`
          : `UPDATE ${relation.owner.table} SET ${relation.field.column} WHERE ${relation.field.column} IN (…)`,
      rows: [`rows of ${relation.owner.name} that refer to ${keys.map(String).join(", ")}`],
      why: [`onDelete: "${relation.onDelete}" of ${relation.owner.name}.${relation.name}, carried out by the session`],
    })),
    ...rows(written),
    ...work.reassignments.map(({ relation, owner, keys, joins }) => ({
      sql: `UPDATE ${relation.target.table} SET ${relation.via.field.column}`,
      rows: keys.map((key) => describeRow(relation.target, [key])),
      why: [`${joins ? "added to" : "removed from"} ${nameOf(owner)}.${relation.name} by key`],
    })),
    ...work.links.flatMap(({ relation, owner, added, removed, cleared }) => {
      const why = [`${nameOf(owner)}.${relation.name} changed`];
      const table = relation.through.table;
      const deleted = cleared ? [`all links of ${nameOf(owner)}`] : removed.map((member) => nameOf(member, relation.target));
      return [
        ...(deleted.length > 0 ? [{ sql: `DELETE FROM ${table}`, rows: deleted, why }] : []),
        ...(added.length > 0 ? [{ sql: `INSERT INTO ${table}`, rows: added.map((member) => nameOf(member, relation.target)), why }] : []),
      ];
    }),
    ...rows(deleted),
  ].map((statement) => Object.freeze(statement));
};

const nameOf = (member: unknown, target?: ModelMeta): string => {
  const state = typeof member === "object" && member !== null ? stateOf(member) : undefined;
  if (state === undefined) return target === undefined ? String(member) : describeRow(target, [member]);
  return state.snapshot === null ? `new ${state.meta.name}` : describeRow(state.meta, keyHeldBy(state.meta, member as object));
};

interface Group {
  readonly sql: string;
  readonly rows: string[];
  readonly why: Set<string>;
}

/** Rows with the same columns share a statement, unless an overridden method writes each of them separately. */
const statementsOfStep = (step: Step, reasons: Reasons): PlannedStatement[] => {
  const { meta, kind, rows } = step;
  const overridden = overrideOf(step);
  const groups = new Map<unknown, Group>();
  rows.forEach((work, at) => {
    const sql = texts[kind](meta, columnsOf(step, at));
    const key = overridden === null ? sql : work;
    const group = groups.get(key) ?? { sql, rows: [], why: new Set() };
    groups.set(key, group);
    group.rows.push(nameOf(work.object));
    for (const why of [...own[kind](work), ...(kind === "lock" ? [] : (reasons.get(work) ?? []))]) group.why.add(why);
    if (overridden !== null) group.why.add(`${meta.name} overrides ${overridden}, so each row is written separately`);
  });
  return [...groups.values()].map((group) => ({ ...group, why: [...group.why] }));
};

const overrideOf = ({ meta, kind, rows }: Step): string | null => {
  if (kind === "lock") return null;
  const overrides = overridesOf(meta);
  const deletes = kind === "delete" || rows.some(({ softDeletes }) => softDeletes);
  if (overrides.delete && deletes) return "delete()";
  return overrides.save && (kind === "insert" || kind === "update") && !deletes ? "save()" : null;
};

const columnsOf = ({ meta, kind, rows, fields }: Step, at: number): readonly string[] => {
  const work = rows[at] as RowWork;
  if (kind === "delete" || kind === "lock") return [];
  if (kind === "insert") return meta.fields.filter((field) => isGiven(work, field)).map(({ column }) => column);
  const written =
    kind === "update"
      ? [...new Set([...work.fields.filter((field) => !work.postponed.includes(field)), ...modelInfoOf(meta).kept])]
      : (fields[at] as readonly FieldMeta[]);
  return written.map(({ column }) => column);
};

const isGiven = ({ object, state, postponed }: RowWork, field: FieldMeta): boolean => {
  if (field.generated !== null || postponed.includes(field)) return false;
  if (held(object, field) !== undefined || modelInfoOf(state.meta).filled.includes(field)) return true;
  const relation = field.relation === null ? undefined : state.meta.relations.get(field.relation);
  return (relation?.kind === "toOne" || relation?.kind === "anyOf") && unresolvedTarget(object, state, relation) !== null;
};

type Text = (meta: ModelMeta, columns: readonly string[]) => string;
const change: Text = ({ table }, columns) => `UPDATE ${table} SET ${columns.join(", ")}`;
const texts: { readonly [K in StepKind]: Text } = {
  insert: ({ table }, columns) => `INSERT INTO ${table} (${columns.join(", ")})`,
  update: change,
  delete: ({ table }) => `DELETE FROM ${table}`,
  clearReference: change,
  temporaryValue: change,
  setReference: change,
  lock: ({ table }) => `SELECT … FROM ${table} … FOR UPDATE`,
};

const own: { readonly [K in StepKind]: (work: RowWork) => readonly string[] } = {
  insert: () => ["new in the session"],
  update: ({ softDeletes }) => [softDeletes ? "deleted softly" : "changed"],
  delete: ({ state }) => [state.deleting ? "deleted" : "deleted because a row that it references is deleted"],
  clearReference: ({ kind }) => [
    kind === "update"
      ? "the row leaves a deleted one before its new target exists: the reference becomes null first"
      : "the rows refer to each other: the reference becomes null first",
  ],
  temporaryValue: () => ["the rows exchange a unique value: a temporary one frees it"],
  setReference: () => ["the rows refer to each other: the reference is set when both rows exist"],
  lock: () => ["the following statements reach these rows in a different order than other flushes do"],
};

const causes: { readonly [K in Edge["reason"]]: (names: string) => string } = {
  reference: (names) => `${names} refers to its rows`,
  deletion: (names) => `its rows refer to these by ${names}`,
  unique: (names) => `${names} becomes free there`,
  away: (names) => `its rows must be deleted or moved first (${names})`,
};

type Reasons = ReadonlyMap<RowWork, ReadonlySet<string>>;

/** Why each row is written after others: the dependencies that ordered its step. */
const reasonsOf = (steps: readonly Step[], rows: readonly RowWork[]): Reasons => {
  const places = new Map<RowWork, number>();
  steps.forEach((step, at) => {
    if (step.kind === "insert" || step.kind === "update" || step.kind === "delete") for (const work of step.rows) places.set(work, at);
  });
  const reasons = new Map<RowWork, Set<string>>();
  for (const { from, to, reason, fields } of dependenciesOf(rows)) {
    const [first, then] = [rows[from] as RowWork, rows[to] as RowWork];
    const place = places.get(first) ?? 0;
    if (place >= (places.get(then) ?? 0)) continue;
    const { kind, meta } = steps[place] as Step;
    const found = reasons.get(then) ?? new Set();
    reasons.set(then, found.add(`after ${kind} of ${meta.name}: ${causes[reason](fields.map(({ name }) => name).join(", "))}`));
  }
  return reasons;
};

const printable = (statements: readonly PlannedStatement[]): FlushPlan =>
  Object.freeze({
    statements: Object.freeze([...statements]),
    toString: () =>
      statements.length === 0
        ? "nothing to write"
        : statements
            .map(({ sql, rows, why }, at) => `${at + 1}. ${sql}\n   rows: ${rows.join(", ")}\n   why: ${why.join("; ")}`)
            .join("\n"),
  });

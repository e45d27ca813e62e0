/** `update` and `delete` of QuerySets: one statement for a whole set, without signals; tracked objects are synchronized. */

import type { FieldMeta } from "../../metadata/model-meta.js";
import type { DeletePlan, UpdatePlan } from "../../query/plan.js";
import { planSelect, planUpdate } from "../../query/planner.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { keyCell } from "../../metadata/keys.js";
import { FieldError } from "../../errors.js";
import { column, output } from "../../sql/factories/index.js";
import { assertOpen, type Core } from "../core/core.js";
import { flushNow } from "../flush/flush.js";
import { nothingToDo } from "../flush/collect/pending-work.js";
import { hasListeners } from "../flush/expand/listeners.js";
import { looksForDependants } from "../flush/expand/on-delete.js";
import { verifyCascades } from "../flush/persist/verify-cascades.js";
import { synchronizeConstraints, synchronizeDeletions } from "../flush/persist/synchronize.js";
import { forgetLinks } from "../relationships/link-rows.js";
import { synchronizeRow } from "../flush/persist/synchronize-rows.js";
import { fullPolicy, type WritePolicy } from "../flush/work/policy.js";
import { keyCells } from "../tracking/row-keys.js";
import { autoflushes } from "../queries/no-autoflush.js";
import { load } from "../reading/find-instances.js";
import { markDeletedInTransaction } from "../flush/persist/delete.js";
import { decodeRow } from "../statements/table.js";
import { bind, run, send } from "../statements/send.js";

/** Flushes pending changes, then runs the work in its own flush scope. */
export const afterFlush = <T>(core: Core, label: string, work: () => Promise<T>): Promise<T> => {
  assertOpen(core);
  return core.lock.runInScope("flush", label, async () => {
    if (core.flushing === null && autoflushes(core)) await flushNow(core);
    return work();
  });
};

/** `QuerySet.update`: tracked instances take the values from RETURNING. */
export const updateSet = async (core: Core, plan: UpdatePlan): Promise<number> => {
  assertOpen(core);
  refuseUnwritable(plan);
  const query = plan.empty ? null : bind(core, plan);
  // With nothing to flush and nothing to synchronize, the statement needs no flush scope.
  if (query !== null && core.lock.idle && !core.map.tracks(plan.meta) && nothingToDo(core))
    return (await run(core, query, "write")).affected;
  return afterFlush(core, `update() of ${plan.meta.name}`, async () => {
    if (query === null) return 0;
    if (!core.map.tracks(plan.meta)) return (await run(core, query, "write")).affected;
    const fields = [
      ...plan.meta.primaryKey,
      ...plan.changed,
      ...plan.meta.fields.filter((field) => field.generated !== null && !plan.changed.includes(field)),
    ];
    const alias = plan.statement.alias;
    const statement = { ...plan.statement, returning: fields.map((field) => output(column(alias, field.column, field.type))) };
    const { rows } = await run(core, bind(core, { statement, values: plan.values }), "write");
    for (const row of rows) synchronizeRow(core, plan.meta, fields, decodeRow(core.dialect, fields, row));
    return rows.length;
  });
};

/** The key cannot be written: tracked objects could not be matched to their rows afterwards. */
const refuseUnwritable = ({ meta, changed }: UpdatePlan): void => {
  for (const field of changed)
    if (field.primaryKey)
      throw new FieldError(
        `update() of ${meta.name} cannot write the primary key "${field.name}": load the object, assign its key and save() it`,
      );
};

export interface DeleteSetOptions {
  readonly count: "own" | "all";
  readonly hard: boolean;
  /** Emits signals and calls overridden delete() for each row, as if deleted one by one. */
  readonly signals: boolean;
}

/** `QuerySet.delete`: one statement, unless dependants need the session, signals are requested, or the model soft-deletes. */
export const deleteSet = (core: Core, plan: DeletePlan, options: DeleteSetOptions): Promise<number | Readonly<Record<string, number>>> =>
  afterFlush(core, `delete() of ${plan.meta.name}`, async () => {
    if (plan.empty) return options.count === "all" ? {} : 0;
    const verb = `delete() of ${plan.meta.name}`;
    const policy = fullPolicy(verb, { clean: false, hooks: options.signals, countCascades: options.count === "all" });
    return removeNow(core, plan, options, policy);
  });

const removeNow = async (
  core: Core,
  plan: DeletePlan,
  { count, hard }: DeleteSetOptions,
  policy: WritePolicy,
): Promise<number | Readonly<Record<string, number>>> => {
  const softly = plan.meta.softDeleteField !== null && !hard;
  const alone = plan.meta.dependants().length === 0 && plan.meta.anyOfDependants().length === 0;
  if (
    !hasListeners(core, policy, plan.meta, "delete") &&
    (alone || (count === "own" && !looksForDependants(core, policy, plan.meta, softly ? "soft" : "hard")))
  ) {
    const rows = await (softly ? markSet(core, plan) : removeSet(core, plan));
    if (rows > 0) forgetLinks(core, plan.meta);
    if (!softly && rows > 0) await verifyCascades(core, plan.meta);
    return count === "own" ? rows : { [plan.meta.name]: rows };
  }
  const deleted = await deleteBySession(core, plan, hard, policy);
  return count === "all" ? deleted : (deleted[plan.meta.name] ?? 0);
};

const removeSet = async (core: Core, plan: DeletePlan): Promise<number> => {
  const { meta, statement, values } = plan;
  const followed = core.map.tracks(meta) || meta.dependants().some(({ owner }) => core.map.tracks(owner));
  if (!followed) return (await run(core, bind(core, plan), "write")).affected;
  const fields = [...new Set([...meta.primaryKey, ...meta.dependants().map(({ targetField }) => targetField)])];
  const returning = fields.map((field) => output(column(statement.alias, field.column, field.type)));
  const { rows: answer } = await run(core, bind(core, { statement: { ...statement, returning }, values }), "write");
  const rows = answer.map((row) => decodeRow(core.dialect, fields, row));
  const gone: object[] = [];
  for (const row of rows) {
    const object = core.map.find(meta, keyCells(meta, row.slice(0, meta.primaryKey.length)));
    if (object === undefined) continue;
    markDeletedInTransaction(core, { object, state: stateOf(object) as InstanceState });
    gone.push(object);
  }
  for (const own of new Set(gone.map((object) => (stateOf(object) as InstanceState).meta)))
    synchronizeDeletions(
      core,
      own,
      gone.filter((object) => stateOf(object)?.meta === own),
    );
  if (gone.length < rows.length) {
    synchronizeConstraints(core, meta, ({ targetField }) => {
      const at = fields.indexOf(targetField);
      return new Set(rows.map((row) => keyCell(row[at], targetField)));
    });
  }
  return rows.length;
};

const markSet = async (core: Core, plan: DeletePlan): Promise<number> => {
  const field = plan.meta.softDeleteField as FieldMeta;
  const marking = planUpdate(plan.state, [[field.name, new Date()]], { all: true });
  if (marking.empty) return 0;
  const fields = [...plan.meta.primaryKey, ...marking.changed];
  const statement = {
    ...marking.statement,
    returning: core.map.tracks(plan.meta) ? fields.map((one) => output(column(marking.statement.alias, one.column, one.type))) : [],
  };
  const { rows, affected } = await send(core, statement, "write");
  for (const row of rows) synchronizeRow(core, plan.meta, fields, decodeRow(core.dialect, fields, row));
  return statement.returning.length === 0 ? affected : rows.length;
};

/** Deletes row by row, with the dependants that the session must handle; returns counts by model. */
const deleteBySession = async (core: Core, plan: DeletePlan, hard: boolean, policy: WritePolicy): Promise<Record<string, number>> => {
  const objects = (await load(core, planSelect({ ...plan.state, deleted: hard ? "include" : plan.state.deleted }))) as object[];
  if (objects.length === 0) return {};
  for (const object of objects) {
    const state = stateOf(object) as InstanceState;
    core.journal.touch(object, state);
    state.deleting = true;
    core.deleting.add(object);
    if (hard) core.hardDeletes.add(object);
  }
  const { deleted } = await flushNow(core, new Set(objects), policy);
  return Object.fromEntries(deleted);
};

/**
 * Carries out the plan of a flush step by step. Overridden save() and delete() are called per row; all other rows are written in batches.
 */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { InvalidValue } from "../../errors.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { changedFields, held } from "../tracking/changes.js";
import type { Core, RunningFlush } from "../core/core.js";
import { verifyCascades } from "./persist/verify-cascades.js";
import { planFlush } from "./plan/flush-plan.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { synchronizeDeletions, synchronizeKeyChange, synchronizeReferences } from "./persist/synchronize.js";
import { settleCollection } from "./persist/settle-collections.js";
import { callDelete, callSave, overridesOf } from "../tracking/overrides.js";
import { runReassignment } from "./persist/reassignment.js";
import { keyOfSnapshot } from "../tracking/row-keys.js";
import { temporaryUniqueValue } from "./plan/temporary-unique-value.js";
import { deleteRows } from "./persist/delete.js";
import { insertRows } from "./persist/insert.js";
import { insertOrGiveWay } from "./persist/insert-conflict.js";
import { deleteLinks, insertLinks, type IsNew } from "./persist/link.js";
import { lockRows } from "./persist/lock.js";
import { copyKeyToMembers, copyTargetKeys } from "./persist/references.js";
import { changeOf, promote, writeChanges, type RowChange } from "./persist/update.js";
import { inStretches } from "../statements/pauses.js";
import { cellsOf } from "../statements/table.js";
import { checkEncoding, checkValues } from "./validate/checks.js";
import { emitAfter, rowsBefore } from "./flush-hooks.js";
import { runBulkOnDelete } from "./persist/bulk-on-delete.js";
import { updateOf, type LinkWork, type RowWork, type Step, type StepKind, type Work } from "./work/work.js";

export const execute = async (core: Core, work: Work, running: RunningFlush): Promise<void> => {
  const { written, deleted } = planFlush(work, { locks: core.dialect.features.concurrentWriters });
  await running.pause();
  for (const bulkAction of work.bulkActions) count(running, bulkAction.relation.owner, await runBulkOnDelete(core, bulkAction));
  for (const step of written) await runStep(core, step, running);
  for (const move of work.reassignments) await runReassignment(core, move);
  await deleteLinks(core, work.links);
  const isNew = await insertLinks(
    core,
    work.links,
    work.links.some((link) => hasLinkListeners(core, link, running)),
  );
  for (const mark of work.collections) settleCollection(core, mark);
  for (const link of work.links) await emitLinkSignals(core, link, isNew, running);
  for (const step of deleted) await runStep(core, step, running);
  if (core.forcedUpdates.size > 0) for (const { object } of work.rows) core.forcedUpdates.delete(object);
};

const count = ({ deleted }: RunningFlush, { name }: ModelMeta, rows: number): void => {
  if (rows > 0) deleted.set(name, (deleted.get(name) ?? 0) + rows);
};

type Runner = (core: Core, meta: ModelMeta, rows: readonly RowWork[], fields: Step["fields"], running: RunningFlush) => Promise<void>;

const runners: { readonly [K in StepKind]: Runner } = {
  insert: async (core, meta, all, _fields, running) => {
    const rows = await insertAll(core, meta, all, running);
    const { toOnes, owning } = modelInfoOf(meta);
    if (toOnes.length === 0 && owning.length === 0) return;
    for (const { object, state } of rows) {
      if (owning.length > 0 && (state.collections !== null || state.related !== null)) copyKeyToMembers(core, object, state);
      synchronizeReferences(core, object, state, null);
    }
  },
  update: async (core, meta, rows, _fields, running) => {
    const changes: RowChange[] = [];
    await inStretches(rows, running.pause, (work) => changes.push(changeOf(core, work)));
    await writeChanges(core, meta, changes, (change, made, answer) => updated(core, change, made, answer));
  },
  lock: (core, meta, rows) => lockRows(core, meta, rows),
  delete: async (core, meta, rows) => {
    await deleteRows(core, meta, rows);
    synchronizeDeletions(core, meta, rows.map(objectOf));
  },
  clearReference: (core, meta, rows, fields) =>
    writeChanges(
      core,
      meta,
      rows.map((work, at) => cleared(core, work, fields[at] ?? [])),
      // The row lives on, and its reference must not look as if the deletion of the old target took it away.
      (change, made, answer) => (change.work.kind === "update" ? promote(core, change, made, answer) : undefined),
    ),
  temporaryValue: (core, meta, rows, fields) =>
    writeChanges(
      core,
      meta,
      rows.map((work, at) => passing(work, fields[at] ?? [], temporaryUniqueValue)),
      () => undefined,
    ),
  setReference: (core, meta, rows, fields) =>
    writeChanges(
      core,
      meta,
      rows.map((work, at) => postponedReference(core, work, fields[at] ?? [])),
      (change, made, answer) => {
        const before = change.row;
        promote(core, change, made, answer);
        synchronizeReferences(core, change.object, change.state, before);
      },
    ),
};

/** Returns the rows that were inserted. With a conflict rule, an INSERT of the call's own objects may be skipped for an existing row. */
const insertAll = async (core: Core, meta: ModelMeta, rows: readonly RowWork[], running: RunningFlush): Promise<readonly RowWork[]> => {
  const { policy, targets, lost } = running;
  if (policy.conflict === null) {
    await insertRows(core, meta, rows);
    return rows;
  }
  const own = rows.filter(({ object }) => targets?.has(object) === true);
  const others = rows.filter(({ object }) => targets?.has(object) !== true);
  if (others.length > 0) await insertRows(core, meta, others);
  if (own.length > 0) for (const object of await insertOrGiveWay(core, meta, own, policy.conflict)) lost.add(object);
  return rows.filter(({ object }) => !lost.has(object));
};

const objectOf = ({ object }: RowWork): object => object;

/** A change that exists only in the database for a moment; memory never shows it. */
const passing = (work: RowWork, fields: readonly FieldMeta[], valueOf: (field: FieldMeta) => unknown): RowChange => {
  const values = fields.map(valueOf);
  const row = work.state.snapshot as readonly unknown[];
  return { work, object: work.object, state: work.state, row, fields, values, cells: values, expressions: null, checked: false };
};

const cleared = (core: Core, work: RowWork, fields: readonly FieldMeta[]): RowChange => {
  if (work.kind === "update") core.journal.touch(work.object, work.state);
  return passing(work, fields, () => null);
};

const postponedReference = (core: Core, work: RowWork, fields: readonly FieldMeta[]): RowChange => {
  const { object, state } = work;
  core.journal.touch(object, state);
  copyTargetKeys(core, object, state, []);
  const values = fields.map((field) => held(object, field) ?? null);
  return {
    work,
    object,
    state,
    row: state.snapshot as readonly unknown[],
    fields,
    values,
    cells: cellsOf(fields, values),
    expressions: null,
    checked: false,
  };
};

const updated = (core: Core, change: RowChange, made: readonly FieldMeta[], answer: readonly unknown[]): void => {
  const { work, object, state, row } = change;
  promote(core, change, made, answer);
  if (state.givenKeys !== null) state.givenKeys = null;
  const snapshot = state.snapshot as readonly unknown[];
  if (writesKey(change)) {
    core.map.remove(work.meta, keyOfSnapshot(work.meta, row), object);
    core.map.set(work.meta, keyOfSnapshot(work.meta, snapshot), object);
  }
  synchronizeReferences(core, object, state, row);
  if (core.map.size > 1) synchronizeKeyChange(core, state, row);
  if (work.softDeletes) clearDeletionMark(core, object, state);
};

const writesKey = ({ fields }: RowChange): boolean => {
  for (let at = 0; at < fields.length; at++) if ((fields[at] as FieldMeta).primaryKey) return true;
  return false;
};

/** Clears the pending deletion of a soft-deleted object; its row and the object stay. */
const clearDeletionMark = (core: Core, object: object, state: InstanceState): void => {
  core.deleting.delete(object);
  state.deleting = false;
};

/**
 * A value that a hook set after the checks, or that a custom type refuses, fails only when it is encoded. The checks are then repeated to
 * name the field.
 */
const encoded = async (core: Core, rows: readonly RowWork[], write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (error instanceof InvalidValue) for (const work of rows) checkEncoding(core.dialect, work);
    throw error;
  }
};

const runStep = async (core: Core, step: Step, running: RunningFlush): Promise<void> => {
  if (step.kind === "delete") count(running, step.meta, step.rows.length);
  if (step.kind === "update") for (const work of step.rows) if (work.softDeletes) count(running, step.meta, 1);
  const run = runners[step.kind];
  const overrides = overridesOf(step.meta);
  const calls =
    step.kind === "delete"
      ? overrides.delete
      : (step.kind === "insert" || step.kind === "update") &&
        (overrides.save || (overrides.delete && step.rows.some(({ softDeletes }) => softDeletes)));
  const oneByOne = calls && running.policy.hooks;
  const isRow = step.kind === "insert" || step.kind === "update" || step.kind === "delete";
  const before = isRow && !oneByOne ? rowsBefore(core, step.rows, running) : null;
  if (oneByOne) for (const work of step.rows) await runRow(core, step.meta, work, run, running);
  else {
    if (step.kind === "update") for (const work of step.rows) if (work.softDeletes) stampSoftDelete(core, work);
    await encoded(core, step.rows, () => run(core, step.meta, step.rows, step.fields, running));
  }
  // One query per step, not per row.
  if (step.kind === "delete") await verifyCascades(core, step.meta);
  await emitAfter(core, step.rows, before, running);
};

const stampSoftDelete = (core: Core, { object, state, meta }: RowWork): void => {
  const field = meta.softDeleteField as FieldMeta;
  if (held(object, field) === null || held(object, field) === undefined) core.journal.fill(object, state, field, new Date());
};

/** Includes fields that an overridden save() changed in the same UPDATE. References to new objects are left for the next round. */
const asItIsNow = (work: RowWork, { policy }: RunningFlush): RowWork => {
  if (work.kind !== "update" || work.softDeletes || policy.fields !== null) return work;
  const { object, state } = work;
  const fields = new Set(work.fields);
  for (const field of changedFields(object, state) ?? []) if (held(object, field) !== undefined) fields.add(field);
  if (fields.size === work.fields.length) return work;
  const now = Object.assign(updateOf(object, state, [...fields]), { postponed: work.postponed });
  checkValues(now);
  return now;
};

/** Writes one row of a class that overrides the method. */
const runRow = async (core: Core, meta: ModelMeta, work: RowWork, run: Runner, running: RunningFlush): Promise<void> => {
  const deletes = work.kind === "delete" || work.softDeletes;
  const overridden = deletes ? overridesOf(meta).delete : overridesOf(meta).save;
  let written = false;
  const write = async (): Promise<void> => {
    written = true;
    const now = asItIsNow(work, running);
    if (now.softDeletes) stampSoftDelete(core, now);
    const before = rowsBefore(core, [now], running);
    await encoded(core, [now], () => run(core, meta, [now], [], running));
    await emitAfter(core, [now], before, running);
  };
  if (!overridden || core.savingDirectly.has(work.object)) return write();
  running.userCodeRan = true;
  core.overrideCalls.set(work.object, write);
  try {
    await (deletes ? callDelete : callSave)(work.object, core.session);
  } finally {
    core.overrideCalls.delete(work.object);
  }
  if (!written) running.skipped.add(work.object);
};

const hasLinkListeners = (core: Core, { owner }: LinkWork, { policy }: RunningFlush): boolean =>
  policy.hooks && core.signals.has("m2m_changed", (stateOf(owner) as InstanceState).meta.ctor);

const emitLinkSignals = async (core: Core, link: LinkWork, isNew: IsNew, running: RunningFlush): Promise<void> => {
  if (!hasLinkListeners(core, link, running)) return;
  const { relation, owner, removed, cleared } = link;
  const { ctor } = (stateOf(owner) as InstanceState).meta;
  const added = link.added.filter((member) => isNew(link, member));
  running.userCodeRan = true;
  const emit = (action: "add" | "remove" | "clear", members: readonly unknown[]): Promise<void> =>
    core.signals.emit("m2m_changed", ctor, {
      instance: owner,
      relation: relation.name,
      action,
      objects: members.filter((member): member is object => typeof member === "object" && member !== null && stateOf(member) !== undefined),
      db: core.session,
    });
  if (cleared) await emit("clear", []);
  if (removed.length > 0) await emit("remove", removed);
  if (added.length > 0) await emit("add", added);
};

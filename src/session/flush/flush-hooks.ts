/**
 * Runs everything that comes before the statements of a flush: checks, `clean()`, `pre_save` and `pre_delete`, in rounds until nothing new
 * appears.
 */

import type { ModelMeta } from "../../metadata/model-meta.js";
import { SessionError } from "../../errors.js";
import { checkComplete, checkSchemas, checkValues, clean, hasSchemas, isSound } from "./validate/checks.js";
import type { Core, RunningFlush } from "../core/core.js";
import type { InstanceState } from "../../loading/index.js";
import { changesIn } from "../tracking/changes.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { collectWork } from "./collect/collect-work.js";
import { expand } from "./expand/expand.js";
import { overridesOf } from "../tracking/overrides.js";
import type { WritePolicy } from "./work/policy.js";
import { writtenNames, type RowWork, type Subset, type Work } from "./work/work.js";

export const MAX_ROUNDS = 10;

/** The work of a flush after all hooks have run. */
export const prepare = async (core: Core, subset: Subset, running: RunningFlush): Promise<Work> => {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const expansion = await expand(core, subset, running);
    await running.pause();
    const gathered = collectWork(core, expansion);
    await running.pause();
    const work =
      running.skipped.size === 0 ? gathered : { ...gathered, rows: gathered.rows.filter(({ object }) => !running.skipped.has(object)) };
    const fresh = running.objects.size === 0 ? work.rows : work.rows.filter(({ object }) => !running.objects.has(object));
    const watched = fresh.length > 0 && isWatched(core, running.policy, modelsOf(fresh));
    running.hooksDone = !watched && fresh === work.rows && subset === null;
    if (!watched && fresh === work.rows && allSound(fresh)) return work;
    for (const row of fresh) if (isSave(row)) checkValues(row);
    if (watched && (await runHooks(core, fresh, running))) continue;
    for (const row of work.rows) if (row.kind !== "delete") checkComplete(row);
    return work;
  }
  throw new SessionError(
    `after ${MAX_ROUNDS} rounds, clean() and pre_save listeners still change or add objects: make them idempotent, so that they change a value only when it needs changing`,
  );
};

const isSave = (row: RowWork): boolean => row.kind !== "delete" && !row.softDeletes;

const allSound = (rows: readonly RowWork[]): boolean => {
  for (let at = 0; at < rows.length; at++) if (!isSound(rows[at] as RowWork)) return false;
  return true;
};

/** Returns true if user code ran, in which case the work must be collected again. */
const runHooks = async (core: Core, rows: readonly RowWork[], running: RunningFlush): Promise<boolean> => {
  const metas = modelsOf(rows);
  for (const { object } of rows) running.objects.add(object);
  const { clean: cleans, hooks } = running.policy;
  if (cleans && metas.some((meta) => modelInfoOf(meta).schemas))
    for (const row of rows) if (isSave(row) && hasSchemas(row.fields)) await checkSchemas(row);
  const cleaned = cleans && metas.some((meta) => overridesOf(meta).clean) && (await cleanRows(rows));
  const told = hooks && (await emitBefore(core, rows, metas));
  return cleaned || told;
};

const modelsOf = (rows: readonly RowWork[]): ModelMeta[] => {
  const metas: ModelMeta[] = [];
  for (const { meta } of rows) if (meta !== metas[metas.length - 1] && !metas.includes(meta)) metas.push(meta);
  return metas;
};

/** Whether user code can run while these rows are written; only then does the flush keep track of them. */
const isWatched = (core: Core, { hooks, clean: cleans }: WritePolicy, metas: readonly ModelMeta[]): boolean => {
  if (hooks) for (const event of flushSignals) if (core.signals.has(event)) return true;
  return metas.some((meta) => {
    const { save, delete: remove, clean } = overridesOf(meta);
    return (hooks && (save || remove)) || (cleans && (clean || modelInfoOf(meta).schemas));
  });
};
const rowSignals = ["pre_save", "post_save", "pre_delete", "post_delete"] as const;
const flushSignals = [...rowSignals, "m2m_changed", "post_flush"] as const;

const cleanRows = async (rows: readonly RowWork[]): Promise<boolean> => {
  let ran = false;
  for (const row of rows) {
    if (!isSave(row) || !overridesOf(row.meta).clean) continue;
    ran = true;
    await clean(row);
  }
  return ran;
};

const emitBefore = async (core: Core, rows: readonly RowWork[], metas: readonly ModelMeta[]): Promise<boolean> => {
  if (!hasSaveListeners(core, metas)) return false;
  let told = false;
  for (const row of rows) if (await emitFor(core, row, row.state.snapshot, isSave(row) ? "pre_save" : "pre_delete")) told = true;
  return told;
};

const hasSaveListeners = (core: Core, metas: readonly ModelMeta[]): boolean =>
  metas.some(({ ctor }) => core.signals.has("pre_save", ctor) || core.signals.has("pre_delete", ctor));

/** The stored rows before they are written, for listeners afterwards; null if there are none. */
export type RowsBefore = readonly InstanceState["snapshot"][] | null;
export const rowsBefore = (core: Core, rows: readonly RowWork[], { policy }: RunningFlush): RowsBefore =>
  policy.hooks && (core.signals.has("post_save") || core.signals.has("post_delete")) ? rows.map(({ state }) => state.snapshot) : null;

/** Emits `post_save` and `post_delete` for the rows of a batch, in their order. */
export const emitAfter = async (core: Core, rows: readonly RowWork[], before: RowsBefore, running: RunningFlush): Promise<void> => {
  if (before === null) return;
  const disturb = (): void => void (running.userCodeRan = true);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as RowWork;
    if (running.lost.size === 0 || !running.lost.has(row.object))
      await emitFor(core, row, before[at] ?? null, isSave(row) ? "post_save" : "post_delete", disturb);
  }
};

/** Returns false if the row's model has no listener for the event. `heard` is called before the listeners, since one may throw. */
const emitFor = async (
  core: Core,
  row: RowWork,
  before: InstanceState["snapshot"],
  event: (typeof rowSignals)[number],
  heard?: () => void,
): Promise<boolean> => {
  const { object, state, kind, fields } = row;
  const { ctor } = row.meta;
  if (!core.signals.has(event, ctor)) return false;
  heard?.();
  if (event === "pre_delete" || event === "post_delete") await core.signals.emit(event, ctor, { instance: object, db: core.session });
  else
    await core.signals.emit(event, ctor, {
      instance: object,
      created: kind === "insert",
      changed: writtenNames(row),
      changes: changesIn(object, state, fields, before),
      db: core.session,
    });
  return true;
};

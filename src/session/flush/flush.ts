/** Sends pending changes: all of them or none, in the database and in memory. */

import { SessionError } from "../../errors.js";
import { assertOpen, beginFlush, type Core, type RunningFlush, type SessionTransaction } from "../core/core.js";
import { execute } from "./execute.js";
import { nothingToDo, nothingToDoFor } from "./collect/pending-work.js";
import { fullPolicy, type WritePolicy } from "./work/policy.js";
import type { Subset } from "./work/work.js";
import { pausesOf } from "../statements/pauses.js";
import { restoreDownTo } from "../rollback/restore.js";
import { MAX_ROUNDS, prepare } from "./flush-hooks.js";

/** `db.flush()`. Inside a hook it does nothing: the running flush writes those changes. */
export const flush = async (core: Core): Promise<void> => {
  assertOpen(core);
  if (core.lock.isInside("flush")) return;
  await core.lock.runInScope("flush", "flush()", () => flushNow(core));
};

/**
 * Writes these objects and what they depend on, immediately even inside a hook. Objects that the running flush is writing are left to it.
 */
export const flushOnly = async (core: Core, objects: ReadonlySet<object>, policy: WritePolicy): Promise<void> => {
  assertOpen(core);
  if (core.lock.isInside("flush") && core.flushing !== null) {
    const running = core.flushing;
    const others = new Set([...objects].filter((object) => !running.objects.has(object)));
    if (others.size === 0) return;
    await core.lock.runInScope("flush", policy.verb, () => flushNow(core, others, policy));
  } else await core.lock.runInScope("flush", policy.verb, () => flushNow(core, objects, policy));
};

/** The part of a flush's state that its caller needs. */
export type FlushResult = Pick<RunningFlush, "deleted" | "lost">;
const NOTHING_DONE: FlushResult = { deleted: new Map(), lost: new Set() };
const FLUSH = fullPolicy("flush()");

/** Writes everything, or these objects and what they depend on. The caller holds the lock, in its own scope. */
export const flushNow = (core: Core, subset: Subset = null, policy: WritePolicy = FLUSH): Promise<FlushResult> =>
  (subset === null ? nothingToDo(core) : policy.fields === null && nothingToDoFor(core, subset))
    ? Promise.resolve(NOTHING_DONE)
    : guarded(core, () => flushPart(core, subset, policy));

/** Writes objects in portions, all of which succeed or none; `between` runs after each portion. */
export const flushPortions = (
  core: Core,
  portions: Iterable<ReadonlySet<object>>,
  policy: WritePolicy,
  between: (written: ReadonlySet<object>) => unknown,
): Promise<void> =>
  guarded(core, async () => {
    const pause = pausesOf(core);
    for (const portion of portions) {
      await flushPart(core, portion, policy);
      await between(portion);
      await pause();
    }
  });

const flushPart = async (core: Core, subset: Subset, policy: WritePolicy): Promise<FlushResult> => {
  const outer = core.flushing;
  const running = beginFlush(policy, subset, pausesOf(core), outer?.objects);
  core.flushing = running;
  try {
    await sendAll(core, subset, running);
  } finally {
    core.flushing = outer;
  }
  return running;
};

/** Runs statements that succeed together or leave no trace in the database or in memory. */
export const guarded = async <T>(core: Core, work: () => Promise<T>): Promise<T> => {
  const level = core.journal.push("flush", null, core.callbacks.length);
  try {
    const result = await protect(core, work);
    core.journal.release();
    return result;
  } catch (error) {
    restoreDownTo(core, level, "flush");
    throw error;
  }
};

const sendAll = async (core: Core, subset: Subset, running: RunningFlush): Promise<void> => {
  if (subset === null && core.signals.has("pre_flush")) await core.signals.emit("pre_flush", null, { db: core.session });
  for (let round = 0; ; round++) {
    if (round === MAX_ROUNDS)
      throw new SessionError(
        `after ${MAX_ROUNDS} rounds, save() overrides and post_save listeners still change or add objects: make them idempotent, so that they change a value only when it needs changing`,
      );
    running.userCodeRan = false;
    const work = await prepare(core, subset, running);
    if (work.rows.length === 0 && work.links.length === 0 && work.bulkActions.length === 0 && work.reassignments.length === 0 && round > 0)
      break;
    await execute(core, work, running);
    if (!running.userCodeRan || subset !== null) break;
    running.objects.clear();
  }
  if (subset === null && core.signals.has("post_flush")) await core.signals.emit("post_flush", null, { db: core.session });
};

/**
 * Undoes a failed flush in the database: rolls back to a savepoint in a used transaction, restarts an unused one, and rolls back a
 * transaction that the flush itself opened.
 */
const protect = async <T>(core: Core, work: () => Promise<T>): Promise<T> => {
  const tx = core.tx;
  if (tx === null) return alone(core, work);
  // Restarting would lose the savepoints of the levels inside.
  if (!tx.used && !core.journal.levels.some(({ kind }) => kind === "savepoint")) return anew(core, tx, work);
  if (core.options.savepoints === false && core.dialect.features.errorAbortsTransaction) return work();
  const name = await core.lock.exclusive("a savepoint", () => tx.open.savepoint());
  let result;
  try {
    result = await work();
  } catch (error) {
    await backTo(core, tx, name);
    throw error;
  }
  await core.lock.exclusive("the end of a savepoint", () => tx.open.release(name));
  return result;
};

/** If the rollback fails, the connection and its transaction are destroyed; the flush's own error is the one to report. */
const backTo = (core: Core, tx: SessionTransaction, name: string): Promise<void> =>
  core.lock.exclusive("a rollback to a savepoint", () => tx.open.rollbackTo(name)).catch(() => undefined);

const alone = async <T>(core: Core, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const { tx } = core;
    if (tx !== null) {
      await core.lock.exclusive("ROLLBACK", () => tx.open.rollback());
      core.tx = null;
      core.journal.end();
    }
    throw error;
  }
};

const anew = async <T>(core: Core, tx: SessionTransaction, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (tx.used) {
      await core.lock
        .exclusive("ROLLBACK", async () => {
          await tx.open.rollback();
          tx.open = await core.handle.begin(tx.mode, core.who);
        })
        .catch(() => undefined);
      tx.used = false;
      tx.firstWrite = null;
    }
    throw error;
  }
};

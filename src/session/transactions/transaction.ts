/** Ends transactions and savepoints, in the database and in memory. */

import type { TransactionMode } from "../../database/contracts.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { CommitHookError, ConnectionLost, SessionError } from "../../errors.js";
import { isUnchanged } from "../tracking/changes.js";
import { assertNotClosed, assertOpen, type Core, type SessionTransaction } from "../core/core.js";
import { flushNow } from "../flush/flush.js";
import { MAX_ROUNDS } from "../flush/flush-hooks.js";
import { nothingToDo } from "../flush/collect/pending-work.js";
import { forgetMembers } from "../relationships/cascade-add.js";
import type { Level } from "../journal/journal.js";
import { restoreDownTo, restoreTop } from "../rollback/restore.js";
import type { Entry } from "../journal/journal-entries.js";
import { openTransaction } from "../statements/send.js";

/** A hook, or code inside `atomic`, must not end a transaction that it did not begin. */
export const refuseInside = (core: Core, verb: string): void => {
  if (core.lock.isInside("flush"))
    throw new SessionError(`${verb} cannot be called in a hook or listener: the flush that called it is not over`);
  if (core.lock.isInside("atomic"))
    throw new SessionError(`${verb} cannot be called inside atomic(): it commits at its end, and rolls back when its body throws`);
};

/** `db.commit()`: flush, COMMIT, then the callbacks that waited for it. */
export const commit = async (core: Core): Promise<void> => {
  assertOpen(core);
  // With nothing to flush no hook can run, so COMMIT is sent like any other statement.
  const alone = core.lock.idle && nothingToDo(core);
  if (!alone) refuseInside(core, "commit()");
  const ended = alone
    ? await commitOrRestore(core)
    : await core.lock.runInScope("flush", "commit()", async () => {
        await flushUntilClean(core);
        return commitOrRestore(core);
      });
  if (ended !== NOTHING) await afterCommit(core, ended);
};

const commitOrRestore = (core: Core): Promise<Ended> =>
  commitNow(core).catch((error: unknown) => {
    if (core.journal.inTransaction) rollBackMemory(core);
    throw error;
  });

/** Flushes until nothing is pending: listeners of `post_flush` may change objects, and a commit writes those changes too. */
const flushUntilClean = async (core: Core): Promise<void> => {
  await flushNow(core);
  for (let round = 1; round < MAX_ROUNDS && core.signals.has("post_flush") && !nothingToDo(core); round++) await flushNow(core);
};

/** Callbacks that waited for the COMMIT, and whether `post_commit` must be emitted. */
export interface Ended {
  readonly had: boolean;
  readonly callbacks: readonly (() => unknown)[];
}

const NOTHING: Ended = { had: false, callbacks: [] };

/** Sends COMMIT; returns what must follow it. */
export const commitNow = (core: Core): Promise<Ended> =>
  core.lock.exclusive("COMMIT", async () => {
    const { tx } = core;
    try {
      if (tx !== null) await tx.open.commit();
    } catch (error) {
      core.tx = null;
      if (error instanceof ConnectionLost && error.outcome === "unknown") forgetOutcome(core);
      throw error;
    }
    core.tx = null;
    settleAll(core);
    const had = tx !== null && core.signals.has("post_commit");
    return had || core.callbacks.length > 0 ? { had, callbacks: core.callbacks.splice(0) } : NOTHING;
  });

const forgetIfNew = (object: object, { snapshot }: Entry): void => {
  if (snapshot !== null) return;
  const state = stateOf(object) as InstanceState;
  if (state.snapshot !== null) forgetMembers(object, state);
};

/** Drops all journal entries after a commit and detaches deleted objects. */
const settleAll = (core: Core): void => {
  for (const { entries } of core.journal.levels) entries.each(forgetIfNew);
  for (const object of core.deletedInTransaction) {
    const state = stateOf(object) as InstanceState;
    state.status = "detached";
    state.owner = null;
    // Adding the object again makes a new row.
    state.snapshot = null;
  }
  core.deletedInTransaction.clear();
  core.hardDeletes.clear();
  core.firstChange = null;
  core.journal.forget();
};

/** The COMMIT's outcome is unknown, so all objects are marked stale and read again. */
const forgetOutcome = (core: Core): void => {
  settleAll(core);
  core.callbacks.length = 0;
  for (const meta of core.map.models()) {
    core.map.each(meta, (object) => {
      (stateOf(object) as InstanceState).stale = true;
    });
  }
};

const rollBackMemory = (core: Core): void => {
  while (core.journal.levels.length > 1) core.journal.release();
  restoreTop(core, "session");
  core.hardDeletes.clear();
  core.forcedUpdates.clear();
  core.replacedReverseOnes.clear();
  core.firstChange = null;
  core.callbacks.length = 0;
};

/** Runs all `post_commit` listeners and `onCommit` callbacks, then throws their errors together. */
export const afterCommit = async (core: Core, { had, callbacks }: Ended): Promise<void> => {
  const errors: unknown[] = had ? await core.signals.settle("post_commit", null, { db: core.session }) : [];
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    const [first] = errors;
    throw new CommitHookError(
      `the transaction is committed, but ${errors.length === 1 ? "work" : `${errors.length} pieces of work`} after it failed: ${first instanceof Error ? first.message : String(first)}`,
      errors,
    );
  }
};

/** `db.rollback()`: restores the state of the last commit, even after the database was closed: cleanup code must not fail because of that. */
export const rollback = async (core: Core): Promise<void> => {
  assertNotClosed(core);
  refuseInside(core, "rollback()");
  const had = await core.lock.runInScope("flush", "rollback()", () => rollbackNow(core));
  if (had) await emitRollback(core);
};

export const rollbackNow = async (core: Core): Promise<boolean> => {
  const tx = core.tx;
  if (tx !== null) await core.lock.exclusive("ROLLBACK", () => tx.open.rollback());
  core.tx = null;
  rollBackMemory(core);
  return tx !== null;
};

export const emitRollback = async (core: Core): Promise<void> => {
  if (core.signals.has("post_rollback")) await core.signals.emit("post_rollback", null, { db: core.session });
};

/** A level begun explicitly: a transaction, or a savepoint in one. */
export interface OpenLevel {
  readonly level: Level;
  readonly outermost: boolean;
  /** Mode of the enclosing transaction, restored after the savepoint. */
  readonly around: TransactionMode;
  /** Objects that were marked for hard deletion when the level began. */
  readonly hard: readonly object[];
  /** Objects that `touch()` had named when the level began. */
  readonly touched: readonly object[];
}

/**
 * Begins a transaction and flushes pending changes inside it, or flushes and opens a savepoint. The caller holds the session lock. The
 * state that a rollback restores is recorded before anything is written.
 */
export const beginLevel = async (core: Core, mode: TransactionMode): Promise<OpenLevel> => {
  if (core.tx !== null) {
    if (mode.isolation !== undefined && mode.isolation !== core.tx.mode.isolation) {
      throw new SessionError(
        `this transaction is open already, its isolation cannot become "${mode.isolation}": commit() first, or give the isolation to the outermost atomic()`,
      );
    }
    const tx = core.tx;
    const around = tx.mode;
    if (around.readOnly !== true) await flushAround(core);
    const name = await core.lock.exclusive("SAVEPOINT", () => tx.open.savepoint());
    const level = core.journal.push("savepoint", name, core.callbacks.length);
    if (core.lock.isInside("flush") || around.readOnly === true) noteUnsaved(core);
    if (mode.readOnly === true && around.readOnly !== true) {
      tx.mode = { ...around, readOnly: true };
      await core.lock.exclusive("SET TRANSACTION", () => tx.open.setReadOnly(true));
    }
    return { level, outermost: false, around, hard: [...core.hardDeletes], touched: [...core.forcedUpdates] };
  }
  await core.lock.exclusive("BEGIN", () => openTransaction(core, mode, true));
  const open: OpenLevel = {
    level: core.journal.levels[1] as Level,
    outermost: true,
    around: mode,
    hard: [...core.hardDeletes],
    touched: [...core.forcedUpdates],
  };
  noteUnsaved(core);
  if (mode.readOnly !== true) {
    try {
      await flushAround(core);
    } catch (error) {
      await rollbackLevel(core, open);
      throw error;
    }
  }
  return open;
};

/** Makes the transaction writable again after a read-only block. */
const goOn = async (core: Core, tx: SessionTransaction, around: TransactionMode): Promise<void> => {
  if (tx.mode === around) return;
  tx.mode = around;
  await core.lock.exclusive("SET TRANSACTION", () => tx.open.setReadOnly(false));
};

/** Inside a hook nothing is flushed here: the flush that called it continues afterwards. */
const flushAround = async (core: Core): Promise<void> => {
  if (!core.lock.isInside("flush")) await core.lock.runInScope("flush", "flush()", () => flushUntilClean(core));
};

/** Records pending changes, so that they are pending again after a rollback. */
const noteUnsaved = (core: Core): void => {
  const touch = (object: object): void => void core.journal.touch(object, stateOf(object) as InstanceState, true);
  for (const object of core.pending) touch(object);
  for (const object of core.deleting) touch(object);
  for (const collection of core.collections) touch(collection.owner);
  for (const owner of core.replacedReverseOnes) touch(owner);
  for (const meta of core.map.models()) {
    core.map.each(meta, (object) => {
      if (!isUnchanged(object, stateOf(object) as InstanceState)) touch(object);
    });
  }
};

/** Ends a level successfully: COMMIT, or RELEASE with its entries passed to the enclosing level. */
export const endLevel = async (core: Core, { level, outermost, around }: OpenLevel): Promise<Ended> => {
  assertInnermost(core, level);
  if (core.tx?.mode.readOnly !== true) await flushAround(core);
  if (outermost) return commitNow(core);
  const tx = core.tx;
  if (tx !== null && level.savepoint !== null) {
    await core.lock.exclusive("RELEASE", () => tx.open.release(level.savepoint as string));
    await goOn(core, tx, around);
  }
  core.journal.release();
  return { had: false, callbacks: [] };
};

export const assertInnermost = (core: Core, level: Level): void => {
  if (core.journal.top !== level)
    throw new SessionError("a savepoint inside this transaction is still open: commit() or roll it back first");
};

/** Restores the state at the beginning of the level. A lost connection has already rolled back. */
export const rollbackLevel = async (core: Core, { level, outermost, around, hard, touched }: OpenLevel): Promise<void> => {
  const tx = core.tx;
  if (outermost) {
    if (tx !== null) await core.lock.exclusive("ROLLBACK", () => tx.open.rollback());
    core.tx = null;
  } else if (tx !== null && level.savepoint !== null) {
    await core.lock.exclusive("ROLLBACK TO SAVEPOINT", () => tx.open.rollbackTo(level.savepoint as string)).catch(() => undefined);
    await goOn(core, tx, around).catch(() => undefined);
  }
  if (!core.journal.levels.includes(level)) return;
  restoreDownTo(core, level, "level");
  core.hardDeletes.clear();
  for (const object of hard) core.hardDeletes.add(object);
  core.forcedUpdates.clear();
  for (const object of touched) core.forcedUpdates.add(object);
  if (outermost) await emitRollback(core);
};

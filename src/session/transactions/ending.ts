/** How a session ends: rolled back if something was not committed, its objects detached. */

import { stateOf, type InstanceState } from "../../loading/index.js";
import { SessionError } from "../../errors.js";
import type { Core } from "../core/core.js";
import { describeFirstWrite, type FirstWrite } from "../core/first-write.js";
import { refuseInside, rollbackNow, emitRollback } from "./transaction.js";

/** `db.close()`; twice is fine. */
export const close = (core: Core): Promise<void> => {
  if (core.closed) return DONE;
  if (core.tx !== null || !core.lock.idle) return closeInTurn(core);
  detachAll(core);
  core.closed = true;
  return DONE;
};
const DONE = Promise.resolve();

const closeInTurn = async (core: Core): Promise<void> => {
  refuseInside(core, "close()");
  const lost = await core.lock.runInScope("flush", "close()", () => end(core));
  if (lost.had) await emitRollback(core);
  if (lost.firstWrite !== null) reportLost(core, describeFirstWrite(lost.firstWrite));
};

const end = async (core: Core): Promise<{ readonly had: boolean; readonly firstWrite: FirstWrite | null }> => {
  if (core.closed) return { had: false, firstWrite: null };
  const firstWrite = core.tx?.firstWrite ?? null;
  const had = core.tx !== null;
  try {
    if (had) await rollbackNow(core);
  } finally {
    detachAll(core);
    core.closed = true;
  }
  return { had, firstWrite };
};

const detach = (object: object): void => {
  const state = stateOf(object) as InstanceState;
  state.status = state.snapshot === null ? "transient" : "detached";
  state.peers = null;
  if (state.deleting) state.deleting = false;
  if (state.snapshot === null) state.owner = null;
};

/** The objects stay readable, and know that their session is over. */
const detachAll = (core: Core): void => {
  if (core.pending.size > 0) for (const object of core.pending) detach(object);
  if (core.deletedInTransaction.size > 0) for (const object of core.deletedInTransaction) detach(object);
  if (core.map.size > 0) {
    for (const meta of core.map.models()) core.map.each(meta, detach);
    core.map.clear();
  }
  core.pending.clear();
  core.deletedInTransaction.clear();
  core.deleting.clear();
  core.forcedUpdates.clear();
  core.hardDeletes.clear();
  core.replacedReverseOnes.clear();
  core.collections.clear();
  if (!core.journal.isEmpty) core.journal.forget();
  core.callbacks.length = 0;
};

const reportLost = (core: Core, firstWrite: string): void => {
  const how = core.options.onUncommitted ?? "warn";
  const message = `a session ended with work that was written and not committed, so it was rolled back; the first write ${firstWrite}. Call db.commit(), use atomic(), or say { onUncommitted: "ignore" }`;
  if (how === "throw") throw new SessionError(message);
  if (how === "warn") process.emitWarning(message, { type: "FlashDbWarning", code: "FLASH_DB_UNCOMMITTED" });
};

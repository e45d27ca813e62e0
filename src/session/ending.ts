/** How a session ends: rolled back if something was not committed, its objects detached. */

import { stateOf, type InstanceState } from "../loading/index.js";
import { SessionError } from "../errors.js";
import type { Core, FirstWrite } from "./core.js";
import { describeFirstWrite } from "./statements.js";
import { refuseInside, rollbackNow, tellRollback } from "./transaction.js";

/** `db.close()`; twice is fine. */
export const close = (core: Core): Promise<void> => {
  if (core.closed) return DONE;
  if (core.tx !== null || !core.turns.idle) return closeInTurn(core);
  detachAll(core);
  core.closed = true;
  return DONE;
};
const DONE = Promise.resolve();

const closeInTurn = async (core: Core): Promise<void> => {
  refuseInside(core, "close()");
  const lost = await core.turns.scoped("flush", "close()", () => end(core));
  if (lost.had) await tellRollback(core);
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
  if (core.buried.size > 0) for (const object of core.buried) detach(object);
  if (core.map.size > 0) {
    for (const meta of core.map.models()) core.map.each(meta, detach);
    core.map.clear();
  }
  core.pending.clear();
  core.buried.clear();
  core.deleting.clear();
  core.bumped.clear();
  core.hard.clear();
  core.replacing.clear();
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

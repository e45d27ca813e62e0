/** Ends a session: rolls back uncommitted work, detaches the objects, and reports what is lost. */

import { stateOf, type InstanceState } from "../../loading/index.js";
import { SessionError } from "../../errors.js";
import type { Core } from "../core/core.js";
import { callSite, describeFirstWrite, placeOf } from "../core/first-write.js";
import { changedObjects, nothingToDoAmong } from "../flush/collect/pending-work.js";
import { describeRow, keyHeldBy } from "../tracking/row-keys.js";
import { refuseInside, rollbackNow, emitRollback } from "./transaction.js";

/** `db.close()`; a second call does nothing. */
export const close = (core: Core): Promise<void> => {
  if (core.closed) return DONE;
  if (core.streams.size > 0) return closeAfterStreams(core);
  if (core.tx !== null || !core.lock.idle) return closeInTurn(core, callSite());
  const lost = lostWith(core, callSite);
  detachAll(core);
  core.closed = true;
  return lost === null ? DONE : reportLost(core, lost);
};
const DONE = Promise.resolve();

/** Abandoned iterators would keep their connections, so they are closed first. */
const closeAfterStreams = async (core: Core): Promise<void> => {
  const streams = [...core.streams];
  core.streams.clear();
  await Promise.all(streams.map(async (stream) => stream.return?.()));
  await close(core);
};

const closeInTurn = async (core: Core, closing: Error): Promise<void> => {
  refuseInside(core, "close()");
  const { had, lost } = await core.lock.runInScope("flush", "close()", () => end(core, closing));
  if (had) await emitRollback(core);
  if (lost !== null) await reportLost(core, lost);
};

const end = async (core: Core, closing: Error): Promise<{ readonly had: boolean; readonly lost: string | null }> => {
  if (core.closed) return { had: false, lost: null };
  const lost = lostWith(core, () => closing);
  const had = core.tx !== null;
  try {
    if (had) await rollbackNow(core);
  } finally {
    detachAll(core);
    core.closed = true;
  }
  return { had, lost };
};

/**
 * Describes work that closing would lose: uncommitted writes or objects that were never sent. Null if there is none or it is to be ignored.
 */
const lostWith = (core: Core, closing: () => Error): string | null => {
  if (core.options.onUncommitted === "ignore") return null;
  const firstWrite = core.tx?.firstWrite ?? null;
  if (firstWrite !== null)
    return `work that was written and not committed, so it was rolled back; the first write ${describeFirstWrite(firstWrite)}`;
  // A warning is a help and must not make every large read slower; an error is a promise.
  const limit = core.options.onUncommitted === "throw" ? Number.POSITIVE_INFINITY : COMPARED_OBJECTS;
  const unsent = nothingToDoAmong(core, limit) ? [] : unsentObjects(core);
  if (unsent.length === 0) return null;
  const shown =
    unsent.slice(0, SHOWN_OBJECTS).join(", ") + (unsent.length > SHOWN_OBJECTS ? ` and ${unsent.length - SHOWN_OBJECTS} more` : "");
  const place = core.firstChange === null ? null : placeOf(core.firstChange);
  const where =
    place === null ? `the session was closed at ${placeOf(closing()) ?? "an unknown place"}` : `the first was given at ${place}`;
  return `changes that were never sent: ${shown}; ${where}`;
};
const SHOWN_OBJECTS = 3;
/** Of each model. */
const COMPARED_OBJECTS = 1000;

const unsentObjects = (core: Core): string[] => {
  const found = new Map<object, string>();
  const add = (object: object, what: string): void => {
    const { meta } = stateOf(object) as InstanceState;
    if (!found.has(object)) found.set(object, `${what}${describeRow(meta, what === "" ? null : keyHeldBy(meta, object))}`);
  };
  for (const object of core.pending) add(object, "");
  for (const object of core.deleting) add(object, "the deleted ");
  for (const object of changedObjects(core)) add(object, "the changed ");
  for (const object of core.replacedReverseOnes) add(object, "the changed ");
  return [...found.values()];
};

const detach = (object: object): void => {
  const state = stateOf(object) as InstanceState;
  state.status = state.snapshot === null ? "transient" : "detached";
  state.peers = null;
  if (state.deleting) state.deleting = false;
  if (state.snapshot === null) state.owner = null;
};

/** Detaches all objects; they stay readable and know that their session is closed. */
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

const reportLost = async (core: Core, lost: string): Promise<void> => {
  const message = `a session ended with ${lost}. Call db.commit(), use atomic(), or set { onUncommitted: "ignore" }`;
  if (core.options.onUncommitted === "throw") throw new SessionError(message);
  process.emitWarning(message, { type: "FlashDbWarning", code: "FLASH_DB_UNCOMMITTED" });
};

/** Records an object's state before user code changes what the session knows about it. */

import type { InstanceState } from "../../loading/index.js";
import type { Core } from "../core/core.js";

/**
 * Outside a transaction a new object needs no entry: a rollback detaches it in any case. Changes made by a hook belong to the flush that
 * called it; changes that other code makes while a flush waits for the database do not.
 */
export const recordChange = (core: Core, object: object, state: InstanceState): void => {
  const { status } = state;
  if (core.journal.levels.length === 1 && (status === "transient" || status === "pending")) return;
  if (core.journal.top.kind === "flush" && !core.lock.isInside("flush")) core.journal.touchBeside(object, state);
  else core.journal.touch(object, state);
};

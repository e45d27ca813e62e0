/** Notes an object before the user's code changes what the session knows of it. */

import type { InstanceState } from "../../loading/index.js";
import type { Core } from "../core/core.js";

/**
 * Outside a transaction nothing is to be noted of a new object, which a rollback puts outside again whatever it was.
 * What a hook does belongs to the flush that called it; what other code does while a flush waits for the database does not.
 */
export const recordChange = (core: Core, object: object, state: InstanceState): void => {
  const { status } = state;
  if (core.journal.levels.length === 1 && (status === "transient" || status === "pending")) return;
  if (core.journal.top.kind === "flush" && !core.lock.isInside("flush")) core.journal.touchBeside(object, state);
  else core.journal.touch(object, state);
};

/** Notes an object before the user's code changes what the session knows of it. */

import type { InstanceState } from "../loading/index.js";
import type { Core } from "./core.js";

/** What a hook does belongs to the flush that called it; what other code does while a flush waits for the database does not. */
export const note = (core: Core, object: object, state: InstanceState): void => {
  if (core.journal.top.kind === "flush" && !core.turns.inside("flush")) core.journal.touchBeside(object, state);
  else core.journal.touch(object, state);
};

/** What reading an unloaded relation does. */

import { FieldError } from "../errors.js";
import { describe } from "../support/describe.js";

/** "peers" loads it for all peers, "one" for this object, "raise" throws. */
export type FetchMode = "peers" | "one" | "raise";

/** Validates a fetch mode; a misspelt one must not be ignored. */
export const fetchModeOf = (mode: unknown): FetchMode => {
  if (mode === "peers" || mode === "one" || mode === "raise") return mode;
  throw new FieldError(`fetchMode is "peers", "one" or "raise", not ${describe(mode)}`);
};

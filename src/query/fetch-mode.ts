/** What reading an unloaded relation of a result's instance does. */

import { FieldError } from "../errors.js";
import { describe } from "../support/describe.js";

/** Load it for all siblings, for it alone, or throw. */
export type FetchMode = "peers" | "one" | "raise";

/** Refuses anything else: a misspelt mode would silently be another one. */
export const fetchModeOf = (mode: unknown): FetchMode => {
  if (mode === "peers" || mode === "one" || mode === "raise") return mode;
  throw new FieldError(`fetchMode is "peers", "one" or "raise", not ${describe(mode)}`);
};

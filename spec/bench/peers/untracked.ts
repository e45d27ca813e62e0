/** The part of a side that libraries without an identity map or change tracking have no notion of. */

import { NotApplicable } from "../side.js";

const refuse = async (): Promise<never> => {
  throw new NotApplicable();
};
export const untracked = { findInMemory: refuse, changeNone: refuse };

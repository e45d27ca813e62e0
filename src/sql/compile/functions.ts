/** Functions that both databases write the same way. */

import { byCount, call, form } from "./forms.js";
import type { FunctionTable } from "./writer.js";

type Alike = "length" | "replace" | "abs" | "sign" | "pi" | "nullif" | "isDistinct" | "ltrim" | "rtrim" | "trim";

export const sharedFunctions: Pick<FunctionTable, Alike> = {
  length: call("LENGTH"),
  replace: call("REPLACE"),
  abs: call("ABS"),
  sign: call("SIGN"),
  pi: call("PI"),
  nullif: call("NULLIF"),
  isDistinct: form`(${0} IS DISTINCT FROM ${1})`,
  trim: byCount(call("TRIM"), form`TRIM(${0}, ${1})`),
  ltrim: call("LTRIM"),
  rtrim: call("RTRIM"),
};

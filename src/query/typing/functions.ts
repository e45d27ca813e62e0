/** Signatures of the expression functions, by one name. */

export type * from "./basic-functions.js";
export type * from "./aggregate-functions.js";
export type * from "./scalar-functions.js";
export type * from "./window-functions.js";
export type { FoldFunction as SumFunction, FoldFunction as ExtremeFunction, ListFunction as ArrayAggFunction } from "./aggregate-functions.js";
export type { RankFunction as RowNumberFunction } from "./window-functions.js";

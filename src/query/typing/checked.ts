/** What querysets ask of conditions and expressions: that they fit the model they are used on. */

import type { assigned, result, valid } from "../../sql/typing.js";

/** Any condition or expression that speaks of `I`. */
export interface SpeaksOf<in I> {
  readonly [valid]: (model: I) => never;
}
/** An expression over `I` with values of type `T`. */
export interface ExpressionOn<in I, out T> {
  readonly [valid]: (model: I) => never;
  readonly [result]: (model: I) => T | null;
}
/** The right side of an assignment to a column of `I`: values of type `T` and kind `K`, of its own columns or a sub-select, no aggregate. */
export interface RightSide<in I, out T, out K> {
  readonly [valid]: (model: I) => never;
  readonly [result]: (model: I) => T | null;
  readonly [assigned]: (model: I) => K;
  readonly $aggregate?: never;
}
export interface AggregateOn<in I> extends SpeaksOf<I> {
  readonly $aggregate: true;
}

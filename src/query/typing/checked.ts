/** What querysets require of conditions and expressions: that they fit the queryset's model. */

import type { assigned, result, valid } from "../../sql/typing.js";

/** Any condition or expression that is valid for `I`. */
export interface SpeaksOf<in I> {
  readonly [valid]: (model: I) => never;
}
/** An expression over `I` with values of type `T`. */
export interface ExpressionOn<in I, out T> {
  readonly [valid]: (model: I) => never;
  readonly [result]: (model: I) => T | null;
}
/**
 * The right side of an assignment to a column of `I`: values of type `T` and kind `K`, from the model's own columns or a sub-select,
 * without aggregates.
 */
export interface RightSide<in I, out T, out K> {
  readonly [valid]: (model: I) => never;
  readonly [result]: (model: I) => T | null;
  readonly [assigned]: (model: I) => K;
  readonly $aggregate?: never;
}
export interface AggregateOn<in I> extends SpeaksOf<I> {
  readonly $aggregate: true;
}

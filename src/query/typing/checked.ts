/** What querysets ask of conditions and expressions: that they fit the model they are used on. */

import type { result, valid } from "../../sql/typing.js";

/** Any condition or expression that speaks of `I`: a list of them, `ConditionOn<Book>[]`, is checked where it is filled. */
export interface ConditionOn<in I> {
  readonly [valid]: (model: I) => never;
}
/** An expression over `I` with values of type `T`. */
export interface ExpressionOn<in I, out T> {
  readonly [valid]: (model: I) => never;
  readonly [result]: (model: I) => T | null;
}
export interface AggregateOn<in I> extends ConditionOn<I> {
  readonly $aggregate: true;
}

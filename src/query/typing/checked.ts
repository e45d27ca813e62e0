/** What querysets ask of conditions and expressions: that they fit the model they are used on. */

import type { Where } from "./where.js";
import type { assigned, result, valid } from "../../sql/typing.js";

/** Any condition or expression that speaks of `I`. */
export interface SpeaksOf<in I> {
  readonly [valid]: (model: I) => never;
}
/**
 * A condition on a model: a list of them is checked where it is filled, and one that grows may be given any field of the model.
 * @example let some: ConditionOn<Book> = Q({ title: "x" });
 *          for (const title of titles) some = some.or({ title });
 * @ts-ignore variance: conditions only grow */
export interface ConditionOn<in I> extends SpeaksOf<I> {
  and(...others: readonly AnyCondition<I>[]): ConditionOn<I>;
  or(...others: readonly AnyCondition<I>[]): ConditionOn<I>;
  xor(...others: readonly AnyCondition<I>[]): ConditionOn<I>;
  not(): ConditionOn<I>;
}
type AnyCondition<I> = Where<I> | SpeaksOf<I>;
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

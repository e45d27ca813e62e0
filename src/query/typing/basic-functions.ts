/** Signatures of basic expressions: fields, values, conditions, choices, sub-queries. One type each: `export const F: FFunction = …`. */

import type { Condition, Expression, ModelIn } from "./expressions.js";
import type { RowsOf } from "./keys.js";
import type { AnyExpression, At, PathsIn, ValueResult, WhereOf } from "./results.js";

/** The value of another field: `F("author__age")`. */
export type FFunction = <const P extends string>(path: P) => Expression<At<P>, P>;
/** A bound value as an expression. Strings keep their literal type, numbers do not: a depth that starts at 0 changes in the next rows. */
export type ValueFunction = <const T>(value: T) => Expression<T extends number ? number : T>;
/** A condition that can be combined: `Q({ title: "x" }).or({ pages__gt: 100 })`. */
export type QFunction = <const W extends object>(where: W) => Condition<WhereOf<W>, ModelIn<W>>;

/** `When(condition, then)`: `R` the result, `P` the paths of the result, `W` the filters of the condition. */
export interface WhenClause<out R, out P, out W> {
  readonly $when: { readonly result: R; readonly reads: P; readonly where: W };
}
type WhenPart<C, K extends "result" | "reads" | "where"> = C extends WhenClause<unknown, unknown, unknown> ? C["$when"][K] : never;
/** `When({ views__gt: 100 }, "hot")`: a branch of Case. */
export type WhenFunction = <const W extends object, const V>(where: W, then: V) => WhenClause<ValueResult<V>, PathsIn<V>, WhereOf<W>>;
/** `Case([When({ views__gt: 100 }, "hot")], { default: "cold" })`: the first branch that holds. */
export type CaseFunction = <const C extends readonly WhenClause<unknown, unknown, unknown>[], const D = null>(
  whens: C,
  options?: { default?: D },
) => Expression<WhenPart<C[number], "result"> | ValueResult<D>, WhenPart<C[number], "reads"> | PathsIn<D>, WhenPart<C[number], "where">>;

/** A field of the enclosing query, which is known only when that query is planned. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the outer query's model is not known here
export type OuterRefFunction = (path: string | AnyExpression) => Expression<any>;
/** The single value of a query's first row. */
export type SubqueryFunction = <R>(
  query: RowsOf<R>,
) => Expression<(R extends readonly [infer A] ? A : R extends object ? R[keyof R] : R) | null>;
/** `Exists(query)`: whether the query has any row. */
export type ExistsFunction = (query: RowsOf<unknown>) => Condition<never>;

/** Signatures of the expression functions, one type each: `export const Lower: LowerFunction = …`. */

import type { outcome } from "../../sql/typing.js";
import type { RowsOf } from "./keys.js";
import type {
  Aggregate, At, AvgOf, Condition, Expression, ListOf, MaybeAt, Operand, OperandPaths, OperandResult, PathsIn, SomeAt, SumOf, WhereIn, WhereOf,
} from "./expressions.js";

/** The value of another field: `F("author__age")`. */
export type FFunction = <const P extends string>(path: P) => Expression<At<P>, P>;
/** A bound value as an expression. */
export type ValueFunction = <const T>(value: T) => Expression<T>;
/** A condition to be combined: `Q({ title: "x" }).or({ pages__gt: 100 })`. */
export type QFunction = <const W extends object>(where: W) => Condition<W>;

export interface AggregateOptions<C> {
  /** Only rows that match count: `Count("posts", { filter: Q({ posts__views__gt: 10 }) })`. */
  filter?: C;
  distinct?: boolean;
  orderBy?: string;
}
export type CountFunction = <const O extends Operand, C = never>(of: O, options?: AggregateOptions<C>) => Aggregate<number, OperandPaths<O>, WhereIn<C>>;
export type SumFunction = <const O extends Operand, C = never>(
  of: O,
  options?: AggregateOptions<C>,
) => Aggregate<O extends string ? SumOf<O> : OperandResult<O> | null, OperandPaths<O>, WhereIn<C>>;
export type AvgFunction = <const O extends Operand, C = never>(
  of: O,
  options?: AggregateOptions<C>,
) => Aggregate<O extends string ? AvgOf<O> : number | null, OperandPaths<O>, WhereIn<C>>;
/** Min and Max. */
export type ExtremeFunction = <const O extends Operand, C = never>(
  of: O,
  options?: AggregateOptions<C>,
) => Aggregate<O extends string ? MaybeAt<O> : OperandResult<O> | null, OperandPaths<O>, WhereIn<C>>;
export type ArrayAggFunction = <const O extends string, C = never>(of: O, options?: AggregateOptions<C>) => Aggregate<ListOf<O>, O, WhereIn<C>>;

/** Lower, Upper, Trim. */
export type TextFunction = <const O extends Operand>(of: O) => Expression<string, OperandPaths<O>>;
export type LengthFunction = <const O extends Operand>(of: O) => Expression<number, OperandPaths<O>>;
export type CoalesceFunction = <const A extends Operand, const B extends Operand>(
  first: A,
  second: B,
) => Expression<(A extends string ? SomeAt<A> : NonNullable<OperandResult<A>>) | OperandResult<B>, OperandPaths<A> | OperandPaths<B>>;
export type NowFunction = () => Expression<Date>;

export interface WhenClause<R, P, W> {
  readonly $when: { readonly result: R; readonly reads: P; readonly where: W };
}
type Then<V> = V extends { readonly [outcome]: infer R } ? R : V;
type WhenPart<C, K extends "result" | "reads" | "where"> = C extends { readonly $when: infer X } ? X[K & keyof X] : never;
export type WhenFunction = <const W extends object, const V>(where: W, then: V) => WhenClause<Then<V>, PathsIn<V>, WhereOf<W>>;
export type CaseFunction = <const C extends readonly { readonly $when: unknown }[], const D = null>(
  whens: C,
  options?: { default?: D },
) => Expression<WhenPart<C[number], "result"> | Then<D>, WhenPart<C[number], "reads"> | PathsIn<D>, WhenPart<C[number], "where">>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the outer query's model is not known here; checked when the query is planned
export type OuterRefFunction = <const P extends string>(path: P) => Expression<any>;
export type SubqueryFunction = <R>(query: RowsOf<R>) => Expression<(R extends readonly [infer A] ? A : R extends object ? R[keyof R] : R) | null>;
export type ExistsFunction = (query: RowsOf<unknown>) => Condition<never>;

export type RowNumberFunction = () => Expression<number>;
export type WindowFunction = <R, P, W, const B extends string = never>(
  of: Expression<R, P, W>,
  options: { partitionBy?: B | readonly B[]; orderBy?: string | readonly string[] },
) => Expression<R, P | B, W>;

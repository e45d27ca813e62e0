/**
 * Expressions and conditions as types. They remember what they speak of and are checked where they are used:
 * a hidden generic function, `<I>(model: I) => …`, is compared with `(model: User) => never`. Calls without expressions pay nothing for it.
 */

import type { outcome, result, valid } from "../../sql/typing.js";
import type { of, Problem, reads } from "../../metadata/typing/keys.js";
import type { RowsOf, where } from "./keys.js";
import type { ExpressionOn } from "./checked.js";
import type { BadPath, PathType } from "./paths.js";
import type { BadWhere } from "./where.js";

/** Any expression, whatever it speaks of. */
export interface AnyExpression {
  readonly [outcome]: unknown;
  readonly [reads]: unknown;
  readonly [where]: unknown;
}

/** An expression: `R` its result (symbolic while it depends on the model), `P` the paths it reads, `W` the filters in it. */
export interface Expression<R, P = never, W = never> {
  readonly [valid]: <I>(model: I) => NoInfer<BadPath<I, P> | BadWhere<I, W>>;
  readonly [result]: <I>(model: I) => NoInfer<Result<I, R>>;
  readonly [outcome]: R;
  readonly [reads]: P;
  readonly [where]: W;
  /** `F("views").add(1)`: `views + 1`. */
  add<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  sub<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  mul<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  div<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  /** The remainder, with the sign of the first operand. */
  mod<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  pow<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  neg(): Expression<R, P, W>;
  bitand<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  bitor<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  bitxor<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  shiftLeft<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  shiftRight<V>(value: V): Expression<R, P | PathsIn<V>, W>;
  /** For orderBy: `F("title").desc({ nulls: "last" })`. */
  asc(options?: NullsOption): Ordering<P>;
  desc(options?: NullsOption): Ordering<P>;
}
export interface NullsOption {
  readonly nulls?: "first" | "last" | undefined;
}
export interface Ordering<P> {
  readonly [valid]: <I>(model: I) => NoInfer<BadPath<I, P>>;
  readonly $ordering: true;
}
export interface Aggregate<R, P = never, W = never> extends Expression<R, P, W> {
  readonly $aggregate: true;
}

// Results that depend on the model an expression is used on. Their keys are odd on purpose: `{ at: P }` would match every string.
export interface At<P> {
  readonly $at: P;
}
export interface SumOf<P> {
  readonly $sum: P;
}
export interface AvgOf<P> {
  readonly $avg: P;
}
export interface MaybeAt<P> {
  readonly $maybe: P;
}
export interface SomeAt<P> {
  readonly $some: P;
}
export interface ListOf<P> {
  readonly $list: P;
}
export type Result<I, R> =
  R extends At<infer P>
    ? PathType<I, P>
    : R extends SumOf<infer P> | MaybeAt<infer P>
      ? NonNullable<PathType<I, P>> | null
      : R extends AvgOf<infer P>
        ? (NonNullable<PathType<I, P>> extends string ? string : number) | null
        : R extends SomeAt<infer P>
          ? NonNullable<PathType<I, P>>
          : R extends ListOf<infer P>
            ? PathType<I, P>[]
            : R;
/** What an annotation adds: `Count("books")` a number, a condition a boolean. */
export type ResultOf<I, E> = E extends { readonly [outcome]: infer R } ? Result<I, R> : boolean;

/** What functions take: a path, or an expression. */
export type Operand = string | AnyExpression;
export type PathsIn<V> = V extends { readonly [reads]: infer P } ? P : never;
export type WhereIn<V> = V extends { readonly [where]: infer W } ? W : never;
export type OperandPaths<O> = O extends "*" ? never : O extends string ? O : PathsIn<O>;
export type OperandResult<O> = O extends string ? At<O> : O extends { readonly [outcome]: infer R } ? R : never;

/** `Q(…)` or a comparison of columns: `W` the filters in it (a union), `M` the models whose columns it names. */
export interface Condition<W, M = unknown> {
  readonly [valid]: <I>(model: I) => NoInfer<BadWhere<I, W> | ([I] extends [M] ? never : Problem<"these columns belong to", M>)>;
  readonly [where]: W;
  readonly [of]: M;
  and<const X extends object>(other: X): Condition<W | WhereOf<X>, M & ModelIn<X>>;
  or<const X extends object>(other: X): Condition<W | WhereOf<X>, M & ModelIn<X>>;
  not(): Condition<W, M>;
}
export type WhereOf<X> = X extends { readonly [where]: infer W } ? W : X;
type ModelIn<X> = X extends { readonly [of]: infer M } ? M : unknown;

/** `User.c.age`: a column whose comparisons are checked at once. */
export interface Column<out T, M> {
  eq(value: T | ExpressionOn<M, T>): Condition<never, M>;
  ne(value: T | ExpressionOn<M, T>): Condition<never, M>;
  in(values: readonly T[] | RowsOf<T>): Condition<never, M>;
  isNull(): Condition<never, M>;
  gt(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  gte(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  lt(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  lte(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  contains(value: string): Condition<never, M>;
  startsWith(value: string): Condition<never, M>;
  asc(options?: NullsOption): Ordering<never>;
  desc(options?: NullsOption): Ordering<never>;
}

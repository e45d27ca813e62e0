/** Results that depend on the model an expression is used on: symbolic until then. */

import type { outcome } from "../../sql/typing.js";
import type { reads } from "../../metadata/typing/keys.js";
import type { Arithmetic, ArithmeticResult } from "./arithmetic.js";
import type { where } from "./keys.js";
import type { PathType } from "./paths.js";

// Their keys are odd on purpose: `{ at: P }` would match every string.
/** What is at the end of path `P`. */
export interface At<P> {
  readonly $at: P;
}
/** The same without null. */
export interface Some<R> {
  readonly $some: R;
}
/** The same, or null where there was no row. */
export interface Maybe<R> {
  readonly $maybe: R;
}
/** An average: a decimal stays text, everything else is a number. */
export interface AvgOf<R> {
  readonly $avg: R;
}
/** A sum: of numbers only, null where there was no row. */
export interface SumOf<R> {
  readonly $sum: R;
}
export interface ListOf<R> {
  readonly $list: R;
}
/** `T`, and null where `R` may be null. */
export interface Over<T, R> {
  readonly $type: T;
  readonly $over: R;
}
export type Result<I, R> =
  R extends At<infer P>
    ? PathType<I, P>
    : R extends Maybe<infer X> | SumOf<infer X>
      ? NonNullable<Result<I, X>> | null
      : R extends Over<infer T, infer X>
        ? T | Extract<Result<I, X>, null>
        : R extends AvgOf<infer X>
          ? (NonNullable<Result<I, X>> extends string ? string : number) | null
          : R extends Some<infer X>
            ? NonNullable<Result<I, X>>
            : R extends ListOf<infer X>
              ? Result<I, X>[]
              : R extends Arithmetic<infer O, infer A, infer B>
                ? ArithmeticResult<I, O, A, B>
                : R;
/** What an annotation adds: `Count("books")` a number, a condition a boolean. */
export type ResultOf<I, E> = E extends { readonly [outcome]: infer R } ? Result<I, R> : boolean;

/** Any expression, whatever it speaks of. */
export interface AnyExpression {
  readonly [outcome]: unknown;
  readonly [reads]: unknown;
  readonly [where]: unknown;
}
/** What functions take: a path, or an expression. */
export type Operand = string | AnyExpression;
export type PathsIn<V> = V extends { readonly [reads]: infer P } ? P : never;
export type WhereIn<V> = V extends { readonly [where]: infer W } ? W : never;
/** The filters of a where object itself, or of a condition. */
export type WhereOf<X> = X extends { readonly [where]: infer W } ? W : X;
export type OperandPaths<O> = O extends "*" ? never : O extends string ? O : PathsIn<O>;
export type OperandResult<O> = O extends string ? At<O> : ValueResult<O>;
/** What a plain value or an expression becomes. */
export type ValueResult<V> = V extends { readonly [outcome]: infer R } ? R : V;
/** What functions of several take: plain values too, but text only as `Value("…")`, since a string is a path. */
export type Argument = Operand | number | bigint | boolean | Date | null;

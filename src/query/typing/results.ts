/** Result types that depend on the model an expression is used on; symbolic until then. */

import type { outcome } from "../../sql/typing.js";
import type { Problem, reads } from "../../metadata/typing/keys.js";
import type { where } from "./keys.js";
import type { KindOfField, KindOfPath, KindOfValue } from "./kinds.js";
import type { PathType } from "./paths.js";

// Their keys are unusual on purpose: `{ at: P }` would match every string.
/** The type at the end of path `P`. */
export interface At<P> {
  readonly $at: P;
}
/** `R` without null. */
export interface Some<R> {
  readonly $some: R;
}
/** `R`, or null for no rows. */
export interface Maybe<R> {
  readonly $maybe: R;
}
/** An average: a decimal remains text, everything else is a number. */
export interface AvgOf<R> {
  readonly $avg: R;
}
/** A sum: numbers only, null for no rows. */
export interface SumOf<R> {
  readonly $sum: R;
}
/** A list of values of a path or an expression, as from `ArrayAgg`. */
export interface ListOf<R> {
  readonly $list: R;
}
/** `T`, or null if `R` may be null. */
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
/** The type of an annotation: `Count("books")` is a number, a condition a boolean. */
export type ResultOf<I, E> = E extends { readonly [outcome]: infer R } ? Result<I, R> : boolean;

/** Any expression, for any model. */
export interface AnyExpression {
  readonly [outcome]: unknown;
  readonly [reads]: unknown;
  readonly [where]: unknown;
}
/** The operand of a function: a path, or an expression. */
export type Operand = string | AnyExpression;
export type PathsIn<V> = V extends { readonly [reads]: infer P } ? P : never;
export type WhereIn<V> = V extends { readonly [where]: infer W } ? W : never;
/** The filters of a where object or a condition. */
export type WhereOf<X> = X extends { readonly [where]: infer W } ? W : X;
export type OperandPaths<O> = O extends "*" ? never : O extends string ? O : PathsIn<O>;
export type OperandResult<O> = O extends string ? At<O> : ValueResult<O>;
/** The type of a plain value or an expression. */
export type ValueResult<V> = V extends { readonly [outcome]: infer R } ? R : V;
/** An argument of functions with several operands: also a plain value, but text only as `Value("…")`, since a string is a path. */
export type Argument = Operand | number | bigint | boolean | Date | null;

// Arithmetic and aggregates of numbers: the type-level counterpart of `resolve/values/arithmetic.ts`.

/** `F("price").mul(2)`: operator and operands, symbolic until the model is known. */
export interface Arithmetic<O, A, B> {
  readonly $operator: O;
  readonly $left: A;
  readonly $right: B;
}
/** A plain value as an operand, which takes the type of the other operand. */
export interface Plain<V> {
  readonly $plain: V;
}

/** The kind of a result. */
export type Kind<I, R> =
  R extends At<infer P>
    ? KindOfPath<I, P>
    : R extends Arithmetic<infer O, infer A, infer B>
      ? Combined<O, Kind<I, A>, Kind<I, B>>
      : R extends Plain<infer V>
        ? KindOfPlain<V>
        : R extends Maybe<infer X> | Some<infer X> | SumOf<infer X>
          ? Kind<I, X>
          : R extends AvgOf<infer X>
            ? Kind<I, X> extends "decimal" | "string"
              ? "decimal"
              : "float"
            : R extends Over<infer T, unknown>
              ? KindOfValue<T>
              : KindOfValue<R>;
type KindOfPlain<V> = V extends number ? "plain" : V extends string ? "decimal" : KindOfValue<V>;

/** The kind of a combination; "invalid" if the operands cannot be combined. */
type Combined<O, A, B> = A extends A ? (B extends B ? CombinedOne<O, A, B> : never) : never;
type CombinedOne<O, A, B> = "any" extends A | B
  ? "any"
  : "moment" extends A | B
    ? MomentOf<O, A, B>
    : "text" | "uuid" | "time" | "other" extends infer N
      ? [Extract<A | B, N>] extends [never]
        ? "duration" extends A | B
          ? DurationOf<O, A, B>
          : O extends "pow"
            ? "float"
            : O extends Bitwise
              ? WholeOf<A | B>
              : NumberOf<O, A, B>
        : "invalid"
      : never;
type Bitwise = "bitand" | "bitor" | "bitxor" | "shiftLeft" | "shiftRight";
type WholeOf<K> = [Extract<K, "float" | "decimal" | "string">] extends [never]
  ? "bigint" extends K
    ? "bigint"
    : K extends "whole" | "plain"
      ? "whole"
      : "number"
  : "invalid";
type MomentOf<O, A, B> = O extends "sub"
  ? A extends "moment"
    ? B extends "moment"
      ? "duration"
      : B extends "duration" | "plain" | "number"
        ? "moment"
        : "invalid"
    : "invalid"
  : O extends "add"
    ? Exclude<A | B, "moment"> extends "duration" | "plain" | "number"
      ? [Exclude<A | B, "moment">] extends [never]
        ? "invalid"
        : "moment"
      : "invalid"
    : "invalid";
type DurationOf<O, A, B, N = Exclude<A | B, "duration">> = O extends "add" | "sub"
  ? [N] extends ["plain" | "number"]
    ? "duration"
    : "invalid"
  : [N] extends [never]
    ? "invalid"
    : O extends "mul"
      ? "duration"
      : O extends "div"
        ? A extends "duration"
          ? "duration"
          : "invalid"
        : "invalid";
type NumberOf<O, A, B> = "float" extends A | B
  ? "float"
  : "decimal" | "string" extends infer D
    ? [Extract<A | B, D>] extends [never]
      ? O extends "div"
        ? "float"
        : "bigint" extends A | B
          ? "bigint"
          : A | B extends "whole" | "plain"
            ? "whole"
            : "number"
      : "number" extends A | B
        ? "decimal" | "float"
        : "decimal"
    : never;
type ValueOf<K> = K extends "decimal" | "string"
  ? string
  : K extends "bigint"
    ? bigint
    : K extends "moment"
      ? Date
      : K extends "any"
        ? unknown
        : number;
/** The type of a computed value. */
export type ArithmeticResult<I, O, A, B> =
  | ValueOf<Combined<O, Kind<I, A>, Kind<I, B>>>
  | Extract<Result<I, A>, null>
  | (B extends Plain<unknown> ? never : Extract<Result<I, B>, null> | (O extends "div" ? null : never));

/** The Problem with a result, such as arithmetic on text or a sum of instants, or never. */
export type BadResult<I, R> =
  R extends Arithmetic<infer O, infer A, infer B>
    ? "invalid" extends Combined<O, Kind<I, A>, Kind<I, B>>
      ? Problem<"numbers, or instants and durations, are computed with: make others numbers with Cast(…), on", I>
      : BadResult<I, A> | BadResult<I, B>
    : R extends SumOf<infer X> | AvgOf<infer X>
      ? [Extract<Kind<I, X>, "text" | "uuid" | "time" | "moment" | "other">] extends [never]
        ? BadResult<I, X>
        : Problem<"a sum or an average takes numbers, and this is none, on", I>
      : R extends Maybe<infer X> | Some<infer X>
        ? BadResult<I, X>
        : never;

/**
 * For types that are strings in TypeScript (text, decimals, days, …): their kind. Never for other types, and for those that may be any of
 * them.
 */
export type TextKind<I, R> = Exclude<Kind<I, R> & TextKindName, "string">;
type TextKindName = "text" | "decimal" | "uuid" | "time" | "moment" | "string";
/** The kind of value that may be assigned to a field if its TypeScript type is not specific enough. */
export type TextKindOf<D> = KindOfField<D> & TextKindName extends infer K ? ([K] extends [never] ? string : K) : never;

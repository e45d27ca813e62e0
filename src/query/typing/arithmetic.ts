/** What arithmetic and aggregates of numbers give, and what they refuse: the types' half of `resolve/arithmetic.ts`. */

import type { AnyField } from "../../metadata/typing/schema.js";
import type { Problem } from "../../metadata/typing/keys.js";
import type { SchemaOf, TargetOf } from "../../metadata/typing/schema.js";
import type { PathType } from "./paths.js";
import type { At, AvgOf, Maybe, Over, Result, Some, SumOf } from "./results.js";

/** `F("price").mul(2)`: operator and operands, symbolic until the model is known. */
export interface Arithmetic<O, A, B> {
  readonly $operator: O;
  readonly $left: A;
  readonly $right: B;
}
/** An operand that is a plain value: its type is that of the operand beside it. */
export interface Plain<V> {
  readonly $plain: V;
}

/** The kinds of values that arithmetic tells apart. "number" may be whole or a fraction (an annotation), "any" may be anything (raw SQL). */
export type KindOfField<D> = D extends { readonly $type: infer T; readonly $kind: infer K }
  ? unknown extends K
    ? NonNullable<T> extends string
      ? "text"
      : NonNullable<T> extends number
        ? "whole"
        : KindOfValue<T>
    : K extends "date"
      ? "moment"
      : K
  : never;
type KindOfValue<T> = 0 extends 1 & T
  ? "any"
  : T extends null
    ? never
    : T extends number
      ? "number"
      : T extends bigint
        ? "bigint"
        : T extends string
          ? "string"
          : T extends Date
            ? "moment"
            : unknown extends T
              ? "any"
              : "other";
type KindOfPath<I, P, S = SchemaOf<I>> = P extends keyof S
  ? S[P] extends AnyField
    ? KindOfField<S[P]>
    : KindOfValue<PathType<I, P>>
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends AnyField
        ? KindOfValue<PathType<I, P>>
        : KindOfPath<TargetOf<S[H]>, R>
      : KindOfValue<PathType<I, P>>
    : KindOfValue<PathType<I, P>>;
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

/** What two kinds give; "invalid" where they have no meaning together. */
type Combined<O, A, B> = A extends A ? (B extends B ? CombinedOne<O, A, B> : never) : never;
type CombinedOne<O, A, B> = "any" extends A | B
  ? "any"
  : "moment" extends A | B
    ? MomentOf<O, A, B>
    : "text" | "uuid" | "time" | "other" extends infer N
      ? [Extract<A | B, N>] extends [never]
        ? O extends "pow"
          ? "float"
          : NumberOf<O, A, B>
        : "invalid"
      : never;
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
type NumberOf<O, A, B> = "duration" extends A | B
  ? "duration"
  : "float" extends A | B
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

/** What is wrong with a result: arithmetic of texts, a sum of instants. A Problem, or never. */
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

/** Of texts, decimals, days and the like, which all are strings: what they are. Never for others, and for what any of them may be. */
export type TextKind<I, R> = Exclude<Kind<I, R> & TextKindName, "string">;
type TextKindName = "text" | "decimal" | "uuid" | "time" | "moment" | "string";
/** What may be assigned to a field, where its type alone does not say. */
export type TextKindOf<D> = KindOfField<D> & TextKindName extends infer K ? ([K] extends [never] ? string : K) : never;

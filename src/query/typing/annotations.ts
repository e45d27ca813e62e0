/** The values of annotate() and aggregate(): in annotate(), each may use the ones before it in the same call. */

import type { outcome, Sql, valid } from "../../sql/typing.js";
import type { of, Problem, reads } from "../../metadata/typing/keys.js";
import type { AggregateOn, SpeaksOf } from "./checked.js";
import type { added, AddedTo, where } from "./keys.js";
import type { BadPath } from "./paths.js";
import type { BadResult, ResultOf } from "./results.js";
import type { BadWhere } from "./where.js";

/** Anything that is checked where it is used. */
interface Speaking {
  readonly [valid]: unknown;
}
/** A row with all names of one call. */
type WithNames<I, A> = I & { readonly [added]: AddedTo<I> & { readonly [K in keyof A]: AnnotatedValue<I, A, K> } };
/** The expressions that use names outside the model: those must be names of the same call. */
export type Speaks<I, A> = { readonly [K in keyof A as A[K] extends SpeaksOf<I> ? never : K]: Spoken<I, A, A[K]> };
type Spoken<I, A, E> =
  E extends SpeaksOf<WithNames<I, A>>
    ? E
    : E extends Speaking
      ? Wrong<I, E>
      : Problem<"an expression is expected: Value(…) makes one of a value. This is", E>;
/** The type of one annotated value. */
export type AnnotatedValue<I, A, K extends keyof A> = A[K] extends SpeaksOf<I> ? ResultOf<I, A[K]> : ResultOf<WithNames<I, A>, A[K]>;

/** The values that are not aggregates over the rows. */
export type Aggregates<I, A> = { readonly [K in keyof A as A[K] extends AggregateOn<I> | Sql ? never : K]: NoAggregate<I, A[K]> };
type NoAggregate<I, E> = E extends { readonly $aggregate: true }
  ? Wrong<I, E>
  : Problem<"an aggregate is expected, such as Count(…) or Sum(…). This is", E>;

/** The Problem with an expression, for the message. */
type Wrong<I, E> =
  | (E extends { readonly [reads]: infer P } ? BadPath<I, P> : never)
  | (E extends { readonly [where]: infer W } ? BadWhere<I, W> : never)
  | (E extends { readonly [outcome]: infer R } ? BadResult<I, R> : never)
  | (E extends { readonly [of]: infer M } ? ([I] extends [M] ? never : Problem<"these columns belong to", M>) : never) extends infer B
  ? [B] extends [never]
    ? SpeaksOf<I>
    : B
  : never;

/** The result of annotate(): each value may use the ones before it in the same call. */

import type { valid } from "../../sql/typing.js";
import type { SpeaksOf } from "./checked.js";
import type { added, AddedTo } from "./keys.js";
import type { ResultOf } from "./results.js";

/** Anything that is checked where it is used. */
export interface Speaking {
  readonly [valid]: unknown;
}
/** A row with all names of one call. */
type WithNames<I, A> = I & { readonly [added]: AddedTo<I> & { readonly [K in keyof A]: AnnotatedValue<I, A, K> } };
/** The expressions that use names outside the model: those must be names of the same call. */
export type Speaks<I, A> = { readonly [K in keyof A as A[K] extends SpeaksOf<I> ? never : K]: SpeaksOf<WithNames<I, A>> };
/** The type of one annotated value. */
export type AnnotatedValue<I, A, K extends keyof A> = A[K] extends SpeaksOf<I> ? ResultOf<I, A[K]> : ResultOf<WithNames<I, A>, A[K]>;

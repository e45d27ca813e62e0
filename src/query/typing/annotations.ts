/** What annotate() adds: each value may be made of the ones before it in the same call. */

import type { valid } from "../../sql/typing.js";
import type { SpeaksOf } from "./checked.js";
import type { added, AddedTo } from "./keys.js";
import type { ResultOf } from "./results.js";

/** Whatever is checked where it is used. */
export interface Speaking {
  readonly [valid]: unknown;
}
/** The rows with all names of one call. */
type WithNames<I, A> = I & { readonly [added]: AddedTo<I> & { readonly [K in keyof A]: AnnotatedValue<I, A, K> } };
/** Names whose expressions speak of more than the model: they have to speak of names of the same call. */
export type Speaks<I, A> = { readonly [K in keyof A as A[K] extends SpeaksOf<I> ? never : K]: SpeaksOf<WithNames<I, A>> };
/** The type of one of the values. */
export type AnnotatedValue<I, A, K extends keyof A> = A[K] extends SpeaksOf<I> ? ResultOf<I, A[K]> : ResultOf<WithNames<I, A>, A[K]>;

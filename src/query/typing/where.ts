/** What filter() takes: the keys of the literal are inferred, the model says what each may hold. */

import type { valid } from "../../sql/typing.js";
import type { One } from "../../metadata/typing/fields.js";
import type { Problem } from "../../metadata/typing/keys.js";
import type { PkOf, PkOfSchema, SchemaOf, Target, TargetOf } from "../../metadata/typing/schema.js";
import type { ExpressionOn } from "./checked.js";
import type { AddedTo, RowsOf } from "./keys.js";
import type { Lookup } from "./lookups.js";
import type { NoPath } from "./paths.js";

/**
 * A filter: keys are inferred from the literal (a reverse-mapped type), values are given by the model and stay contextually typed.
 * A condition fits too: its hidden key takes it.
 */
export type Where<I, W> = { [K in keyof W]: Rhs<I, I, SchemaOf<I>, K> };

type OneOf<I> = I | PkOf<I>;

/** What a filter key accepts. `M` is the model that expressions speak of, `I` the one the path has reached. */
export type Rhs<M, I, S, P> = P extends keyof S
  ? S[P] extends { readonly $type: infer T }
    ? T | ExpressionOn<M, NonNullable<T>>
    : S[P] extends One<infer F, infer N, unknown>
      ? OneOf<Target<F>> | N | ExpressionOn<M, PkOf<Target<F>>>
      : OneOf<TargetOf<S[P]>> | null
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends { readonly $type: infer T }
        ? Lookup<M, T, R> extends infer V
          ? [V] extends [never]
            ? Problem<`no lookup '${R}' for '${H}' of`, I>
            : V
          : never
        : R extends "isnull"
          ? boolean
          : R extends "in"
            ? readonly OneOf<TargetOf<S[H]>>[] | RowsOf<unknown>
            : Rhs<M, TargetOf<S[H]>, SchemaOf<TargetOf<S[H]>>, R>
      : H extends `${infer O}Id`
        ? O extends keyof S
          ? S[O] extends One<infer F, infer N, unknown>
            ? Lookup<M, PkOf<Target<F>> | N, R>
            : NoPath<H, I>
          : AddedRhs<I, P>
        : AddedRhs<I, P>
    : P extends `${infer H}Id`
      ? H extends keyof S
        ? S[H] extends One<infer F, infer N, unknown>
          ? PkOf<Target<F>> | N
          : NoPath<P, I>
        : AddedRhs<I, P>
      : P extends "pk"
        ? PkOfSchema<S>
        : P extends typeof valid
          ? (model: M) => never
          : P extends symbol
            ? unknown
            : P extends "and" | "or" | "xor" | "not" | "toExpr"
              ? object
              : AddedRhs<I, P>;
/** Looked at last, so that plain paths pay nothing for annotations. */
type AddedRhs<I, P, A = AddedTo<I>> = P extends keyof A
  ? A[P] | ExpressionOn<I, A[P]>
  : P extends `${infer H}__${infer R}`
    ? H extends keyof A
      ? Lookup<I, A[H], R> extends infer V
        ? [V] extends [never]
          ? Problem<`no lookup '${R}' for '${H}' of`, I>
          : V
        : never
      : NoPath<P, I>
    : NoPath<P, I>;

/** What is wrong with filters held by an expression: a Problem, or never. */
export type BadWhere<I, W> = W extends W ? { [K in keyof W]: BadEntry<K, W[K], Rhs<I, I, SchemaOf<I>, K>> }[keyof W] : never;
type BadEntry<K, V, R> = [R] extends [Problem<unknown>] ? R : V extends R ? never : Problem<`another type is expected for '${K & string}', not`, V>;

/** What filter() takes: the keys of the literal are inferred, the model says what each may hold. */

import type { valid } from "../../sql/typing.js";
import type { AnyOf, One } from "../../metadata/typing/fields.js";
import type { Problem } from "../../metadata/typing/keys.js";
import type { AnyOfKey, PkOf, PkOfSchema, SchemaOf, Target, TargetOf } from "../../metadata/typing/schema.js";
import type { ExpressionOn } from "./checked.js";
import type { AddedTo, RowsOf } from "./keys.js";
import type { DateLookup, Lookup } from "./lookups.js";
import type { NoPath } from "./paths.js";

/**
 * A filter: keys are inferred from the literal (a reverse-mapped type), values are given by the model and stay contextually typed.
 * A condition fits too: its hidden key takes it.
 */
export type Where<I, W> = { [K in keyof W]: Rhs<I, I, SchemaOf<I>, K> };

type OneOf<I> = I | PkOf<I>;
/** Looked at when no lookup of the value's type was found. */
type OtherLookup<M, I, D, H, R> = D extends { readonly $kind: "date" }
  ? DateLookup<M, R> extends infer V
    ? [V] extends [never]
      ? NoLookup<H, R, I>
      : V
    : never
  : NoLookup<H, R, I>;
type NoLookup<H, R, I> = R extends R ? Problem<`no lookup '${R & string}' for '${H & string}' of`, I> : never;

/** What a filter key accepts. `M` is the model that expressions speak of, `I` the one the path has reached. */
export type Rhs<M, I, S, P> = P extends keyof S
  ? S[P] extends { readonly $type: infer T }
    ? T | ExpressionOn<M, NonNullable<T>>
    : S[P] extends One<infer F, infer N, unknown>
      ? OneOf<Target<F>> | N | ExpressionOn<M, PkOf<Target<F>>>
      : OneOf<TargetOf<S[P]>> | null | ExpressionOn<M, PkOf<TargetOf<S[P]>>>
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends { readonly $type: infer T }
        ? Lookup<M, T, R> extends infer V
          ? [V] extends [never]
            ? OtherLookup<M, I, S[H], H, R>
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
          ? PkOf<Target<F>> | N | ExpressionOn<M, PkOf<Target<F>>>
          : S[H] extends AnyOf<infer M, infer N>
            ? AnyOfKey<M> | N
            : NoPath<P, I>
        : AddedRhs<I, P>
      : P extends "pk"
        ? I | PkOfSchema<S> | ExpressionOn<M, PkOfSchema<S>>
        : P extends typeof valid
          ? (model: M) => never
          : P extends symbol
            ? unknown
            : P extends "and" | "or" | "xor" | "not"
              ? object
              : AddedRhs<I, P>;
/** Looked at last, so that plain paths pay nothing for annotations. */
type AddedRhs<I, P, A = AddedTo<I>> = P extends keyof A
  ? A[P] | ExpressionOn<I, A[P]>
  : P extends `${infer H}__${infer R}`
    ? H extends keyof A
      ? LookupOr<I, A[H], H, R>
      : H extends "pk"
        ? LookupOr<I, PkOf<I>, H, R>
        : H extends `${infer O}Type` | `${infer O}Id`
          ? ReferenceName<SchemaOf<I>, O, H> extends infer T
            ? [T] extends [never]
              ? NoPath<P, I>
              : LookupOr<I, T, H, R>
            : never
          : NoPath<P, I>
    : P extends `${infer O}Type`
      ? ReferenceName<SchemaOf<I>, O, P> extends infer T
        ? [T] extends [never]
          ? NoPath<P, I>
          : T
        : never
      : NoPath<P, I>;
type LookupOr<I, T, H, R> = Lookup<I, T, R> extends infer V ? ([V] extends [never] ? NoLookup<H, R, I> : V) : never;
/** `aboutType` and `aboutId` of a reference to one of several models. */
type ReferenceName<S, O, P> = O extends keyof S
  ? S[O] extends AnyOf<infer M, infer N>
    ? P extends `${string}Type`
      ? (keyof M & string) | N
      : AnyOfKey<M> | N
    : never
  : never;

/** What is wrong with filters held by an expression: a Problem, or never. */
export type BadWhere<I, W> = W extends W ? { [K in keyof W]-?: BadEntry<K, Required<W>[K], Rhs<I, I, SchemaOf<I>, K>> }[keyof W] : never;
type BadEntry<K, V, R> = [R] extends [Problem<unknown>]
  ? R
  : V extends R
    ? never
    : Problem<`another type is expected for '${K & string}', not`, V>;

/** The argument of filter(): keys are inferred from the literal, the model determines their values. */

/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { valid } from "../../sql/typing.js";
import type { AnyOf, One } from "../../metadata/typing/fields.js";
import type { InputValue } from "../../metadata/typing/input.js";
import type { Problem, self } from "../../metadata/typing/keys.js";
import type { AnyOfKey, PkOf, PkOfSchema, RelationName, SchemaOf, Target, TargetOf } from "../../metadata/typing/schema.js";
import type { ExpressionOn, SpeaksOf } from "./checked.js";
import type { AddedTo, ColumnOf, RowsOf } from "./keys.js";
import type { DateLookup, Lookup } from "./lookups.js";
import type { Hints } from "./hints.js";
import type { NoPath } from "./paths.js";

/**
 * A filter: keys are inferred from the argument, values come from the model and stay contextually typed. A condition is accepted too,
 * through its hidden key. `I` is the row, `U` the model with its fields: for a type parameter, the model that it extends. `Where<User>`
 * alone, for generic code, is a filter over fields, their lookups and one hop of relations; a literal passed to `filter()` may go to any
 * depth.
 */
export type Where<I, W = Hints<I>, U = I> = { [K in keyof W]: K extends MemberOfCondition ? Member<I, U, K> : Entry<I, U, K> };
type Entry<I, U, K> = U extends Known ? Rhs<I, I, SchemaOf<U>, K> : unknown;
interface Known {
  readonly [self]: unknown;
}
/** The members of a condition that is given instead of an object. */
type MemberOfCondition = symbol | "and" | "or" | "xor" | "not";
type Member<I, U, K> = K extends typeof valid ? (model: I) => never : K extends string ? object | Entry<I, U, K> : unknown;
/**
 * An argument of filter(). `Given` makes the compiler infer the argument's whole type, which is needed for a union of two objects: `keyof`
 * alone would only see the keys of one.
 */
export type Filter<I, W, U = I> = Where<I, W, U> & Given<W>;
type Given<W> = Box<W> extends Box<object> ? unknown : [W] extends [never] ? W : Problem<"an object of conditions is expected, not", W>;
/** (With a box the compiler decides immediately, even if parts of `W` are not known yet.) */
interface Box<out W> {
  readonly $box: W;
}
/** The further arguments of filter(). */
export type Filters<I, X, U = I> = { [K in keyof X]: Filter<I, X[K], U> };
/** The lookup of getOrCreate(): like a filter, but a relation takes the object itself, since a row is created from it. */
export type LookedUp<I, W> = {
  [K in keyof W]: K extends RelationName<SchemaOf<I>> ? InputValue<I, SchemaOf<I>, K> : Rhs<I, I, SchemaOf<I>, K>;
};
/** Rows of model `U`, whatever is loaded or added. */
export type RowsOfModel<U> = RowsOf<RowOfModel<U>>;
interface RowOfModel<out U> {
  readonly [self]?: U;
  readonly isPersisted: boolean;
}

type OneOf<I> = I | PkOf<I>;
/** A list of objects or keys, including null for a nullable relation; or a set of objects or of their keys. */
type InObjects<I, D> =
  readonly (OneOf<I> | (D extends { readonly $null: infer N } ? N : never))[] | RowsOf<OneOf<I>> | ColumnOf<PkOf<I> | null>;
/** Checked when the value's type has no such lookup. */
type OtherLookup<M, I, D, H, R> = D extends { readonly $kind: "date" }
  ? DateLookup<M, R> extends infer V
    ? [V] extends [never]
      ? NoLookup<H, R, I>
      : V
    : never
  : NoLookup<H, R, I>;
type NoLookup<H, R, I> = R extends R ? Problem<`no lookup '${R & string}' for '${H & string}' of`, I> : never;

/** The value of a filter key. `M` is the model that expressions refer to, `I` the model that the path has reached. */
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
            ? InObjects<TargetOf<S[H]>, S[H]>
            : Rhs<M, TargetOf<S[H]>, SchemaOf<TargetOf<S[H]>>, R>
      : H extends `${infer O}Id`
        ? O extends keyof S
          ? S[O] extends One<infer F, infer N, unknown>
            ? Lookup<M, PkOf<Target<F>> | N, R> | (R extends "in" ? RowsOf<Target<F>> : never)
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
        : AddedRhs<I, P>;
/** Checked last, so that plain paths are not slowed down by annotations. */
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
/** `aboutType` and `aboutId` of an `anyOf` relation. */
type ReferenceName<S, O, P> = O extends keyof S
  ? S[O] extends AnyOf<infer M, infer N>
    ? P extends `${string}Type`
      ? (keyof M & string) | N
      : AnyOfKey<M> | N
    : never
  : never;

/** The Problem with the filters inside an expression, or never. */
export type BadWhere<I, W> = W extends W
  ? { [K in keyof W & string]-?: BadEntry<K, Required<W>[K], Rhs<I, I, SchemaOf<I>, K>> }[keyof W & string]
  : never;
/** Lists as given to a condition are readonly, fields of lists are not. */
type Unlocked<V> = V extends readonly (infer E)[] ? Unlocked<E>[] : V;
type BadEntry<K, V, R> = [R] extends [Problem<unknown>]
  ? [R] extends [never]
    ? Problem<`no such lookup: '${K & string}'. This is`, V>
    : R
  : V extends R
    ? never
    : Unlocked<V> extends R
      ? never
      : Problem<`another type is expected for '${K & string}', not`, V>;

/**
 * A condition on a model: lists of conditions are checked where they are filled, and a condition may be extended with any field of the
 * model.
 * @example let some: ConditionOn<Book> = Q({ title: "x" });
 *          for (const title of ["y", "z"]) some = some.or({ title });
 * @ts-ignore variance: conditions only grow */
export interface ConditionOn<in I> extends SpeaksOf<I> {
  /** True if all of them are true. */
  and(...others: readonly AnyCondition<I>[]): ConditionOn<I>;
  /** True if any of them is true. */
  or(...others: readonly AnyCondition<I>[]): ConditionOn<I>;
  /** True if an odd number of them is true. */
  xor(...others: readonly AnyCondition<I>[]): ConditionOn<I>;
  /** True for the rows that do not match. */
  not(): ConditionOn<I>;
}
type AnyCondition<I> = Where<I> | SpeaksOf<I>;

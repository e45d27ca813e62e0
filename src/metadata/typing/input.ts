/** The arguments of create() and `new`: required names, both names of a foreign key, and fields that the database fills. */

import type { passed, Problem } from "./keys.js";
import type { AnyOf, One } from "./fields.js";
import type { AnyModel, AnyReference, KeyName, PkOf, SchemaOf, Target } from "./schema.js";

/** Names that create() requires, with foreign keys under their id. One scan of the fields per model. */
export type RequiredName<S> = {
  [K in keyof S]: S[K] extends { readonly $input: infer In }
    ? [In] extends [never]
      ? never
      : undefined extends In
        ? never
        : K
    : S[K] extends { readonly $one: unknown; readonly $null: infer N }
      ? [N] extends [never]
        ? S[K] extends { readonly $default: true }
          ? never
          : `${K & string}Id`
        : never
      : never;
}[keyof S];
type Missing<S, Given> = MissingName<S, Exclude<RequiredName<S>, Given>, Given>;
type MissingName<S, K, Given> = K extends keyof S ? K : K extends `${infer H}Id` ? (H extends Given ? never : `${H}' or '${K}`) : never;
type GivenTwice<K, Given> = K extends `${infer H}Id` ? (H extends Given ? H : never) : never;

/** The type of the value for one name. */
export type InputValue<I, S, K> = K extends keyof S
  ? S[K] extends { readonly $input: infer In }
    ? [In] extends [never]
      ? Problem<`the database fills '${K & string}', it cannot be given to`, I>
      : Exclude<In, undefined>
    : S[K] extends One<infer F, infer N, unknown>
      ? Target<F> | N
      : S[K] extends AnyOf<infer M, infer N>
        ? Target<M[keyof M]> | N
        : Problem<`a collection cannot be given: '${K & string}' of`, I>
  : K extends `${infer H}Id`
    ? H extends keyof S
      ? S[H] extends One<infer F, infer N, unknown>
        ? PkOf<Target<F>> | N
        : NoField<K, I>
      : NoField<K, I>
    : K extends typeof passed
      ? unknown
      : NoField<K, I>;
/** (Conditional, so that messages show the Problem instead of the alias.) */
export type NoField<K, I> = K extends K ? Problem<`no field '${K & string}' on`, I> : never;

export type InputName<S> =
  | {
      [K in keyof S]: S[K] extends { readonly $input: infer In }
        ? [In] extends [never]
          ? never
          : K
        : S[K] extends AnyReference | { readonly $anyOf: unknown }
          ? K
          : never;
    }[keyof S]
  | KeyName<S>;
/** Columns, including reference keys, that may be omitted. */
export type OptionalName<S> = Exclude<
  { [K in keyof S]: S[K] extends { readonly $input: infer In } ? ([In] extends [never] ? never : K) : never }[keyof S] | KeyName<S>,
  RequiredName<S>
>;
/** All names that create() accepts, as optional properties. */
export type Values<I> = { [K in InputName<SchemaOf<I>>]?: InputValue<I, SchemaOf<I>, K> };
/** The argument of `create()`, with references by key: `authorId`. (To pass the objects themselves, give `create()` a literal.) */
export type CreateInput<I> = { [K in RequiredName<SchemaOf<I>>]: InputValue<I, SchemaOf<I>, K> } & {
  [K in OptionalName<SchemaOf<I>>]?: InputValue<I, SchemaOf<I>, K>;
} & Passed<I>;
/** Identifies a CreateInput that generic code passes on while its model is not known yet. */
interface Passed<out I> {
  readonly [passed]?: I;
}
/** Means "nothing inferred yet": create() then suggests all names. */
export interface Hinted {
  readonly [passed]: never;
}
/**
 * The parameter of create(); `Implied` is a reference that may be omitted (a collection's owner). Keys are inferred from the literal, so
 * that exactly one of `author` and `authorId` is required and unknown names are refused without 2^n unions.
 */
export type Create<I, V, Implied = never> = typeof passed extends keyof V
  ? [keyof V] extends [typeof passed]
    ? Values<I> | Passed<I>
    : Fitting<I, V, Implied>
  : Fitting<I, V, Implied>;
type Fitting<I, V, Implied> =
  Missing<SchemaOf<I>, keyof V | Implied> extends infer M
    ? [M] extends [never]
      ? GivenTwice<KeyName<SchemaOf<I>> & keyof V, keyof V> extends infer G
        ? [G] extends [never]
          ? { [K in keyof V]: InputValue<I, SchemaOf<I>, K> } & NoInfer<{ [K in keyof V & RequiredName<SchemaOf<I>>]: unknown }>
          : Problem<`'${G & string}' is given twice, as object and as id, to`, I>
        : never
      : Problem<`missing '${M & string}' of`, I>
    : never;
/** A row of bulkCreate(): an instance, or an argument of create(). */
export type BulkRow<I, V, Implied = never> = Alike<V, CreateInput<I>> extends true ? V : V extends AnyModel ? I : Create<I, V, Implied>;
/**
 * Whether both types are the same, for generic code that passes `CreateInput<T>` on. (With a box the compiler decides immediately, even if
 * `T` is not known yet.)
 */
type Alike<A, B> = Box<A> extends Box<B> ? (Box<B> extends Box<A> ? true : false) : false;
interface Box<out W> {
  readonly $box: W;
}
/** The completions inside `update({ | })`. */
export type InputHints<I> = { [K in InputName<SchemaOf<I>>]?: unknown };

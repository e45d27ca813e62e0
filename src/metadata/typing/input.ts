/** What create() and `new` take: required names, both names of a foreign key, what the database fills. */

import type { passed, Problem } from "./keys.js";
import type { AnyOf, One } from "./fields.js";
import type { AnyModel, AnyReference, KeyName, PkOf, SchemaOf, Target } from "./schema.js";

/** Names that create() must be given; a foreign key under its id. One scan of the fields per model. */
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

/** The value that one name takes. */
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
/** (Conditional, so that messages show the Problem and not the alias.) */
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
/** Columns, keys of references among them, that may be left out. */
export type OptionalName<S> = Exclude<
  { [K in keyof S]: S[K] extends { readonly $input: infer In } ? ([In] extends [never] ? never : K) : never }[keyof S] | KeyName<S>,
  RequiredName<S>
>;
/** All that create() may be given, nothing required. */
export type Values<I> = { [K in InputName<SchemaOf<I>>]?: InputValue<I, SchemaOf<I>, K> };
/** What `create()` needs, references by their keys: `authorId`. (With the objects themselves, give a literal to `create()`.) */
export type CreateInput<I> = { [K in RequiredName<SchemaOf<I>>]: InputValue<I, SchemaOf<I>, K> } & {
  [K in OptionalName<SchemaOf<I>>]?: InputValue<I, SchemaOf<I>, K>;
} & Passed<I>;
/** Tells a CreateInput that code about models passes on while its model is not known yet. */
interface Passed<out I> {
  readonly [passed]?: I;
}
/** Stands for "nothing inferred yet": create() then shows all that may be given. */
export interface Hinted {
  readonly [passed]: never;
}
/**
 * The parameter of create(); `Implied` is a reference that need not be given (a collection's own). Its keys are inferred from the literal, so that exactly one of `author` and `authorId` can be asked for,
 * and unknown ones refused, without 2^n unions.
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
/** A row of bulkCreate(): an instance, or what create() takes. */
export type BulkRow<I, V, Implied = never> = Alike<V, CreateInput<I>> extends true ? V : V extends AnyModel ? I : Create<I, V, Implied>;
/** Whether both are the same: code about models passes `CreateInput<T>` on. (In a box the compiler decides at once, also where `T` is not known yet.) */
type Alike<A, B> = Box<A> extends Box<B> ? (Box<B> extends Box<A> ? true : false) : false;
interface Box<out W> {
  readonly $box: W;
}
/** What completes in `update({ | })`. */
export type InputHints<I> = { [K in InputName<SchemaOf<I>>]?: unknown };

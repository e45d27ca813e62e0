/** From a model or its fields to keys, targets and column names. What is evaluated while a class's base resolves looks at flags only, never through a thunk. */

import type { schema, self } from "./keys.js";
import type { AnyOf, Field, Many, One, ReverseOne } from "./fields.js";

/** A model instance as rooms below `model/` may ask for it: `db.add({ name: "x" })` is a compile error. */
export interface AnyModel {
  readonly pk: unknown;
  readonly isPersisted: boolean;
  fullClean(): Promise<void>;
}

// Flags have names: an object type written out in a conditional type would be instantiated at each use.
export interface AnyField {
  readonly $type: unknown;
}
export interface AnyReference {
  readonly $one: unknown;
}
interface AnyKey {
  readonly $pk: true;
}
/** The `id` of a model without a primary key of its own. */
export interface AutomaticKey {
  /** Counted up by the database. */
  id: Field<number, number | undefined, true>;
}

/** The model a thunk leads to. By `prototype` rather than the construct signature, which would drag in the constructor's parameter at each use. */
export type Target<F> = F extends () => { readonly prototype: infer I } ? I : never;
/** The model a relation leads to. */
export type TargetOf<D> =
  D extends One<infer F, unknown, unknown>
    ? Target<F>
    : D extends Many<infer F>
      ? Target<F>
      : D extends ReverseOne<infer F>
        ? Target<F>
        : D extends AnyOf<infer M, unknown>
          ? Target<M[keyof M]>
          : never;
/**
 * The fields a model was declared with. Looked up on the class itself, so that a row with things loaded or added leads to the very same type:
 * each of those intersections would otherwise have a copy of its own, and everything computed from it would be computed again.
 */
export type SchemaOf<I> = I extends { readonly [self]: { readonly [schema]: infer S } } ? S : never;

export type PkName<S> = { [K in keyof S]: S[K] extends AnyKey ? K : never }[keyof S];
/** The fields with the `id` that is added when no field is a primary key. */
export type WithPk<S> = [PkName<S>] extends [never] ? AutomaticKey & S : S;
type PkValue<D> = D extends { readonly $type: infer T } ? T : D extends One<infer F, unknown, unknown> ? PkOf<Target<F>> : never;
type SinglePk<S, K = PkName<S>> = K extends K ? ([PkName<S>] extends [K] ? true : false) : never;
export type PkOfSchema<S> =
  SinglePk<S> extends true
    ? PkValue<S[PkName<S>]>
    : { readonly [K in PkName<S> & string as S[K] extends AnyReference ? `${K}Id` : K]: PkValue<S[K]> };
/** The primary key of a model: a value, or for several columns an object, `{ orderId: bigint; productId: number }`. */
export type PkOf<I> = PkOfSchema<SchemaOf<I>>;

/** The keys of all targets of a reference to one of several models. */
export type AnyOfKey<M> = { [K in keyof M]: PkOf<Target<M[K]>> }[keyof M];
/** The names of keys: `authorId` for each foreign key. */
export type KeyName<S> = { [K in keyof S]: S[K] extends AnyReference ? `${K & string}Id` : never }[keyof S];
/** The keys themselves. (Made of their names: renaming in the mapped type itself costs several times more.) */
export type ForeignKeys<S, Names> = {
  -readonly [K in Names & string]: K extends `${infer H}Id`
    ? H extends keyof S
      ? S[H] extends One<infer F, infer N, unknown>
        ? PkOf<Target<F>> | N
        : never
      : never
    : never;
};

/** Names of columns, `authorId` among them. */
export type FieldName<S> = { [K in keyof S]: S[K] extends AnyField ? K : S[K] extends AnyReference ? `${K & string}Id` : never }[keyof S] &
  string;
/** A field or a relation. */
export type MemberName<S> = FieldName<S> | RelationName<S>;
export type RelationName<S> = { [K in keyof S]: S[K] extends AnyField ? never : K }[keyof S] & string;

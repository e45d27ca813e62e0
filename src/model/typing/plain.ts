/** Instances as plain objects: rows with all columns, and the result of `toObject({ include })`. */

import type { AnyOf, JsonNull, Many, One, ReverseOne } from "../../metadata/typing/fields.js";
import type { Problem } from "../../metadata/typing/keys.js";
import type { AnyField, ForeignKeys, KeyName, SchemaOf, Target, TargetOf } from "../../metadata/typing/schema.js";
import type { Relation } from "../../query/typing/paths.js";
import type { Head, Tail } from "./relations.js";

/** All columns by name. */
export type Columns<S> = {
  -readonly [K in keyof S as S[K] extends AnyField ? K : never]: S[K] extends { readonly $type: infer T } ? T : never;
} & ForeignKeys<S, KeyName<S>>;
/** The columns that are not hidden. */
type Shown<S> = {
  -readonly [K in keyof S as S[K] extends HiddenField ? never : S[K] extends AnyField ? K : never]: S[K] extends { readonly $type: infer T }
    ? T
    : never;
} & ForeignKeys<S, KeyName<S>>;
interface HiddenField extends AnyField {
  readonly $pk: "hidden";
}
type HiddenName<S> = { [K in keyof S]: S[K] extends HiddenField ? K : never }[keyof S] & string;

/**
 * The columns that are not hidden, plus what these paths name: relations, `"author" | "tags__books"`, and hidden columns. A path to a
 * column, `"tags__label"`, limits that relation to the named columns.
 */
export type PlainObject<S, P> = Shown<S> & Pick<Columns<S>, Extract<P, ColumnName<S>>> & Relations<S, Exclude<P, ColumnName<S>>>;
type Relations<S, P> = { [H in Head<P>]: Included<S, H, Tail<P, H>> };
type ColumnName<S> = keyof Columns<S>;
type Part<S, P> = [Extract<P, ColumnName<S>>] extends [never]
  ? Shown<S> & Relations<S, P>
  : Pick<Columns<S>, Extract<P, ColumnName<S>>> & Relations<S, Exclude<P, ColumnName<S>>>;
type Included<S, H, R> = H extends keyof S
  ? S[H] extends One<infer F, infer N, unknown>
    ? Part<SchemaOf<Target<F>>, R> | N
    : S[H] extends Many<infer F>
      ? Part<SchemaOf<Target<F>>, R>[]
      : S[H] extends ReverseOne<infer F>
        ? Part<SchemaOf<Target<F>>, R> | null
        : S[H] extends AnyOf<infer M, infer N>
          ? | AnyPart<SchemaOf<Target<M[keyof M]>>, R, [Extract<R, AnyColumn<SchemaOf<Target<M[keyof M]>>>>] extends [never] ? true : false>
            | N
          : unknown
  : never;
/** For an `anyOf` relation: each target with the paths that it has. */
type AnyPart<S, P, Whole> = S extends unknown
  ? (Whole extends true ? Shown<S> : Pick<Columns<S>, Extract<P, ColumnName<S>>>) &
      Relations<S, P extends unknown ? (Head<P> extends Exclude<keyof S, ColumnName<S>> ? P : never) : never>
  : never;
type AnyColumn<S> = S extends unknown ? ColumnName<S> : never;

/** The JSON form: instants, 64-bit integers and bytes as text. */
export type JsonObject<O> = { [K in keyof O]: JsonForm<O[K]> };
type JsonForm<T> = T extends Date | bigint | Uint8Array
  ? string
  : T extends JsonNull
    ? null
    : T extends readonly (infer E)[]
      ? JsonForm<E>[]
      : T extends object
        ? JsonObject<T>
        : T;

/** An argument of `include`: a path of relations, optionally ending at a column, or a hidden column. */
export type IncludePath<I, P> = P extends `${infer H}__${infer R}`
  ? H extends keyof SchemaOf<I>
    ? SchemaOf<I>[H] extends AnyField
      ? NoRelation<H, I>
      : R extends AnyColumn<SchemaOf<TargetOf<SchemaOf<I>[H]>>>
        ? P
        : IncludeEach<TargetOf<SchemaOf<I>[H]>, R> extends infer X
          ? X extends string
            ? P
            : X
          : never
    : NoRelation<H, I>
  : P extends HiddenName<SchemaOf<I>>
    ? P
    : Relation<I, P>;
/** For an `anyOf` relation, it is enough that one target has the path. */
type IncludeEach<I, P> = I extends unknown ? IncludePath<I, P> : never;
type NoRelation<P, I> = P extends P ? Problem<`no relation '${P & string}' on`, I> : never;

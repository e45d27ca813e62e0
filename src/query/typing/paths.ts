/** Paths across relations, `author__books__title`: the type at their end, and their completions. */

import type { AnyOf, One } from "../../metadata/typing/fields.js";
import type { Problem, self } from "../../metadata/typing/keys.js";
import type {
  AnyField,
  AnyOfKey,
  FieldName,
  PkOf,
  PkOfSchema,
  RelationName,
  SchemaOf,
  Target,
  TargetOf,
} from "../../metadata/typing/schema.js";
import type { SpeaksOf } from "./checked.js";
import type { AddedTo } from "./keys.js";
import type { CalendarPart, DatePart, JsonMember, Scalar } from "./lookups.js";

// (Conditional types instead of aliases, so that messages show the Problem.)
export type NoPath<P, I> = P extends P ? Problem<`no field, relation or lookup '${P & string}' on`, I> : never;
export type NoRelation<P, I> = P extends P ? Problem<`no relation '${P & string}' on`, I> : never;

/** The type at the end of a field path; a nullable hop makes it nullable. A wrong path yields a Problem. */
export type PathType<I, P, S = SchemaOf<I>> = P extends keyof S
  ? S[P] extends { readonly $type: infer T }
    ? T
    : S[P] extends One<infer F, infer N, unknown>
      ? PkOf<Target<F>> | N
      : PkOf<TargetOf<S[P]>> | null
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends One<infer F, infer N, unknown>
        ? OrNull<PathType<Target<F>, R>, N>
        : S[H] extends { readonly $type: infer T }
          ? PartType<I, T, NonNullable<T>, S[H], R>
          : OrNull<PathType<TargetOf<S[H]>, R>, null>
      : NoPath<H, I>
    : P extends `${infer H}Id`
      ? H extends keyof S
        ? S[H] extends One<infer F, infer N, unknown>
          ? PkOf<Target<F>> | N
          : S[H] extends AnyOf<infer M, infer N>
            ? AnyOfKey<M> | N
            : NoPath<P, I>
        : AddedType<I, P>
      : P extends "pk"
        ? PkOfSchema<S>
        : AddedType<I, P>;
/** Adds null if a hop is nullable; a Problem is kept. */
type OrNull<V, N> = V extends Problem<unknown> ? V : V | N;
/** A part of a date or a JSON member; null if the whole may be null. */
type PartType<I, T, B, D, R> = B extends Date
  ? R extends DatePart
    ? number | Extract<T, null>
    : R extends "date" | "time"
      ? string | Extract<T, null>
      : NoPath<R, I>
  : B extends Scalar
    ? D extends { readonly $kind: "date" }
      ? R extends CalendarPart
        ? number | Extract<T, null>
        : NoPath<R, I>
      : NoPath<R, I>
    : JsonPath<I, B, R>;
type JsonPath<I, B, R> = [keyof B] extends [never]
  ? unknown
  : R extends `${infer H}__${infer R2}`
    ? JsonMember<B, H> extends infer V
      ? [V] extends [never]
        ? NoPath<H, I>
        : JsonPath<I, NonNullable<V>, R2>
      : never
    : JsonMember<B, R> extends infer V
      ? [V] extends [never]
        ? NoPath<R, I>
        : V | null
      : never;
type AddedType<I, P, A = AddedTo<I>> = P extends keyof A
  ? A[P]
  : P extends `${infer H}Type`
    ? H extends keyof SchemaOf<I>
      ? SchemaOf<I>[H] extends AnyOf<infer M, infer N>
        ? (keyof M & string) | N
        : NoPath<P, I>
      : NoPath<P, I>
    : NoPath<P, I>;

/** The Problem with the paths that an expression reads, or never. */
export type BadPath<I, P> = P extends P ? (PathType<I, P> extends infer V ? (V extends Problem<unknown> ? V : never) : never) : never;

/** A Problem if the path leads to another table, which an UPDATE cannot read; otherwise never. */
export type Joined<I, P> = P extends `${infer H}__${string}`
  ? H extends keyof SchemaOf<I>
    ? SchemaOf<I>[H] extends AnyField
      ? never
      : Problem<`an update reads no other table than its own: give a Subquery(…) for '${P}' of`, I>
    : never
  : never;

/** A path argument: itself if valid, a Problem if not; for an unfinished string, or one that ends in `__`, the completions. */
export type Path<I, P> = string extends P
  ? FieldPath<I>
  : PathType<I, P> extends infer V
    ? V extends Problem<unknown>
      ? P extends `${infer H}__`
        ? NextField<I, H>
        : V
      : P
    : never;
type NextField<I, H> = PathTarget<I, H> extends infer X ? `${H & string}__${FieldName<SchemaOf<X>>}` : never;
type PathTarget<I, P, S = SchemaOf<I>> = P extends keyof S
  ? TargetOf<S[P]>
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? PathTarget<TargetOf<S[H]>, R>
      : never
    : never;
/**
 * The names of a model's columns: the type of a variable that holds one.
 * @example const shown: FieldPath<Book>[] = ["title", "authorId"];
 *          Book.objects.values(...shown);
 */
export type FieldPath<I> = FieldName<SchemaOf<I>> | "pk";
/**
 * The terms that a model can be ordered by: its columns, with `-` for descending, and `"?"` for random order.
 * @example const terms: OrderPath<Book>[] = ["-title", "id"];
 *          Book.objects.orderBy(...terms);
 */
export type OrderPath<I> = FieldPath<I> | `-${FieldPath<I>}` | SomeOrder<I>;
/** `"?"`. While the model is a type parameter it stays unresolved, which tells generic code from other code without a look at any name. */
type SomeOrder<I> = `?${I extends AnySelf ? "" : string}`;
interface AnySelf {
  readonly [self]: unknown;
}
/** An argument of orderBy: a path, with `-` for descending, `"?"` for random order, or an expression. */
export type OrderTerm<I, P> = Box<SomeOrder<I>> extends Box<P> ? (string extends P ? OrderPath<I> : P) : OtherOrderTerm<I, P>;
/** (In a box the compiler decides at once, also about a type parameter, so that generic code may pass an OrderPath on.) */
interface Box<out T> {
  readonly $box: T;
}
type OtherOrderTerm<I, P> = P extends string
  ? P extends `-${infer R}`
    ? Path<I, R> extends infer X
      ? X extends string
        ? `-${X}`
        : X
      : never
    : Path<I, P>
  : SpeaksOf<I>;

/** An argument of selectRelated: a path of to-one relations. */
export type ToOneRelation<I, P> = string extends P
  ? ToOneName<SchemaOf<I>>
  : ToOnePath<I, P> extends infer X
    ? X extends string
      ? P
      : P extends `${infer H}__`
        ? NextToOne<I, H>
        : X
    : never;
type ToOneName<S> = { [K in keyof S]: S[K] extends AnyField | AnyCollection ? never : K }[keyof S] & string;
type NextToOne<I, H> = PathTarget<I, H> extends infer X ? `${H & string}__${ToOneName<SchemaOf<X>>}` : never;
interface AnyCollection {
  readonly $many: unknown;
}
type ToOnePath<I, P, S = SchemaOf<I>> = P extends keyof S
  ? S[P] extends AnyField
    ? Problem<`'${P & string}' is not a relation of`, I>
    : S[P] extends AnyCollection
      ? Problem<`prefetchRelated() loads the collection '${P & string}' of`, I>
      : P
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? ToOnePath<I, H> extends infer X
        ? X extends string
          ? ToOnePathOfEach<TargetOf<S[H]>, R>
          : X
        : never
      : NoRelation<H, I>
    : NoRelation<P, I>;
type ToOnePathOfEach<I, P> = I extends unknown ? ToOnePath<I, P> : never;

/** An argument of prefetchRelated. */
export type Relation<I, P> = string extends P
  ? RelationName<SchemaOf<I>>
  : RelationPath<I, P> extends infer X
    ? X extends string
      ? P
      : P extends `${infer H}__`
        ? NextRelation<I, H>
        : X
    : never;
export type RelationPath<I, P, S = SchemaOf<I>> = P extends keyof S
  ? S[P] extends AnyField
    ? Problem<`'${P & string}' is not a relation of`, I>
    : P
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends AnyField
        ? Problem<`'${H}' is not a relation of`, I>
        : RelationPathOfEach<TargetOf<S[H]>, R> extends infer X
          ? X extends string
            ? P
            : X
          : never
      : NoRelation<H, I>
    : NoRelation<P, I>;
/** For an `anyOf` relation, it is enough that one of its targets has the relation. */
type RelationPathOfEach<I, P> = I extends unknown ? RelationPath<I, P> : never;
type NextRelation<I, H> = PathTarget<I, H> extends infer X ? `${H & string}__${RelationName<SchemaOf<X>>}` : never;

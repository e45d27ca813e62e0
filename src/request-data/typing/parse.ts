/** The types of `parseFilter` and `parseOrder`: what may be allowed, and their results. */

import type { Problem } from "../../metadata/typing/keys.js";
import type { FieldName, RelationName, SchemaOf } from "../../metadata/typing/schema.js";
import type { Path } from "../../query/typing/paths.js";
import type { ConditionOn, Rhs } from "../../query/typing/where.js";

/** A class represented by its instances, so that nothing else of it is evaluated. */
interface ClassOf<out I> {
  readonly prototype: I;
}
/** A filter key: itself if valid, a Problem if not. */
type FilterKey<I, P> = P extends string
  ? string extends P
    ? FieldName<SchemaOf<I>> | RelationName<SchemaOf<I>>
    : Rhs<I, I, SchemaOf<I>, P> extends infer V
      ? [V] extends [Problem<unknown>]
        ? V
        : P
      : never
  : never;
/** A list, or an object by external names: `{ minAge: "age__gte" }`. */
type Allowed = readonly string[] | Readonly<Record<string, string>>;

/** Limits on the input of `parseFilter()`. */
export interface FilterLimits {
  /** Maximum nesting of AND, OR and NOT; default 3. */
  readonly depth?: number | undefined;
  /** Maximum number of comparisons; default 50. */
  readonly conditions?: number | undefined;
  /** Maximum number of values in a list; default 100. */
  readonly items?: number | undefined;
}
/** The type of `parseFilter()`. */
export type ParseFilterFunction = <I, const A extends Allowed>(
  model: ClassOf<I>,
  input: unknown,
  options: { readonly allow: A & { readonly [K in keyof A]: FilterKey<I, A[K]> } } & FilterLimits,
) => ConditionOn<I>;

type OrderKey<I, P> = P extends string ? Path<I, P> : never;
type Terms<A> = A extends readonly (infer P)[] ? P & string : A[keyof A] & string;
type Term<P extends string> = P | `-${P}`;
/** The type of `parseOrder()`. */
export type ParseOrderFunction = <I, const A extends Allowed>(
  model: ClassOf<I>,
  input: unknown,
  options: {
    readonly allow: A & { readonly [K in keyof A]: OrderKey<I, A[K]> };
    /** The order if the request has none. */
    readonly default?: readonly Term<Terms<NoInfer<A>>>[] | undefined;
    /** Maximum number of terms; default 3. */
    readonly terms?: number | undefined;
  },
) => Term<Terms<A>>[];

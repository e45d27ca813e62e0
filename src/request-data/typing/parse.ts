/** `parseFilter` and `parseOrder` as the compiler sees them: what may be allowed, and what comes out. */

import type { Problem } from "../../metadata/typing/keys.js";
import type { FieldName, RelationName, SchemaOf } from "../../metadata/typing/schema.js";
import type { Path } from "../../query/typing/paths.js";
import type { ConditionOn, Rhs } from "../../query/typing/where.js";

/** A class by its instances, so that nothing else of it is looked at. */
interface ClassOf<out I> {
  readonly prototype: I;
}
/** A key of a filter: itself when right, a Problem when wrong. */
type FilterKey<I, P> = P extends string
  ? string extends P
    ? FieldName<SchemaOf<I>> | RelationName<SchemaOf<I>>
    : Rhs<I, I, SchemaOf<I>, P> extends infer V
      ? [V] extends [Problem<unknown>]
        ? V
        : P
      : never
  : never;
/** By list, or by the names that the outside uses: `{ minAge: "age__gte" }`. */
type Allowed = readonly string[] | Readonly<Record<string, string>>;

/** Limits of what `parseFilter()` takes. */
export interface FilterLimits {
  /** How deep AND, OR and NOT may be nested; 3 when not said. */
  readonly depth?: number | undefined;
  /** How many comparisons there may be; 50 when not said. */
  readonly conditions?: number | undefined;
  /** How many values a list may have; 100 when not said. */
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
    /** What is meant when nothing is given. */
    readonly default?: readonly Term<Terms<NoInfer<A>>>[] | undefined;
    /** How many terms there may be; 3 when not said. */
    readonly terms?: number | undefined;
  },
) => Term<Terms<A>>[];

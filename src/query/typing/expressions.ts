/**
 * Types of expressions and conditions. They record what they refer to and are checked where they are used: a hidden generic function,
 * `<I>(model: I) => …`, is compared with `(model: User) => never`. Calls without expressions are not slowed down.
 */

import type { assigned, outcome, result, valid } from "../../sql/typing.js";
import type { One } from "../../metadata/typing/fields.js";
import type { of, Problem, reads } from "../../metadata/typing/keys.js";
import type { AnyField, AnyReference, PkOf, Target } from "../../metadata/typing/schema.js";
import type { Arithmetic, BadResult, Plain, TextKind } from "./results.js";
import type { ExpressionOn } from "./checked.js";
import type { ColumnOf, where } from "./keys.js";
import type { Lookup } from "./lookups.js";
import type { BadPath, Joined } from "./paths.js";
import type { PathsIn, Result, WhereOf } from "./results.js";
import type { BadWhere } from "./where.js";

/** An expression: `R` its result (symbolic while it depends on the model), `P` the paths it reads, `W` the filters in it. */
export interface Expression<R, P = never, W = never> {
  readonly [valid]: <I>(model: I) => NoInfer<BadPath<I, P> | BadWhere<I, W> | BadResult<I, R>>;
  readonly [result]: <I>(model: I) => NoInfer<Result<I, R>>;
  readonly [assigned]: <I>(model: I) => NoInfer<Joined<I, P> | TextKind<I, R>>;
  readonly [outcome]: R;
  readonly [reads]: P;
  readonly [where]: W;
  /** `F("views").add(1)`: `views + 1`. */
  add<V>(value: V): Expression<Arithmetic<"add", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** `F("views").sub(1)`: `views - 1`. */
  sub<V>(value: V): Expression<Arithmetic<"sub", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** `F("views").mul(2)`: `views * 2`. */
  mul<V>(value: V): Expression<Arithmetic<"mul", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** Division as in arithmetic: `7 / 2` is 3.5. */
  div<V>(value: V): Expression<Arithmetic<"div", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** The remainder, with the sign of the first operand. */
  mod<V>(value: V): Expression<Arithmetic<"mod", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** `F("views").pow(2)`: `POWER(views, 2)`. */
  pow<V>(value: V): Expression<Arithmetic<"pow", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** The number with the other sign: `-views`. */
  neg(): Expression<R, P, W>;
  /** `views & 1`. */
  bitand<V>(value: V): Expression<Arithmetic<"bitand", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** `views | 1`. */
  bitor<V>(value: V): Expression<Arithmetic<"bitor", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** The bits set in exactly one of the operands. */
  bitxor<V>(value: V): Expression<Arithmetic<"bitxor", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** `views << 1`. */
  shiftLeft<V>(value: V): Expression<Arithmetic<"shiftLeft", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** `views >> 1`. */
  shiftRight<V>(value: V): Expression<Arithmetic<"shiftRight", R, OperandOf<V>>, P | PathsIn<V>, W>;
  /** For orderBy: `F("title").desc({ nulls: "last" })`. */
  asc(options?: NullsOption): Ordering<P>;
  /**
   * Descending, for orderBy.
   * @example Post.objects.orderBy(F("views").desc({ nulls: "last" }))   // ORDER BY views DESC NULLS LAST
   */
  desc(options?: NullsOption): Ordering<P>;
}
type OperandOf<V> = V extends { readonly [outcome]: infer R } ? R : Plain<V>;

export interface NullsOption {
  readonly nulls?: "first" | "last" | undefined;
}
/** An expression with a direction, for orderBy. */
export interface Ordering<P> {
  readonly [valid]: <I>(model: I) => NoInfer<BadPath<I, P>>;
  readonly $ordering: true;
}
export interface Aggregate<R, P = never, W = never> extends Expression<R, P, W> {
  readonly $aggregate: true;
}

/**
 * `Q(…)` or a comparison of columns: `W` is the union of its filters, `M` the models whose columns it uses, `T` the filters' names and
 * types. A condition extended with the same names remains assignable to the original type.
 * @ts-ignore variance: read by `T` */
export interface Condition<in W, in M = unknown, out T = Wide<W>> {
  readonly [valid]: <I>(model: I) => NoInfer<BadWhere<I, W> | ([I] extends [M] ? never : Problem<"these columns belong to", M>)>;
  readonly [where]: W;
  readonly [of]: M;
  /**
   * Both hold.
   * @example Q({ title: "x" }).and({ views__gt: 1 })   // title = 'x' AND views > 1
   */
  and<const X extends object>(...others: readonly X[]): Condition<W | WhereOf<X>, M & ModelIn<X>, T | Wide<WhereOf<X>>>;
  /**
   * One of them holds.
   * @example Q({ title: "x" }).or({ views__gt: 1 })   // title = 'x' OR views > 1
   */
  or<const X extends object>(...others: readonly X[]): Condition<W | WhereOf<X>, M & ModelIn<X>, T | Wide<WhereOf<X>>>;
  /** True if an odd number of the conditions is true. */
  xor<const X extends object>(...others: readonly X[]): Condition<W | WhereOf<X>, M & ModelIn<X>, T | Wide<WhereOf<X>>>;
  /**
   * It does not hold.
   * @example Q({ title: "x" }).not()   // NOT (title = 'x')
   */
  not(): Condition<W, M, T>;
}
/** A filter's names, with literal types widened. */
type Wide<W> = W extends W ? { readonly [K in keyof W]: WideValue<W[K]> } : never;
type WideValue<V> = V extends string ? string : V extends number ? number : V extends bigint ? bigint : V extends boolean ? boolean : V;
export type ModelIn<X> = [X] extends [never] ? unknown : X extends { readonly [of]: infer M } ? M : unknown;

/** The type of computed columns: `User.c.age.add(1)`. */
export interface ComputedColumn<T, M> {
  readonly [valid]: (model: M) => never;
  readonly [result]: (model: M) => T;
  readonly [assigned]: (model: M) => never;
  readonly [outcome]: T;
  /** The sum; for a date and milliseconds, the later date. */
  add(value: Operand<M>): ComputedColumn<T, M>;
  /** The difference; for two instants, in milliseconds. */
  sub(value: Operand<M>): ComputedColumn<T, M>;
  /** The product. */
  mul(value: Operand<M>): ComputedColumn<T, M>;
  /** Division as in arithmetic: `7 / 2` is 3.5. */
  div(value: Operand<M>): ComputedColumn<T, M>;
  /** The remainder, with the sign of the left side. */
  mod(value: Operand<M>): ComputedColumn<T, M>;
  /** The power. */
  pow(value: Operand<M>): ComputedColumn<T, M>;
  /** The number with the other sign. */
  neg(): ComputedColumn<T, M>;
  /** Ascending; NULL last, unless `{ nulls: "first" }`. */
  asc(options?: NullsOption): Ordering<never>;
  /** Descending; NULL first, unless `{ nulls: "last" }`. */
  desc(options?: NullsOption): Ordering<never>;
}
/** Decimals are given as text. */
type Operand<M> = number | bigint | string | ExpressionOn<M, unknown>;

/** `User.c.age`: a column whose comparisons are checked at once. */
export interface Column<T, M> extends ComputedColumn<T, M> {
  /** `User.c.age.eq(18)`: `age = 18`. */
  eq(value: T | ExpressionOn<M, T>): Condition<never, M>;
  /** `User.c.age.ne(18)`: not equal. */
  ne(value: T | ExpressionOn<M, T>): Condition<never, M>;
  /** `User.c.age.in([18, 19])`: one of these, or of a query's values. */
  in(values: readonly T[] | ColumnOf<T | null>): Condition<never, M>;
  /** `User.c.age.isNull()`: `age IS NULL`. */
  isNull(yes?: boolean): Condition<never, M>;
  /** `User.c.age.gt(18)`: `age > 18`. */
  gt(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  /** `age >= 18`. */
  gte(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  /** `age < 18`. */
  lt(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  /** `age <= 18`. */
  lte(value: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  /** `User.c.age.between(18, 30)`: `age BETWEEN 18 AND 30`. */
  between(low: NonNullable<T> | ExpressionOn<M, T>, high: NonNullable<T> | ExpressionOn<M, T>): Condition<never, M>;
  /** Contains the text, case-sensitively. */
  contains(value: string | ExpressionOn<M, string>): Condition<never, M>;
  /** Contains the text, ignoring case. */
  icontains(value: string | ExpressionOn<M, string>): Condition<never, M>;
  /** Begins with the text. */
  startsWith(value: string | ExpressionOn<M, string>): Condition<never, M>;
  /** Ends with the text. */
  endsWith(value: string | ExpressionOn<M, string>): Condition<never, M>;
  /** Any other lookup by its name: `User.c.createdAt.is("year__gte", 2024)`. */
  is<const R extends string>(lookup: R, value: Lookup<M, T, R>): Condition<never, M>;
}

/** The columns of a model, as in `User.c`. */
export type ColumnsOf<I, S> = {
  readonly [K in keyof S as S[K] extends AnyField ? K : never]: Column<S[K] extends { readonly $type: infer T } ? T : never, I>;
} & {
  readonly [K in keyof S & string as S[K] extends AnyReference ? `${K}Id` : never]: S[K] extends One<infer F, infer N, unknown>
    ? Column<PkOf<Target<F>> | N, I>
    : never;
};

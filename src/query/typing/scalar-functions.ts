/** Signatures of scalar functions. A string as the first argument is a path; null arguments yield null. */

import type { DatePart, TruncUnit } from "../../sql/nodes.js";
import type {
  AnyExpression,
  Argument,
  Operand,
  OperandPaths,
  OperandResult,
  Over,
  PathsIn,
  Some,
  ValueResult,
  WhereIn,
} from "./results.js";
import type { Expression } from "./expressions.js";

/** A function of one operand: `T`, or null if the operand or one of the further arguments `M` is null. */
type Of<T, O, M = never> = Expression<Over<T, OperandResult<O> | ValueResult<M>>, OperandPaths<O> | PathsIn<M>, WhereIn<O> | WhereIn<M>>;
type TextArgument = string | AnyExpression;
type NumberArgument = number | AnyExpression;

/** Lower, Upper, Trim, LTrim, RTrim, Reverse. */
export type TextFunction = <const O extends Operand>(of: O) => Of<string, O>;
/** The number of characters (code points). */
export type LengthFunction = <const O extends Operand>(of: O) => Of<number, O>;
/** At most `length` characters from the position (the first is 1). */
export type SubstrFunction = <const O extends Operand, const M extends NumberArgument>(of: O, from: M, length?: M) => Of<string, O, M>;
/** Left, Right, Repeat. */
export type CountedTextFunction = <const O extends Operand, const M extends NumberArgument>(of: O, count: M) => Of<string, O, M>;
/** The search text is text, not a path. */
export type ReplaceFunction = <const O extends Operand, const M extends TextArgument, const N extends TextArgument = never>(
  of: O,
  search: M,
  by?: N,
) => Of<string, O, Exclude<M | N, string>>;
/** LPad and RPad. */
export type PadFunction = <const O extends Operand, const M extends NumberArgument>(
  of: O,
  length: M,
  fill?: TextArgument,
) => Of<string, O, M>;
/** The position of the first occurrence, from 1 on; 0 if there is none. */
export type StrIndexFunction = <const O extends Operand, const M extends TextArgument>(
  of: O,
  search: M,
) => Of<number, O, Exclude<M, string>>;
/** Strings are paths, text is `Value(" ")`; null counts as empty. */
export type ConcatFunction = <const A extends readonly Argument[]>(
  ...parts: A
) => Expression<string, OperandPaths<A[number]>, WhereIn<A[number]>>;

/** Abs, Ceil, Floor: the operand's type. */
export type SameFunction = <const O extends Operand>(of: O) => Expression<OperandResult<O>, OperandPaths<O>, WhereIn<O>>;
/** `Round("price", 2)`: half away from zero. */
export type RoundFunction = <const O extends Operand>(of: O, digits?: number) => Expression<OperandResult<O>, OperandPaths<O>, WhereIn<O>>;
/** `Mod("views", 3)`: the remainder. */
export type ModFunction = <const O extends Operand, V>(
  of: O,
  by: V,
) => Expression<OperandResult<O> | Over<never, ValueResult<V>>, OperandPaths<O> | PathsIn<V>, WhereIn<O>>;
/** `Power("views", 2)`. */
export type PowerFunction = <const O extends Operand, V>(of: O, exponent: V) => Of<number, O, V>;
/** Sqrt, Exp, Ln, Sign: always a number. */
export type RealFunction = <const O extends Operand>(of: O) => Of<number, O>;
/** `Log(10, "views")`. */
export type LogFunction = <const B extends Argument, const O extends Operand>(
  base: B,
  of: O,
) => Expression<Over<number, OperandResult<O> | OperandResult<B>>, OperandPaths<O> | OperandPaths<B>, WhereIn<O> | WhereIn<B>>;

type CoalesceResult<A> = A extends readonly [infer L]
  ? OperandResult<L>
  : A extends readonly [infer H, ...infer T]
    ? Some<OperandResult<H>> | CoalesceResult<T>
    : never;
/** The first value that is not null: `Coalesce("nickname", "name")`. */
export type CoalesceFunction = <const A extends readonly [Argument, Argument, ...Argument[]]>(
  ...of: A
) => Expression<CoalesceResult<A>, OperandPaths<A[number]>, WhereIn<A[number]>>;
/** Greatest and Least; nulls are ignored. */
export type GreatestFunction = <const A extends readonly [Argument, Argument, ...Argument[]]>(
  ...of: A
) => Expression<OperandResult<A[number]>, OperandPaths<A[number]>, WhereIn<A[number]>>;
/** Null if both are equal, otherwise the first. */
export type NullIfFunction = <const O extends Operand, V>(
  of: O,
  other: V,
) => Expression<OperandResult<O> | null, OperandPaths<O> | PathsIn<V>, WhereIn<O> | WhereIn<V>>;

/** The time of the statement. */
export type NowFunction = () => Expression<Date>;
/** A random number in [0, 1). */
export type RandomFunction = () => Expression<number>;

/** The time zone in which an instant is read: `Trunc("createdAt", "day", { zone: "Europe/Berlin" })`. */
export interface ZoneOptions {
  /** An IANA name such as "Europe/Berlin"; UTC by default. */
  readonly zone?: string | undefined;
}
/** `Extract("createdAt", "year")`. */
export type ExtractFunction = <const O extends Operand>(of: O, part: DatePart, options?: ZoneOptions) => Of<number, O>;
/** `Trunc("createdAt", "month")`: the start of the unit. */
export type TruncFunction = <const O extends Operand>(
  of: O,
  unit: TruncUnit,
  options?: ZoneOptions,
) => Expression<OperandResult<O>, OperandPaths<O>, WhereIn<O>>;
/** The day of an instant, as `"YYYY-MM-DD"`. */
export type TruncDateFunction = <const O extends Operand>(of: O, options?: ZoneOptions) => Of<string, O>;

/** The types that Cast knows. */
export type CastTarget =
  "text" | "smallint" | "integer" | "bigint" | "real" | "double" | "boolean" | "uuid" | "timestamp" | "date" | "time" | "json" | "decimal";
type CastResult<T extends CastTarget> = T extends "text" | "uuid" | "date" | "time" | "decimal"
  ? string
  : T extends "bigint"
    ? bigint
    : T extends "boolean"
      ? boolean
      : T extends "timestamp"
        ? Date
        : T extends "json"
          ? unknown
          : number;
/** `Cast("age", "text")`; for decimals, precision and scale can be given. */
export type CastFunction = <const O extends Operand, const T extends CastTarget>(
  of: O,
  to: T,
  digits?: { readonly precision: number; readonly scale: number },
) => Of<CastResult<T>, O>;

/** Scalar functions of text, numbers and choice: each a name, its arguments and how its type follows from them. */

import { FieldError } from "../../errors.js";
import { types, type ColumnType } from "../../sql/types.js";
import type { FunctionName } from "../../sql/nodes.js";
import type { ResultRule } from "../state.js";
import type { Expression as Typed, Operand, OperandPaths, OperandResult, PathsIn } from "../typing/expressions.js";
import type { CoalesceFunction, LengthFunction, NowFunction, TextFunction } from "../typing/functions.js";
import { Expression, operandNode, valueNode } from "./expression.js";

interface CallRule {
  /** What plain values among the arguments are taken for; null: like the other arguments. */
  readonly takes?: ColumnType | null;
  readonly nullable?: boolean;
}
/** `paths` tells how many leading arguments take a string for a path; the rest take it for text. */
const call = (label: string, name: FunctionName, args: readonly unknown[], paths: number, result: ResultRule, rule: CallRule = {}): never =>
  new Expression({
    kind: "call", name, args: args.map((arg, index) => (index < paths ? operandNode(arg, label) : valueNode(arg, label))), result, takes: rule.takes ?? null, nullable: rule.nullable ?? true,
  }) as never;
const several = (label: string, name: FunctionName, args: readonly unknown[], result: ResultRule, rule?: CallRule): never => {
  if (args.length < 2) throw new FieldError(`${label} takes at least two arguments`);
  return call(label, name, args, args.length, result, rule);
};
const asText: CallRule = { takes: types.text };

type OfText<R = string> = <const O extends Operand>(of: O) => Typed<R, OperandPaths<O>>;
type OfTextAndMore<A extends readonly unknown[], R = string> = <const O extends Operand>(of: O, ...more: A) => Typed<R, OperandPaths<O> | PathsIn<A[number]>>;
type Number_ = <const O extends Operand>(of: O) => Typed<number, OperandPaths<O>>;
type SameKind = <const O extends Operand>(of: O) => Typed<OperandResult<O>, OperandPaths<O>>;
type Variadic = <const O extends readonly unknown[]>(...of: O) => Typed<OperandResult<O[0]>, OperandPaths<O[number]>>;
type TextOrExpression = string | Typed<unknown, string, unknown> | Typed<never, never, never> | object;
type NumberOrExpression = number | object;

// ---- text: `Lower("name")` is LOWER(name)
export const Lower: TextFunction = (of) => call("Lower", "lower", [of], 1, types.text, asText);
export const Upper: TextFunction = (of) => call("Upper", "upper", [of], 1, types.text, asText);
/** The number of characters (code points). */
export const Length: LengthFunction = (of) => call("Length", "length", [of], 1, types.integer, asText);
/** Joined text; NULL counts as empty. Plain text needs Value: `Concat("first", Value(" "), "last")`. */
export const Concat = <const O extends readonly unknown[]>(...of: O): Typed<string, OperandPaths<O[number]>> => several("Concat", "concat", of, types.text, { takes: types.text, nullable: false });
/** From the position (the first is 1), at most `length` characters. */
export const Substr: OfTextAndMore<[from: NumberOrExpression, length?: NumberOrExpression]> = (of, from, length) =>
  call("Substr", "substr", length === undefined ? [of, from] : [of, from, length], 1, types.text);
export const Trim: OfText = (of) => call("Trim", "trim", [of], 1, types.text, asText);
export const LTrim: OfText = (of) => call("LTrim", "ltrim", [of], 1, types.text, asText);
export const RTrim: OfText = (of) => call("RTrim", "rtrim", [of], 1, types.text, asText);
export const Replace: OfTextAndMore<[search: TextOrExpression, by?: TextOrExpression]> = (of, search, by = "") => call("Replace", "replace", [of, search, by], 1, types.text, asText);
export const Left: OfTextAndMore<[length: NumberOrExpression]> = (of, length) => call("Left", "left", [of, length], 1, types.text);
export const Right: OfTextAndMore<[length: NumberOrExpression]> = (of, length) => call("Right", "right", [of, length], 1, types.text);
export const Reverse: OfText = (of) => call("Reverse", "reverse", [of], 1, types.text, asText);
export const LPad: OfTextAndMore<[length: NumberOrExpression, fill?: TextOrExpression]> = (of, length, fill = " ") => call("LPad", "lpad", [of, length, fill], 1, types.text);
export const RPad: OfTextAndMore<[length: NumberOrExpression, fill?: TextOrExpression]> = (of, length, fill = " ") => call("RPad", "rpad", [of, length, fill], 1, types.text);
export const Repeat: OfTextAndMore<[times: NumberOrExpression]> = (of, times) => call("Repeat", "repeat", [of, times], 1, types.text);
/** The position of the first occurrence, from 1 on; 0 when there is none. */
export const StrIndex: OfTextAndMore<[search: TextOrExpression], number> = (of, search) => call("StrIndex", "strpos", [of, search], 1, types.integer, asText);

// ---- numbers: decimals stay exact
export const Abs: SameKind = (of) => call("Abs", "abs", [of], 1, "first");
/** Half away from zero, to a number of digits (0). */
export const Round = <const O extends Operand>(of: O, digits: number = 0): Typed<OperandResult<O>, OperandPaths<O>> => call("Round", "round", [of, digits], 1, "first");
export const Ceil: SameKind = (of) => call("Ceil", "ceil", [of], 1, "first");
export const Floor: SameKind = (of) => call("Floor", "floor", [of], 1, "first");
export const Mod = <const O extends Operand, V>(of: O, by: V): Typed<OperandResult<O>, OperandPaths<O> | PathsIn<V>> => call("Mod", "mod", [of, by], 1, "numeric");
export const Power = <const O extends Operand, V>(of: O, exponent: V): Typed<number, OperandPaths<O> | PathsIn<V>> => call("Power", "power", [of, exponent], 1, "double");
export const Sqrt: Number_ = (of) => call("Sqrt", "sqrt", [of], 1, "double");
export const Exp: Number_ = (of) => call("Exp", "exp", [of], 1, "double");
export const Ln: Number_ = (of) => call("Ln", "ln", [of], 1, "double");
/** The logarithm of a value to a base: `Log(10, "views")`. */
export const Log = <const B, const O extends Operand>(base: B, of: O): Typed<number, OperandPaths<O> | PathsIn<B>> => call("Log", "log", [base, of], 2, "double");
/** -1, 0 or 1. */
export const Sign: Number_ = (of) => call("Sign", "sign", [of], 1, types.integer);
/** A random number from 0 up to 1. */
export const Random = (): Typed<number> => call("Random", "random", [], 0, types.double, { nullable: false });

// ---- choice
/** The first that is not NULL. */
export const Coalesce = ((...of: readonly unknown[]) => several("Coalesce", "coalesce", of, "unified")) as unknown as CoalesceFunction & Variadic;
/** The largest; NULLs do not count. */
export const Greatest: Variadic = (...of) => several("Greatest", "greatest", of, "unified");
export const Least: Variadic = (...of) => several("Least", "least", of, "unified");
/** NULL where both are equal, else the first. */
export const NullIf = <const O extends Operand, V>(of: O, other: V): Typed<OperandResult<O> | null, OperandPaths<O> | PathsIn<V>> => call("NullIf", "nullif", [of, other], 1, "first");
/** The moment of the statement (of the transaction on some databases). */
export const Now: NowFunction = () => call("Now", "now", [], 0, types.timestamp, { nullable: false });

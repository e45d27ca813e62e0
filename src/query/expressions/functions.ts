/** Scalar functions of text, numbers and choice: each a name, its arguments and how its type follows from them. */

import { FieldError } from "../../errors.js";
import { types, type ColumnType } from "../../sql/types.js";
import type { FunctionName } from "../../sql/nodes.js";
import type { ResultRule } from "../state.js";
import type {
  CoalesceFunction,
  ConcatFunction,
  CountedTextFunction,
  GreatestFunction,
  LengthFunction,
  LogFunction,
  ModFunction,
  NowFunction,
  NullIfFunction,
  PadFunction,
  PowerFunction,
  RandomFunction,
  RealFunction,
  ReplaceFunction,
  RoundFunction,
  SameFunction,
  StrIndexFunction,
  SubstrFunction,
  TextFunction,
} from "../typing/scalar-functions.js";
import { Expression, operandNode, valueNode } from "./expression.js";

interface CallRule {
  /** What plain values among the arguments are taken for; null: like the other arguments. */
  readonly takes?: ColumnType | null;
  readonly nullable?: boolean;
}
/** `paths` tells how many leading arguments take a string for a path; the rest take it for text. */
const call = (label: string, name: FunctionName, args: readonly unknown[], paths: number, result: ResultRule, rule: CallRule = {}): never =>
  new Expression({
    kind: "call",
    name,
    args: args.map((arg, index) => (index < paths ? operandNode(arg, label) : valueNode(arg, label))),
    result,
    takes: rule.takes ?? null,
    nullable: rule.nullable ?? true,
  }) as never;
const several = (label: string, name: FunctionName, args: readonly unknown[], result: ResultRule, rule?: CallRule): never => {
  if (args.length < 2) throw new FieldError(`${label} takes at least two arguments`);
  return call(label, name, args, args.length, result, rule);
};
const asText: CallRule = { takes: types.text };

// ---- text: `Lower("name")` is LOWER(name)
export const Lower: TextFunction = (of) => call("Lower", "lower", [of], 1, types.text, asText);
export const Upper: TextFunction = (of) => call("Upper", "upper", [of], 1, types.text, asText);
/** The number of characters (code points). */
export const Length: LengthFunction = (of) => call("Length", "length", [of], 1, types.integer, asText);
/** Joined text; NULL counts as empty. Plain text needs Value: `Concat("first", Value(" "), "last")`. */
export const Concat: ConcatFunction = (...of) => several("Concat", "concat", of, types.text, { takes: types.text, nullable: false });
/** From the position (the first is 1), at most `length` characters. */
export const Substr: SubstrFunction = (of, from, length) =>
  call("Substr", "substr", length === undefined ? [of, from] : [of, from, length], 1, types.text);
export const Trim: TextFunction = (of) => call("Trim", "trim", [of], 1, types.text, asText);
export const LTrim: TextFunction = (of) => call("LTrim", "ltrim", [of], 1, types.text, asText);
export const RTrim: TextFunction = (of) => call("RTrim", "rtrim", [of], 1, types.text, asText);
export const Replace: ReplaceFunction = (of, search, by = "" as never) =>
  call("Replace", "replace", [of, search, by], 1, types.text, asText);
export const Left: CountedTextFunction = (of, length) => call("Left", "left", [of, length], 1, types.text);
export const Right: CountedTextFunction = (of, length) => call("Right", "right", [of, length], 1, types.text);
export const Reverse: TextFunction = (of) => call("Reverse", "reverse", [of], 1, types.text, asText);
export const LPad: PadFunction = (of, length, fill = " ") => call("LPad", "lpad", [of, length, fill], 1, types.text);
export const RPad: PadFunction = (of, length, fill = " ") => call("RPad", "rpad", [of, length, fill], 1, types.text);
export const Repeat: CountedTextFunction = (of, times) => call("Repeat", "repeat", [of, times], 1, types.text);
/** The position of the first occurrence, from 1 on; 0 when there is none. */
export const StrIndex: StrIndexFunction = (of, search) => call("StrIndex", "strpos", [of, search], 1, types.integer, asText);

// ---- numbers: decimals stay exact
export const Abs: SameFunction = (of) => call("Abs", "abs", [of], 1, "first");
/** Half away from zero, to a number of digits (0). */
export const Round: RoundFunction = (of, digits = 0) => call("Round", "round", [of, digits], 1, "first");
export const Ceil: SameFunction = (of) => call("Ceil", "ceil", [of], 1, "first");
export const Floor: SameFunction = (of) => call("Floor", "floor", [of], 1, "first");
export const Mod: ModFunction = (of, by) => call("Mod", "mod", [of, by], 1, "numeric");
export const Power: PowerFunction = (of, exponent) => call("Power", "power", [of, exponent], 1, "double");
export const Sqrt: RealFunction = (of) => call("Sqrt", "sqrt", [of], 1, "double");
export const Exp: RealFunction = (of) => call("Exp", "exp", [of], 1, "double");
export const Ln: RealFunction = (of) => call("Ln", "ln", [of], 1, "double");
/** The logarithm of a value to a base: `Log(10, "views")`. */
export const Log: LogFunction = (base, of) => call("Log", "log", [base, of], 2, "double");
/** -1, 0 or 1. */
export const Sign: RealFunction = (of) => call("Sign", "sign", [of], 1, types.integer);
/** A random number from 0 up to 1. */
export const Random: RandomFunction = () => call("Random", "random", [], 0, types.double, { nullable: false });

// ---- choice
/** The first that is not NULL. */
export const Coalesce: CoalesceFunction = (...of) => several("Coalesce", "coalesce", of, "unified");
/** The largest; NULLs do not count. */
export const Greatest: GreatestFunction = (...of) => several("Greatest", "greatest", of, "unified");
export const Least: GreatestFunction = (...of) => several("Least", "least", of, "unified");
/** NULL where both are equal, else the first. */
export const NullIf: NullIfFunction = (of, other) => call("NullIf", "nullif", [of, other], 1, "first");
/** The moment of the statement (of the transaction on some databases). */
export const Now: NowFunction = () => call("Now", "now", [], 0, types.timestamp, { nullable: false });

/** Scalar functions: each has a name, arguments, and a rule for its type. */

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
  /** The type of plain values among the arguments; null for the type of the other arguments. */
  readonly takes?: ColumnType | null;
  readonly nullable?: boolean;
}
/** The first `paths` arguments treat strings as paths, the rest as text. */
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
/**
 * Text in lower case, in every script on both databases.
 * @function
 * @example Post.objects.annotate({ x: Lower("title") })   // LOWER(title)
 */
export const Lower: TextFunction = (of) => call("Lower", "lower", [of], 1, types.text, asText);
/**
 * Text in upper case, in every script on both databases.
 * @function
 * @example Post.objects.annotate({ x: Upper("title") })   // UPPER(title)
 */
export const Upper: TextFunction = (of) => call("Upper", "upper", [of], 1, types.text, asText);
/**
 * The number of characters (code points).
 * @function
 * @example Post.objects.annotate({ x: Length("title") })   // LENGTH(title)
 */
export const Length: LengthFunction = (of) => call("Length", "length", [of], 1, types.integer, asText);
/**
 * Joined text; NULL counts as empty. Strings are paths: plain text needs Value.
 * @function
 * @example User.objects.annotate({ full: Concat("first", Value(" "), "last") })   // CONCAT(first, ' ', last)
 */
export const Concat: ConcatFunction = (...of) => several("Concat", "concat", of, types.text, { takes: types.text, nullable: false });
/**
 * At most `length` characters from the position (the first is 1).
 * @function
 * @example Post.objects.annotate({ x: Substr("title", 1, 3) })   // SUBSTR(title, 1, 3)
 */
export const Substr: SubstrFunction = (of, from, length) =>
  call("Substr", "substr", length === undefined ? [of, from] : [of, from, length], 1, types.text);
/**
 * Text without leading and trailing spaces.
 * @function
 * @example Post.objects.annotate({ x: Trim("title") })   // TRIM(title)
 */
export const Trim: TextFunction = (of) => call("Trim", "trim", [of], 1, types.text, asText);
/**
 * Text without leading spaces.
 * @function
 * @example Post.objects.annotate({ x: LTrim("title") })   // LTRIM(title)
 */
export const LTrim: TextFunction = (of) => call("LTrim", "ltrim", [of], 1, types.text, asText);
/**
 * Text without trailing spaces.
 * @function
 * @example Post.objects.annotate({ x: RTrim("title") })   // RTRIM(title)
 */
export const RTrim: TextFunction = (of) => call("RTrim", "rtrim", [of], 1, types.text, asText);
/**
 * Replaces every occurrence of a text; without the third argument, removes it.
 * @function
 * @example Post.objects.annotate({ x: Replace("title", "a", "b") })   // REPLACE(title, 'a', 'b')
 */
export const Replace: ReplaceFunction = (of, search, by = "" as never) =>
  call("Replace", "replace", [of, search, by], 1, types.text, asText);
/**
 * The first characters.
 * @function
 * @example Post.objects.annotate({ x: Left("title", 3) })   // LEFT(title, 3); SUBSTR(…) on SQLite
 */
export const Left: CountedTextFunction = (of, length) => call("Left", "left", [of, length], 1, types.text);
/**
 * The last characters.
 * @function
 * @example Post.objects.annotate({ x: Right("title", 3) })   // RIGHT(title, 3); SUBSTR(…) on SQLite
 */
export const Right: CountedTextFunction = (of, length) => call("Right", "right", [of, length], 1, types.text);
/**
 * Text backwards.
 * @function
 * @example Post.objects.annotate({ x: Reverse("title") })   // REVERSE(title)
 */
export const Reverse: TextFunction = (of) => call("Reverse", "reverse", [of], 1, types.text, asText);
/**
 * Text padded at the start to a length, and truncated to it.
 * @function
 * @example Post.objects.annotate({ x: LPad("title", 5, "*") })   // LPAD(title, 5, '*')
 */
export const LPad: PadFunction = (of, length, fill = " ") => call("LPad", "lpad", [of, length, fill], 1, types.text);
/**
 * Text padded at the end to a length, and truncated to it.
 * @function
 * @example Post.objects.annotate({ x: RPad("title", 5, "*") })   // RPAD(title, 5, '*')
 */
export const RPad: PadFunction = (of, length, fill = " ") => call("RPad", "rpad", [of, length, fill], 1, types.text);
/**
 * Text repeated a number of times.
 * @function
 * @example Post.objects.annotate({ x: Repeat("title", 2) })   // REPEAT(title, 2)
 */
export const Repeat: CountedTextFunction = (of, times) => call("Repeat", "repeat", [of, times], 1, types.text);
/**
 * The position of the first occurrence, from 1 on; 0 if there is none.
 * @function
 * @example Post.objects.annotate({ x: StrIndex("title", "a") })   // STRPOS(title, 'a'); INSTR(…) on SQLite
 */
export const StrIndex: StrIndexFunction = (of, search) => call("StrIndex", "strpos", [of, search], 1, types.integer, asText);

// ---- numbers: decimals stay exact
/**
 * The absolute value.
 * @function
 * @example Post.objects.annotate({ x: Abs("views") })   // ABS(views)
 */
export const Abs: SameFunction = (of) => call("Abs", "abs", [of], 1, "first");
/**
 * Rounds half away from zero, to a number of digits (default 0).
 * @function
 * @example Post.objects.annotate({ x: Round("price", 2) })   // ROUND(price, 2)
 */
export const Round: RoundFunction = (of, digits = 0) => call("Round", "round", [of, digits], 1, "first");
/**
 * The smallest integer that is not less than the number.
 * @function
 * @example Post.objects.annotate({ x: Ceil("price") })   // CEIL(price)
 */
export const Ceil: SameFunction = (of) => call("Ceil", "ceil", [of], 1, "first");
/**
 * The largest integer that is not greater than the number.
 * @function
 * @example Post.objects.annotate({ x: Floor("price") })   // FLOOR(price)
 */
export const Floor: SameFunction = (of) => call("Floor", "floor", [of], 1, "first");
/**
 * The remainder, with the sign of the first operand.
 * @function
 * @example Post.objects.annotate({ x: Mod("views", 3) })   // views % 3
 */
export const Mod: ModFunction = (of, by) => call("Mod", "mod", [of, by], 1, "numeric");
/**
 * A number to the power of another.
 * @function
 * @example Post.objects.annotate({ x: Power("views", 2) })   // POWER(views, 2)
 */
export const Power: PowerFunction = (of, exponent) => call("Power", "power", [of, exponent], 1, "double");
/**
 * The square root.
 * @function
 * @example Post.objects.annotate({ x: Sqrt("views") })   // SQRT(views)
 */
export const Sqrt: RealFunction = (of) => call("Sqrt", "sqrt", [of], 1, "double");
/**
 * e to the power of a number.
 * @function
 * @example Post.objects.annotate({ x: Exp("views") })   // EXP(views)
 */
export const Exp: RealFunction = (of) => call("Exp", "exp", [of], 1, "double");
/**
 * The natural logarithm.
 * @function
 * @example Post.objects.annotate({ x: Ln("views") })   // LN(views)
 */
export const Ln: RealFunction = (of) => call("Ln", "ln", [of], 1, "double");
/**
 * The logarithm of a value to a base.
 * @function
 * @example Post.objects.annotate({ x: Log(10, "views") })   // LOG(10, views)
 */
export const Log: LogFunction = (base, of) => call("Log", "log", [base, of], 2, "double");
/**
 * The sign: -1, 0 or 1.
 * @function
 * @example Post.objects.annotate({ x: Sign("views") })   // SIGN(views)
 */
export const Sign: RealFunction = (of) => call("Sign", "sign", [of], 1, types.integer);
/**
 * A random number in [0, 1).
 * @function
 * @example Post.objects.orderBy(Random()).limit(1)   // … ORDER BY RANDOM(), id LIMIT 1
 */
export const Random: RandomFunction = () => call("Random", "random", [], 0, types.double, { nullable: false });

// ---- choice
/**
 * The first value that is not NULL. Strings are paths; use Value for plain text.
 * @function
 * @example User.objects.annotate({ shown: Coalesce("nickname", "name") })   // COALESCE(nickname, name)
 */
export const Coalesce: CoalesceFunction = (...of) => several("Coalesce", "coalesce", of, "unified");
/**
 * The largest value; NULLs are ignored on both databases.
 * @function
 * @example Post.objects.annotate({ x: Greatest("views", "likes") })   // GREATEST(views, likes)
 */
export const Greatest: GreatestFunction = (...of) => several("Greatest", "greatest", of, "unified");
/**
 * The smallest value; NULLs are ignored on both databases.
 * @function
 * @example Post.objects.annotate({ x: Least("views", "likes") })   // LEAST(views, likes)
 */
export const Least: GreatestFunction = (...of) => several("Least", "least", of, "unified");
/**
 * NULL if both are equal, otherwise the first.
 * @function
 * @example Post.objects.annotate({ x: NullIf("views", 0) })   // NULLIF(views, 0)
 */
export const NullIf: NullIfFunction = (of, other) => call("NullIf", "nullif", [of, other], 1, "first");
/**
 * The time of the statement.
 * @function
 * @example Post.objects.filter({ publishedAt__lte: Now() })
 */
export const Now: NowFunction = () => call("Now", "now", [], 0, types.timestamp, { nullable: false });

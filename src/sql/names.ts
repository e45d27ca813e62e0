/** Names used in the SQL tree: operators, functions, date parts, frames, independent of any database. */

export type BinaryOperator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "||" | "&" | "|" | "#" | "<<" | ">>";

/** A scalar function by a neutral name; each dialect writes it in its own syntax. */
export type FunctionName =
  | "lower"
  | "upper"
  | "length"
  | "concat"
  | "substr"
  | "trim"
  | "ltrim"
  | "rtrim"
  | "replace"
  | "left"
  | "right"
  | "reverse"
  | "lpad"
  | "rpad"
  | "repeat"
  | "strpos"
  | "abs"
  | "round"
  | "ceil"
  | "floor"
  | "mod"
  | "power"
  | "sqrt"
  | "exp"
  | "ln"
  | "log"
  | "sign"
  | "random"
  | "pi"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "degrees"
  | "radians"
  | "coalesce"
  | "greatest"
  | "least"
  | "nullif"
  | "now"
  /** arrayGet counts from 0 */
  | "arrayLength"
  | "arrayOverlaps"
  | "arrayContains"
  | "arrayGet"
  | "jsonHasKey"
  | "jsonContains"
  | "jsonArrayLength"
  | "textSearch"
  | "isDistinct"
  | "md5"
  | "sha256"
  | "chr"
  | "ord"
  /** the date of an instant, the time of an instant, in `zone` (second argument, optional) */
  | "dateOf"
  | "timeOf"
  /** an instant plus milliseconds; the milliseconds between two instants */
  | "addDuration"
  | "subtractInstants";

export type DatePart =
  | "year"
  | "isoYear"
  | "quarter"
  | "month"
  | "week"
  | "day"
  | "weekday"
  | "isoWeekday"
  | "dayOfYear"
  | "hour"
  | "minute"
  | "second"
  | "epoch";

export type TruncUnit = "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second";

export type AggregateName =
  | "count"
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "stddev"
  | "stddevSample"
  | "variance"
  | "varianceSample"
  | "stringAgg"
  | "arrayAgg"
  | "jsonAgg"
  | "boolAnd"
  | "boolOr";

export type WindowFunctionName =
  "rowNumber" | "rank" | "denseRank" | "percentRank" | "cumeDist" | "ntile" | "lag" | "lead" | "firstValue" | "lastValue" | "nthValue";

export type FrameBound =
  "unbounded preceding" | "current row" | "unbounded following" | { readonly preceding: number } | { readonly following: number };

export interface FrameNode {
  readonly unit: "rows" | "range" | "groups";
  readonly start: FrameBound;
  readonly end: FrameBound | null;
  readonly exclude?: "current row" | "group" | "ties" | undefined;
}

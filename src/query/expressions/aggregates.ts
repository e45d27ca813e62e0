/** Aggregates: one value from many rows, of all rows of a set or of each group. */

import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import type { AggregateName } from "../../sql/nodes.js";
import type { Node, OrderTerm } from "../state.js";
import type { Aggregate, Operand, OperandPaths, WhereIn } from "../typing/expressions.js";
import type { ArrayAggFunction, AvgFunction, CountFunction, ExtremeFunction, SumFunction } from "../typing/functions.js";
import { Expression, conditionNode, operandNode, valueNode } from "./expression.js";
import { orderTerms } from "./order-terms.js";

export interface AggregateSettings<C> {
  /** Only rows that match count: `Count("posts", { filter: { posts__views__gt: 10 } })`. */
  readonly filter?: C | undefined;
  readonly distinct?: boolean | undefined;
  /** Order of what goes into a list or text. */
  readonly orderBy?: unknown;
  /** Instead of NULL, the result over no rows. */
  readonly default?: unknown;
}
const known = new Set(["filter", "distinct", "orderBy", "default", "sample"]);

const aggregate = (label: string, name: AggregateName, args: readonly Node[], options: AggregateSettings<unknown> = {}): never => {
  for (const key of Object.keys(options)) if (!known.has(key)) throw new FieldError(`${label}: no option '${key}'; there are ${[...known].join(", ")}`);
  const orderBy: readonly OrderTerm[] = options.orderBy === undefined ? [] : orderTerms(Array.isArray(options.orderBy) ? options.orderBy : [options.orderBy], label);
  return new Expression({
    kind: "aggregate", name, args, distinct: options.distinct === true, filter: options.filter === undefined ? null : conditionNode(options.filter, `${label}'s filter`),
    orderBy, otherwise: options.default === undefined || options.default === null ? null : valueNode(options.default, label),
  }) as never;
};
const one = (label: string, name: AggregateName, of: unknown, options: object | undefined): never => aggregate(label, name, [operandNode(of, label)], options);

/**
 * Rows, or values that are not NULL; of a relation: the related rows.
 * @example User.objects.annotate({ posts: Count("posts") })   // COUNT(posts.id) … GROUP BY users.id
 */
export const Count: CountFunction = (of, options) => aggregate("Count", "count", (of as unknown) === "*" ? [] : [operandNode(of, "Count")], options);
/** NULL over no rows; `{ default: 0 }` gives something else. Decimals stay exact. */
export const Sum: SumFunction = (of, options) => one("Sum", "sum", of, options);
export const Avg: AvgFunction = (of, options) => one("Avg", "avg", of, options);
export const Min: ExtremeFunction = (of, options) => one("Min", "min", of, options);
export const Max: ExtremeFunction = (of, options) => one("Max", "max", of, options);

interface SampleOption {
  /** Of a sample (n - 1) instead of the whole population. */
  readonly sample?: boolean | undefined;
}
type Statistic = <const O extends Operand, C = never>(of: O, options?: AggregateSettings<C> & SampleOption) => Aggregate<number | null, OperandPaths<O>, WhereIn<C>>;
export const StdDev: Statistic = (of, options) => one("StdDev", options?.sample === true ? "stddevSample" : "stddev", of, options);
export const Variance: Statistic = (of, options) => one("Variance", options?.sample === true ? "varianceSample" : "variance", of, options);

/** Texts joined by a separator: `StringAgg("tags__label", ", ", { orderBy: "tags__label" })`. */
export const StringAgg = <const O extends Operand, C = never>(of: O, separator: string, options?: AggregateSettings<C>): Aggregate<string | null, OperandPaths<O>, WhereIn<C>> => {
  if (typeof separator !== "string") throw new FieldError(`StringAgg takes a separator, as in StringAgg("label", ", "), not ${describe(separator)}`);
  return aggregate("StringAgg", "stringAgg", [operandNode(of, "StringAgg"), valueNode(separator, "StringAgg")], options);
};
/** The values as an array. */
export const ArrayAgg: ArrayAggFunction = (of, options) => one("ArrayAgg", "arrayAgg", of, options);
/** The values as a JSON array. */
export const JsonAgg = <const O extends Operand, C = never>(of: O, options?: AggregateSettings<C>): Aggregate<unknown[] | null, OperandPaths<O>, WhereIn<C>> => one("JsonAgg", "jsonAgg", of, options);
/** All, or any, of the values are true. */
export const BoolAnd = <const O extends Operand, C = never>(of: O, options?: AggregateSettings<C>): Aggregate<boolean | null, OperandPaths<O>, WhereIn<C>> => one("BoolAnd", "boolAnd", of, options);
export const BoolOr = <const O extends Operand, C = never>(of: O, options?: AggregateSettings<C>): Aggregate<boolean | null, OperandPaths<O>, WhereIn<C>> => one("BoolOr", "boolOr", of, options);


/** Aggregates: one value from many rows, of all rows of a set or of each group. */

import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import type { AggregateName } from "../../sql/nodes.js";
import type { Node, OrderTerm } from "../state.js";
import type {
  AggregateOptions,
  AvgFunction,
  BooleanAggregateFunction,
  CountFunction,
  FoldFunction,
  ListFunction,
  SpreadFunction,
  StringAggFunction,
} from "../typing/aggregate-functions.js";
import { Expression, conditionNode, operandNode, valueNode } from "./expression.js";
import { orderTerms } from "./order-terms.js";

const known = new Set(["filter", "distinct", "orderBy", "default", "sample"]);

const aggregate = (label: string, name: AggregateName, args: readonly Node[], options: AggregateOptions<unknown, unknown> = {}): never => {
  for (const key of Object.keys(options))
    if (!known.has(key)) throw new FieldError(`${label}: no option '${key}'; there are ${[...known].join(", ")}`);
  const orderBy: readonly OrderTerm[] =
    options.orderBy === undefined ? [] : orderTerms(Array.isArray(options.orderBy) ? options.orderBy : [options.orderBy], label);
  return new Expression({
    kind: "aggregate",
    name,
    args,
    distinct: options.distinct === true,
    filter: options.filter === undefined ? null : conditionNode(options.filter, `${label}'s filter`),
    orderBy,
    otherwise: options.default === undefined || options.default === null ? null : valueNode(options.default, label),
  }) as never;
};
const one = (label: string, name: AggregateName, of: unknown, options: object | undefined): never =>
  aggregate(label, name, [operandNode(of, label)], options);

/**
 * Rows, or values that are not NULL; of a relation: the related rows.
 * @example User.objects.annotate({ posts: Count("posts") })   // COUNT(posts.id) … GROUP BY users.id
 */
export const Count: CountFunction = (of, options) =>
  aggregate("Count", "count", (of as unknown) === "*" ? [] : [operandNode(of, "Count")], options);
/** NULL over no rows; `{ default: 0 }` gives something else. Decimals stay exact. */
export const Sum: FoldFunction = (of, options) => one("Sum", "sum", of, options);
export const Avg: AvgFunction = (of, options) => one("Avg", "avg", of, options);
export const Min: FoldFunction = (of, options) => one("Min", "min", of, options);
export const Max: FoldFunction = (of, options) => one("Max", "max", of, options);

export const StdDev: SpreadFunction = (of, options) => one("StdDev", options?.sample === true ? "stddevSample" : "stddev", of, options);
export const Variance: SpreadFunction = (of, options) =>
  one("Variance", options?.sample === true ? "varianceSample" : "variance", of, options);

/** Texts joined by a separator: `StringAgg("tags__label", ", ", { orderBy: "tags__label" })`. */
export const StringAgg: StringAggFunction = (of, separator, options) => {
  if (typeof separator !== "string")
    throw new FieldError(`StringAgg takes a separator, as in StringAgg("label", ", "), not ${describe(separator)}`);
  return aggregate("StringAgg", "stringAgg", [operandNode(of, "StringAgg"), valueNode(separator, "StringAgg")], options);
};
/** The values as an array. */
export const ArrayAgg: ListFunction = (of, options) => one("ArrayAgg", "arrayAgg", of, options);
/** The values as a JSON array. */
export const JsonAgg: ListFunction = (of, options) => one("JsonAgg", "jsonAgg", of, options);
/** All, or any, of the values are true. */
export const BoolAnd: BooleanAggregateFunction = (of, options) => one("BoolAnd", "boolAnd", of, options);
export const BoolOr: BooleanAggregateFunction = (of, options) => one("BoolOr", "boolOr", of, options);

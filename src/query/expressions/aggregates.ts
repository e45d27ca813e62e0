/** Aggregates: one value from many rows, either all rows of a set or each group. */

import { FieldError } from "../../errors.js";
import { optionsGiven } from "../../metadata/argument.js";
import { describe } from "../../support/describe.js";
import type { AggregateName } from "../../sql/nodes.js";
import type { Node, OrderTerm } from "../state.js";
import type {
  AvgFunction,
  BooleanAggregateFunction,
  CountFunction,
  FoldFunction,
  ListFunction,
  SpreadFunction,
  SpreadOptions,
  StringAggFunction,
  SumFunction,
} from "../typing/aggregate-functions.js";
import { Expression, conditionNode, operandNode, valueNode } from "./expression.js";
import { orderTerms } from "./order-terms.js";

const known = ["filter", "distinct", "orderBy", "default", "sample"] as const;

const aggregate = (
  label: string,
  name: AggregateName,
  args: readonly Node[],
  given: SpreadOptions<unknown, unknown> | undefined,
): never => {
  const options = optionsGiven(label, given, known);
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
 * Counts rows (`"*"`), values that are not NULL, or related rows.
 * @function
 * @example User.objects.annotate({ n: Count("posts") })   // COUNT(posts.id) … GROUP BY users.id
 *          Count("posts", { filter: Q({ posts__views__gt: 10 }) })   // COUNT(posts.id) FILTER (WHERE posts.views > 10)
 * @throws FieldError for an unknown option
 */
export const Count: CountFunction = (of, options) =>
  aggregate("Count", "count", (of as unknown) === "*" ? [] : [operandNode(of, "Count")], options);
/**
 * The sum; NULL for no rows unless `{ default: 0 }` is given. Decimals stay exact.
 * @function
 * @example Post.objects.values("author").annotate({ total: Sum("views", { default: 0 }) })   // COALESCE(SUM(views), 0) … GROUP BY author_id
 */
export const Sum: SumFunction = (of, options) => one("Sum", "sum", of, options);
/**
 * The average; NULL for no rows.
 * @function
 * @example await User.objects.aggregate(db, { age: Avg("age") });   // SELECT AVG(age) AS age FROM users
 */
export const Avg: AvgFunction = (of, options) => one("Avg", "avg", of, options);
/**
 * The smallest value; NULL for no rows.
 * @function
 * @example await Post.objects.aggregate(db, { first: Min("createdAt") });   // SELECT MIN(created_at) AS first FROM posts
 */
export const Min: FoldFunction = (of, options) => one("Min", "min", of, options);
/**
 * The largest value; NULL for no rows.
 * @function
 * @example await Post.objects.aggregate(db, { top: Max("views") });   // SELECT MAX(views) AS top FROM posts
 */
export const Max: FoldFunction = (of, options) => one("Max", "max", of, options);

/**
 * The standard deviation, of the whole population or with `sample` of a sample.
 * @function
 * @example await Post.objects.aggregate(db, { spread: StdDev("views", { sample: true }) });   // STDDEV_SAMP(views)
 */
export const StdDev: SpreadFunction = (of, options) => one("StdDev", options?.sample === true ? "stddevSample" : "stddev", of, options);
/**
 * The variance, of the whole population or with `sample` of a sample.
 * @function
 * @example await Post.objects.aggregate(db, { spread: Variance("views") });   // VAR_POP(views)
 */
export const Variance: SpreadFunction = (of, options) =>
  one("Variance", options?.sample === true ? "varianceSample" : "variance", of, options);

/**
 * Texts joined by a separator.
 * @function
 * @example Post.objects.annotate({ labels: StringAgg("tags__label", ", ", { orderBy: "tags__label" }) })
 *          // STRING_AGG(tags.label, ', ' ORDER BY tags.label) … GROUP BY posts.id
 * @throws FieldError if the separator is not text
 */
export const StringAgg: StringAggFunction = (of, separator, options) => {
  if (typeof separator !== "string")
    throw new FieldError(`StringAgg takes a separator, as in StringAgg("label", ", "), not ${describe(separator)}`);
  return aggregate("StringAgg", "stringAgg", [operandNode(of, "StringAgg"), valueNode(separator, "StringAgg")], options);
};
/**
 * The values as an array; NULL for no rows.
 * @function
 * @example User.objects.annotate({ titles: ArrayAgg("posts__title", { orderBy: "-posts__views" }) })
 *          // ARRAY_AGG(posts.title ORDER BY posts.views DESC); JSON_GROUP_ARRAY(…) on SQLite
 */
export const ArrayAgg: ListFunction = (of, options) => one("ArrayAgg", "arrayAgg", of, options);
/**
 * The values as a JSON array; NULL for no rows.
 * @function
 * @example User.objects.annotate({ titles: JsonAgg("posts__title") })   // JSONB_AGG(posts.title); JSON_GROUP_ARRAY(…) on SQLite
 */
export const JsonAgg: ListFunction = (of, options) => one("JsonAgg", "jsonAgg", of, options);
/**
 * Whether all values, or conditions, are true.
 * @function
 * @example await Post.objects.aggregate(db, { all: BoolAnd(Q({ views__gt: 0 })) });   // BOOL_AND(views > 0); MIN(…) on SQLite
 */
export const BoolAnd: BooleanAggregateFunction = (of, options) => one("BoolAnd", "boolAnd", of, options);
/**
 * Whether any value, or condition, is true.
 * @function
 * @example await Post.objects.aggregate(db, { any: BoolOr(Q({ views__gt: 0 })) });   // BOOL_OR(views > 0); MAX(…) on SQLite
 */
export const BoolOr: BooleanAggregateFunction = (of, options) => one("BoolOr", "boolOr", of, options);

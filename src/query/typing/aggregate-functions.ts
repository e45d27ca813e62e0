/** Signatures of the aggregates. */

import type { Aggregate } from "./expressions.js";
import type { where } from "./keys.js";
import type {
  AvgOf,
  ListOf,
  Maybe,
  Operand,
  OperandPaths,
  OperandResult,
  PathsIn,
  Some,
  SumOf,
  ValueResult,
  WhereIn,
  WhereOf,
} from "./results.js";

/**
 * `orderBy` of an aggregate or a window: a path with or without `-`, or an expression's `.asc()` and `.desc()`. Paths are checked when the
 * query is planned.
 */
export type OrderOption = string | object | readonly (string | object)[];

/**
 * Options of aggregates: `C` is the filter, `D` the default for no rows.
 * @example Count("posts", { filter: Q({ posts__views__gt: 10 }), distinct: true })
 *          // COUNT(DISTINCT posts.id) FILTER (WHERE posts.views > 10)
 */
export interface AggregateOptions<C, D = never> {
  /** Counts only matching rows: `Count("posts", { filter: Q({ posts__views__gt: 10 }) })`. */
  readonly filter?: C;
  /** Equal values count once: `SUM(DISTINCT views)`. */
  readonly distinct?: boolean | undefined;
  /** The order inside a list: `ArrayAgg("title", { orderBy: "-pages" })`. */
  readonly orderBy?: OrderOption | undefined;
  /** The result for no rows, instead of NULL. */
  readonly default?: D;
}
/** Options of StdDev and Variance. */
export interface SpreadOptions<C, D = never> extends AggregateOptions<C, D> {
  /** Computes the statistic of a sample (n - 1) instead of the whole population. */
  readonly sample?: boolean | undefined;
}
type Paths<O, C> = OperandPaths<O> | PathsIn<C>;
/** The filters in the operand, in a condition, or a where object itself. */
type Filters<O, C> = WhereIn<O> | WhereOf<C>;
/** `R`, or null (or the default) for no rows. */
type OrDefault<R, D> = [D] extends [never] ? R | null : R | ValueResult<D>;

/** The number of rows (`"*"`) or of values that are not null. */
export type CountFunction = <const O extends Operand, C = never>(
  of: O,
  options?: AggregateOptions<C>,
) => Aggregate<number, Paths<O, C>, Filters<O, C>>;
/** Sum: the operand's type, null without rows. */
export type SumFunction = <const O extends Operand, C = never, D = never>(
  of: O,
  options?: AggregateOptions<C, D>,
) => Aggregate<[D] extends [never] ? SumOf<OperandResult<O>> : Some<SumOf<OperandResult<O>>> | ValueResult<D>, Paths<O, C>, Filters<O, C>>;
/** Min and Max: the operand's type, null without rows. */
export type FoldFunction = <const O extends Operand, C = never, D = never>(
  of: O,
  options?: AggregateOptions<C, D>,
) => Aggregate<[D] extends [never] ? Maybe<OperandResult<O>> : Some<OperandResult<O>> | ValueResult<D>, Paths<O, C>, Filters<O, C>>;
export type AvgFunction = <const O extends Operand, C = never, D = never>(
  of: O,
  options?: AggregateOptions<C, D>,
) => Aggregate<[D] extends [never] ? AvgOf<OperandResult<O>> : Some<AvgOf<OperandResult<O>>> | ValueResult<D>, Paths<O, C>, Filters<O, C>>;
/** StdDev and Variance, of the population or, with `sample`, of a sample. */
export type SpreadFunction = <const O extends Operand, C = never, D = never>(
  of: O,
  options?: SpreadOptions<C, D>,
) => Aggregate<OrDefault<number, D>, Paths<O, C>, Filters<O, C>>;
/** BoolAnd and BoolOr: of a path, an expression or a condition. */
export type BooleanAggregateFunction = <const O extends string | { readonly [where]: unknown }, C = never, D = never>(
  of: O,
  options?: AggregateOptions<C, D>,
) => Aggregate<OrDefault<boolean, D>, Paths<O, C>, Filters<O, C>>;
/** StringAgg: texts joined by a separator. */
export type StringAggFunction = <const O extends Operand, C = never, D = never>(
  of: O,
  separator: string,
  options?: AggregateOptions<C, D>,
) => Aggregate<OrDefault<string, D>, Paths<O, C>, Filters<O, C>>;
/** ArrayAgg and JsonAgg. */
export type ListFunction = <const O extends Operand, C = never, D = never>(
  of: O,
  options?: AggregateOptions<C, D>,
) => Aggregate<OrDefault<ListOf<OperandResult<O>>, D>, Paths<O, C>, Filters<O, C>>;

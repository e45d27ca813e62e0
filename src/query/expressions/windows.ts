/** Window functions, and `Window`, which defines the rows that they (or an aggregate) run over. */

import { FieldError } from "../../errors.js";
import { optionsGiven } from "../../metadata/argument.js";
import { describe } from "../../support/describe.js";
import type { FrameBound, FrameNode, WindowFunctionName } from "../../sql/nodes.js";
import type {
  FrameSettings,
  FrameValueFunction,
  NeighbourFunction,
  NtileFunction,
  NthValueFunction,
  RankFunction,
  WindowFunction,
} from "../typing/window-functions.js";
import { Expression, operandNode, valueNode } from "./expression.js";
import { orderTerms } from "./order-terms.js";

const windowed = (label: string, name: WindowFunctionName, of: readonly unknown[], plain: readonly unknown[] = []): never =>
  new Expression({
    kind: "windowFunction",
    name,
    args: [...of.map((arg) => operandNode(arg, label)), ...plain.map((arg) => valueNode(arg, label))],
  }) as never;
const count = (label: string, given: number, least: number): number => {
  if (!Number.isSafeInteger(given) || given < least)
    throw new FieldError(`${label} takes a whole number from ${least} on, not ${describe(given)}`);
  return given;
};

/**
 * The number of the row within its partition, from 1 on.
 * @function
 * @example Window(RowNumber(), { partitionBy: "author", orderBy: "-views" })
 *          // ROW_NUMBER() OVER (PARTITION BY author_id ORDER BY views DESC)
 */
export const RowNumber: RankFunction = () => windowed("RowNumber", "rowNumber", []);
/**
 * The rank: equal rows share one, which leaves gaps after them (1, 1, 3).
 * @function
 * @example Window(Rank(), { orderBy: "-views" })   // RANK() OVER (ORDER BY views DESC)
 */
export const Rank: RankFunction = () => windowed("Rank", "rank", []);
/**
 * The rank without gaps (1, 1, 2).
 * @function
 * @example Window(DenseRank(), { orderBy: "-views" })   // DENSE_RANK() OVER (ORDER BY views DESC)
 */
export const DenseRank: RankFunction = () => windowed("DenseRank", "denseRank", []);
/**
 * The rank as a share from 0 to 1.
 * @function
 * @example Window(PercentRank(), { orderBy: "-views" })   // PERCENT_RANK() OVER (ORDER BY views DESC)
 */
export const PercentRank: RankFunction = () => windowed("PercentRank", "percentRank", []);
/**
 * The share of rows up to this one, including its peers.
 * @function
 * @example Window(CumeDist(), { orderBy: "-views" })   // CUME_DIST() OVER (ORDER BY views DESC)
 */
export const CumeDist: RankFunction = () => windowed("CumeDist", "cumeDist", []);
/**
 * The number of the row's bucket when the partition is divided into this many.
 * @function
 * @example Window(Ntile(4), { orderBy: "views" })   // NTILE(4) OVER (ORDER BY views)
 * @throws FieldError for a number below 1
 */
export const Ntile: NtileFunction = (buckets) => windowed("Ntile", "ntile", [], [count("Ntile", buckets, 1)]);
const neighbour =
  (label: string, name: "lag" | "lead"): NeighbourFunction =>
  (of, offset = 1, otherwise) =>
    windowed(label, name, [of], otherwise === undefined ? [count(label, offset, 0)] : [count(label, offset, 0), otherwise]);
/**
 * The value of the row at this offset before the current one, otherwise NULL or the third argument.
 * @function
 * @example Window(Lag("views", 1, 0), { orderBy: "createdAt" })   // LAG(views, 1, 0) OVER (ORDER BY created_at)
 * @throws FieldError if the offset is not an integer from 0 on
 */
export const Lag = neighbour("Lag", "lag");
/**
 * The value of the row at this offset after the current one, otherwise NULL or the third argument.
 * @function
 * @example Window(Lead("views"), { orderBy: "createdAt" })   // LEAD(views, 1) OVER (ORDER BY created_at)
 * @throws FieldError if the offset is not an integer from 0 on
 */
export const Lead = neighbour("Lead", "lead");
/**
 * The value of the frame's first row.
 * @function
 * @example Window(FirstValue("title"), { orderBy: "createdAt" })   // FIRST_VALUE(title) OVER (ORDER BY created_at)
 */
export const FirstValue: FrameValueFunction = (of) => windowed("FirstValue", "firstValue", [of]);
/**
 * The value of the frame's last row, which without a frame is the current one.
 * @function
 * @example Window(LastValue("title"), { orderBy: "createdAt", frame: { from: null, to: null } })
 *          // LAST_VALUE(title) OVER (ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
 */
export const LastValue: FrameValueFunction = (of) => windowed("LastValue", "lastValue", [of]);
/**
 * The value of the frame's n-th row, or NULL if it has fewer.
 * @function
 * @example Window(NthValue("title", 2), { orderBy: "createdAt" })   // NTH_VALUE(title, 2) OVER (ORDER BY created_at)
 * @throws FieldError for a number below 1
 */
export const NthValue: NthValueFunction = (of, n) => windowed("NthValue", "nthValue", [of], [count("NthValue", n, 1)]);

const bound = (given: number | null | undefined, unbounded: "unbounded preceding" | "unbounded following"): FrameBound => {
  if (given === null || given === undefined) return unbounded;
  if (!Number.isSafeInteger(given)) throw new FieldError(`a frame's bound is a whole number of rows or null, not ${describe(given)}`);
  return given === 0 ? "current row" : given < 0 ? { preceding: -given } : { following: given };
};
const frameOf = (settings: FrameSettings | undefined): FrameNode | null => {
  if (settings === undefined) return null;
  const given = optionsGiven("a frame", settings, ["unit", "from", "to", "exclude"]);
  const unit = given.unit ?? "rows";
  if (unit !== "rows" && unit !== "range" && unit !== "groups")
    throw new FieldError(`a frame's unit is rows, range or groups, not ${describe(unit)}`);
  const { exclude } = given;
  if (exclude !== undefined && exclude !== "current row" && exclude !== "group" && exclude !== "ties")
    throw new FieldError(`a frame excludes "current row", "group" or "ties", not ${describe(exclude)}`);
  return {
    unit,
    start: bound(given.from, "unbounded preceding"),
    end: given.to === undefined ? "current row" : bound(given.to, "unbounded following"),
    exclude,
  };
};
const listOf = (given: unknown): readonly unknown[] => (given === undefined ? [] : Array.isArray(given) ? given : [given]);

/**
 * A window function or an aggregate over the rows around each row, like Django's `Window`.
 * @function
 * @example Post.objects.annotate({ place: Window(RowNumber(), { partitionBy: "author", orderBy: "-views" }) })
 *          // ROW_NUMBER() OVER (PARTITION BY author_id ORDER BY views DESC)
 *          Window(Sum("views"), { orderBy: "createdAt", frame: { from: -2, to: 0 } })
 *          // SUM(views) OVER (ORDER BY created_at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
 * @throws FieldError if the argument is neither, and for unknown settings
 */
export const Window: WindowFunction = (of, given) => {
  const node = Expression.nodeOf(of);
  if (node?.kind !== "windowFunction" && node?.kind !== "aggregate")
    throw new FieldError(`Window takes a window function or an aggregate, such as RowNumber() or Sum("total"), not ${describe(of)}`);
  const settings = optionsGiven("Window", given, ["partitionBy", "orderBy", "frame"]);
  return new Expression({
    kind: "window",
    of: node,
    partitionBy: listOf(settings.partitionBy).map((part) => operandNode(part, "Window's partitionBy")),
    orderBy: orderTerms(listOf(settings.orderBy), "Window's orderBy"),
    frame: frameOf(settings.frame),
  }) as never;
};

/** Signatures of Window and of functions that require it. */

import type { OrderOption } from "./aggregate-functions.js";
import type { Expression } from "./expressions.js";
import type { AnyExpression, Operand, OperandPaths, OperandResult, PathsIn, ValueResult, WhereIn } from "./results.js";

/** Rows around the current one: `{ from: -2, to: 0 }` is the current row and the two before it. */
export interface FrameSettings {
  readonly unit?: "rows" | "range" | "groups" | undefined;
  /** Number of rows before (negative) or after the current one, 0 for the current row; null for unbounded. */
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
  readonly exclude?: "current row" | "group" | "ties" | undefined;
}
/** The rows of a window: `{ partitionBy: "author", orderBy: "-views", frame: { from: -2, to: 0 } }`. */
export interface WindowSettings<B> {
  readonly partitionBy?: B | readonly B[] | undefined;
  readonly orderBy?: OrderOption | undefined;
  readonly frame?: FrameSettings | undefined;
}
/** `Window(Sum("pages"), { partitionBy: "author", orderBy: "-createdAt" })`. */
export type WindowFunction = <const E extends AnyExpression, const B extends Operand = never>(
  of: E,
  settings?: WindowSettings<B>,
) => Expression<ValueResult<E>, PathsIn<E> | OperandPaths<B>, WhereIn<E> | WhereIn<B>>;

/** RowNumber, Rank, DenseRank, PercentRank, CumeDist. */
export type RankFunction = () => Expression<number>;
/** `Ntile(4)`: the number of the bucket. */
export type NtileFunction = (buckets: number) => Expression<number>;
/** Lag and Lead: the value of the row at an offset before or after; the third argument (null by default) if there is none. */
export type NeighbourFunction = <const O extends Operand, D = null>(
  of: O,
  offset?: number,
  otherwise?: D,
) => Expression<OperandResult<O> | ValueResult<D>, OperandPaths<O> | PathsIn<D>, WhereIn<O>>;
/** FirstValue and LastValue of the frame. */
export type FrameValueFunction = <const O extends Operand>(of: O) => Expression<OperandResult<O> | null, OperandPaths<O>, WhereIn<O>>;
/** `NthValue("title", 2)`: the value of the frame's n-th row. */
export type NthValueFunction = <const O extends Operand>(
  of: O,
  n: number,
) => Expression<OperandResult<O> | null, OperandPaths<O>, WhereIn<O>>;

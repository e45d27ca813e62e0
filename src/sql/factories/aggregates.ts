/** Nodes over several rows: aggregates, windows, and their order. */

import type {
  AggregateName,
  AggregateNode,
  Expr,
  FrameNode,
  OrderNode,
  WindowFunctionName,
  WindowFunctionNode,
  WindowNode,
} from "../nodes.js";
import type { ColumnType } from "../types.js";
import { made } from "./brand.js";

export interface AggregateFacts {
  readonly distinct?: boolean | undefined;
  readonly filter?: Expr | null | undefined;
  readonly orderBy?: readonly OrderNode[] | undefined;
}
/** Without arguments, `count` counts rows. */
export function aggregate(
  name: AggregateName,
  args: readonly Expr[],
  type: ColumnType,
  { distinct = false, filter = null, orderBy = [] }: AggregateFacts = {},
): AggregateNode {
  return made({ kind: "aggregate", name, args, distinct, filter, orderBy, type });
}
export function windowFunction(name: WindowFunctionName, args: readonly Expr[], type: ColumnType): WindowFunctionNode {
  return made({ kind: "windowFunction", name, args, type });
}
export interface WindowFacts {
  readonly partitionBy?: readonly Expr[] | undefined;
  readonly orderBy?: readonly OrderNode[] | undefined;
  readonly frame?: FrameNode | null | undefined;
}
export function window(
  of: AggregateNode | WindowFunctionNode,
  { partitionBy = [], orderBy = [], frame = null }: WindowFacts = {},
): WindowNode {
  return made({ kind: "window", of, partitionBy, orderBy, frame, type: of.type });
}
export function order(expr: Expr, direction: "asc" | "desc" = "asc", nulls: "first" | "last" | null = null): OrderNode {
  return Object.freeze({ expr, direction, nulls });
}

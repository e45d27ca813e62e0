/** Aggregates, window functions, and the windows that they run over. */

import { FieldError } from "../../../errors.js";
import { aggregate, fn, isTrue, window, windowFunction } from "../../../sql/factories/index.js";
import type { AggregateName, AggregateNode, OrderNode, WindowFunctionName, WindowFunctionNode } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import { isWindow } from "../../../sql/inspect.js";
import type { Node, OrderTerm } from "../../state.js";
import { valueContext, type Resolved, type ConditionContext } from "../scope/context.js";
import type { Handler, Scope } from "../scope/scope.js";
import { pathColumns, type PathColumn } from "./path-columns.js";
import { scalarAs } from "./transforms.js";
import { aggregateType } from "./types.js";

const value = (scope: Scope, node: Node, conditionContext: ConditionContext, expected: ColumnType | null = null): Resolved =>
  scope.context.resolver.value(scope, node, conditionContext, expected);
const orders = (scope: Scope, terms: readonly OrderTerm[], conditionContext: ConditionContext): OrderNode[] =>
  terms.map((term) => scope.context.resolver.order(scope, term, conditionContext));

const numbers: ReadonlySet<AggregateName> = new Set<AggregateName>(["sum", "avg", "stddev", "stddevSample", "variance", "varianceSample"]);
/** A JSON scalar with the type that the aggregate takes. */
const scalarOf = (name: AggregateName, of: Resolved): Resolved =>
  numbers.has(name)
    ? scalarAs(of, types.double)
    : name === "stringAgg"
      ? scalarAs(of, types.text)
      : name === "boolAnd" || name === "boolOr"
        ? scalarAs(of, types.boolean)
        : of;
export const aggregated: Handler<"aggregate"> = (scope, node, conditionContext) => {
  const all: ConditionContext = { ...valueContext, reuse: conditionContext.reuse };
  // Rows are counted by any column of their key; distinct keys of several columns cannot be.
  const byKey = node.name === "count" && !node.distinct;
  const [given, ...more] = node.args.map((arg) =>
    byKey && arg.kind === "path" ? (pathColumns(scope, arg.path, all)[0] as PathColumn).value : value(scope, arg, all),
  );
  const of = given === undefined ? undefined : scalarOf(node.name, given);
  if (node.name === "arrayAgg" && of?.expr.type.kind === "json")
    return aggregated(scope, { ...node, name: "jsonAgg" }, conditionContext, null);
  const type = aggregateType(node.name, of?.expr.type ?? types.unknown, scope.meta.name);
  const filter = node.filter === null ? null : scope.context.resolver.condition(scope, node.filter, all).expr;
  const args = of === undefined ? [] : [of.expr, ...more.map((part) => part.expr)];
  const whole = aggregate(node.name, args, type, {
    distinct: node.distinct,
    filter: filter !== null && isTrue(filter) ? null : filter,
    orderBy: orders(scope, node.orderBy, all),
  });
  if (node.otherwise === null) return { expr: whole, nullable: node.name !== "count" };
  const other = value(scope, node.otherwise, all, type);
  return { expr: fn("coalesce", [whole, other.expr], type), nullable: other.nullable };
};
const windowTypes: Readonly<Record<WindowFunctionName, ColumnType | null>> = {
  rowNumber: types.integer,
  rank: types.integer,
  denseRank: types.integer,
  percentRank: types.double,
  cumeDist: types.double,
  ntile: types.integer,
  lag: null,
  lead: null,
  firstValue: null,
  lastValue: null,
  nthValue: null,
};
export const windowPart: Handler<"windowFunction"> = (scope, node, conditionContext) => {
  const [of, ...more] = node.args;
  const first = of === undefined ? null : value(scope, of, conditionContext);
  const type = windowTypes[node.name] ?? first?.expr.type ?? types.unknown;
  // In LAG(x, 1, otherwise), only the last argument has the type of the first.
  const rest = more.map((arg, index) => value(scope, arg, conditionContext, index === 1 ? type : types.integer).expr);
  const expr: WindowFunctionNode = windowFunction(node.name, first === null ? rest : [first.expr, ...rest], type);
  return { expr, nullable: windowTypes[node.name] === null };
};
export const windowed: Handler<"window"> = (scope, node, conditionContext) => {
  const of = value(scope, node.of, conditionContext);
  const inner = of.expr.kind === "function" ? of.expr.args[0] : of.expr;
  if (inner?.kind !== "aggregate" && inner?.kind !== "windowFunction")
    throw new FieldError(`${scope.meta.name}: Window takes a window function or an aggregate`);
  const parts = {
    partitionBy: node.partitionBy.map((part) => value(scope, part, conditionContext).expr),
    orderBy: orders(scope, node.orderBy, conditionContext),
  };
  if ([...inner.args, ...parts.partitionBy, ...parts.orderBy.map((term) => term.expr)].some(isWindow))
    throw new FieldError(
      `${scope.meta.name}: a window looks through another window, which SQL does not allow. Compute the inner one in a query of its own, such as Subquery(…)`,
    );
  const over = window(inner satisfies AggregateNode | WindowFunctionNode, {
    ...parts,
    frame: node.frame,
  });
  return of.expr.kind === "function"
    ? { expr: fn(of.expr.name, [over, ...of.expr.args.slice(1)], of.expr.type), nullable: of.nullable }
    : { expr: over, nullable: of.nullable };
};

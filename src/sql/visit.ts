/** Traverses and rewrites expressions; the table is exhaustive, so that new kinds of nodes cannot be forgotten. */

import type { AggregateNode, Compound, Expr, ExprKind, Join, OrderNode, Output, Select, Source, WindowFunctionNode } from "./nodes.js";
import { made } from "./factories/brand.js";

/** The node type of a kind (`and` and `or` share one). */
export type NodeOf<K extends ExprKind, N extends Expr = Expr> = N extends { readonly kind: infer Own }
  ? K extends Own
    ? N
    : never
  : never;

type Map = (expr: Expr) => Expr;

/** Returns the same array if nothing changed. */
function mapList<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let changed: T[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const before = list[at] as T;
    const after = map(before);
    if (after !== before) (changed ??= [...list])[at] = after;
  }
  return changed === null ? list : Object.freeze(changed);
}
function differs<N extends object>(node: N, parts: Partial<N>): boolean {
  for (const key in parts) if (parts[key] !== node[key]) return true;
  return false;
}
/** Returns the same object if none of the parts differs. */
const withParts = <N extends object>(whole: N, parts: Partial<N>): N =>
  differs(whole, parts) ? Object.freeze({ ...whole, ...parts }) : whole;
const nodeWith = <N extends Expr>(node: N, parts: Partial<N>): N => (differs(node, parts) ? made({ ...node, ...parts }) : node);
const maybe = (expr: Expr | null, map: Map): Expr | null => (expr === null ? null : map(expr));
const unchanged = <N extends Expr>(node: N): N => node;
const mapOrder = (orders: readonly OrderNode[], map: Map): readonly OrderNode[] =>
  mapList(orders, (one) => withParts(one, { expr: map(one.expr) }));
const mapQuery = (query: Select | Compound, map: Map): Select | Compound =>
  query.kind === "select" ? mapSelect(query, map) : mapCompound(query, map);

function mapSource(source: Source, map: Map): Source {
  if (source.kind === "query") return withParts(source, { query: mapQuery(source.query, map) });
  return source.kind === "fragment" ? withParts(source, { fragment: map(source.fragment) }) : source;
}
const mapJoin = (join: Join, map: Map): Join => withParts(join, { source: mapSource(join.source, map), on: map(join.on) });
const mapOutput = (output: Output, map: Map): Output => withParts(output, { expr: map(output.expr) });

function mapSelect(query: Select, map: Map): Select {
  return withParts(query, {
    with: mapList(query.with, (one) => withParts(one, { query: mapQuery(one.query, map) })),
    distinct: typeof query.distinct === "boolean" ? query.distinct : mapList(query.distinct, map),
    outputs: mapList(query.outputs, (one) => mapOutput(one, map)),
    from: query.from === null ? null : mapSource(query.from, map),
    joins: mapList(query.joins, (one) => mapJoin(one, map)),
    where: maybe(query.where, map),
    groupBy: mapList(query.groupBy, map),
    having: maybe(query.having, map),
    orderBy: mapOrder(query.orderBy, map),
    limit: maybe(query.limit, map),
    offset: maybe(query.offset, map),
  });
}
function mapCompound(query: Compound, map: Map): Compound {
  return withParts(query, {
    with: mapList(query.with, (one) => withParts(one, { query: mapQuery(one.query, map) })),
    queries: mapList(query.queries, (one) => mapQuery(one, map)),
    orderBy: mapOrder(query.orderBy, map),
    limit: maybe(query.limit, map),
    offset: maybe(query.offset, map),
  });
}

const children: { readonly [K in ExprKind]: (node: NodeOf<K>, map: Map) => Expr } = {
  column: unchanged,
  param: unchanged,
  literal: unchanged,
  identifier: unchanged,
  excluded: unchanged,
  unresolved: unchanged,
  binary: (node, map) => nodeWith(node, { left: map(node.left), right: map(node.right) }),
  negate: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  and: (node, map) => nodeWith(node, { operands: mapList(node.operands, map) }),
  or: (node, map) => nodeWith(node, { operands: mapList(node.operands, map) }),
  not: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  isNull: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  inArray: (node, map) => {
    const values = map(node.values);
    return nodeWith(node, { operand: map(node.operand), values: values.kind === "param" ? values : node.values });
  },
  inQuery: (node, map) => nodeWith(node, { operands: mapList(node.operands, map), query: mapQuery(node.query, map) }),
  inRows: (node, map) => nodeWith(node, { operands: mapList(node.operands, map), rows: mapList(node.rows, (row) => mapList(row, map)) }),
  between: (node, map) => nodeWith(node, { operand: map(node.operand), low: map(node.low), high: map(node.high) }),
  match: (node, map) => nodeWith(node, { operand: map(node.operand), pattern: map(node.pattern) }),
  function: (node, map) => nodeWith(node, { args: mapList(node.args, map) }),
  extract: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  trunc: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  cast: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  case: (node, map) =>
    nodeWith(node, {
      // oxlint-disable-next-line unicorn/no-thenable -- CASE WHEN … THEN …, an expression and no function
      whens: mapList(node.whens, (one) => withParts(one, { when: map(one.when), then: map(one.then) })),
      otherwise: maybe(node.otherwise, map),
    }),
  jsonPath: (node, map) => nodeWith(node, { operand: map(node.operand) }),
  aggregate: (node, map) =>
    nodeWith(node, { args: mapList(node.args, map), filter: maybe(node.filter, map), orderBy: mapOrder(node.orderBy, map) }),
  windowFunction: (node, map) => nodeWith(node, { args: mapList(node.args, map) }),
  window: (node, map) =>
    nodeWith(node, {
      of: children[node.of.kind](node.of as never, map) as AggregateNode | WindowFunctionNode,
      partitionBy: mapList(node.partitionBy, map),
      orderBy: mapOrder(node.orderBy, map),
    }),
  scalarQuery: (node, map) => nodeWith(node, { query: mapQuery(node.query, map) }),
  exists: (node, map) => nodeWith(node, { query: mapQuery(node.query, map) }),
  outer: (node, map) => nodeWith(node, { of: map(node.of) }),
  fragment: (node, map) => nodeWith(node, { values: mapList(node.values, map) }),
};

/**
 * Replaces every node for which `replace` returns another one, also inside sub-selects. A replacement is not searched; nodes for which
 * `replace` returns undefined are. Unchanged parts remain the same objects.
 */
export function mapExpr(expr: Expr, replace: (node: Expr) => Expr | undefined): Expr {
  const map: Map = (node) => replace(node) ?? children[node.kind](node as never, map);
  return map(expr);
}

/** Calls `visit` for the expression and everything inside it; returning false skips the inside of a node. */
export function walkExpr(expr: Expr, visit: (node: Expr) => boolean | void): void {
  const map: Map = (node) => (visit(node) === false ? node : children[node.kind](node as never, map));
  map(expr);
}

/** Like `mapExpr`, for a whole query. */
export function mapExprs<Q extends Select | Compound>(query: Q, replace: (node: Expr) => Expr | undefined): Q {
  return mapQuery(query, (node) => mapExpr(node, replace)) as Q;
}

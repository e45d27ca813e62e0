/** Moves expressions out of a sub-select: each becomes an output of the inner query and a column of the outer one. */

import { column, inQuery, output } from "../../../sql/factories/index.js";
import type { ColumnNode, Expr, Output } from "../../../sql/nodes.js";
import { isQuery, structuralKey } from "../../../sql/inspect.js";
import { mapExpr, mapExprs } from "../../../sql/visit.js";
import type { Scope } from "../../resolve/scope/scope.js";

export interface Lift {
  readonly alias: string;
  readonly outputs: Output[];
  /** Adds the expression to the inner outputs and returns its column in the outer query. */
  take(expr: Expr): ColumnNode;
  /** The expression with the parts that only the inner query can compute replaced by columns. */
  outside(expr: Expr): Expr;
  /** All columns taken so far, under their own names, for a further enclosing query. */
  columns(): readonly Output[];
}

const same = (a: Expr, b: Expr): boolean =>
  a === b || (a.kind === "column" && b.kind === "column" && a.source === b.source && a.name === b.name);

/** `grouped` are the values that the inner query groups by: it can compute nothing finer. */
export const newLift = (scope: Scope, grouped: readonly Expr[] = []): Lift => {
  const groups = new Map(grouped.filter((one) => one.kind !== "column").map((one) => [structuralKey(one), one]));
  /** The grouped value that the expression repeats. */
  const groupOf = (expr: Expr): Expr | undefined => (groups.size === 0 ? undefined : groups.get(structuralKey(expr)));
  const alias = scope.context.aliases.has("rows") ? freeAlias(scope) : "rows";
  scope.context.aliases.add(alias);
  const outputs: Output[] = [];
  const take = (given: Expr): ColumnNode => {
    const expr = groupOf(given) ?? given;
    const known = outputs.findIndex((one) => same(one.expr, expr));
    const place = known >= 0 ? known : outputs.push(output(expr, `c${outputs.length + 1}`)) - 1;
    return column(
      alias,
      `c${place + 1}`,
      expr.type,
      expr.kind === "column" ? { collate: expr.collate, notNull: expr.notNull ?? false } : {},
    );
  };
  const isOwn = (part: Expr): boolean => part.kind === "column" && part.source !== null && scope.modelOf(part.source) !== null;
  /** Aggregates and windows of a sub-query are its own. */
  const insideQuery = (part: Expr): Expr | undefined => {
    if (part.kind === "outer") return part.source === scope.alias ? take(part.of) : undefined;
    return isOwn(part) ? take(part) : undefined;
  };
  const outside = (part: Expr): Expr | undefined => {
    if (part.kind === "inQuery")
      return inQuery(
        part.operands.map((one) => mapExpr(one, outside)),
        mapExprs(part.query, insideQuery),
      );
    if (isQuery(part)) return mapExpr(part, insideQuery);
    return part.kind === "window" || part.kind === "aggregate" || isOwn(part) || groupOf(part) !== undefined ? take(part) : undefined;
  };
  return {
    alias,
    outputs,
    take,
    columns: () => outputs.map(({ expr, name }) => output(column(alias, name ?? "", expr.type), name)),
    outside: (expr) => mapExpr(expr, outside),
  };
};
const freeAlias = (scope: Scope): string => {
  let number = 2;
  while (scope.context.aliases.has(`rows_${number}`)) number++;
  return `rows_${number}`;
};

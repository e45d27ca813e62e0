/** Moves expressions out of a sub-select: each becomes an output of the inner query and a column of the outer one. */

import { column, output } from "../../../sql/factories/index.js";
import type { ColumnNode, Expr, Output } from "../../../sql/nodes.js";
import { mapExpr } from "../../../sql/visit.js";
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

export const newLift = (scope: Scope): Lift => {
  const alias = scope.context.aliases.has("rows") ? freeAlias(scope) : "rows";
  scope.context.aliases.add(alias);
  const outputs: Output[] = [];
  const take = (expr: Expr): ColumnNode => {
    const known = outputs.findIndex((one) => same(one.expr, expr));
    const place = known >= 0 ? known : outputs.push(output(expr, `c${outputs.length + 1}`)) - 1;
    return column(
      alias,
      `c${place + 1}`,
      expr.type,
      expr.kind === "column" ? { collate: expr.collate, notNull: expr.notNull ?? false } : {},
    );
  };
  return {
    alias,
    outputs,
    take,
    columns: () => outputs.map(({ expr, name }) => output(column(alias, name ?? "", expr.type), name)),
    outside: (expr) =>
      mapExpr(expr, (part) => {
        const inner =
          part.kind === "window" ||
          part.kind === "aggregate" ||
          (part.kind === "column" && part.source !== null && scope.modelOf(part.source) !== null);
        return inner ? take(part) : undefined;
      }),
  };
};
const freeAlias = (scope: Scope): string => {
  let number = 2;
  while (scope.context.aliases.has(`rows_${number}`)) number++;
  return `rows_${number}`;
};

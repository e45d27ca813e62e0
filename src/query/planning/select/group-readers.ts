/** Expressions that a query with groups or windows cannot compute itself, because their sub-queries read what it computes. */

import { isAggregate, isWindow } from "../../../sql/inspect.js";
import type { Expr } from "../../../sql/nodes.js";
import { walkExpr } from "../../../sql/visit.js";
import type { Scope } from "../../resolve/scope/scope.js";

/**
 * Aggregates and windows are no values for a sub-query of the same query. A computed value that is grouped by is one before the rows are
 * grouped, but not beside an aggregate: there PostgreSQL recognizes only columns (42803).
 */
export const readsGroups = ({ readInside, alias }: Scope, expr: Expr): boolean => {
  if (!readInside) return false;
  const grouped = isAggregate(expr);
  let found = false;
  walkExpr(expr, (part) => {
    if (part.kind === "outer" && part.source === alias) found ||= grouped || isAggregate(part.of) || isWindow(part.of);
    return !found;
  });
  return found;
};

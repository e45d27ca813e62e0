/** Questions about finished expressions: do they aggregate, look through a window, read columns. */

import type { ColumnNode, Expr } from "../../../sql/nodes.js";
import { mapExpr, walkExpr } from "../../../sql/visit.js";

/** Sub-queries answer for themselves; only what IN compares with one belongs to the query around it. */
const isQuery = (expr: Expr): boolean => expr.kind === "scalarQuery" || expr.kind === "exists" || expr.kind === "inQuery";
const comparedOperands = (expr: Expr): readonly Expr[] => (expr.kind === "inQuery" ? expr.operands : []);

/** The first part for which `test` holds; `into` false leaves out what is inside a part. */
const some = (expr: Expr, test: (part: Expr) => boolean, into: (part: Expr) => boolean = () => true): boolean => {
  let found = false;
  const look = (part: Expr): Expr | undefined => {
    if (!found && test(part)) found = true;
    if (!found) for (const operand of comparedOperands(part)) mapExpr(operand, look);
    return found || isQuery(part) || !into(part) ? part : undefined;
  };
  mapExpr(expr, look);
  return found;
};

/** Computes one value from many rows; an aggregate over a window does not, but what stands inside the window may. */
export const isAggregate = (expr: Expr): boolean => {
  let found = false;
  const look = (part: Expr): Expr | undefined => {
    for (const operand of comparedOperands(part)) mapExpr(operand, look);
    if (found || isQuery(part)) return part;
    if (part.kind === "aggregate") {
      found = true;
      return part;
    }
    if (part.kind !== "window") return undefined;
    for (const inner of [...part.of.args, ...part.partitionBy, ...part.orderBy.map((term) => term.expr)]) mapExpr(inner, look);
    return part;
  };
  mapExpr(expr, look);
  return found;
};
export const isWindow = (expr: Expr): boolean => some(expr, (part) => part.kind === "window");
export const isRandom = (expr: Expr): boolean => some(expr, (part) => part.kind === "function" && part.name === "random");
/** Depends on the row at all. */
export const isConstant = (expr: Expr): boolean =>
  !some(expr, (part) => part.kind === "column" || part.kind === "fragment" || isQuery(part) || part.kind === "identifier");
/** Two texts of it differ once parameters are numbered. */
export const hasParameter = (expr: Expr): boolean =>
  some(expr, (part) => part.kind === "param" || part.kind === "fragment" || isQuery(part));

/** The same text for the same expression, however often it was resolved. */
export const structuralKey = (expr: Expr): string =>
  JSON.stringify(expr, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));

/** The caller's own SQL is in it: what that computes nobody knows. */
export const isRawSql = (expr: Expr): boolean => some(expr, (part) => part.kind === "fragment");

/** Columns outside aggregates, those that sub-queries read of the row around them too; parts that are `known` are not looked into. */
export const rowColumns = (expr: Expr, known: (part: Expr) => boolean = () => false): ColumnNode[] => {
  const columns: ColumnNode[] = [];
  mapExpr(expr, (part) => {
    if (known(part)) return part;
    if (part.kind === "column") columns.push(part);
    if (part.kind === "window") {
      for (const inner of [...part.of.args, ...part.partitionBy, ...part.orderBy.map((term) => term.expr)])
        columns.push(...rowColumns(inner, known));
      return part;
    }
    return part.kind === "aggregate" ? part : undefined;
  });
  return columns;
};

/** An aggregate of an aggregate or of a window, which only a query around this one can compute; null when there is none. */
export const nestedAggregate = (expr: Expr): string | null => {
  let found: string | null = null;
  walkExpr(expr, (part) => {
    if (isQuery(part)) return false;
    if (
      part.kind === "aggregate" &&
      [...part.args, ...(part.filter === null ? [] : [part.filter])].some((inner) => isAggregate(inner) || isWindow(inner))
    )
      found = part.name;
    return true;
  });
  return found;
};

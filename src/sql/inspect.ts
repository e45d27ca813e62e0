/** Predicates on finished expressions: whether they aggregate, use windows, or read columns. */

import type { ColumnNode, Expr } from "./nodes.js";
import { mapExpr, walkExpr } from "./visit.js";

/** Sub-queries are not searched; only the left side of IN belongs to the outer query. */
export const isQuery = (expr: Expr): boolean => expr.kind === "scalarQuery" || expr.kind === "exists" || expr.kind === "inQuery";
const comparedOperands = (expr: Expr): readonly Expr[] => (expr.kind === "inQuery" ? expr.operands : []);

/** Whether any part satisfies `test`; parts with `into` false are not searched inside. */
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

/** Whether one value is computed from many rows. An aggregate with OVER does not count, but its arguments are searched. */
export const isAggregate = (expr: Expr): boolean => {
  let found = false;
  const look = (part: Expr): Expr | undefined => {
    for (const operand of comparedOperands(part)) mapExpr(operand, look);
    if (found || isQuery(part) || part.kind === "outer") return part;
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
export const isWindow = (expr: Expr): boolean =>
  some(
    expr,
    (part) => part.kind === "window",
    (part) => part.kind !== "outer",
  );
export const isRandom = (expr: Expr): boolean => some(expr, (part) => part.kind === "function" && part.name === "random");
/** Whether the value is the same for every row. `COUNT(*)` and `ROW_NUMBER()` name no column and still vary; raw SQL may, unless it is a literal. */
export const isConstant = (expr: Expr): boolean => !some(expr, (part) => isQuery(part) || (VARYING.has(part.kind) && !isRawLiteral(part)));
/** `sql\`2\``: alone in an order or a group, the database would take it for the position of an output, or refuse it. */
const isRawLiteral = (expr: Expr): boolean => expr.kind === "fragment" && expr.values.length === 0 && LITERAL.test(expr.texts.join(""));
const LITERAL = /^[\s(]*(?:[-+]?\d[\d.]*(?:e[-+]?\d+)?|'(?:[^']|'')*'|null|true|false)[\s)]*$/i;
const VARYING: ReadonlySet<Expr["kind"]> = new Set<Expr["kind"]>(["column", "fragment", "identifier", "aggregate", "window"]);
/** Whether repeating the expression gives another text, because parameters are numbered. */
export const hasParameter = (expr: Expr): boolean =>
  some(expr, (part) => part.kind === "param" || part.kind === "fragment" || isQuery(part));

/** Equal for equal expressions, even if they were resolved separately. */
export const structuralKey = (expr: Expr): string =>
  JSON.stringify(expr, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));

/** Whether the expression contains raw SQL, whose effects are unknown. */
export const isRawSql = (expr: Expr): boolean => some(expr, (part) => part.kind === "fragment");

/** Columns outside aggregates, including outer columns that sub-queries read; parts that are `known` are not searched. */
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

/** An aggregate of an aggregate or window, which needs an outer query; null if there is none. */
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

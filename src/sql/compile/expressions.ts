/** Expressions that all SQL databases write the same way. */

import { FieldError } from "../../errors.js";
import type { LogicalNode } from "../nodes.js";
import type { ExpressionTable, Handler } from "./writer.js";
import { writeAggregate, writeWindow } from "./windows.js";

const logical: Handler<LogicalNode> = (node, out) =>
  void out.list(node.operands, (operand) => out.operand(operand), node.kind === "and" ? " AND " : " OR ");

type Shared = Omit<ExpressionTable, "param" | "inRows" | "inArray" | "match" | "extract" | "trunc" | "cast" | "jsonPath">;

/** The rest differs between databases. */
export const standardExpressions: Shared = {
  column: (node, out) => {
    if (node.source !== null && node.source !== out.bareSource) out.name(node.source).write(".");
    out.name(node.name);
  },
  literal: ({ value }, out) => {
    if (typeof value === "string") out.write(`'${value.replaceAll("'", "''")}'`);
    else
      out.write(value === null ? "NULL" : value === true ? "TRUE" : value === false ? "FALSE" : value < 0 ? `(${value})` : String(value));
  },
  binary: (node, out) => void out.operand(node.left).write(` ${node.operator} `).operand(node.right),
  negate: (node, out) => void out.write("- ").operand(node.operand),
  and: logical,
  or: logical,
  not: (node, out) => void out.write("NOT ").write("(").expr(node.operand).write(")"),
  isNull: (node, out) => void out.operand(node.operand).write(node.negated ? " IS NOT NULL" : " IS NULL"),
  inQuery: (node, out) => {
    const [only] = node.operands;
    if (node.operands.length === 1 && only !== undefined) out.operand(only);
    else out.write("(").exprs(node.operands).write(")");
    out.write(" IN ").subquery(node.query);
  },
  between: (node, out) => void out.operand(node.operand).write(" BETWEEN ").operand(node.low).write(" AND ").operand(node.high),
  function: (node, out) => out.grammar.functions[node.name](node, out),
  case: (node, out) => {
    out.write("CASE");
    for (const { when, then } of node.whens) out.write(" WHEN ").expr(when).write(" THEN ").expr(then);
    if (node.otherwise !== null) out.write(" ELSE ").expr(node.otherwise);
    out.write(" END");
  },
  aggregate: (node, out) => writeAggregate(node, out),
  windowFunction: (node, out) => out.grammar.windowFunction(node, out),
  window: (node, out) => writeWindow(node, out),
  scalarQuery: (node, out) => void out.subquery(node.query),
  exists: (node, out) => void out.write(node.negated ? "NOT EXISTS " : "EXISTS ").subquery(node.query),
  fragment: (node, out) => {
    const { texts, values } = node;
    for (let at = 0; at < texts.length; at++) {
      out.write(texts[at] as string);
      const value = values[at];
      if (value === undefined) continue;
      if (value.kind === "fragment") out.expr(value);
      else out.operand(value);
    }
  },
  identifier: (node, out) => void out.list(node.parts, (part) => out.name(part), "."),
  excluded: (node, out) => void out.write("EXCLUDED.").name(node.name),
  outer: (node, out) => void out.operand(node.of),
  unresolved: () => {
    throw new FieldError(
      'expected SQL without names of model fields here, got an expression such as F("…") inside sql`…`: use it in a query of the model, or write the column with sql.identifier(…)',
    );
  },
};

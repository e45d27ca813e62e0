/** Expressions in DDL, which cannot have parameters: every value becomes a quoted literal. */

import { ConfigurationError } from "../errors.js";
import type { Dialect } from "../database/contracts.js";
import { alwaysFalse, column, fragment, output, select } from "../sql/factories/index.js";
import type { Expr, InArrayNode, ParamNode } from "../sql/nodes.js";
import { mapExpr } from "../sql/visit.js";

/** The SQL of an expression over a table's own columns; `place` names it in messages. */
export const expressionText = (expr: Expr, dialect: Dialect, place: string): string => {
  const compiled = dialect.compile(select({ outputs: [output(withoutParameters(expr, dialect))] }));
  if (compiled.parameters.length > 0)
    throw new ConfigurationError(
      `${place}: this expression needs parameters (a path into JSON, for example), which DDL cannot have; write it as sql\`…\``,
    );
  return compiled.text.replace(/^SELECT /, "");
};

const withoutParameters = (expr: Expr, dialect: Dialect): Expr =>
  mapExpr(expr, (node) => {
    if (node.kind === "column" && node.source !== null) return column(null, node.name, node.type);
    if (node.kind === "param") return written(node, dialect);
    return node.kind === "inArray" ? inList(node, dialect) : undefined;
  });

const written = (node: ParamNode, dialect: Dialect): Expr => fragment([dialect.schema.literal(prepared(node), node.type)], [], node.type);

const prepared = ({ value, prepare }: ParamNode): unknown => (prepare === undefined || value === null ? value : prepare(value as never));

/** An array parameter becomes a list of literals. */
const inList = (node: InArrayNode, dialect: Dialect): Expr => {
  const values = prepared(node.values);
  const operand = withoutParameters(node.operand, dialect);
  if (!Array.isArray(values) || values.length === 0) return alwaysFalse;
  const list = values.map((value) => dialect.schema.literal(value, node.operand.type)).join(", ");
  return fragment(["", ` IN (${list})`], [operand], node.type);
};

/** Expressions that reach outside: raw SQL, sub-queries, references to outer queries. */

import { FieldError } from "../../../errors.js";
import { alwaysFalse, column, exists, literal, outer, scalarQuery } from "../../../sql/factories/index.js";
import { isAggregate, isConstant, isWindow } from "../../../sql/inspect.js";
import { mapExpr } from "../../../sql/visit.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import { computedNode } from "../../expressions/expression.js";
import type { Handler, Scope } from "../scope/scope.js";

/** Raw SQL; expressions inside it are resolved like any other. */
export const fragmentOf: Handler<"fragment"> = (scope, { expr }, conditionContext) => {
  if (expr.kind === "fragment") scope.context.raw = true;
  const whole = mapExpr(expr, (part) => {
    if (part.kind !== "unresolved") return undefined;
    const node = computedNode(part.object);
    if (node === undefined) throw new FieldError(`${scope.meta.name}: sql\`…\` holds something that is no expression`);
    return scope.context.resolver.value(scope, node, conditionContext, null).expr;
  });
  return { expr: whole, nullable: true };
};

export const outerValue: Handler<"outer"> = (scope, node, conditionContext, expected) => {
  let around: Scope | null = scope;
  for (let level = 0; level < node.depth && around !== null; level++) around = around.around;
  if (around === null)
    throw new FieldError(
      `OuterRef("${node.path}") stands in a query of ${scope.meta.name} that has no query around it: use it inside Subquery(…), Exists(…) or as a value`,
    );
  const value = scope.context.resolver.value(around, { kind: "path", path: node.path }, { ...conditionContext, reuse: null }, expected);
  const computed = value.expr.kind !== "column" && (around.grouped || isAggregate(value.expr) || isWindow(value.expr));
  if (!computed || isConstant(value.expr)) return value;
  around.readInside = true;
  return { expr: outer(around.alias, value.expr), nullable: value.nullable };
};

export const tableValue: Handler<"fromTable"> = (scope, node) => {
  const found = scope.table(node.table);
  if (found === null) throw new FieldError(`ref("${node.path}") of the table '${node.table}' stands outside of its recursive part`);
  const known = found.columns.get(node.path);
  if (known === undefined)
    throw new FieldError(
      `no column '${node.path}' in the table '${node.table}'.${didYouMean(node.path, found.columns.keys())} There are ${[...found.columns.keys()].join(", ")}`,
    );
  return { expr: column(found.alias, known.name, known.type), nullable: true };
};

export const subquery: Handler<"subquery"> = (scope, node) => {
  const inner = scope.context.resolver.inner(scope, node.state, "value");
  const [output] = inner.outputs;
  if (output === undefined || inner.outputs.length !== 1)
    throw new FieldError(
      `Subquery takes a query of one column, this one of ${node.state.meta.name} has ${inner.outputs.length}: name it with values(…)`,
    );
  return inner.empty
    ? { expr: literal(null, output.type), nullable: true }
    : { expr: scalarQuery(inner.query, output.type), nullable: true };
};
export const existence: Handler<"exists"> = (scope, node) => {
  const inner = scope.context.resolver.inner(scope, node.state, "exists");
  return { expr: inner.empty ? alwaysFalse : exists(inner.query), nullable: false };
};

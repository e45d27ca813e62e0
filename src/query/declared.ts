/**
 * Conditions and expressions that a model declares (checks, partial indexes, generated columns). They refer to the model's own columns by
 * bare names, as DDL requires.
 */

import { FieldError } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { column } from "../sql/factories/index.js";
import type { Expr } from "../sql/nodes.js";
import { mapExpr } from "../sql/visit.js";
import { conditionNode } from "./expressions/expression.js";
import { freshContext } from "./planning/requests/rows.js";
import { filterContext } from "./resolve/scope/context.js";
import { Scope } from "./resolve/scope/scope.js";
import type { Node } from "./state.js";

const resolved = (meta: ModelMeta, resolve: (scope: Scope) => Expr): Expr => {
  const scope = new Scope(freshContext(), meta, null);
  const expr = resolve(scope);
  if (scope.joins().length > 0)
    throw new FieldError(`what ${meta.name} declares about its table can only speak of its own columns, not of related models`);
  return mapExpr(expr, (part) =>
    part.kind === "column" && part.source === scope.alias
      ? column(null, part.name, part.type, { collate: part.collate, notNull: part.notNull })
      : undefined,
  );
};

/** A filter such as `{ title__ne: "" }`. */
export const declaredCondition = (meta: ModelMeta, condition: object): Expr =>
  resolved(
    meta,
    (scope) => scope.context.resolver.condition(scope, conditionNode(condition, `a check of ${meta.name}`), filterContext).expr,
  );

/** Raw SQL, which may contain `F("views")` and the like. */
export const declaredExpression = (meta: ModelMeta, expression: Expr): Expr =>
  resolved(
    meta,
    (scope) => scope.context.resolver.value(scope, { kind: "fragment", expr: expression } satisfies Node, filterContext, null).expr,
  );

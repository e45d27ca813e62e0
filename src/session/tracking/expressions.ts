/** Expressions that `set()` gave to a field, until a flush writes them or a later assignment replaces them. */

import type { FieldMeta } from "../../metadata/model-meta.js";
import type { Expr } from "../../sql/nodes.js";
import { valueOf, type InstanceState } from "../../loading/index.js";

/** What the property held when the expression was given: another value means that it was assigned since. */
const valuesThen = new WeakMap<Expr, unknown>();

export const giveExpression = (object: object, state: InstanceState, field: FieldMeta, expr: Expr): void => {
  valuesThen.set(expr, valueOf(object, field));
  (state.expressions ??= new Map()).set(field, expr);
};

/** The last assignment wins: an expression whose property was assigned since is dropped. */
export const dropOverwritten = (object: object, state: InstanceState): void => {
  if (state.expressions === null) return;
  for (const [field, expr] of state.expressions)
    if (valuesThen.has(expr) && valuesThen.get(expr) !== valueOf(object, field)) state.expressions.delete(field);
  if (state.expressions.size === 0) state.expressions = null;
};

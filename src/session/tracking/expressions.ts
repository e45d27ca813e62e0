/** Expressions that `set()` assigned to fields. They stay until a flush writes them or a later assignment replaces them. */

import type { FieldMeta } from "../../metadata/model-meta.js";
import type { Expr } from "../../sql/nodes.js";
import { valueOf, type InstanceState } from "../../loading/index.js";

/** The property's value when the expression was set; a different value now means the property was assigned later. */
const valuesThen = new WeakMap<Expr, unknown>();

export const giveExpression = (object: object, state: InstanceState, field: FieldMeta, expr: Expr): void => {
  valuesThen.set(expr, valueOf(object, field));
  (state.expressions ??= new Map()).set(field, expr);
};

/** The last assignment wins: drops expressions whose property was assigned later. */
export const dropOverwritten = (object: object, state: InstanceState): void => {
  if (state.expressions === null) return;
  for (const [field, expr] of state.expressions)
    if (valuesThen.has(expr) && valuesThen.get(expr) !== valueOf(object, field)) state.expressions.delete(field);
  if (state.expressions.size === 0) state.expressions = null;
};

/** "Not equal" over a to-many relation needs a related row that differs. */

import { and, isNotNull } from "../../../sql/factories/index.js";
import type { Expr } from "../../../sql/nodes.js";
import type { ResolvedCondition } from "../scope/context.js";
import { keyOf } from "../scope/path.js";
import type { Scope } from "../scope/scope.js";

/** "A post that is not called x" requires a post, whereas a post without an editor also has no editor called x. */
export const requireRelatedRow = (scope: Scope, expr: Expr, joins: readonly string[]): ResolvedCondition => {
  const last = joins.findLastIndex((alias) => scope.isMany(alias));
  const alias = joins[last];
  const meta = alias === undefined ? null : scope.modelOf(alias);
  if (alias === undefined || meta === null) return { expr, needs: new Set() };
  return { expr: and(expr, isNotNull(scope.column(alias, keyOf(meta)))), needs: new Set(joins.slice(0, last + 1)) };
};

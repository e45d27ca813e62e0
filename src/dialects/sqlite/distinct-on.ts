/** DISTINCT ON for a database without it: selects the first row of each group by ROW_NUMBER in a sub-select. */

import { order, window, windowFunction } from "../../sql/factories/aggregates.js";
import { equals } from "../../sql/factories/conditions.js";
import { fromQuery, select } from "../../sql/factories/statements.js";
import { column, literal } from "../../sql/factories/values.js";
import type { Expr, OrderNode, Output, Select } from "../../sql/nodes.js";
import { types } from "../../sql/types.js";
import { isWindow } from "../../sql/inspect.js";

const ALIAS = "distinct_on";
const COMPUTED = "distinct_rows";
const PLACE = "place";

/** The column of a sub-select that holds an expression, with the same ordering. */
const columnOf = (alias: string, name: string, expr: Expr): Expr =>
  column(alias, name, expr.type, expr.kind === "column" ? { collate: expr.collate, notNull: expr.notNull ?? false } : {});
const first = (partitionBy: readonly Expr[], orderBy: readonly OrderNode[]): Output => ({
  expr: window(windowFunction("rowNumber", [], types.integer), { partitionBy, orderBy }),
  name: PLACE,
});

export function withoutDistinctOn(query: Select, keys: readonly Expr[]): Select {
  const named = (prefix: string, exprs: readonly Expr[]): Output[] => exprs.map((expr, at) => ({ expr, name: `${prefix}${at}` }));
  const outputs = named(
    "o",
    query.outputs.map(({ expr }) => expr),
  );
  const orders = named(
    "k",
    query.orderBy.map(({ expr }) => expr),
  );
  const ordered = (alias: string): OrderNode[] =>
    query.orderBy.map(({ expr, direction, nulls }, at) => order(columnOf(alias, `k${at}`, expr), direction, nulls));
  const inner: Select = { ...query, with: [], distinct: false, orderBy: [], limit: null, offset: null, lock: null };
  // A window cannot refer to another one, so the inner one is computed in a separate sub-select.
  const windowed = [...keys, ...query.orderBy.map(({ expr }) => expr)].some(isWindow);
  const parts = named("d", keys);
  const again = (all: readonly Output[]): Output[] => all.map(({ expr, name }) => ({ expr: columnOf(COMPUTED, name ?? "", expr), name }));
  const numbered = windowed
    ? select({
        outputs: [
          ...again([...outputs, ...orders]),
          first(
            again(parts).map(({ expr }) => expr),
            ordered(COMPUTED),
          ),
        ],
        from: fromQuery(Object.freeze({ ...inner, outputs: [...outputs, ...orders, ...parts] }), COMPUTED),
      })
    : Object.freeze({
        ...inner,
        outputs: [
          ...outputs,
          ...orders,
          first(
            keys,
            query.orderBy.map(({ expr, direction, nulls }) => order(expr, direction, nulls)),
          ),
        ],
      });
  return select({
    with: query.with,
    outputs: query.outputs.map(({ expr, name }, at) => ({
      expr: column(ALIAS, `o${at}`, expr.type),
      name: name ?? (expr.kind === "column" ? expr.name : null),
    })),
    from: fromQuery(numbered, ALIAS),
    where: equals(column(ALIAS, PLACE, types.integer), literal(1)),
    orderBy: ordered(ALIAS),
    limit: query.limit,
    offset: query.offset,
  });
}

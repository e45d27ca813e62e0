/** DISTINCT ON for a database without it: the first row of each group by ROW_NUMBER in a sub-select. */

import { order, window, windowFunction } from "../../sql/factories/aggregates.js";
import { equals } from "../../sql/factories/conditions.js";
import { fromQuery, select } from "../../sql/factories/statements.js";
import { column, literal } from "../../sql/factories/values.js";
import type { Expr, OrderNode, Output, Select } from "../../sql/nodes.js";
import { types } from "../../sql/types.js";

const ALIAS = "distinct_on";

export function withoutDistinctOn(query: Select, keys: readonly Expr[]): Select {
  const outputs: Output[] = query.outputs.map(({ expr }, at) => ({ expr, name: `o${at}` }));
  const orders: Output[] = query.orderBy.map(({ expr }, at) => ({ expr, name: `k${at}` }));
  const rank = window(windowFunction("rowNumber", [], types.integer), { partitionBy: keys, orderBy: query.orderBy });
  const inner: Select = Object.freeze({
    ...query,
    with: [],
    distinct: false,
    orderBy: [],
    limit: null,
    offset: null,
    lock: null,
    outputs: [...outputs, ...orders, { expr: rank, name: "place" }],
  });
  return select({
    with: query.with,
    outputs: query.outputs.map(({ expr, name }, at) => ({
      expr: column(ALIAS, `o${at}`, expr.type),
      name: name ?? (expr.kind === "column" ? expr.name : null),
    })),
    from: fromQuery(inner, ALIAS),
    where: equals(column(ALIAS, "place", types.integer), literal(1)),
    orderBy: query.orderBy.map(({ expr, direction, nulls }, at): OrderNode => order(column(ALIAS, `k${at}`, expr.type), direction, nulls)),
    limit: query.limit,
    offset: query.offset,
  });
}

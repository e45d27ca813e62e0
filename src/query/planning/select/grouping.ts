/** GROUP BY: the key of the model's rows, or the values named before an aggregate, and further columns that the outputs need. */

import { binary, column, literal } from "../../../sql/factories/index.js";
import type { ColumnNode, Expr, OrderNode, Output } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import { filterContext } from "../../resolve/scope/context.js";
import { pathColumns } from "../../resolve/values/path-columns.js";
import type { Draft } from "./draft.js";
import { hasParameter, isAggregate, isConstant, isWindow, rowColumns, structuralKey } from "./inspect.js";

export interface Grouped {
  readonly outputs: readonly Output[];
  readonly having: readonly Expr[];
  /** Conditions of an outer query that are computed from the groups. */
  readonly qualify?: readonly Expr[];
  readonly order: readonly OrderNode[];
}

/** Returns nothing if no aggregate is involved. */
export const groupBy = (draft: Draft, { outputs, having, qualify = [], order }: Grouped): readonly Expr[] => {
  const { state } = draft;
  const exprs = [...[...outputs, ...order].map(({ expr }) => expr), ...qualify];
  if (state.group === null && having.length === 0 && !exprs.some(isAggregate)) return [];
  return state.group?.by === "values"
    ? byValues(draft, state.group.items, outputs, [...exprs, ...having])
    : byKey(draft, [...exprs, ...having]);
};

const named = (columns: readonly ColumnNode[]): string => columns.map(({ source, name }) => `${source ?? ""}.${name}`).join();

/** Other columns depend on the key; for joined rows, their key is added. */
const byKey = ({ state, scope }: Draft, exprs: readonly Expr[]): readonly Expr[] => {
  const groups = new Map<string, Expr>();
  const add = (node: ColumnNode): void => void groups.set(named([node]), node);
  for (const field of state.meta.primaryKey) add(scope.column(scope.alias, field));
  for (const node of exprs.flatMap((one) => rowColumns(one))) {
    const meta = node.source === null ? null : scope.modelOf(node.source);
    if (meta === null || (node.source === scope.alias && state.table !== null)) {
      if (node.source !== null && scope.modelOf(node.source) !== null) add(node);
    } else if (node.source !== scope.alias) for (const field of meta.primaryKey) add(column(node.source, field.column, field.type));
  }
  return [...groups.values()];
};

const byValues = (draft: Draft, items: readonly string[], outputs: readonly Output[], exprs: readonly Expr[]): readonly Expr[] => {
  const { scope } = draft;
  const groups: Expr[] = [];
  const shapes = new Set<string>();
  const isGrouped = (part: Expr): boolean => shapes.has(structuralKey(part));
  const add = (expr: Expr): void => {
    if (isConstant(expr) || isGrouped(expr)) return;
    const shape = structuralKey(expr);
    shapes.add(shape);
    const place = outputs.findIndex((one) => structuralKey(one.expr) === shape);
    // Parameters are numbered, so the database would not recognize a repeated expression. A position names the output.
    groups.push(place >= 0 && hasParameter(expr) ? literal(place + 1) : expr);
  };
  for (const item of items) {
    for (const { value } of pathColumns(scope, item, filterContext)) if (!isAggregate(value.expr)) add(value.expr);
  }
  for (const expr of exprs) {
    if (!isAggregate(expr) && !isWindow(expr) && (expr.kind === "column" || outputs.some((one) => one.expr === expr))) add(expr);
    else for (const node of rowColumns(expr, isGrouped)) if (node.source !== null && scope.modelOf(node.source) !== null) add(node);
  }
  // Without GROUP BY, aggregates would return a row for an empty set. A bare constant would be a position.
  return groups.length > 0 ? groups : [binary(literal(1), "+", literal(0), types.integer)];
};

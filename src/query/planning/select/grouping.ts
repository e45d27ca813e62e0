/** GROUP BY: the key of the model's rows, or the values named before an aggregate, and further columns that the outputs need. */

import { FieldError } from "../../../errors.js";
import { binary, column, literal } from "../../../sql/factories/index.js";
import type { ColumnNode, Expr, OrderNode, Output } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import { filterContext } from "../../resolve/scope/context.js";
import { pathColumns } from "../../resolve/values/path-columns.js";
import type { Draft } from "./draft.js";
import { readsGroups } from "./group-readers.js";
import { hasParameter, isAggregate, isConstant, isWindow, rowColumns, structuralKey } from "../../../sql/inspect.js";

export interface Grouped {
  readonly outputs: readonly Output[];
  /** The outputs of the statement that groups, if an outer query selects the others. */
  readonly placed?: readonly Output[] | undefined;
  readonly having: readonly Expr[];
  /** Conditions of an outer query that are computed from the groups. */
  readonly qualify?: readonly Expr[];
  readonly order: readonly OrderNode[];
}

/** Returns nothing if no aggregate is involved. */
export const groupBy = (draft: Draft, { outputs, placed = outputs, having, qualify = [], order }: Grouped): readonly Expr[] => {
  const { state } = draft;
  const exprs = [...[...outputs, ...order].map(({ expr }) => expr), ...qualify];
  if (state.group === null && having.length === 0 && !exprs.some(isAggregate)) return [];
  return state.group?.by === "values" ? byValues(draft, { outputs, placed }, [...exprs, ...having]) : byKey(draft, [...exprs, ...having]);
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

/** The values that rows are grouped by, as far as they do not aggregate themselves. */
export const groupedValues = ({ state, scope }: Draft): readonly Expr[] =>
  state.group?.by !== "values"
    ? []
    : state.group.items
        .flatMap((item) => pathColumns(scope, item, filterContext).map(({ value }) => value.expr))
        .filter((one) => !isAggregate(one));

const byValues = (
  draft: Draft,
  { outputs, placed }: { readonly outputs: readonly Output[]; readonly placed: readonly Output[] },
  exprs: readonly Expr[],
): readonly Expr[] => {
  const { scope } = draft;
  const groups: Expr[] = [];
  const shapes = new Set<string>();
  const isGrouped = (part: Expr): boolean => shapes.has(structuralKey(part));
  const add = (expr: Expr): void => {
    if (isConstant(expr) || isGrouped(expr)) return;
    const shape = structuralKey(expr);
    shapes.add(shape);
    const place = placed.findIndex((one) => structuralKey(one.expr) === shape);
    // Parameters are numbered, so the database would not recognize a repeated expression. A position names the output.
    groups.push(place >= 0 && hasParameter(expr) ? literal(place + 1) : expr);
  };
  for (const expr of groupedValues(draft)) {
    if (isWindow(expr))
      throw new FieldError(
        `values() of ${draft.state.meta.name} before an aggregate: rows cannot be grouped by a window in the query that computes it. Group by what the window is made of, or aggregate() the set`,
      );
    add(expr);
  }
  for (const expr of exprs) {
    if (
      !isAggregate(expr) &&
      !isWindow(expr) &&
      !readsGroups(scope, expr) &&
      (expr.kind === "column" || outputs.some((one) => one.expr === expr))
    )
      add(expr);
    else for (const node of rowColumns(expr, isGrouped)) if (node.source !== null && scope.modelOf(node.source) !== null) add(node);
  }
  // Without GROUP BY, aggregates would return a row for an empty set. A bare constant would be a position.
  return groups.length > 0 ? groups : [binary(literal(1), "+", literal(0), types.integer)];
};

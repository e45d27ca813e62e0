/** `aggregate()`: over the rows themselves, or over a sub-select if they are sliced, grouped, distinct or combined. */

import { FieldError } from "../../../errors.js";
import { aggregate, fromQuery, literal, output, select } from "../../../sql/factories/index.js";
import type { Expr, OrderNode } from "../../../sql/nodes.js";
import { mapExpr } from "../../../sql/visit.js";
import type { NamedOutput, SelectPlan } from "../../plan.js";
import type { PlanContext, Scope } from "../../resolve/scope/scope.js";
import { filterContext } from "../../resolve/scope/context.js";
import type { Node, QueryState } from "../../state.js";
import { initialState } from "../../state.js";
import { combinedScope } from "../combine/combined-scope.js";
import { finish, isSliced } from "../select/finish.js";
import { newLift, type Lift } from "../select/lift.js";
import { joinMultiplied, rowSet } from "../select/row-set.js";
import { selectionOf } from "../select/outputs.js";
import { isAggregate, isConstant, isRawSql, nestedAggregate } from "../../../sql/inspect.js";
import { readsOf } from "./read-set.js";
import { draftOf, freshContext, partOf } from "./rows.js";
import { Rows } from "../../rows.js";

export interface NamedNode {
  readonly name: string;
  readonly node: Node;
}

export const planAggregate = (given: QueryState, entries: readonly NamedNode[], context: PlanContext = freshContext()): SelectPlan => {
  const state: QueryState = { ...given, related: [], prefetch: [], only: null, defer: [], lock: null };
  const planned = state.combined === null ? overRows(context, state, entries) : overCombined(context, state, entries);
  return {
    meta: state.meta,
    statement: planned.statement,
    shape: { kind: "values", mode: "object", outputs: planned.outputs, columns: null },
    prefetch: [],
    reads: readsOf(context),
    empty: planned.empty,
    locks: false,
    fetchMode: null,
    byKey: false,
    reversed: false,
    cells: null,
    needs: [...context.needs],
    values: null,
    state: given,
  };
};
interface Planned extends Pick<SelectPlan, "statement" | "empty"> {
  readonly outputs: readonly NamedOutput[];
}

const resolved = (scope: Scope, entries: readonly NamedNode[]): Expr[] =>
  entries.map(({ name, node }) => {
    const { expr } = scope.context.resolver.value(scope, node, filterContext, null);
    if (!isAggregate(expr) && !isConstant(expr) && !isRawSql(expr))
      throw new FieldError(`aggregate: '${name}' is not an aggregate. Give Count, Sum, Avg, Min, Max or the like`);
    return expr;
  });
const named = (entries: readonly NamedNode[], exprs: readonly Expr[]): NamedOutput[] =>
  exprs.map(({ type }, offset) => ({ name: entries[offset]?.name ?? "", type, offset }));

const overRows = (context: PlanContext, state: QueryState, entries: readonly NamedNode[]): Planned => {
  const drafted = draftOf(context, state);
  joinMultiplied(drafted);
  const before = drafted.scope.multiplied;
  const exprs = resolved(drafted.scope, entries);
  const outputs = named(entries, exprs);
  // A join would multiply the rows before they are sliced, so the rows are selected first.
  if (isSliced(state) && !before && drafted.scope.multiplied) {
    context.notShareable = true;
    return overRows(freshContext(context.slots), chosenFirst(state), entries);
  }
  const inside =
    isSliced(state) ||
    state.distinct !== false ||
    state.group !== null ||
    drafted.having.length > 0 ||
    drafted.qualify.length > 0 ||
    exprs.some((expr) => nestedAggregate(expr) !== null);
  if (!inside)
    return {
      statement: finish(
        drafted,
        exprs.map((expr, index) => output(expr, entries[index]?.name ?? null)),
        { order: "none", slice: false, whole: true },
      ),
      empty: drafted.empty,
      outputs,
    };
  const lift = newLift(drafted.scope);
  if (state.distinct !== false) for (const { expr } of selectionOf(drafted).outputs) lift.take(expr);
  const outside = exprs.map((expr) => outsideOf(expr, lift, drafted.scope));
  const inner = rowSet(drafted, lift.outputs.length === 0 ? [output(literal(1), "one")] : lift.outputs);
  return {
    statement: select({
      with: inner.with,
      outputs: outside.map((expr, index) => output(expr, entries[index]?.name ?? null)),
      from: fromQuery({ ...inner, with: [] }, lift.alias),
    }),
    empty: drafted.empty,
    outputs,
  };
};
const chosenFirst = (state: QueryState): QueryState => ({
  ...initialState(state.meta),
  deleted: "include",
  where: [{ negated: false, annotated: 0, tree: { kind: "where", entries: [["pk__in", new Rows({ ...state, values: null })]] } }],
});

/** The outermost aggregates stay in the outer query, including raw SQL; their arguments are computed inside. */
const outsideOf = (expr: Expr, lift: Lift, scope: Scope): Expr =>
  mapExpr(expr, (part) => {
    if (part.kind === "column") return part.source !== null && scope.modelOf(part.source) !== null ? lift.take(part) : undefined;
    if (part.kind !== "aggregate") return undefined;
    const [of, ...more] = part.args;
    return aggregate(part.name, of === undefined ? [] : [lift.take(of), ...more], part.type, {
      distinct: part.distinct,
      filter: part.filter === null ? null : lift.take(part.filter),
      orderBy: part.orderBy.map((one): OrderNode => ({ ...one, expr: lift.take(one.expr) })),
    });
  });

const overCombined = (context: PlanContext, state: QueryState, entries: readonly NamedNode[]): Planned => {
  const part = partOf(context, isSliced(state) ? state : { ...state, order: [] }, null);
  const { scope, from } = combinedScope(context, state.meta, part);
  const exprs = resolved(scope, entries);
  return {
    statement: select({ outputs: exprs.map((expr, index) => output(expr, entries[index]?.name ?? null)), from, joins: scope.joins() }),
    empty: part.empty,
    outputs: named(entries, exprs),
  };
};

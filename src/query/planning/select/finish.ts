/** A draft with outputs becomes a SELECT: groups, order, distinctness, slices, locks, and the outer query that windows in filters need. */

import { FieldError } from "../../../errors.js";
import { and, fromQuery, literal, order, output, select } from "../../../sql/factories/index.js";
import type { Expr, Lock, OrderNode, Output, Select } from "../../../sql/nodes.js";
import { filterContext } from "../../resolve/scope/context.js";
import type { QueryState } from "../../state.js";
import type { Draft } from "./draft.js";
import { groupBy } from "./grouping.js";
import { newLift } from "./lift.js";
import { keyOrder, orderOf } from "./ordering.js";
import { sliceOf } from "./slice.js";
import { hasParameter, isConstant } from "./inspect.js";

export interface FinishOptions {
  /** "given": as asked; "total": made total by the key wherever that is possible. */
  readonly order: "none" | "given" | "total";
  readonly distinct?: boolean;
  readonly slice?: boolean;
  readonly lock?: boolean;
  /** The outputs aggregate all rows: nothing is grouped. */
  readonly whole?: boolean;
  /** An order already resolved, instead of the state's. */
  readonly nodes?: readonly OrderNode[];
}

/** Slices of an order that is not total would differ from one query to the next. */
export const isSliced = (state: QueryState): boolean => state.limit !== null || state.offset > 0;

export const finish = (draft: Draft, given: readonly Output[], options: FinishOptions): Select => {
  const { state, scope } = draft;
  const distinct = options.distinct === false ? false : state.distinct;
  const sliced = options.slice !== false && isSliced(state);
  const nodes = options.order === "none" ? [] : [...(options.nodes ?? orderOf(draft))];
  const on = typeof distinct === "boolean" ? [] : distinctOn(draft, distinct, nodes);
  if (options.order !== "none" && options.nodes === undefined && (options.order === "total" || sliced))
    nodes.push(...keyOrder(draft, nodes));
  const outputs = distinct === true ? withOrder(given, nodes) : given;
  const grouped = options.whole === true ? [] : groupBy(draft, { outputs, having: draft.having, qualify: draft.qualify, order: nodes });
  const lock = options.lock === false || state.lock === null ? null : lockOf(draft, state.lock);
  const core = { with: draft.with, from: scope.source, where: condition(draft.where), groupBy: grouped, having: condition(draft.having) };
  const limits = sliced ? sliceOf(scope.context, state) : {};
  if (draft.qualify.length === 0) {
    return select({
      ...core,
      ...limits,
      outputs,
      distinct: on.length > 0 ? on : distinct === true,
      orderBy: nodes.map((node) => byPlace(node, outputs)),
      joins: scope.joins(),
      lock,
    });
  }
  const lift = newLift(scope);
  const outside = outputs.map((one) => output(lift.take(one.expr), one.name));
  const asked = draft.qualify.map((part) => lift.outside(part));
  const orderBy = nodes.map((node) => order(isConstant(node.expr) ? node.expr : lift.take(node.expr), node.direction, node.nulls));
  const inner = select({ ...core, with: [], outputs: lift.outputs, joins: scope.joins() });
  return select({
    with: draft.with,
    outputs: outside,
    from: fromQuery(inner, lift.alias),
    where: and(...asked),
    orderBy,
    distinct: distinct === true,
    ...limits,
  });
};

const condition = (parts: readonly Expr[]): Expr | null => (parts.length === 0 ? null : and(...parts));

/** An output with parameters is ordered by its place: written again it would be another expression to the database. */
const byPlace = (node: OrderNode, outputs: readonly Output[]): OrderNode => {
  const place = outputs.findIndex((one) => one.expr === node.expr);
  return place >= 0 && hasParameter(node.expr) ? order(literal(place + 1), node.direction, node.nulls) : node;
};

/** Distinct rows can only be ordered by what they hold. */
const withOrder = (outputs: readonly Output[], nodes: readonly OrderNode[]): readonly Output[] => {
  const missing = nodes.filter(
    ({ expr }) =>
      !isConstant(expr) &&
      !outputs.some(
        (one) =>
          one.expr === expr ||
          (one.expr.kind === "column" && expr.kind === "column" && one.expr.source === expr.source && one.expr.name === expr.name),
      ),
  );
  return missing.length === 0 ? outputs : [...outputs, ...missing.map(({ expr }) => output(expr))];
};

/** `distinct("genre")` keeps the first row of each genre: the order must begin with it. */
const distinctOn = ({ scope }: Draft, names: readonly string[], nodes: OrderNode[]): readonly Expr[] => {
  scope.context.needs.add("distinctOn");
  const exprs = names.map((path) => scope.context.resolver.value(scope, { kind: "path", path }, filterContext, null).expr);
  if (nodes.length === 0) nodes.push(...exprs.map((expr) => order(expr)));
  return exprs;
};

/** Names of relations become the sources that their rows come from; a nullable joined row cannot be locked. */
const lockOf = ({ scope, state }: Draft, lock: Lock): Lock => {
  if (lock.of.length === 0) return state.related.length === 0 ? lock : { ...lock, of: [scope.alias] };
  const aliases = lock.of.map((name) => {
    if (name === "self") return scope.alias;
    const alias = scope.relatedSources.get(name);
    if (alias === undefined)
      throw new FieldError(`selectForUpdate({ of: ["${name}"] }): "self" or one of the relations in selectRelated is expected`);
    return alias;
  });
  return { ...lock, of: aliases };
};

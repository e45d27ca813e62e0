/**
 * Turns a draft with outputs into a SELECT: groups, order, DISTINCT, slices, locks, and the outer query that conditions on windows need.
 */

import { FieldError } from "../../../errors.js";
import { and, fromQuery, order, output, select } from "../../../sql/factories/index.js";
import type { Expr, Lock, OrderNode, Output, Select } from "../../../sql/nodes.js";
import { filterContext } from "../../resolve/scope/context.js";
import type { QueryState } from "../../state.js";
import type { Draft } from "./draft.js";
import { groupBy, groupedValues } from "./grouping.js";
import { readsGroups } from "./group-readers.js";
import { newLift, type Lift } from "./lift.js";
import { keyOrder, orderOf } from "./ordering.js";
import { sliceOf } from "./slice.js";
import { hasParameter, isAggregate, isConstant, isRandom, isWindow } from "../../../sql/inspect.js";

export interface FinishOptions {
  /** "given" uses the requested order; "total" extends it by the key where possible. */
  readonly order: "none" | "given" | "total";
  readonly distinct?: boolean;
  readonly slice?: boolean;
  readonly lock?: boolean;
  /** The outputs aggregate all rows, so nothing is grouped. */
  readonly whole?: boolean;
  /** An order already resolved, instead of the state's. */
  readonly nodes?: readonly OrderNode[];
}

/** A sliced query needs a total order, or its result would differ between executions. */
export const isSliced = (state: QueryState): boolean => state.limit !== null || state.offset > 0;

/** Whether an expression orders rows: a random one does, although it contains no column. */
const ordersRows = (expr: Expr): boolean => !isConstant(expr) || isRandom(expr);

export const finish = (draft: Draft, given: readonly Output[], options: FinishOptions): Select => {
  const { state, scope } = draft;
  const distinct = options.distinct === false ? false : state.distinct;
  const sliced = options.slice !== false && isSliced(state);
  const asked = options.order === "none" ? [] : [...(options.nodes ?? orderOf(draft))];
  // A constant orders nothing; PostgreSQL refuses TRUE in an order, and constants in the order of distinct rows.
  const nodes = typeof distinct === "boolean" ? asked.filter(({ expr }) => ordersRows(expr)) : asked;
  const on = typeof distinct === "boolean" ? [] : distinctOn(draft, distinct);
  // A page may be read backwards, while DISTINCT ON still selects by the order of the set.
  const choosing = on.length === 0 || options.nodes === undefined ? nodes : orderOf(draft);
  if (choosing.length === 0) choosing.push(...on.map((expr) => order(expr)));
  if (options.order !== "none" && options.nodes === undefined && (options.order === "total" || sliced))
    nodes.push(...keyOrder(draft, nodes));
  const outputs = distinct === true ? withOrder(given, nodes) : given;
  const windowed = draft.qualify.length > 0 || [...outputs, ...nodes].some(({ expr }) => isWindow(expr));
  const nested =
    scope.readInside &&
    [...outputs.map(({ expr }) => expr), ...nodes.map(({ expr }) => expr), ...draft.outside, ...on].some((expr) =>
      readsGroups(scope, expr),
    );
  const apart = (draft.outside.length > 0 && (windowed || nested || on.length > 0)) || choosing !== nodes;
  const where = apart ? draft.where : [...draft.where, ...draft.outside.filter((one) => !isAggregate(one))];
  const having = apart ? draft.having : [...draft.having, ...draft.outside.filter(isAggregate)];
  const around = apart ? [...draft.qualify, ...draft.outside] : draft.qualify;
  const enclosed = around.length > 0 || apart || nested;
  const outer = enclosed ? lifted(draft, { outputs, nodes, choosing, on, apart }) : null;
  const grouped =
    options.whole === true ? [] : groupBy(draft, { outputs, placed: outer?.lift.outputs, having, qualify: around, order: nodes });
  const lock = options.lock === false || state.lock === null ? null : lockOf(draft, state.lock, grouped.length > 0 || windowed);
  const core = { from: scope.source, where: condition(where), groupBy: grouped, having: condition(having), joins: scope.joins() };
  const limits = sliced ? sliceOf(scope.context, state) : {};
  if (outer === null && distinct === true && nodes.some(({ expr }) => isRandom(expr)))
    return { ...shuffled(draft, core, outputs, nodes), ...limits, with: draft.with };
  if (outer === null)
    return select({
      ...core,
      ...limits,
      with: draft.with,
      outputs,
      distinct: on.length > 0 ? on : distinct === true,
      orderBy: nodes.map((node) => withPosition(node, outputs)),
      lock,
    });
  return select({ ...selectAround(outer, { core, on, choosing, apart, distinct: distinct === true }), ...limits, with: draft.with });
};

/** Distinct rows in random order: the random number is drawn in an outer query, since it would make every row distinct. */
const shuffled = ({ scope }: Draft, core: Partial<Select>, outputs: readonly Output[], nodes: readonly OrderNode[]): Select => {
  const lift = newLift(scope);
  const selected = outputs.map((one) => output(lift.take(one.expr), one.name));
  const orderBy = nodes.map((node) => (isRandom(node.expr) ? node : order(lift.take(node.expr), node.direction, node.nulls)));
  return select({ outputs: selected, from: fromQuery(select({ ...core, outputs: lift.outputs, distinct: true }), lift.alias), orderBy });
};

interface Asked {
  readonly outputs: readonly Output[];
  readonly nodes: readonly OrderNode[];
  /** The order by which DISTINCT ON selects. */
  readonly choosing: readonly OrderNode[];
  readonly on: readonly Expr[];
  /** Whether conditions of the library must be applied outside windows and DISTINCT ON. */
  readonly apart: boolean;
}
/** The parts of an outer query, reading columns of the inner one. */
interface Lifted {
  readonly lift: Lift;
  readonly selected: readonly Output[];
  /** Conditions on windows, or on what was computed for the groups. */
  readonly filters: readonly Expr[];
  /** Conditions of the library. */
  readonly later: readonly Expr[];
  readonly orderBy: readonly OrderNode[];
  readonly choosingBy: readonly OrderNode[];
  readonly keys: readonly Expr[];
  /** Whether something is computed by the outer query, so that the inner one cannot select rows by it. */
  readonly computes: boolean;
}
const lifted = (draft: Draft, { outputs, nodes, choosing, on, apart }: Asked): Lifted => {
  const lift = newLift(draft.scope, groupedValues(draft));
  let computes = false;
  const expr = (one: Expr): Expr => {
    if (!readsGroups(draft.scope, one)) return lift.take(one);
    computes = true;
    return lift.outside(one);
  };
  const term = (node: OrderNode): OrderNode => order(isConstant(node.expr) ? node.expr : expr(node.expr), node.direction, node.nulls);
  const selected = outputs.map((one) => output(expr(one.expr), one.name));
  const filters = draft.qualify.map((part) => lift.outside(part));
  const later = apart ? draft.outside.map((part) => lift.outside(part)) : [];
  const orderBy = nodes.map(term);
  const choosingBy = choosing === nodes ? orderBy : choosing.map(term);
  const keys = on.map(expr);
  return { lift, selected, filters, later, orderBy, choosingBy, keys, computes };
};

interface Around {
  readonly core: Partial<Select>;
  readonly on: readonly Expr[];
  readonly choosing: readonly OrderNode[];
  readonly apart: boolean;
  readonly distinct: boolean;
}
/**
 * Conditions on windows need a query around the one that computes them; conditions added by the library (pages, `contains`, `inBulk`) must
 * not change the rows that windows and DISTINCT ON see. From the inside out: windows and groups, filters on them, DISTINCT ON, conditions
 * of the library.
 */
const selectAround = (
  { lift, selected, filters, later, orderBy, choosingBy, keys, computes }: Lifted,
  { core, on, choosing, apart, distinct }: Around,
): Select => {
  const inner = (more: Partial<Select> = {}): Select => select({ ...core, outputs: lift.outputs, ...more });
  if (on.length === 0)
    return select({ outputs: selected, from: fromQuery(inner(), lift.alias), where: condition([...filters, ...later]), orderBy, distinct });
  const filtered =
    filters.length === 0 && !computes
      ? null
      : { from: fromQuery(inner(), lift.alias), where: condition(filters), distinct: keys, orderBy: choosingBy };
  if (!apart) return select({ ...filtered, outputs: selected });
  const chosen = filtered === null ? inner({ distinct: on, orderBy: choosing }) : select({ ...filtered, outputs: lift.columns() });
  return select({ outputs: selected, from: fromQuery(chosen, lift.alias), where: condition(later), orderBy });
};

const condition = (parts: readonly Expr[]): Expr | null => (parts.length === 0 ? null : and(...parts));

/**
 * Orders by output position if the output has parameters: repeated with other parameter numbers, the database would not recognize the
 * expression.
 */
const withPosition = (node: OrderNode, outputs: readonly Output[]): OrderNode => {
  const place = outputs.findIndex((one) => one.expr === node.expr);
  return place >= 0 && hasParameter(node.expr) ? { ...node, position: place + 1 } : node;
};

/** Distinct rows can only be ordered by their outputs. */
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
export const distinctOn = ({ scope }: Draft, names: readonly string[]): readonly Expr[] => {
  scope.context.needs.add("distinctOn");
  return names.map((path) => scope.context.resolver.value(scope, { kind: "path", path }, filterContext, null).expr);
};

/** Maps relation names to the aliases of their rows. Rows of an outer join cannot be locked. */
const lockOf = ({ scope, state }: Draft, lock: Lock, computed: boolean): Lock => {
  if (computed || state.distinct !== false || state.group !== null)
    throw new FieldError(
      `selectForUpdate() of ${state.meta.name}: rows that are distinct, grouped or seen through a window cannot be locked. Lock the rows by their keys: filter({ pk__in: … }).selectForUpdate()`,
    );
  scope.context.locks = true;
  if (lock.of.length === 0) {
    const partly = state.related.length > 0 || scope.joins().some((one) => one.kind === "left");
    return partly ? { ...lock, of: [scope.alias] } : lock;
  }
  const aliases = lock.of.map((name) => {
    if (name === "self") return scope.alias;
    const alias = scope.relatedSources.get(name);
    if (alias === undefined)
      throw new FieldError(`selectForUpdate({ of: ["${name}"] }): expected "self" or one of the relations in selectRelated`);
    if (scope.isLeft(alias))
      throw new FieldError(
        `selectForUpdate({ of: ["${name}"] }): the relation may be null, and a row that may be missing cannot be locked`,
      );
    return alias;
  });
  return { ...lock, of: aliases };
};

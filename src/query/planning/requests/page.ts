/** Keyset pagination: the rows after (or before) a cursor's row, in a total order. Cursors hold the values of the order terms. */

import { FieldError, InvalidCursor, InvalidValue } from "../../../errors.js";
import { alwaysFalse, and, cast, compare, equals, isNotNull, isNull, or, order, output, param } from "../../../sql/factories/index.js";
import type { Expr, OrderNode, Output, Select } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import { parseInstant } from "../../../support/calendar.js";
import { describe } from "../../../support/describe.js";
import type { NamedOutput, SelectPlan } from "../../plan.js";
import { filterContext } from "../../resolve/scope/context.js";
import { pathColumns } from "../../resolve/values/path-columns.js";
import type { PlanContext, Scope } from "../../resolve/scope/scope.js";
import { comparable, converter } from "../../resolve/values/bind.js";
import type { QueryState } from "../../state.js";
import { isByKey } from "./by-key.js";
import type { Draft } from "../select/draft.js";
import { distinctOn, finish, isSliced } from "../select/finish.js";
import { keyOrder, orderOf } from "../select/ordering.js";
import { exprsOf, selectionOf } from "../select/outputs.js";
import { isConstant, isRandom } from "../../../sql/inspect.js";
import { prefetchTree } from "./prefetch-tree.js";
import { readsOf } from "./read-set.js";
import { draftOf, freshContext } from "./rows.js";

export interface PageOptions {
  /** The order values of the row after which the page begins; null for the first (or last) page. */
  readonly from: readonly unknown[] | null;
  readonly backward: boolean;
  readonly size: number;
}
export interface PagePlan {
  readonly plan: SelectPlan;
  /** Identifies the order: a cursor is only valid for the order that it was made with. */
  readonly signature: string;
}

export const planPage = (state: QueryState, options: PageOptions, context: PlanContext = freshContext()): PagePlan => {
  if (state.combined !== null) throw new FieldError("paginate: a union has no key to go on from; use limit() and offset()");
  if (isSliced(state)) throw new FieldError("paginate after limit(), offset() or slice(): it cuts the rows itself");
  const drafted = draftOf(context, state);
  const ordered = orderOf(drafted);
  const given =
    ordered.length === 0 && typeof state.distinct !== "boolean" ? distinctOn(drafted, state.distinct).map((expr) => order(expr)) : ordered;
  const { outputs, shape } = selectionOf(drafted);
  const keyed = [...given, ...groupOrder(drafted, given), ...keyOrder(drafted, given)];
  const total = [...keyed, ...rowOrder(drafted, keyed, outputs)];
  if (total.some(({ expr }) => isRandom(expr)))
    throw new FieldError(`paginate: ${state.meta.name} is in a random order, which changes from page to page. Order it by fields`);
  const nodes = options.backward ? total.map(flip) : total;
  const cells = nodes.map(({ expr }, index): NamedOutput => ({
    name: `order${index + 1}`,
    type: cellType(expr.type),
    offset: outputs.length + index,
  }));
  const all = [...outputs, ...nodes.map(({ expr }) => output(expr.type.kind === "timestamp" ? cast(expr, finestText) : expr))];
  const placed = options.from === null ? drafted : afterCursor(drafted, nodes, options.from);
  const statement: Select = {
    ...finish({ ...placed, state: { ...state, limit: null } }, all, { order: "given", nodes }),
    limit: param(options.size, types.integer),
  };
  const plan: SelectPlan = {
    meta: state.meta,
    statement,
    shape,
    prefetch: prefetchTree(state.meta, state.prefetch),
    reads: readsOf(context),
    empty: drafted.empty,
    locks: context.locks,
    fetchMode: state.fetchMode,
    byKey: isByKey(state),
    reversed: false,
    cells,
    needs: [...context.needs],
    values: null,
    state,
  };
  return { plan, signature: `${state.meta.name} ${total.map(describeNode).join()}` };
};

const flip = ({ expr, direction, nulls }: OrderNode): OrderNode =>
  order(expr, direction === "asc" ? "desc" : "asc", nulls === null ? null : nulls === "first" ? "last" : "first");
const describeNode = ({ expr, direction, nulls }: OrderNode): string =>
  `${expr.kind === "column" ? `${expr.source ?? ""}.${expr.name}` : `${expr.kind}:${expr.type.kind}`} ${direction} ${nulls ?? ""}`;

const beyond = (exprs: readonly Expr[], given: readonly OrderNode[]): OrderNode[] =>
  exprs
    .filter(
      (expr) =>
        !given.some(
          (one) =>
            one.expr === expr ||
            (one.expr.kind === "column" && expr.kind === "column" && one.expr.source === expr.source && one.expr.name === expr.name),
        ),
    )
    .map((expr) => order(expr));

/** Groups are identified by their grouping values. */
const groupOrder = ({ state, scope }: Draft, given: readonly OrderNode[]): OrderNode[] =>
  state.group?.by !== "values"
    ? []
    : beyond(
        state.group.items.flatMap((path) => pathColumns(scope, path, filterContext).map(({ value }) => value.expr)),
        given,
      );
const joinedKeys = (scope: Scope): Expr[] =>
  scope.joins().flatMap(({ source }) => {
    const meta = source.kind === "table" && scope.isMany(source.alias) ? scope.modelOf(source.alias) : null;
    return meta === null ? [] : meta.primaryKey.map((field) => scope.column(source.alias, field));
  });
/** Distinct values are identified by all their columns; rows multiplied by a collection by the keys of the joined rows. */
const rowOrder = ({ state, scope }: Draft, given: readonly OrderNode[], outputs: readonly Output[]): OrderNode[] => {
  if (state.group !== null || typeof state.distinct !== "boolean") return [];
  if (!state.distinct) return beyond(joinedKeys(scope), given);
  return state.values === null ? [] : beyond(exprsOf(outputs.filter(({ expr }) => expr.type.kind !== "json" && !isConstant(expr))), given);
};

/** Text in the database's full precision; a normal cast to text is rounded to milliseconds on all databases. */
const finestText: ColumnType = Object.freeze({
  kind: "custom",
  sql: "text",
  encode: (value: unknown) => value,
  decode: (cell: unknown) => cell,
});

/** The database stores instants more precisely than a Date does, so cursors carry them as text. */
const cellType = (type: ColumnType): ColumnType => (type.kind === "timestamp" ? types.text : type);
/** Cursors come from clients, so their values are checked like any other input. */
const bind = (expr: Expr, value: unknown): Expr => {
  const { type } = expr;
  if (type.kind === "timestamp") return param(instantText(value), types.unknown);
  const checked = checkedValue(type.kind === "real" ? types.double : comparable(type), value);
  return type.kind === "real" ? cast(param(checked, types.double), types.real) : param(checked, type);
};
const CURSOR = "paginate: the cursor";
const checkedValue = (type: ColumnType, value: unknown): unknown => {
  try {
    return converter(type, CURSOR)(value);
  } catch (cause) {
    throw cause instanceof InvalidValue ? new InvalidCursor(cause.message, { cause }) : cause;
  }
};
const instantText = (value: unknown): string => {
  if (typeof value === "string" && !Number.isNaN(parseInstant(value))) return value;
  throw new InvalidCursor(`${CURSOR}: expected an instant as text, got ${describe(value)}`);
};

/** Keeps the rows after the cursor: the first order term that differs decides. */
const afterCursor = (drafted: Draft, nodes: readonly OrderNode[], values: readonly unknown[]): Draft => {
  if (values.length !== nodes.length) throw new InvalidCursor("this cursor belongs to another order: begin again without it");
  const same = nodes.map(({ expr }, index) => (values[index] === null ? isNull(expr) : equals(expr, bind(expr, values[index]))));
  const options = nodes.map((node, index) => and(...same.slice(0, index), comesAfter(node, values[index])));
  const bounds = firstBound(nodes[0], values[0]);
  return { ...drafted, outside: [...drafted.outside, ...bounds, or(...options)] };
};
const canBeNull = (expr: Expr): boolean => !(expr.kind === "column" && expr.notNull === true);
const comesAfter = ({ expr, direction, nulls }: OrderNode, value: unknown): Expr => {
  const nullsLast = (nulls ?? (direction === "asc" ? "last" : "first")) === "last";
  if (value === null) return nullsLast ? alwaysFalse : isNotNull(expr);
  const beyond = compare(expr, direction === "asc" ? ">" : "<", bind(expr, value));
  return nullsLast && canBeNull(expr) ? or(beyond, isNull(expr)) : beyond;
};
/** The bound on the first term, stated separately so that an index can serve it. */
const firstBound = (node: OrderNode | undefined, value: unknown): Expr[] =>
  node === undefined || value === null || canBeNull(node.expr)
    ? []
    : [compare(node.expr, node.direction === "asc" ? ">=" : "<=", bind(node.expr, value))];

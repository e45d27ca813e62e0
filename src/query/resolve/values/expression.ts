/** Resolves expression trees to SQL in a scope, with one handler per kind of node. */

import { FieldError } from "../../../errors.js";
import { cast, extract, fn, literal, negate, order, trunc } from "../../../sql/factories/index.js";
import type { OrderNode } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import type { Node, OrderTerm } from "../../state.js";
import { arithmetic } from "./arithmetic.js";
import { call, caseOf, plainValue } from "./calls.js";
import type { Resolved, ConditionContext } from "../scope/context.js";
import { existence, fragmentOf, outerValue, subquery, tableValue } from "./nested.js";
import type { Handler, Resolver, Scope } from "../scope/scope.js";
import { pathValue } from "./path-columns.js";
import { scalarAs } from "./transforms.js";
import { isMoment, isNumeric, typeName } from "./types.js";
import { aggregated, windowed, windowPart } from "./windows.js";

type Kind = Node["kind"];
const value = (scope: Scope, node: Node, conditionContext: ConditionContext, expected: ColumnType | null = null): Resolved =>
  resolveValue(scope, node, conditionContext, expected);

const moment = (
  scope: Scope,
  operand: Node,
  conditionContext: ConditionContext,
  what: string,
  also: ColumnType["kind"] | null,
): Resolved => {
  const of = value(scope, operand, conditionContext);
  const { type } = of.expr;
  if (!isMoment(type) && type.kind !== also && type.kind !== "unknown")
    throw new FieldError(`${scope.meta.name}: ${what} takes an instant or a date, not ${typeName(type)}`);
  return of;
};

const truncated: Handler<"trunc"> = (scope, node, conditionContext) => {
  const of = moment(scope, node.operand, conditionContext, "Trunc", null);
  if (node.as !== "date") return { expr: trunc(node.unit, of.expr, node.zone), nullable: of.nullable };
  const args = node.zone === null ? [of.expr] : [of.expr, literal(node.zone)];
  const day = of.expr.type.kind === "date" ? of.expr : fn("dateOf", args, types.date);
  return { expr: node.unit === "day" ? day : trunc(node.unit, day, null, types.date), nullable: of.nullable };
};

/** Conditions used as values are two-valued. */
const condition = (scope: Scope, node: Node, conditionContext: ConditionContext): Resolved => ({
  expr: scope.context.resolver.condition(scope, node, { ...conditionContext, exact: true, value: true }).expr,
  nullable: false,
});

/** The JSON type that a scalar is read as before it is cast: number, boolean or text. */
const castFrom = (type: ColumnType): ColumnType =>
  isNumeric(type)
    ? type.kind === "decimal"
      ? types.decimal()
      : types.double
    : type.kind === "boolean" || type.kind === "json"
      ? type
      : types.text;

const handlers: { readonly [K in Kind]: Handler<K> } = {
  path: (scope, { path }, conditionContext) => pathValue(scope, path, conditionContext),
  value: plainValue,
  outer: outerValue,
  fromTable: tableValue,
  call,
  trunc: truncated,
  case: caseOf,
  aggregate: aggregated,
  windowFunction: windowPart,
  window: windowed,
  subquery,
  exists: existence,
  fragment: fragmentOf,
  where: condition,
  and: condition,
  or: condition,
  xor: condition,
  not: condition,
  compare: condition,
  linked: condition,
  arithmetic: (scope, node, conditionContext) =>
    arithmetic(scope.meta.name, node, (part, expected) => value(scope, part, conditionContext, expected)),
  negate: (scope, node, conditionContext) => {
    const of = scalarAs(value(scope, node.operand, conditionContext), types.double);
    const { type } = of.expr;
    if (!isNumeric(type) && type.kind !== "duration" && type.kind !== "unknown")
      throw new FieldError(`${scope.meta.name}: ${typeName(type)} has no opposite: make it a number with Cast(…)`);
    return { expr: negate(of.expr), nullable: of.nullable };
  },
  extract: (scope, node, conditionContext) => {
    const of = moment(scope, node.operand, conditionContext, "Extract", "time");
    return { expr: extract(node.part, of.expr, node.zone), nullable: of.nullable };
  },
  cast: (scope, node, conditionContext) => {
    const given = value(scope, node.operand, conditionContext);
    const of = scalarAs(given, castFrom(node.type));
    return { expr: cast(of.expr, node.type), nullable: of.nullable };
  },
};

/** Resolves the expression in this scope; `expected` is the type that its context suggests. */
export const resolveValue: Resolver["value"] = (scope, node, conditionContext, expected) =>
  (handlers[node.kind] as Handler<Kind>)(scope, node, conditionContext, expected);

export const orderNode = (scope: Scope, term: OrderTerm, conditionContext: ConditionContext): OrderNode =>
  order(value(scope, term.node, conditionContext).expr, term.direction, term.nulls);

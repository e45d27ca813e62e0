/** Expression trees become SQL in a scope: paths to columns, functions with their types, aggregates, windows, sub-queries. */

import { FieldError } from "../../errors.js";
import { alwaysFalse, aggregate, caseWhen, cast, column, exists, extract, fn, isFalse, isTrue, literal, negate, order, scalarQuery, trunc, window, windowFunction } from "../../sql/factories/index.js";
import type { AggregateNode, Expr, OrderNode, WindowFunctionName, WindowFunctionNode } from "../../sql/nodes.js";
import { types, type ColumnType } from "../../sql/types.js";
import { mapExpr } from "../../sql/visit.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { computedNode } from "../expressions/expression.js";
import type { Node, OrderTerm } from "../state.js";
import { arithmetic } from "./arithmetic.js";
import type { Resolved, Stance } from "./context.js";
import { valueStance } from "./context.js";
import { segmentsOf, unknownName, walk } from "./path.js";
import type { Resolver, Scope } from "./scope.js";
import { transformedAll } from "./transforms.js";
import { aggregateType, isMoment, typeName, unify } from "./types.js";
import { bound, converter, typeOfValue } from "./values.js";

type Kind = Node["kind"];
type Handler<K extends Kind> = (scope: Scope, node: Extract<Node, { kind: K }>, stance: Stance, expected: ColumnType | null) => Resolved;

const value = (scope: Scope, node: Node, stance: Stance, expected: ColumnType | null = null): Resolved => resolveValue(scope, node, stance, expected);
const nullable = (parts: readonly Resolved[]): boolean => parts.some((part) => part.nullable);

/** A path as a value: an annotation, a column, a relation's key, and what may follow them. */
export const pathValue: Handler<"path"> = (scope, { path }, stance) => {
  const segments = segmentsOf(path);
  const known = scope.annotations.get(segments[0] ?? "");
  const what = `${scope.meta.name}: '${path}'`;
  if (known !== undefined) return transformedAll(known, segments.slice(1), what);
  const end = walk(scope, segments, { reuse: stance.reuse, allowMany: true });
  if (end.kind !== "column") throw new FieldError(`${what} leads to one of several models and has no value: use its type or its key`);
  for (const alias of end.joins) stance.reuse?.add(alias);
  const [next] = end.rest;
  const start: Resolved = { expr: scope.read(end.alias, end.field), nullable: scope.canBeNull(end.alias, end.field) };
  if (next !== undefined && end.relation !== null) throw unknownName(end.relation.target, next, path);
  return transformedAll(start, end.rest, what);
};

/** Literals take the type of what they stand beside. */
const plainValue: Handler<"value"> = (scope, node, _stance, expected) => {
  const what = `${scope.meta.name}: a value`;
  if (node.value === null) return { expr: literal(null, node.type ?? expected ?? types.unknown), nullable: true };
  const type = node.type ?? (expected === null || expected.kind === "unknown" ? typeOfValue(node.value, what) : expected);
  const asDecimal = type.kind === "decimal" && typeof node.value === "number";
  const check = converter(type, what);
  return { expr: bound(scope.context, node, node.value, type, asDecimal ? (given) => check(typeof given === "number" ? decimalText(given) : given) : check), nullable: false };
};
/** Without an exponent, which decimal texts do not have. */
const decimalText = (given: number): string => (Number.isSafeInteger(given) ? String(given) : given.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 }));

/** Values are typed by their neighbours, so what is not a plain value goes first. */
const alike = (scope: Scope, nodes: readonly Node[], stance: Stance, given: ColumnType | null, where: string): { readonly parts: Resolved[]; readonly type: ColumnType } => {
  const parts: (Resolved | null)[] = nodes.map((node) => (node.kind === "value" ? null : value(scope, node, stance)));
  let type: ColumnType = given ?? types.unknown;
  for (const part of parts) if (part !== null) type = unify(type, part.expr.type, where);
  const whole = nodes.map((node, index) => parts[index] ?? value(scope, node, stance, fitting(node, type)));
  for (const part of whole) type = unify(type, part.expr.type, where);
  return { parts: whole, type };
};
/** A number beside whole numbers may be a fraction; it then is of its own type. */
const fitting = (node: Node, type: ColumnType): ColumnType | null => {
  if (node.kind !== "value" || type.kind === "unknown" || node.value === null) return type.kind === "unknown" ? null : type;
  const given = node.value;
  if ((type.kind === "integer" || type.kind === "smallint") && typeof given === "number") return null;
  if (type.kind === "bigint" && typeof given === "number" && Number.isSafeInteger(given)) return types.integer;
  if ((type.kind === "text" || type.kind === "varchar" || type.kind === "enum") && typeof given === "string") return types.text;
  return type;
};

const call: Handler<"call"> = (scope, node, stance, expected) => {
  const { name, result } = node;
  const none = node.args.length === 0;
  const mixed = result === "unified" || result === "numeric" || name === "nullif";
  if (none) return { expr: fn(name, [], typeof result === "object" ? result : types.unknown), nullable: node.nullable };
  const { parts, type } = mixed ? alike(scope, node.args, stance, result === "unified" ? expected : null, name) : { parts: node.args.map((arg) => argument(scope, arg, stance, node.takes)), type: types.unknown };
  const [first] = parts;
  if (first === undefined) throw new FieldError(`${name} takes arguments`);
  const whole = typeof result === "object" ? result : result === "double" ? types.double : result === "first" ? wider(name, first.expr.type) : type;
  const chosen = name === "coalesce" || name === "greatest" || name === "least";
  return { expr: fn(name, parts.map((part) => part.expr), whole), nullable: name === "nullif" ? true : chosen ? parts.every((part) => part.nullable) : node.nullable && nullable(parts) };
};
const argument = (scope: Scope, node: Node, stance: Stance, takes: ColumnType | null): Resolved => {
  const part = value(scope, node, stance, node.kind === "value" && typeof node.value === "string" ? takes : null);
  const convert = takes?.kind === "text" && part.expr.type.kind !== "text" && part.expr.type.kind !== "varchar" && part.expr.type.kind !== "enum" && part.expr.type.kind !== "unknown";
  return convert ? { expr: cast(part.expr, types.text), nullable: part.nullable } : part;
};
/** A rounded decimal has no scale of its own any more. */
const wider = (name: string, type: ColumnType): ColumnType => (type.kind === "decimal" && name !== "nullif" ? types.decimal() : type);

const moment = (scope: Scope, operand: Node, stance: Stance, what: string, also: ColumnType["kind"] | null): Resolved => {
  const of = value(scope, operand, stance);
  const { type } = of.expr;
  if (!isMoment(type) && type.kind !== also && type.kind !== "unknown") throw new FieldError(`${scope.meta.name}: ${what} takes an instant or a date, not ${typeName(type)}`);
  return of;
};

const truncated: Handler<"trunc"> = (scope, node, stance) => {
  const of = moment(scope, node.operand, stance, "Trunc", null);
  if (node.as !== "date") return { expr: trunc(node.unit, of.expr, node.zone), nullable: of.nullable };
  const args = node.zone === null ? [of.expr] : [of.expr, literal(node.zone)];
  const day = of.expr.type.kind === "date" ? of.expr : fn("dateOf", args, types.date);
  return { expr: node.unit === "day" ? day : trunc(node.unit, day, null, types.date), nullable: of.nullable };
};

/** WHENs known to be false are dropped, one known to be true ends the list. */
const caseOf: Handler<"case"> = (scope, node, stance, expected) => {
  const branches: { readonly when: Expr; readonly then: Node }[] = [];
  let last: Node | null = node.otherwise;
  for (const branch of node.whens) {
    const when = scope.context.resolver.condition(scope, branch.when, { ...valueStance, reuse: stance.reuse }).expr;
    if (isFalse(when)) continue;
    if (isTrue(when)) {
      last = branch.then;
      break;
    }
    branches.push({ when, then: branch.then });
  }
  const values = [...branches.map((branch) => branch.then), ...(last === null ? [] : [last])];
  const { parts, type } = alike(scope, values, stance, expected, "Case");
  const otherwise = last === null ? null : (parts.at(-1)?.expr ?? null);
  if (branches.length === 0) return { expr: otherwise ?? literal(null, type), nullable: last === null || nullable(parts) };
  return { expr: caseWhen(branches.map(({ when }, index) => ({ when, then: (parts[index] as Resolved).expr })), otherwise, type), nullable: last === null || nullable(parts) };
};

const aggregated: Handler<"aggregate"> = (scope, node, stance) => {
  const all: Stance = { ...valueStance, reuse: stance.reuse };
  const [of, ...more] = node.args.map((arg) => value(scope, arg, all));
  const type = aggregateType(node.name, of?.expr.type ?? types.unknown, scope.meta.name);
  const filter = node.filter === null ? null : scope.context.resolver.condition(scope, node.filter, all).expr;
  const args = of === undefined ? [] : [of.expr, ...more.map((part) => part.expr)];
  const whole = aggregate(node.name, args, type, {
    distinct: node.distinct, filter: filter !== null && isTrue(filter) ? null : filter, orderBy: node.orderBy.map((term) => orderNode(scope, term, all)),
  });
  if (node.otherwise === null) return { expr: whole, nullable: node.name !== "count" };
  const other = value(scope, node.otherwise, all, type);
  return { expr: fn("coalesce", [whole, other.expr], type), nullable: other.nullable };
};
const windowTypes: Readonly<Record<WindowFunctionName, ColumnType | null>> = {
  rowNumber: types.integer, rank: types.integer, denseRank: types.integer, percentRank: types.double, cumeDist: types.double, ntile: types.integer,
  lag: null, lead: null, firstValue: null, lastValue: null, nthValue: null,
};
const windowPart: Handler<"windowFunction"> = (scope, node, stance) => {
  const [of, ...more] = node.args;
  const first = of === undefined ? null : value(scope, of, stance);
  const type = windowTypes[node.name] ?? first?.expr.type ?? types.unknown;
  // LAG(x, 1, otherwise): only the last argument is of the first one's type.
  const rest = more.map((arg, index) => value(scope, arg, stance, index === 1 ? type : types.integer).expr);
  const expr: WindowFunctionNode = windowFunction(node.name, first === null ? rest : [first.expr, ...rest], type);
  return { expr, nullable: windowTypes[node.name] === null };
};
const windowed: Handler<"window"> = (scope, node, stance) => {
  const of = value(scope, node.of, stance);
  const inner = of.expr.kind === "function" ? of.expr.args[0] : of.expr;
  if (inner?.kind !== "aggregate" && inner?.kind !== "windowFunction") throw new FieldError(`${scope.meta.name}: Window takes a window function or an aggregate`);
  const over = window(inner satisfies AggregateNode | WindowFunctionNode, {
    partitionBy: node.partitionBy.map((part) => value(scope, part, stance).expr), orderBy: node.orderBy.map((term) => orderNode(scope, term, stance)), frame: node.frame,
  });
  return of.expr.kind === "function" ? { expr: fn(of.expr.name, [over, ...of.expr.args.slice(1)], of.expr.type), nullable: of.nullable } : { expr: over, nullable: of.nullable };
};

/** The caller's own SQL; expressions inside it are resolved like any other. */
const fragmentOf: Handler<"fragment"> = (scope, { expr }, stance) => {
  if (expr.kind === "fragment") scope.context.raw = true;
  const whole = mapExpr(expr, (part) => {
    if (part.kind !== "unresolved") return undefined;
    const node = computedNode(part.object);
    if (node === undefined) throw new FieldError(`${scope.meta.name}: sql\`…\` holds something that is no expression`);
    return value(scope, node, stance).expr;
  });
  return { expr: whole, nullable: true };
};

const outerValue: Handler<"outer"> = (scope, node, stance, expected) => {
  let around: Scope | null = scope;
  for (let level = 0; level < node.depth && around !== null; level++) around = around.around;
  if (around === null) throw new FieldError(`OuterRef("${node.path}") stands in a query of ${scope.meta.name} that has no query around it: use it inside Subquery(…), Exists(…) or as a value`);
  return value(around, { kind: "path", path: node.path }, { ...stance, reuse: null }, expected);
};

const tableValue: Handler<"fromTable"> = (scope, node) => {
  const found = scope.table(node.table);
  if (found === null) throw new FieldError(`ref("${node.path}") of the table '${node.table}' stands outside of its recursive part`);
  const known = found.columns.get(node.path);
  if (known === undefined) throw new FieldError(`no column '${node.path}' in the table '${node.table}'.${didYouMean(node.path, found.columns.keys())} There are ${[...found.columns.keys()].join(", ")}`);
  return { expr: column(found.alias, known.name, known.type), nullable: true };
};

const subquery: Handler<"subquery"> = (scope, node) => {
  const inner = scope.context.resolver.inner(scope, node.state, "value");
  const [output] = inner.outputs;
  if (output === undefined || inner.outputs.length !== 1) throw new FieldError(`Subquery takes a query of one column, this one of ${node.state.meta.name} has ${inner.outputs.length}: name it with values(…)`);
  return inner.empty ? { expr: literal(null, output.type), nullable: true } : { expr: scalarQuery(inner.query, output.type), nullable: true };
};
const existence: Handler<"exists"> = (scope, node) => {
  const inner = scope.context.resolver.inner(scope, node.state, "exists");
  return { expr: inner.empty ? alwaysFalse : exists(inner.query), nullable: false };
};

/** Conditions as values are two-valued. */
const condition = (scope: Scope, node: Node, stance: Stance): Resolved =>
  ({ expr: scope.context.resolver.condition(scope, node, { ...stance, exact: true, value: true }).expr, nullable: false });

const handlers: { readonly [K in Kind]: Handler<K> } = {
  path: pathValue, value: plainValue, outer: outerValue, fromTable: tableValue, call, trunc: truncated, case: caseOf, aggregate: aggregated, windowFunction: windowPart, window: windowed,
  subquery, exists: existence, fragment: fragmentOf, where: condition, and: condition, or: condition, xor: condition, not: condition, compare: condition,
  arithmetic: (scope, node, stance) => arithmetic(scope.meta.name, node, (part, expected) => value(scope, part, stance, expected)),
  negate: (scope, node, stance) => {
    const of = value(scope, node.operand, stance);
    return { expr: negate(of.expr), nullable: of.nullable };
  },
  extract: (scope, node, stance) => {
    const of = moment(scope, node.operand, stance, "Extract", "time");
    return { expr: extract(node.part, of.expr, node.zone), nullable: of.nullable };
  },
  cast: (scope, node, stance) => {
    const of = value(scope, node.operand, stance);
    return { expr: cast(of.expr, node.type), nullable: of.nullable };
  },
};

/** The expression in this scope; `expected` is the type of what it stands beside. */
export const resolveValue: Resolver["value"] = (scope, node, stance, expected) => (handlers[node.kind] as Handler<Kind>)(scope, node as never, stance, expected);

export const orderNode = (scope: Scope, term: OrderTerm, stance: Stance): OrderNode => order(value(scope, term.node, stance).expr, term.direction, term.nulls);


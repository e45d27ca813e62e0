/** The lookups: what `title__icontains`, `views__gt`, `author__in` mean in SQL, by name. */

import { FieldError } from "../../../errors.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import {
  alwaysFalse,
  alwaysTrue,
  and,
  between,
  cast,
  compare,
  equals,
  fn,
  inArray,
  inQuery,
  inRows,
  isNotNull,
  isNull,
  match,
  or,
  param,
} from "../../../sql/factories/index.js";
import type { Compound, Expr, MatchNode, ParamNode, Select } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import { describe } from "../../../support/describe.js";
import { computedNode } from "../../expressions/expression.js";
import { queryStateOf } from "../../rows.js";
import type { Node } from "../../state.js";
import { filterContext, type Resolved, type ConditionContext } from "../scope/context.js";
import type { Scope } from "../scope/scope.js";
import type { LookupName } from "./lookup-names.js";
import { isNumeric, isTextual } from "../values/types.js";
import { bound, comparable, converter, keyConverter, typeOfValue, type Convert } from "../values/bind.js";
import { jsonAs, scalarAs } from "../values/transforms.js";

/** The input of one comparison. */
export interface Comparison {
  readonly scope: Scope;
  readonly conditionContext: ConditionContext;
  readonly left: Resolved;
  /** All columns of a composite key. */
  readonly row: readonly { readonly field: FieldMeta; readonly expr: Expr }[] | null;
  readonly value: unknown;
  /** The part of the state that holds the value. */
  readonly owner: object;
  /** "Post: 'views__gt'", for messages. */
  readonly what: string;
  /** The model whose instances may stand for their key. */
  readonly target: { readonly meta: ModelMeta; readonly field: FieldMeta } | null;
}
/** `operands` can make the result NULL; `missing` means that the comparison is also true when there is no row. */
export interface Compared {
  readonly expr: Expr;
  readonly operands: readonly Resolved[];
  readonly missing: boolean;
}
type Lookup = (c: Comparison) => Compared;

const found = (expr: Expr, ...operands: Resolved[]): Compared => ({ expr, operands, missing: false });
const decided = (yes: boolean): Compared => ({ expr: yes ? alwaysTrue : alwaysFalse, operands: [], missing: false });
const nullTest = (c: Comparison, yes: boolean): Compared => ({
  expr: yes ? isNull(c.left.expr) : isNotNull(c.left.expr),
  operands: [],
  missing: yes,
});
const refuse = (c: Comparison, expected: string): never => {
  throw new FieldError(`${c.what}: expected ${expected}, got ${describe(c.value)}`);
};
const converts = (c: Comparison, type: ColumnType): Convert =>
  c.target === null ? converter(comparable(type), c.what) : keyConverter(c.target.meta, c.target.field, c.what);

/** The right side as an expression of the given type: a value is bound, an expression is resolved. */
const right = (c: Comparison, value: unknown, type: ColumnType): Resolved => {
  const node = computedNode(value);
  if (node === undefined) {
    if (value === null) return refuse(c, "a value (null only fits exact, ne, iexact and isnull)");
    return { expr: bound(c.scope.context, c.owner, value, comparable(type), converts(c, type)), nullable: false };
  }
  if (node.kind === "subquery") return oneValue(c, node);
  return scalarAs(c.scope.context.resolver.value(c.scope, node, c.conditionContext, type), type);
};
/** `Subquery(…)` declares a single value; a bare QuerySet must be limited to one row. */
const oneValue = (c: Comparison, node: Extract<Node, { kind: "subquery" }>): Resolved => {
  if (queryStateOf(c.value) !== undefined) checkRows(c, node);
  if (queryStateOf(c.value) !== undefined && node.state.limit !== 1)
    throw new FieldError(`${c.what} is compared with a QuerySet that may have several rows: give it limit(1), or use __in`);
  return scalarAs(c.scope.context.resolver.value(c.scope, node, filterContext, c.left.expr.type), c.left.expr.type);
};
/** Rows without values() are compared by key, which only works for a relation to their model. */
const checkRows = (c: Comparison, { state }: Extract<Node, { kind: "subquery" }>): void => {
  if (c.target === null || state.values !== null) return;
  const [given, expected] = [state.meta, c.target.meta];
  if (given !== expected && !(given.ctor.prototype instanceof expected.ctor) && !(expected.ctor.prototype instanceof given.ctor)) {
    throw new FieldError(
      `${c.what}: expected a QuerySet of ${expected.name}, got one of ${given.name}: name the column that is meant with values(…)`,
    );
  }
};

const isComputed = (value: unknown): boolean => computedNode(value) !== undefined;

// ---------------------------------------------------------------- equality
const exact: Lookup = (c) => {
  if (c.value === null) return nullTest(c, true);
  if (c.row !== null) return found(and(...c.row.map((part, index) => equals(part.expr, rowParts(c, c.value)[index] as Expr))), c.left);
  const json = jsonOperands(c);
  if (json !== null) return found(equals(json[0].expr, json[1].expr), ...json);
  const { type } = c.left.expr;
  const other = right(c, c.value, type);
  if (type.kind === "boolean" && other.expr.kind === "param") return found(equals(c.left.expr, other.expr), c.left);
  return found(equals(c.left.expr, other.expr), c.left, other);
};

/** JSON is read with the type of the other operand. */
const jsonOperands = (c: Comparison): readonly [Resolved, Resolved] | null => {
  if (c.left.expr.type.kind !== "json" || !isComputed(c.value)) return null;
  const other = right(c, c.value, types.unknown);
  const { type } = other.expr;
  const plain = type.kind === "json" || type.kind === "unknown";
  return [plain ? c.left : jsonAs(c.left, isNumeric(type) && type.kind !== "decimal" ? types.double : type), other];
};

/** The values of a composite key, given as an object or an instance. */
const rowParts = (c: Comparison, value: unknown): Expr[] => {
  c.scope.context.notShareable = true;
  const row = c.row ?? [];
  if (typeof value !== "object" || value === null) return refuse(c, `an object with ${row.map((part) => part.field.name).join(", ")}`);
  return row.map(({ field }) => {
    const part = (value as Record<string, unknown>)[field.name];
    if (part === undefined) return refuse(c, `an object with ${row.map((one) => one.field.name).join(", ")}`);
    return param(converter(comparable(field.type), `${c.what} (${field.name})`)(part), comparable(field.type));
  });
};

const within: Lookup = (c) => {
  const node = computedNode(c.value);
  if (node?.kind === "subquery") return inRowsOf(c, node);
  const items = listOf(c);
  if (c.row !== null)
    return found(
      inRows(
        c.row.map((part) => part.expr),
        items.filter((item) => item !== null).map((item) => rowParts(c, item)),
      ),
      c.left,
    );
  if (items.some(isComputed))
    return found(
      or(...items.filter((item) => item !== null).map((item) => equals(c.left.expr, right(c, item, c.left.expr.type).expr))),
      c.left,
    );
  const { type } = c.left.expr;
  const one = converts(c, type);
  const all: Convert = (value) =>
    [...(value as Iterable<unknown>)].filter((item) => item !== null).map((item) => checkedItem(c, one, item));
  if (items.every((item) => item === null)) return decided(false);
  if (type.kind === "array") {
    // The inner arrays of an array must have equal lengths, so arrays are compared one by one.
    c.scope.context.notShareable = true;
    return found(or(...(all(items) as unknown[]).map((item) => equals(c.left.expr, param(item, type)))), c.left);
  }
  return found(inArray(c.left.expr, bound(c.scope.context, c.owner, items, types.array(comparable(type)), all)), c.left);
};
const checkedItem = (c: Comparison, one: Convert, item: unknown): unknown => {
  if (item === undefined) throw new FieldError(`${c.what}: the list holds undefined`);
  return one(item);
};
const listOf = (c: Comparison): readonly unknown[] => {
  if (Array.isArray(c.value)) return c.value;
  if (c.value instanceof Set) return [...(c.value as Set<unknown>)];
  return refuse(c, "a list of values, or a QuerySet");
};
const withScalars = (query: Select | Compound, type: ColumnType): Select | Compound =>
  query.kind === "compound"
    ? { ...query, queries: query.queries.map((one) => withScalars(one, type)) }
    : {
        ...query,
        outputs: query.outputs.map((one, at) =>
          at === 0 ? { ...one, expr: scalarAs({ expr: one.expr, nullable: true }, type).expr } : one,
        ),
      };
const inRowsOf = (c: Comparison, node: Extract<Node, { kind: "subquery" }>): Compared => {
  checkRows(c, node);
  const inner = c.scope.context.resolver.inner(
    c.scope,
    node.state,
    c.conditionContext.negated || c.conditionContext.exact ? "members" : "rows",
  );
  if (inner.empty) return decided(false);
  const operands = c.row === null ? [c.left.expr] : c.row.map((part) => part.expr);
  if (inner.outputs.length !== operands.length)
    throw new FieldError(
      `${c.what} takes a QuerySet of ${operands.length === 1 ? "one column" : `${operands.length} columns`}, this one has ${inner.outputs.length}: name it with values(…)`,
    );
  const [left] = operands;
  const [given] = inner.outputs;
  if (operands.length > 1 || left === undefined || given === undefined) return found(inQuery(operands, inner.query), c.left);
  // JSON texts and numbers are compared with columns of the corresponding type.
  const operand = scalarAs({ expr: left, nullable: true }, given.type);
  return found(inQuery([operand.expr], given.type.kind === "json" ? withScalars(inner.query, left.type) : inner.query), c.left);
};

// ---------------------------------------------------------------- order
const ordered =
  (operator: "<" | "<=" | ">" | ">="): Lookup =>
  (c) => {
    const json = jsonOperands(c);
    if (json !== null) return found(compare(json[0].expr, operator, json[1].expr), ...json);
    const left = c.left.expr.type.kind === "json" ? jsonAs(c.left, jsonScalar(c)) : c.left;
    if (c.row !== null) return found(rowOrder(c, operator), c.left);
    const other = right(c, c.value, left.expr.type);
    return found(compare(left.expr, operator, other.expr), left, other);
  };
/** Composite keys are compared as a whole: the first column that differs decides. */
const rowOrder = (c: Comparison, operator: "<" | "<=" | ">" | ">="): Expr => {
  const row = c.row ?? [];
  const values = rowParts(c, c.value);
  const strict = operator.startsWith("<") ? "<" : ">";
  return or(
    ...row.map((part, index) =>
      and(
        ...row.slice(0, index).map((before, at) => equals(before.expr, values[at] as Expr)),
        compare(part.expr, index === row.length - 1 ? operator : strict, values[index] as Expr),
      ),
    ),
  );
};
const jsonScalar = (c: Comparison): ColumnType => {
  const type = typeOfValue(c.value, c.what);
  return type.kind === "integer" ? types.double : type;
};
const range: Lookup = (c) => {
  if (!Array.isArray(c.value) || c.value.length !== 2) return refuse(c, "a pair [from, to]");
  const [from, to] = c.value as [unknown, unknown];
  const { type } = c.left.expr;
  if (type.kind === "json") {
    const ends = [ordered(">=")({ ...c, value: from }), ordered("<=")({ ...c, value: to })];
    return found(and(...ends.map((end) => end.expr)), ...ends.flatMap((end) => end.operands));
  }
  if (isComputed(from) || isComputed(to)) {
    const [low, high] = [right(c, from, type), right(c, to, type)];
    return found(between(c.left.expr, low.expr, high.expr), c.left, low, high);
  }
  const one = converts(c, type);
  const end = (index: 0 | 1): ParamNode => bound(c.scope.context, c.owner, c.value, comparable(type), (pair) => one(endOf(c, pair, index)));
  return found(between(c.left.expr, end(0), end(1)), c.left);
};
const endOf = (c: Comparison, pair: unknown, index: 0 | 1): unknown => {
  if (!Array.isArray(pair) || pair.length !== 2) return refuse({ ...c, value: pair }, "a pair [from, to]");
  const end: unknown = pair[index];
  return end === null ? refuse(c, "a pair of values, neither of them null") : end;
};

// ---------------------------------------------------------------- text
const asText = (c: Comparison): Resolved => {
  const { type } = c.left.expr;
  if (type.kind === "json") return jsonAs(c.left, types.text);
  return isTextual(type) || type.kind === "unknown" || type.kind === "uuid"
    ? c.left
    : { expr: cast(c.left.expr, types.text), nullable: c.left.nullable };
};
const textMatch =
  (mode: MatchNode["mode"], insensitive: boolean): Lookup =>
  (c) => {
    const left = asText(c);
    const other = right({ ...c, target: null }, c.value, types.text);
    return found(match(mode, left.expr, other.expr, { insensitive }), left, other);
  };
const iexact: Lookup = (c) => (c.value === null ? nullTest(c, true) : textMatch("exact", true)(c));
const containsText = textMatch("contains", false);
const contains: Lookup = (c) => {
  const { type } = c.left.expr;
  if (type.kind === "array") return ofArray("arrayContains")(c);
  return type.kind === "json" && typeof c.value !== "string" ? jsonContains(c) : containsText(c);
};

// ---------------------------------------------------------------- arrays, JSON, search
const ofArray =
  (name: "arrayContains" | "arrayOverlaps"): Lookup =>
  (c) => {
    const value = Array.isArray(c.value) || isComputed(c.value) ? c.value : [c.value];
    const other = right(c, value, c.left.expr.type);
    return found(fn(name, [c.left.expr, other.expr], types.boolean), c.left, other);
  };
const jsonContains: Lookup = (c) => {
  const other = right(c, c.value, types.json);
  return found(fn("jsonContains", [c.left.expr, other.expr], types.boolean), c.left, other);
};
const haskey: Lookup = (c) => {
  if (typeof c.value !== "string") return refuse(c, "the name of a key");
  return found(fn("jsonHasKey", [c.left.expr, right(c, c.value, types.text).expr], types.boolean), c.left);
};
const search: Lookup = (c) => {
  c.scope.context.needs.add("fullTextSearch");
  const left = asText(c);
  const other = right(c, c.value, types.text);
  return found(fn("textSearch", [left.expr, other.expr], types.boolean), left, other);
};
const isnull: Lookup = (c) => (typeof c.value === "boolean" ? nullTest(c, c.value) : refuse(c, "true or false"));

const lookups = {
  exact,
  iexact,
  in: within,
  gt: ordered(">"),
  gte: ordered(">="),
  lt: ordered("<"),
  lte: ordered("<="),
  range,
  isnull,
  contains,
  icontains: textMatch("contains", true),
  startswith: textMatch("startswith", false),
  istartswith: textMatch("startswith", true),
  endswith: textMatch("endswith", false),
  iendswith: textMatch("endswith", true),
  regex: textMatch("regex", false),
  iregex: textMatch("regex", true),
  overlap: ofArray("arrayOverlaps"),
  haskey,
  search,
} satisfies Record<Exclude<LookupName, "ne">, Lookup>;
/** The lookups that compare all columns of a composite key. */
const ofKeys: ReadonlySet<LookupName> = new Set<LookupName>(["exact", "in", "gt", "gte", "lt", "lte", "isnull"]);
/** `ne` is missing here: it negates `exact` where negation is handled. */
export const compareBy = (lookup: Exclude<LookupName, "ne">, comparison: Comparison): Compared => {
  if (comparison.value === undefined)
    throw new FieldError(`${comparison.what} is undefined. Leave the condition out with when(…), or compare with null for IS NULL`);
  if (comparison.row !== null && !ofKeys.has(lookup))
    throw new FieldError(`${comparison.what}: a key of several columns has no lookup '${lookup}', only ${[...ofKeys].join(", ")}`);
  return lookups[lookup](comparison);
};

/** Plain values, and functions with several arguments, whose types are unified. */

import { FieldError } from "../../../errors.js";
import { caseWhen, cast, fn, isFalse, isTrue, literal } from "../../../sql/factories/index.js";
import type { Expr } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import type { Node } from "../../state.js";
import { valueContext, type Resolved, type ConditionContext } from "../scope/context.js";
import type { Handler, Scope } from "../scope/scope.js";
import { unify } from "./types.js";
import { scalarAs } from "./transforms.js";
import { bound, converter, typeOfValue } from "./bind.js";

const value = (scope: Scope, node: Node, conditionContext: ConditionContext, expected: ColumnType | null = null): Resolved =>
  scope.context.resolver.value(scope, node, conditionContext, expected);
const nullable = (parts: readonly Resolved[]): boolean => parts.some((part) => part.nullable);

/** Literals take the expected type. */
export const plainValue: Handler<"value"> = (scope, node, _conditionContext, expected) => {
  const what = `${scope.meta.name}: a value`;
  if (node.value === null) return { expr: literal(null, node.type ?? expected ?? types.unknown), nullable: true };
  const type = node.type ?? (expected === null || expected.kind === "unknown" ? typeOfValue(node.value, what) : expected);
  const asDecimal = type.kind === "decimal" && typeof node.value === "number";
  const check = converter(type, what);
  return {
    expr: bound(
      scope.context,
      node,
      node.value,
      type,
      asDecimal ? (given) => check(typeof given === "number" ? decimalText(given) : given) : check,
    ),
    nullable: false,
  };
};
/** Without an exponent, which decimal texts do not allow. */
const decimalText = (given: number): string =>
  Number.isSafeInteger(given) ? String(given) : given.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });

/** Resolves the arguments to one type. Plain values come last, since they take the type of the others. */
const alike = (
  scope: Scope,
  nodes: readonly Node[],
  conditionContext: ConditionContext,
  given: ColumnType | null,
  where: string,
): { readonly parts: Resolved[]; readonly type: ColumnType } => {
  const parts: (Resolved | null)[] = nodes.map((node) => (node.kind === "value" ? null : value(scope, node, conditionContext)));
  let type: ColumnType = given ?? types.unknown;
  // JSON scalars take the type of the other arguments.
  const isJson = (part: Resolved | null): boolean => part?.expr.type.kind === "json";
  if (type.kind === "json" || parts.every((part) => part === null || isJson(part))) {
    const plain = nodes.find(
      (node) =>
        node.kind === "value" && (typeof node.value === "string" || typeof node.value === "number" || typeof node.value === "boolean"),
    );
    if (type.kind !== "json" && plain?.kind === "value" && parts.some(isJson)) type = plain.type ?? typeOfValue(plain.value, where);
  }
  for (const part of parts) if (part !== null && !isJson(part)) type = unify(type, part.expr.type, where);
  for (const part of parts) if (part !== null && isJson(part) && type.kind === "unknown") type = part.expr.type;
  const whole = nodes.map((node, index) => {
    const part = parts[index] ?? null;
    return part === null ? value(scope, node, conditionContext, fitting(node, type)) : scalarAs(part, type);
  });
  for (const part of whole) type = unify(type, part.expr.type, where);
  return { parts: whole, type };
};
/** A number among integers may be a fraction; it then keeps its own type. */
const fitting = (node: Node, type: ColumnType): ColumnType | null => {
  if (node.kind !== "value" || type.kind === "unknown" || node.value === null) return type.kind === "unknown" ? null : type;
  const given = node.value;
  if ((type.kind === "integer" || type.kind === "smallint") && typeof given === "number") return null;
  if (type.kind === "bigint" && typeof given === "number" && Number.isSafeInteger(given)) return types.integer;
  if ((type.kind === "text" || type.kind === "varchar" || type.kind === "enum") && typeof given === "string") return types.text;
  return type;
};

export const call: Handler<"call"> = (scope, node, conditionContext, expected) => {
  const { name, result } = node;
  const none = node.args.length === 0;
  const mixed = result === "unified" || result === "numeric" || name === "nullif";
  if (none) return { expr: fn(name, [], typeof result === "object" ? result : types.unknown), nullable: node.nullable };
  const { parts, type } = mixed
    ? alike(scope, node.args, conditionContext, result === "unified" ? expected : null, name)
    : {
        parts: node.args.map((arg, index) => argument(scope, arg, conditionContext, node.takes ?? (index === 0 ? scalarOf(node) : null))),
        type: types.unknown,
      };
  const [first] = parts;
  if (first === undefined) throw new FieldError(`${name} takes arguments`);
  const whole =
    typeof result === "object" ? result : result === "double" ? types.double : result === "first" ? wider(name, first.expr.type) : type;
  const chosen = name === "coalesce" || name === "greatest" || name === "least";
  return {
    expr: fn(
      name,
      parts.map((part) => part.expr),
      whole,
    ),
    nullable: name === "nullif" ? true : chosen ? parts.every((part) => part.nullable) : node.nullable && nullable(parts),
  };
};
const JSON_FUNCTIONS: ReadonlySet<string> = new Set(["jsonHasKey", "jsonContains", "jsonArrayLength"]);
/** How a JSON scalar is read by a function without a declared argument type: as text by text functions, otherwise as a number. */
const scalarOf = ({ name, result }: Extract<Node, { kind: "call" }>): ColumnType | null =>
  JSON_FUNCTIONS.has(name)
    ? null
    : typeof result === "object" && result.kind === "text"
      ? types.text
      : result === "first" || result === "double" || result === "numeric"
        ? types.double
        : null;
const argument = (scope: Scope, node: Node, conditionContext: ConditionContext, takes: ColumnType | null): Resolved => {
  const given = value(scope, node, conditionContext, node.kind === "value" && typeof node.value === "string" ? takes : null);
  const part = takes === null ? given : scalarAs(given, takes);
  const convert =
    takes?.kind === "text" &&
    part.expr.type.kind !== "text" &&
    part.expr.type.kind !== "varchar" &&
    part.expr.type.kind !== "enum" &&
    part.expr.type.kind !== "unknown";
  return convert ? { expr: cast(part.expr, types.text), nullable: part.nullable } : part;
};
/** A rounded decimal loses its scale. */
const wider = (name: string, type: ColumnType): ColumnType => (type.kind === "decimal" && name !== "nullif" ? types.decimal() : type);

const ofKind = (expr: Expr, type: ColumnType): Expr => (expr.type.kind === type.kind ? expr : cast(expr, type));

/** A WHEN known to be false is dropped; one known to be true ends the list. All branches decide the type, whatever values the conditions are given. */
export const caseOf: Handler<"case"> = (scope, node, conditionContext, expected) => {
  const whens = node.whens.map(
    (branch) => scope.context.resolver.condition(scope, branch.when, { ...valueContext, reuse: conditionContext.reuse }).expr,
  );
  const values = [...node.whens.map((branch) => branch.then), ...(node.otherwise === null ? [] : [node.otherwise])];
  const { parts, type } = alike(scope, values, conditionContext, expected, "Case");
  const end = whens.findIndex(isTrue);
  const last = end >= 0 ? parts[end] : parts[whens.length];
  const branches = whens
    .slice(0, end < 0 ? undefined : end)
    .flatMap((when, at) => (isFalse(when) ? [] : [{ when, then: parts[at] as Resolved }]));
  const isNullable = last === undefined || last.nullable || branches.some(({ then }) => then.nullable);
  if (branches.length === 0) return { expr: last === undefined ? literal(null, type) : ofKind(last.expr, type), nullable: isNullable };
  return {
    expr: caseWhen(
      branches.map(({ when, then }) => ({ when, then: then.expr })),
      last?.expr ?? null,
      type,
    ),
    nullable: isNullable,
  };
};

/** Resolves one comparison: the column that a path reached, followed by transforms and a lookup, and how NULL is treated. */

import { FieldError } from "../../../errors.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { and, equals, inArray, isNotNull, isNull, not, or, param } from "../../../sql/factories/index.js";
import type { Expr } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import { describe } from "../../../support/describe.js";
import type { Resolved, ConditionContext } from "../scope/context.js";
import { isLookup, unknownLookup, type LookupName } from "./lookup-names.js";
import { compareBy, type Compared } from "./lookups.js";
import { keyOf, unknownName, type Reached, type ReachedAnyOf } from "../scope/path.js";
import type { Scope } from "../scope/scope.js";
import { transformed } from "../values/transforms.js";
import { comparable, converter } from "../values/bind.js";
import { yearRange } from "./year-range.js";

/**
 * `strict`: the comparison cannot be true if a row joined by the path is missing, nor if a row of `sources`, which the right side reads, is
 * missing.
 */
export interface ComparisonResult {
  readonly expr: Expr;
  readonly strict: boolean;
  readonly sources: readonly string[];
}
/** The value of a comparison, its owner in the state, and its name in messages. */
export interface ComparisonInput {
  readonly value: unknown;
  readonly owner: object;
  readonly what: string;
  readonly path: string;
  readonly conditionContext: ConditionContext;
}
interface Place {
  readonly target: { readonly meta: ModelMeta; readonly field: FieldMeta } | null;
  readonly row: readonly { readonly field: FieldMeta; readonly expr: Expr }[] | null;
  readonly relation: boolean;
}
const plainPlace: Place = { target: null, row: null, relation: false };

/** Compares any expression, such as an annotation or a column's expression. */
export const lookupOn = (
  scope: Scope,
  start: Resolved,
  names: readonly string[],
  input: ComparisonInput,
  place: Place = plainPlace,
): ComparisonResult => {
  let left = start;
  let at = place;
  let lookup: LookupName = "exact";
  for (const [index, name] of names.entries()) {
    const { type } = left.expr;
    const rest = names.length - index;
    if (rest === 1 && isLookup(name, type, at.relation)) {
      lookup = name;
      break;
    }
    if (at.row !== null) throw new FieldError(`${input.what}: a key of several columns has no '${name}': name one of its columns`);
    const years = rest <= 2 ? yearRange(scope, left, name, names[index + 1] ?? "exact", input) : null;
    if (years !== null) return guard(years, input.conditionContext);
    const next = transformed(left, name);
    if (next === null) throw unknownLookup(name, type, at.relation, input.what);
    left = next;
    at = plainPlace;
  }
  // "Not equal" is two-valued like NOT: rows without a value differ from every value.
  const opposite = lookup === "ne";
  const conditionContext = opposite ? { ...input.conditionContext, negated: !input.conditionContext.negated } : input.conditionContext;
  const answer = guard(
    compareBy(lookup === "ne" ? "exact" : lookup, {
      scope,
      conditionContext,
      left,
      row: at.row,
      value: input.value,
      owner: input.owner,
      what: input.what,
      target: at.target,
    }),
    conditionContext,
  );
  return opposite ? { ...answer, expr: not(answer.expr) } : answer;
};

/** Under NOT, a NULL result must become false, so that NOT makes it true; and missing rows must be kept. */
const guard = ({ expr, operands, missing }: Compared, conditionContext: ConditionContext): ComparisonResult => {
  const strict = conditionContext.negated ? expr.kind === "isNull" && !expr.negated : !missing;
  const sources = conditionContext.negated || missing ? [] : operands.flatMap((operand) => sourcesOf(operand.expr));
  if ((!conditionContext.negated && !conditionContext.exact) || expr.kind === "literal") return { expr, strict, sources };
  return { expr: and(expr, ...operands.filter((operand) => operand.nullable).map((operand) => isNotNull(operand.expr))), strict, sources };
};

/** The sources without whose row the expression is certainly NULL; functions such as COALESCE may still have a value. */
const sourcesOf = (expr: Expr): readonly string[] => {
  switch (expr.kind) {
    case "column":
      return expr.source === null ? [] : [expr.source];
    case "binary":
      return [...sourcesOf(expr.left), ...sourcesOf(expr.right)];
    case "cast":
      return sourcesOf(expr.operand);
    default:
      return [];
  }
};

export const columnCondition = (scope: Scope, end: Reached, input: ComparisonInput): ComparisonResult => {
  const { alias, field, relation, byName, rest } = end;
  const left: Resolved = { expr: scope.read(alias, field), nullable: scope.canBeNull(alias, field) };
  const row = end.row?.map((part) => ({ field: part, expr: scope.read(alias, part) })) ?? null;
  const [next] = rest;
  if (
    relation !== null &&
    next !== undefined &&
    !isLookup(next, field.type, true) &&
    transformed(left, next) === null &&
    !isLookup(next, field.type, false)
  ) {
    throw unknownName(relation.target, next, input.path, null, "field, relation or lookup");
  }
  return lookupOn(scope, left, rest, input, { target: keyTarget(end), row, relation: relation !== null && !byName });
};
/** Allows instances of the related model in place of the key in this column. */
const keyTarget = ({ relation }: Reached): Place["target"] => {
  if (relation === null) return null;
  const { target: meta } = relation;
  return {
    meta,
    field: relation.kind === "toOne" ? relation.targetField : relation.kind === "manyToMany" ? relation.far.targetField : keyOf(meta),
  };
};

/** An `anyOf` relation can be compared with instances of its targets, or with null. */
export const anyOfCondition = (scope: Scope, { relation, alias, rest }: ReachedAnyOf, input: ComparisonInput): ComparisonResult => {
  const { value, what } = input;
  const kind = scope.read(alias, relation.typeField);
  const key = scope.read(alias, relation.keyField);
  const lookup = rest.length === 0 ? "exact" : rest[0];
  if (rest.length > 1 || (lookup !== "exact" && lookup !== "in" && lookup !== "isnull"))
    throw new FieldError(`${what}: a relation to one of several models has only exact, in and isnull`);
  if (lookup === "isnull" && typeof value !== "boolean") throw new FieldError(`${what}: expected true or false, got ${describe(value)}`);
  if (value === null || lookup === "isnull") {
    const none = value !== false;
    return { expr: none ? isNull(key) : isNotNull(key), strict: input.conditionContext.negated ? none : !none, sources: [] };
  }
  if (lookup === "in" && !Array.isArray(value)) throw new FieldError(`${what}: expected a list of objects, got ${describe(value)}`);
  const objects = lookup === "in" ? (value as readonly unknown[]) : [value];
  scope.context.notShareable = true;
  const groups = new Map<string, unknown[]>();
  for (const object of objects) {
    const [name, target] = [...relation.targets].find(([, one]) => object instanceof one.ctor) ?? [];
    if (name === undefined || target === undefined)
      throw new FieldError(
        `${what}: expected one of ${[...relation.targets.values()].map((one) => one.name).join(", ")}, got ${describe(object)}`,
      );
    const held = (object as Record<string, unknown>)[keyOf(target).name];
    if (held === undefined || held === null) throw new FieldError(`${what}: this ${target.name} has no key yet: save or flush it first`);
    groups.set(name, [...(groups.get(name) ?? []), converter(comparable(relation.keyField.type), what)(held)]);
  }
  const options = [...groups].map(([name, keys]) =>
    and(equals(kind, param(name, types.text)), inArray(key, param(keys, types.array(comparable(relation.keyField.type))))),
  );
  return guard(
    { expr: or(...options), operands: [{ expr: key, nullable: scope.canBeNull(alias, relation.keyField) }], missing: false },
    input.conditionContext,
  );
};

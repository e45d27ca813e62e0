/** Turns condition trees into SQL: AND, OR, XOR and NOT, the kind of the joins that they need, and two-valued negation. */

import { binary, caseWhen, equals, fn, isFalse, isTrue, literal, not, and, or } from "../../../sql/factories/index.js";
import type { Expr } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import type { Node } from "../../state.js";
import type { ResolvedCondition, ConditionContext } from "../scope/context.js";
import { collectionsJoined, existsSubquery, refuseCollection } from "./exists-subquery.js";
import { requireRelatedRow } from "./related-row.js";
import { anyOfCondition, columnCondition, lookupOn, type ComparisonInput } from "./comparison.js";
import { segmentsOf, walk } from "../scope/path.js";
import { linkStep, type Scope } from "../scope/scope.js";
import { bound, comparable, converter } from "../values/bind.js";

const nothing: ReadonlySet<string> = new Set();

/** Any boolean expression can be a condition. */
export const conditionOf = (scope: Scope, node: Node, conditionContext: ConditionContext): ResolvedCondition => {
  switch (node.kind) {
    case "where":
      return combineParts(
        scope,
        "and",
        node.entries.map(
          (entry) => () =>
            pathCondition(scope, segmentsOf(entry[0]), {
              value: entry[1],
              owner: entry,
              conditionContext,
              what: nameOf(scope, entry[0]),
              path: entry[0],
            }),
        ),
        conditionContext,
      );
    case "and":
    case "or":
      return combineParts(
        scope,
        node.kind,
        node.parts.map((part) => () => conditionOf(scope, part, conditionContext)),
        conditionContext,
      );
    case "xor":
      return xor(scope, node.parts, conditionContext);
    case "not":
      return negation(scope, node.part, conditionContext);
    case "compare":
      return combineParts(scope, "and", [() => comparison(scope, node, conditionContext)], conditionContext);
    case "linked":
      return combineParts(scope, "and", [() => linkedTo(scope, node)], conditionContext);
    default:
      return { expr: truth(scope, node, conditionContext), needs: nothing };
  }
};
const nameOf = (scope: Scope, path: string): string => `${scope.meta.name}: '${path}'`;

/**
 * A join is INNER if the whole condition cannot be true without its row: in an AND one part suffices, in an OR all parts must need it.
 * Under NOT, AND and OR are exchanged.
 */
const combineParts = (
  scope: Scope,
  kind: "and" | "or",
  leaves: readonly (() => ResolvedCondition)[],
  conditionContext: ConditionContext,
): ResolvedCondition => {
  const votes = new Map<string, number>();
  const parts = leaves.map((leaf) => {
    const { expr, needs } = leaf();
    for (const alias of needs) votes.set(alias, (votes.get(alias) ?? 0) + 1);
    return expr;
  });
  const whole = kind === "and" ? and(...parts) : or(...parts);
  if (conditionContext.value) return { expr: whole, needs: nothing };
  const alone = (kind === "and") !== conditionContext.negated;
  const needs = new Set<string>();
  const optional = new Set<string>();
  for (const [alias, count] of votes) (alone || count === leaves.length ? needs : optional).add(alias);
  scope.promote(optional);
  scope.demote(needs);
  return { expr: whole, needs };
};

const negation = (scope: Scope, part: Node, outer: ConditionContext): ResolvedCondition => {
  const conditionContext = { ...outer, negated: !outer.negated, branch: !outer.value };
  const before = collectionsJoined(scope);
  const { expr, needs } = combineParts(scope, "and", [() => conditionOf(scope, part, conditionContext)], conditionContext);
  if (conditionContext.branch && collectionsJoined(scope) > before) refuseCollection(scope);
  return { expr: not(expr), needs };
};

/** True when an odd number of parts is true. CASE counts NULL as false. */
const xor = (scope: Scope, parts: readonly Node[], conditionContext: ConditionContext): ResolvedCondition => {
  const answers = parts.map((part) => conditionOf(scope, part, { ...conditionContext, negated: false }));
  scope.promote(answers.flatMap(({ needs }) => [...needs]));
  const [one, zero] = [literal(1), literal(0)];
  const counted = answers.map(({ expr }) =>
    isTrue(expr) ? one : isFalse(expr) ? zero : caseWhen([{ when: expr, then: one }], zero, types.integer),
  );
  const sum = counted.reduce<Expr>((left, right) => binary(left, "+", right, types.integer), zero);
  return { expr: equals(binary(sum, "%", literal(2), types.integer), one), needs: nothing };
};

/** A boolean expression: an annotation, Exists, raw SQL. */
const truth = (scope: Scope, node: Node, conditionContext: ConditionContext): Expr => {
  const { expr, nullable } = scope.context.resolver.value(scope, node, conditionContext, types.boolean);
  const guarded = nullable && expr.kind !== "literal" && (conditionContext.negated || conditionContext.exact);
  return guarded ? fn("coalesce", [expr, literal(false)], types.boolean) : expr;
};

const comparison = (scope: Scope, node: Extract<Node, { kind: "compare" }>, conditionContext: ConditionContext): ResolvedCondition => {
  const input = { value: node.value, owner: node, conditionContext };
  if (node.operand.kind === "path") {
    const path = `${node.operand.path}__${node.lookup}`;
    return pathCondition(scope, segmentsOf(path), { ...input, what: nameOf(scope, path), path });
  }
  const left = scope.context.resolver.value(scope, node.operand, conditionContext, null);
  return {
    expr: lookupOn(scope, left, segmentsOf(node.lookup), { ...input, what: nameOf(scope, node.lookup), path: node.lookup }).expr,
    needs: nothing,
  };
};

const linkedTo = (scope: Scope, node: Extract<Node, { kind: "linked" }>): ResolvedCondition => {
  const { near } = node.relation;
  const alias = scope.join(scope.alias, linkStep(node.relation), new Set());
  const { type } = near.field;
  const key = bound(scope.context, node, node.key, comparable(type), converter(comparable(type), nameOf(scope, near.name)));
  return { expr: equals(scope.read(alias, near.field), key), needs: new Set([alias]) };
};

const pathCondition = (scope: Scope, segments: readonly string[], input: ComparisonInput): ResolvedCondition => {
  const annotation = scope.annotations.get(segments[0] ?? "");
  if (annotation !== undefined) return { expr: lookupOn(scope, annotation, segments.slice(1), input).expr, needs: nothing };
  const { conditionContext } = input;
  const end = walk(scope, segments, { reuse: conditionContext.reuse, allowMany: !conditionContext.branch });
  if (end.kind === "toMany") return existsSubquery(scope, end, input);
  for (const alias of end.joins) conditionContext.reuse?.add(alias);
  const { expr, strict, sources } = end.kind === "anyOf" ? anyOfCondition(scope, end, input) : columnCondition(scope, end, input);
  const differs = segments.at(-1) === "ne";
  const required = differs && (conditionContext.negated || !strict) ? requireRelatedRow(scope, expr, end.joins) : null;
  // Under NOT, a missing row of many makes the whole true.
  if (required !== null && conditionContext.negated && required.needs.size > 0) return { expr: required.expr, needs: nothing };
  if (strict) return { expr, needs: new Set([...end.joins, ...scope.wayTo(sources)]) };
  return required === null || conditionContext.negated ? { expr, needs: nothing } : required;
};

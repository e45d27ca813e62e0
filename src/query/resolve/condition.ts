/** Condition trees become SQL: AND, OR, XOR and NOT with the joins that each needs, and negation that NULL does not upset. */

import { binary, caseWhen, equals, fn, isFalse, isNotNull, isTrue, literal, not, and, or } from "../../sql/factories/index.js";
import type { Expr } from "../../sql/nodes.js";
import { types } from "../../sql/types.js";
import type { Node } from "../state.js";
import type { Answer, Stance } from "./context.js";
import { crossing } from "./crossing.js";
import { anyOfCondition, columnCondition, lookupOn, type Asked } from "./leaf.js";
import { keyOf, segmentsOf, walk } from "./path.js";
import type { Scope } from "./scope.js";

const nothing: ReadonlySet<string> = new Set();

/** Any expression may be a condition where it is boolean; the trees have ways of their own. */
export const conditionOf = (scope: Scope, node: Node, stance: Stance): Answer => {
  switch (node.kind) {
    case "where":
      return group(
        scope,
        "and",
        node.entries.map(
          (entry) => () =>
            pathCondition(scope, segmentsOf(entry[0]), {
              value: entry[1],
              owner: entry,
              stance,
              what: nameOf(scope, entry[0]),
              path: entry[0],
            }),
        ),
        stance,
      );
    case "and":
    case "or":
      return group(
        scope,
        node.kind,
        node.parts.map((part) => () => conditionOf(scope, part, stance)),
        stance,
      );
    case "xor":
      return oddOnes(scope, node.parts, stance);
    case "not":
      return negation(scope, node.part, stance);
    case "compare":
      return group(scope, "and", [() => comparison(scope, node, stance)], stance);
    default:
      return { expr: truth(scope, node, stance), needs: nothing };
  }
};
const nameOf = (scope: Scope, path: string): string => `${scope.meta.name}: '${path}'`;

/**
 * A join is INNER where the whole cannot hold without its row: in an AND every part says so for itself, in an OR all must agree.
 * Under NOT the two change places.
 */
const group = (scope: Scope, kind: "and" | "or", leaves: readonly (() => Answer)[], stance: Stance): Answer => {
  const votes = new Map<string, number>();
  const parts = leaves.map((leaf) => {
    const { expr, needs } = leaf();
    for (const alias of needs) votes.set(alias, (votes.get(alias) ?? 0) + 1);
    return expr;
  });
  const whole = kind === "and" ? and(...parts) : or(...parts);
  if (stance.value) return { expr: whole, needs: nothing };
  const alone = (kind === "and") !== stance.negated;
  const needs = new Set<string>();
  const optional = new Set<string>();
  for (const [alias, count] of votes) (alone || count === leaves.length ? needs : optional).add(alias);
  scope.promote(optional);
  scope.demote(needs);
  return { expr: whole, needs };
};

const negation = (scope: Scope, part: Node, outer: Stance): Answer => {
  const stance = { ...outer, negated: !outer.negated, branch: !outer.value };
  const { expr, needs } = group(scope, "and", [() => conditionOf(scope, part, stance)], stance);
  return { expr: not(expr), needs };
};

/** Counted by CASE, which takes NULL for false. */
const oddOnes = (scope: Scope, parts: readonly Node[], stance: Stance): Answer => {
  const answers = parts.map((part) => conditionOf(scope, part, { ...stance, negated: false }));
  scope.promote(answers.flatMap(({ needs }) => [...needs]));
  const [one, zero] = [literal(1), literal(0)];
  const counted = answers.map(({ expr }) =>
    isTrue(expr) ? one : isFalse(expr) ? zero : caseWhen([{ when: expr, then: one }], zero, types.integer),
  );
  const sum = counted.reduce<Expr>((left, right) => binary(left, "+", right, types.integer), zero);
  return { expr: equals(binary(sum, "%", literal(2), types.integer), one), needs: nothing };
};

/** A boolean expression: an annotation, Exists, the caller's own SQL. */
const truth = (scope: Scope, node: Node, stance: Stance): Expr => {
  const { expr, nullable } = scope.context.resolver.value(scope, node, stance, types.boolean);
  const guarded = nullable && expr.kind !== "literal" && (stance.negated || stance.exact);
  return guarded ? fn("coalesce", [expr, literal(false)], types.boolean) : expr;
};

const comparison = (scope: Scope, node: Extract<Node, { kind: "compare" }>, stance: Stance): Answer => {
  const asked = { value: node.value, owner: node, stance };
  if (node.operand.kind === "path") {
    const path = `${node.operand.path}__${node.lookup}`;
    return pathCondition(scope, segmentsOf(path), { ...asked, what: nameOf(scope, path), path });
  }
  const left = scope.context.resolver.value(scope, node.operand, stance, null);
  return {
    expr: lookupOn(scope, left, segmentsOf(node.lookup), { ...asked, what: nameOf(scope, node.lookup), path: node.lookup }).expr,
    needs: nothing,
  };
};

const pathCondition = (scope: Scope, segments: readonly string[], asked: Asked): Answer => {
  const annotation = scope.annotations.get(segments[0] ?? "");
  if (annotation !== undefined) return { expr: lookupOn(scope, annotation, segments.slice(1), asked).expr, needs: nothing };
  const around = scope.used;
  const used = new Set<string>();
  scope.used = used;
  try {
    const { stance } = asked;
    const end = walk(scope, segments, { reuse: stance.reuse, allowMany: !stance.branch });
    if (end.kind === "crossing") return crossing(scope, end, asked);
    for (const alias of end.joins) stance.reuse?.add(alias);
    const { expr, strict } = end.kind === "anyOf" ? anyOfCondition(scope, end, asked) : columnCondition(scope, end, asked);
    if (!strict && !stance.negated && segments.at(-1) === "ne") return differing(scope, expr, end.joins);
    return { expr, needs: strict ? used : nothing };
  } finally {
    scope.used = around;
    for (const alias of used) around?.add(alias);
  }
};

/** "A post that is not called x" needs a post, though a post without an editor has no editor called x. */
const differing = (scope: Scope, expr: Expr, joins: readonly string[]): Answer => {
  const last = joins.findLastIndex((alias) => scope.isMany(alias));
  const alias = joins[last];
  const meta = alias === undefined ? null : scope.modelOf(alias);
  if (alias === undefined || meta === null) return { expr, needs: nothing };
  return { expr: and(expr, isNotNull(scope.column(alias, keyOf(meta)))), needs: new Set(joins.slice(0, last + 1)) };
};

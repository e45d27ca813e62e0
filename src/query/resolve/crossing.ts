/** Conditions over to-many relations under NOT: no join may multiply or hide rows there, so EXISTS asks for the related row. */

import { FieldError } from "../../errors.js";
import { alwaysTrue, and, equals, exists, isFalse, literal, or, output, select } from "../../sql/factories/index.js";
import type { Expr, Select } from "../../sql/nodes.js";
import { SqlExpression } from "../../sql/expression.js";
import { computedNode } from "../expressions/expression.js";
import type { Answer, Stance } from "./context.js";
import { anyOfCondition, columnCondition, type Asked } from "./leaf.js";
import { walk, type Crossing, type Reached, type ReachedAnyOf } from "./path.js";
import { Scope, aliveConditions, isHideable, stepsOf } from "./scope.js";

/** An expression already in its place. */
class Settled extends SqlExpression {
  readonly #expr: Expr;
  constructor(expr: Expr) {
    super();
    this.#expr = expr;
  }
  override toExpr(): Expr {
    return this.#expr;
  }
}

/**
 * `NOT (posts.title = 'x')`: EXISTS a post with that title; the rest of the path is resolved inside. Each condition asks for itself,
 * so two conditions in one exclude() need not hold of the same row. IS NULL also holds where there is no related row at all.
 */
export const crossing = (scope: Scope, end: Crossing, asked: Asked): Answer => {
  const inside = new Scope(scope.context, firstStep(end).target, scope, { part: true });
  const query = (condition: Expr): Select =>
    select({
      outputs: [output(literal(1))],
      from: inside.source,
      joins: inside.joins(),
      where: and(...link(scope, inside, end, asked.stance), condition),
    });
  const reached = reach(inside, end);
  const stance: Stance = { negated: false, branch: false, exact: false, value: false, reuse: new Set(reached.joins) };
  const settled = { ...asked, stance, value: outside(scope, asked.value, asked.stance) };
  const answer = reached.kind === "anyOf" ? anyOfCondition(inside, reached, settled) : columnCondition(inside, reached, settled);
  if (answer.strict) inside.demote(reached.joins);
  const present = isFalse(answer.expr) ? answer.expr : exists(query(answer.expr));
  for (const alias of end.joins) asked.stance.reuse?.add(alias);
  if (!(answer.expr.kind === "isNull" && !answer.expr.negated)) return { expr: present, needs: none };
  const absent = exists(query(alwaysTrue), { negated: true });
  const never = reached.kind === "column" && !inside.canBeNull(reached.alias, reached.field) && reached.rest.length <= 1;
  return { expr: never ? absent : or(absent, present), needs: none };
};
const none: ReadonlySet<string> = new Set();

const firstStep = ({ relation }: Crossing) => {
  const [step] = stepsOf(relation);
  if (step === undefined) throw new FieldError(`${relation.owner.name}.${relation.name} leads nowhere`);
  return step;
};

/** The related row belongs to the outer one; where this very filter() joined the relation, it is that joined row. */
const link = (outer: Scope, inside: Scope, end: Crossing, stance: Stance): Expr[] => {
  const step = firstStep(end);
  const conditions = [
    equals(inside.column(inside.alias, step.targetField), outer.read(end.alias, step.parentField)),
    ...aliveConditions(step.target, inside.alias),
  ];
  const shared = stance.reuse === null ? null : outer.joined(end.alias, step, stance.reuse);
  if (shared !== null)
    for (const key of step.target.primaryKey) conditions.push(equals(inside.column(inside.alias, key), outer.column(shared, key)));
  return conditions;
};

/** Follows the rest of the path. */
const reach = (inside: Scope, end: Crossing): Reached | ReachedAnyOf => {
  const { relation } = end;
  const options = { reuse: null, allowMany: true } as const;
  if (relation.kind !== "manyToMany")
    return inner(walk(inside, end.rest, options, { meta: inside.meta, alias: inside.alias, arrived: relation }), end);
  if (!isHideable(relation.target)) return inner(walk(inside, [relation.far.name, ...end.rest], options), end);
  const [, second] = stepsOf(relation);
  if (second === undefined) throw new FieldError(`${relation.owner.name}.${relation.name} leads nowhere`);
  const alias = inside.join(inside.alias, second, null);
  inside.demote([alias]);
  return inner(walk(inside, end.rest, options, { meta: relation.target, alias, arrived: relation }), end);
};
const inner = (reached: Reached | ReachedAnyOf | Crossing, end: Crossing): Reached | ReachedAnyOf => {
  if (reached.kind === "crossing")
    throw new FieldError(`${end.relation.owner.name}.${end.relation.name}: the path cannot be followed here`);
  return reached;
};

/** F in the value speaks of the outer row. */
const outside = (outer: Scope, value: unknown, stance: Stance): unknown => {
  if (Array.isArray(value))
    return value.some((item) => computedNode(item) !== undefined) ? value.map((item) => outside(outer, item, stance)) : value;
  const node = computedNode(value);
  if (node === undefined || node.kind === "subquery") return value;
  return new Settled(outer.context.resolver.value(outer, node, stance, null).expr);
};

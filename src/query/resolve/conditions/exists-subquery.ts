/** Conditions over to-many relations under NOT become EXISTS sub-queries, because a join would multiply or hide rows there. */

import { FieldError } from "../../../errors.js";
import { alwaysTrue, and, equals, exists, isFalse, literal, or, output, select } from "../../../sql/factories/index.js";
import type { Expr, Select } from "../../../sql/nodes.js";
import { SqlExpression } from "../../../sql/expression.js";
import { computedNode } from "../../expressions/expression.js";
import type { ResolvedCondition, ConditionContext } from "../scope/context.js";
import { anyOfCondition, columnCondition, type ComparisonInput } from "./comparison.js";
import { requireRelatedRow } from "./related-row.js";
import { walk, type ReachedToMany, type Reached, type ReachedAnyOf } from "../scope/path.js";
import { Scope, aliveConditions, isHideable, stepsOf } from "../scope/scope.js";

/** Wraps an expression of the outer query, so that it can be the value of a condition inside the sub-query. */
class ResolvedExpression extends SqlExpression {
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
 * `NOT (posts.title = 'x')` becomes NOT EXISTS (a post with that title); the rest of the path is resolved inside. Each condition has its own
 * sub-query, so two conditions in one exclude() may match different rows. IS NULL is also true when there is no related row.
 */
export const existsSubquery = (scope: Scope, end: ReachedToMany, input: ComparisonInput): ResolvedCondition => {
  const inside = new Scope(scope.context, firstStep(end).target, scope, { part: true });
  const query = (condition: Expr): Select =>
    select({
      outputs: [output(literal(1))],
      from: inside.source,
      joins: inside.joins(),
      where: and(...link(scope, inside, end, input.conditionContext), condition),
    });
  const reached = reach(inside, end);
  const conditionContext: ConditionContext = { negated: false, branch: false, exact: false, value: false, reuse: new Set(reached.joins) };
  const input2 = { ...input, conditionContext, value: outside(scope, input.value, input.conditionContext) };
  const answer = reached.kind === "anyOf" ? anyOfCondition(inside, reached, input2) : columnCondition(inside, reached, input2);
  if (answer.strict) inside.demote(reached.joins);
  const differs = !answer.strict && reached.rest.at(-1) === "ne";
  const condition = differs ? requireRelatedRow(inside, answer.expr, reached.joins).expr : answer.expr;
  const present = isFalse(condition) ? condition : exists(query(condition));
  for (const alias of end.joins) input.conditionContext.reuse?.add(alias);
  if (!(answer.expr.kind === "isNull" && !answer.expr.negated)) return { expr: present, needs: none };
  const absent = exists(query(alwaysTrue), { negated: true });
  const never = reached.kind === "column" && !reached.field.nullable && !inside.isLeft(reached.alias) && reached.rest.length <= 1;
  return { expr: never ? absent : or(absent, present), needs: none };
};
const none: ReadonlySet<string> = new Set();

const firstStep = ({ relation }: ReachedToMany) => {
  const [step] = stepsOf(relation);
  if (step === undefined) throw new FieldError(`${relation.owner.name}.${relation.name} leads nowhere`);
  return step;
};

/** Links the related row to the outer row, or to the row that this filter() has already joined over the same relation. */
const link = (outer: Scope, inside: Scope, end: ReachedToMany, conditionContext: ConditionContext): Expr[] => {
  const step = firstStep(end);
  const conditions = [
    equals(inside.column(inside.alias, step.targetField), outer.read(end.alias, step.parentField)),
    ...aliveConditions(step.target, inside.alias),
  ];
  const shared = conditionContext.reuse === null ? null : outer.joined(end.alias, step, conditionContext.reuse);
  if (shared !== null)
    for (const key of step.target.primaryKey) conditions.push(equals(inside.column(inside.alias, key), outer.column(shared, key)));
  return conditions;
};

/** Resolves the rest of the path inside the sub-query. */
const reach = (inside: Scope, end: ReachedToMany): Reached | ReachedAnyOf => {
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
const inner = (reached: Reached | ReachedAnyOf | ReachedToMany, end: ReachedToMany): Reached | ReachedAnyOf => {
  if (reached.kind === "toMany") throw new FieldError(`${end.relation.owner.name}.${end.relation.name}: the path cannot be followed here`);
  return reached;
};

/** F in the value refers to the outer row. */
const outside = (outer: Scope, value: unknown, conditionContext: ConditionContext): unknown => {
  if (Array.isArray(value))
    return value.some((item) => computedNode(item) !== undefined) ? value.map((item) => outside(outer, item, conditionContext)) : value;
  const node = computedNode(value);
  if (node === undefined || node.kind === "subquery") return value;
  const before = collectionsJoined(outer);
  const { expr } = outer.context.resolver.value(outer, node, conditionContext, null);
  if (collectionsJoined(outer) > before) refuseCollection(outer);
  return new ResolvedExpression(expr);
};

export const collectionsJoined = (scope: Scope): number => scope.joins().filter(({ source }) => scope.isMany(source.alias)).length;
/** Joined to the outer row, the collection would multiply it, and NOT would ask for a related row that does not match instead of for none that does. */
export const refuseCollection = (scope: Scope): never => {
  throw new FieldError(
    `${scope.meta.name}: exclude() and not() cannot follow a collection in F(…), in raw SQL or in a function. Compare columns of one related row with Exists(…objects.filter({ …: OuterRef("pk"), one__gt: F("other") }))`,
  );
};

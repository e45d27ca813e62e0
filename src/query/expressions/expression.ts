/** Expressions, conditions and orderings as immutable objects around a tree, recognized by a private brand. */

import { FieldError } from "../../errors.js";
import { optionsGiven } from "../../metadata/argument.js";
import { describe } from "../../support/describe.js";
import { keepHiddenClass } from "../../support/hidden-classes.js";
import { isPlainObject } from "../../support/plain-data.js";
import { SqlExpression } from "../../sql/expression.js";
import { queryStateOf } from "../rows.js";
import type { ArithmeticOperator, Node, OrderTerm } from "../state.js";

export interface OrderOptions {
  readonly nulls?: "first" | "last" | undefined;
}

/** A value computed by the database. */
export class Expression extends SqlExpression {
  readonly #node: Node;
  constructor(node: Node) {
    super();
    this.#node = Object.freeze(node);
  }
  static nodeOf(value: unknown): Node | undefined {
    return typeof value === "object" && value !== null && #node in value ? value.#node : undefined;
  }

  add(value: unknown): Expression {
    return arithmetic("+", this.#node, value);
  }
  sub(value: unknown): Expression {
    return arithmetic("-", this.#node, value);
  }
  mul(value: unknown): Expression {
    return arithmetic("*", this.#node, value);
  }
  /** Division as in arithmetic: `7 / 2` is 3.5. */
  div(value: unknown): Expression {
    return arithmetic("/", this.#node, value);
  }
  /** The remainder, with the sign of the first operand. */
  mod(value: unknown): Expression {
    return arithmetic("%", this.#node, value);
  }
  pow(value: unknown): Expression {
    return arithmetic("^", this.#node, value);
  }
  bitand(value: unknown): Expression {
    return arithmetic("&", this.#node, value);
  }
  bitor(value: unknown): Expression {
    return arithmetic("|", this.#node, value);
  }
  bitxor(value: unknown): Expression {
    return arithmetic("#", this.#node, value);
  }
  shiftLeft(value: unknown): Expression {
    return arithmetic("<<", this.#node, value);
  }
  shiftRight(value: unknown): Expression {
    return arithmetic(">>", this.#node, value);
  }
  neg(): Expression {
    return new Expression({ kind: "negate", operand: this.#node });
  }
  asc(options?: OrderOptions): Ordering {
    return ordering(this.#node, "asc", options);
  }
  desc(options?: OrderOptions): Ordering {
    return ordering(this.#node, "desc", options);
  }
}

/** A boolean expression: `Q(…)`, a comparison of columns, `Exists(…)`. */
export class Condition extends Expression {
  and(...others: readonly unknown[]): Condition {
    return combine("and", this, others);
  }
  or(...others: readonly unknown[]): Condition {
    return combine("or", this, others);
  }
  /** True if an odd number of the conditions is true. */
  xor(...others: readonly unknown[]): Condition {
    return combine("xor", this, others);
  }
  not(): Condition {
    const part = nodeOf(this);
    return isEmptyCondition(part) ? this : new Condition({ kind: "not", part });
  }
}

keepHiddenClass(new Expression({ kind: "path", path: "" }));
keepHiddenClass(new Condition({ kind: "path", path: "" }));

/** An expression with a direction, for orderBy. */
export class Ordering {
  readonly #term: OrderTerm;
  constructor(term: OrderTerm) {
    this.#term = Object.freeze(term);
  }
  static termOf(value: unknown): OrderTerm | undefined {
    return typeof value === "object" && value !== null && #term in value ? value.#term : undefined;
  }
}

const nodeOf = (expression: Expression): Node => Expression.nodeOf(expression) as Node;
const arithmetic = (operator: ArithmeticOperator, left: Node, value: unknown): Expression =>
  new Expression({ kind: "arithmetic", operator, left, right: valueNode(value, "arithmetic") });
const ordering = (node: Node, direction: "asc" | "desc", options: OrderOptions | undefined): Ordering => {
  const { nulls = null } = optionsGiven(`.${direction}()`, options, ["nulls"]);
  if (nulls !== null && nulls !== "first" && nulls !== "last")
    throw new FieldError(`nulls are "first" or "last" in an ordering, not ${describe(nulls)}`);
  return new Ordering({ node, direction, nulls });
};
/** Cached for combined conditions, because one that grows in a loop is checked again with each part. */
const emptiness = new WeakMap<Node, boolean>();
/** Whether a condition is `Q({})`, also combined with itself or negated; such a condition has no effect. */
export const isEmptyCondition = (node: Node): boolean => {
  switch (node.kind) {
    case "where":
      return node.entries.length === 0;
    case "and":
    case "or":
    case "xor": {
      let empty = emptiness.get(node);
      if (empty === undefined) emptiness.set(node, (empty = node.parts.every(isEmptyCondition)));
      return empty;
    }
    case "not":
      return isEmptyCondition(node.part);
    default:
      return false;
  }
};
/**
 * Parts with the same operator are merged into one list, so that a condition that grows in a loop stays flat. All three operators are
 * associative.
 */
const partsOf = (kind: "and" | "or" | "xor", node: Node): readonly Node[] => {
  if (isEmptyCondition(node)) return [];
  if (node.kind === "and" && node.parts.length === 1 && node.parts[0] !== undefined) return partsOf(kind, node.parts[0]);
  return node.kind === kind ? node.parts : [node];
};
const combine = (kind: "and" | "or" | "xor", first: Condition, others: readonly unknown[]): Condition => {
  const parts = [...partsOf(kind, nodeOf(first)), ...others.flatMap((other) => partsOf(kind, conditionNode(other, `.${kind}()`)))];
  const [only] = parts;
  if (only === undefined) return new Condition({ kind: "and", parts: [] });
  return new Condition(parts.length === 1 ? only : { kind, parts });
};

/** The tree of a computed value (an expression, a sub-query, raw SQL); undefined for plain values. */
export const computedNode = (value: unknown): Node | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  const node = Expression.nodeOf(value);
  if (node !== undefined) return node;
  const state = queryStateOf(value);
  if (state !== undefined) return { kind: "subquery", state };
  return SqlExpression.is(value) ? { kind: "fragment", expr: value.toExpr() } : undefined;
};

/** Wraps plain values in a node. */
export const valueNode = (value: unknown, where: string): Node => {
  if (value === undefined) throw new FieldError(`undefined is given where a value belongs, in ${where}: use null for NULL`);
  return computedNode(value) ?? { kind: "value", value, type: null };
};

/** Converts an operand of a function: a string is a path, everything else a value or an expression. */
export const operandNode = (value: unknown, where: string): Node =>
  typeof value === "string" ? { kind: "path", path: value } : valueNode(value, where);

/** Converts a where object, a Q, a comparison, Exists or raw SQL. */
export const conditionNode = (value: unknown, where: string): Node => {
  const node = computedNode(value);
  if (node !== undefined && node.kind !== "subquery") return node;
  if (typeof value !== "object" || value === null || node !== undefined || !isPlainObject(value)) {
    const byKey = typeof value === "number" || typeof value === "bigint" ? "; by its key a row is found with getByPk(db, …)" : "";
    throw new FieldError(
      `${where} takes conditions: an object such as { name: "Ada" }, Q(…), a column's comparison or sql\`…\`, not ${describe(value)}${byKey}`,
    );
  }
  const entries = Object.entries(value);
  for (const [path, given] of entries) {
    if (given === undefined)
      throw new FieldError(`${where}: '${path}' is undefined. Leave the condition out with when(…), or compare with null for IS NULL`);
  }
  return { kind: "where", entries };
};

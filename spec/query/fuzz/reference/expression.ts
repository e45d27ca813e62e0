/** Expressions by three-valued logic: what is computed from NULL is NULL, but where a function says otherwise. */

import type { Expr, Path } from "../program.js";
import { arithmetic, valueOf, type Value } from "../values.js";
import { aggregated } from "./aggregates.js";
import { followConditions, holds, withKeys } from "./condition.js";
import { call } from "./functions.js";
import { evaluateSet } from "./set.js";
import { isAnnotation, resolved, type Source, type Tuple } from "./source.js";

/** Where something is evaluated. */
export interface Env {
  readonly source: Source;
  readonly tuple: Tuple;
  /** The filter() whose collections are meant; null outside of filters. */
  readonly call: number | null;
  /** Part of a value: collections are the rows joined for it, under NOT too. */
  readonly joined?: boolean;
  /** The row of the query around. */
  readonly outer: Env | null;
}

/** Collections that an expression reads become joined rows. */
export const followExpression = (env: Env, expr: Expr): void => {
  switch (expr.is) {
    case "path":
      if (!isAnnotation(env.source.model, expr.path)) env.source.follow(resolved(env.source.model, expr.path).hops, env.call);
      return;
    case "arithmetic":
      followExpression(env, expr.left);
      followExpression(env, expr.right);
      return;
    case "call":
      for (const arg of expr.args) followExpression(env, arg);
      return;
    case "case":
      for (const { when, then } of expr.whens) {
        followConditions(env, when, false);
        followExpression(env, then);
      }
      if (expr.otherwise !== null) followExpression(env, expr.otherwise);
      return;
    case "aggregate":
      if (expr.of !== null) followExpression(env, expr.of);
      if (expr.filter !== null) followConditions(env, expr.filter, false);
      return;
    case "condition":
      return followConditions(env, expr.condition, false);
    case "window":
      if (expr.of !== null) followExpression(env, expr.of);
      for (const part of [...expr.partitionBy, ...expr.orderBy.map((term) => term.expr)]) followExpression(env, part);
      return;
    case "value":
    case "outer":
    case "subquery":
      return;
  }
};

export const evaluate = (env: Env, expr: Expr): Value => {
  switch (expr.is) {
    case "path":
      return atPath(env, expr.path);
    case "outer": {
      let around: Env | null = env;
      for (let depth = 0; depth < expr.depth; depth++) around = around?.outer ?? null;
      if (around === null) throw new Error("there is no query around");
      return atPath({ ...around, call: null }, expr.path);
    }
    case "value":
      return valueOf(expr.kind, expr.value);
    case "arithmetic":
      return arithmetic(expr.kind, expr.operator, evaluate(env, expr.left), evaluate(env, expr.right));
    case "call":
      return call(
        expr.name,
        expr.args.map((arg) => ({ kind: arg.kind, value: evaluate(env, arg) })),
        expr.options,
      );
    case "case": {
      const found = expr.whens.find(({ when }) => holds(env, when) !== false);
      if (found !== undefined) return evaluate(env, found.then);
      return expr.otherwise === null ? null : evaluate(env, expr.otherwise);
    }
    case "aggregate":
      return aggregated(env, expr);
    case "condition":
      return holds(env, expr.condition) ?? true;
    case "subquery":
      return evaluateSet(env.source.world, expr.set, env).rows[0]?.outputs[0]?.value ?? null;
    case "window":
      throw new Error("windows are computed for all rows at once");
  }
};

export const atPath = ({ source, tuple, call: asked }: Env, path: Path): Value => {
  if (isAnnotation(source.model, path)) return withKeys(tuple.values.get(path.name) ?? null, path);
  const { hops, column } = resolved(source.model, path);
  return withKeys(source.reach(tuple, hops, asked)?.value(column) ?? null, path);
};

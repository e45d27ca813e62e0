/** Annotations: computed for each row, for each group once an aggregate is among them, and for all rows at once by windows. */

import type { Expr, Step } from "../program.js";
import { canonical, type Value } from "../values.js";
import type { Row } from "../world.js";
import { atPath, evaluate, followExpression, type Env } from "./expression.js";
import { isAnnotation, resolved, type Source, type Tuple } from "./source.js";
import { windowed } from "./windows.js";

type Values = Extract<Step, { do: "values" }> | undefined;
/** Stands for any row, where only the model matters. */
export const nobody: Tuple = { root: undefined as unknown as Row, followed: new Map(), values: new Map<string, Value>(), members: null };

export const annotate = (source: Source, env: (tuple: Tuple) => Env, name: string, expr: Expr, values: Values): void => {
  const joined = (tuple: Tuple): Env => ({ ...env(tuple), joined: true });
  followExpression(joined(nobody), expr);
  if (aggregates(expr) && !source.grouped) group(source, env, values);
  const computed =
    expr.is === "window" ? windowed(joined, source.tuples, expr) : source.tuples.map((tuple) => evaluate(joined(tuple), expr));
  source.tuples = source.tuples.map((tuple, index) => ({ ...tuple, values: new Map(tuple.values).set(name, computed[index] ?? null) }));
};
const aggregates = (expr: Expr): boolean => {
  switch (expr.is) {
    case "aggregate":
      return true;
    case "arithmetic":
      return aggregates(expr.left) || aggregates(expr.right);
    case "call":
      return expr.args.some(aggregates);
    case "case":
      return expr.whens.some(({ then }) => aggregates(then)) || (expr.otherwise !== null && aggregates(expr.otherwise));
    default:
      return false;
  }
};
/** One tuple a row of the model, or one for equal values. */
const group = (source: Source, env: (tuple: Tuple) => Env, values: Values): void => {
  for (const item of values?.items ?? []) if (!isAnnotation(source.model, item)) source.follow(resolved(source.model, item).hops, null);
  const groups = new Map<string, Tuple[]>();
  for (const tuple of source.tuples) {
    const parts =
      values === undefined ? source.model.key.map((key) => tuple.root.value(key)) : values.items.map((item) => atPath(env(tuple), item));
    const text = parts.map((part) => canonical("text", part)).join(" | ");
    groups.set(text, [...(groups.get(text) ?? []), tuple]);
  }
  source.grouped = true;
  source.tuples = [...groups.values()].map((members) => ({ ...(members[0] as Tuple), members }));
};

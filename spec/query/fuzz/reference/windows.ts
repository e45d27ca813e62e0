/** Window functions: partitions in their order, and for aggregates the frame up to the last row that equals the current one. */

import type { Expr, Term } from "../program.js";
import { canonical, type Value } from "../values.js";
import { aggregated } from "./aggregates.js";
import { evaluate, type Env } from "./expression.js";
import { compareInOrder } from "./order.js";
import type { Tuple } from "./source.js";

type WindowExpr = Extract<Expr, { is: "window" }>;
interface Place {
  readonly tuple: Tuple;
  readonly keys: readonly Value[];
}

/** The values in the order of the tuples. */
export const windowed = (env: (tuple: Tuple) => Env, tuples: readonly Tuple[], expr: WindowExpr): readonly Value[] => {
  const partitions = new Map<string, Place[]>();
  for (const tuple of tuples) {
    const text = expr.partitionBy.map((part) => canonical("text", evaluate(env(tuple), part))).join(" | ");
    const place = { tuple, keys: expr.orderBy.map((term) => evaluate(env(tuple), term.expr)) };
    partitions.set(text, [...(partitions.get(text) ?? []), place]);
  }
  const values = new Map<Tuple, Value>();
  for (const partition of partitions.values()) {
    const sorted = partition.toSorted((one, other) => order(expr.orderBy, one, other));
    for (const [index, place] of sorted.entries()) values.set(place.tuple, valueAt(env, expr, sorted, index));
  }
  return tuples.map((tuple) => values.get(tuple) ?? null);
};
const order = (terms: readonly Term[], one: Place, other: Place): number => compareInOrder(terms, one.keys, other.keys);

const valueAt = (env: (tuple: Tuple) => Env, expr: WindowExpr, sorted: readonly Place[], index: number): Value => {
  const current = sorted[index] as Place;
  const same = (place: Place): boolean => order(expr.orderBy, place, current) === 0;
  const before = sorted.filter((place) => order(expr.orderBy, place, current) < 0);
  switch (expr.name) {
    case "RowNumber":
      return index + 1;
    case "Rank":
      return before.length + 1;
    case "DenseRank":
      return sorted.slice(0, index + 1).filter((place, at) => at === 0 || order(expr.orderBy, sorted[at - 1] as Place, place) !== 0).length;
    case "Lag":
    case "Lead": {
      const offset = (expr.options[0] ?? 1) * (expr.name === "Lag" ? -1 : 1);
      const other = sorted[index + offset];
      return other === undefined || expr.of === null ? null : evaluate(env(other.tuple), expr.of);
    }
    case "FirstValue":
      return expr.of === null ? null : evaluate(env((sorted[0] as Place).tuple), expr.of);
    default: {
      const frame = expr.orderBy.length === 0 ? sorted : [...before, ...sorted.filter(same)];
      return aggregated(
        { ...env(current.tuple), tuple: { ...current.tuple, members: frame.map(({ tuple }) => tuple) } },
        { is: "aggregate", kind: expr.kind, name: expr.name as "Sum", of: expr.of, distinct: false, filter: null },
      );
    }
  }
};

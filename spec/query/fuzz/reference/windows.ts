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

/** The places that the frame shows of the current row; without one, all up to the last that equals it. */
const frameAt = ({ frame, orderBy }: WindowExpr, sorted: readonly Place[], index: number): readonly Place[] => {
  const same = (one: number, other: number): boolean => order(orderBy, sorted[one] as Place, sorted[other] as Place) === 0;
  if (frame === null) return orderBy.length === 0 ? sorted : sorted.filter((_, at) => at <= index || same(at, index));
  const groups: number[] = [];
  for (const at of sorted.keys())
    groups.push(at === 0 ? 0 : same(at - 1, at) ? (groups[at - 1] as number) : (groups[at - 1] as number) + 1);
  const steps = (at: number): number => (frame.unit === "rows" ? at - index : (groups[at] as number) - (groups[index] as number));
  return sorted.filter((_, at) => {
    if ((frame.from !== null && steps(at) < frame.from) || (frame.to !== null && steps(at) > frame.to)) return false;
    if (frame.exclude === "current row") return at !== index;
    if (frame.exclude === "group") return !same(at, index);
    return frame.exclude !== "ties" || at === index || !same(at, index);
  });
};

/** The first buckets have a row more where they do not come out even. */
const bucketOf = (index: number, rows: number, buckets: number): number => {
  const [size, larger] = [Math.floor(rows / buckets), rows % buckets];
  const inLarger = larger * (size + 1);
  return index < inLarger ? Math.floor(index / (size + 1)) + 1 : larger + Math.floor((index - inLarger) / size) + 1;
};

const valueAt = (env: (tuple: Tuple) => Env, expr: WindowExpr, sorted: readonly Place[], index: number): Value => {
  const current = sorted[index] as Place;
  const before = sorted.filter((place) => order(expr.orderBy, place, current) < 0).length;
  const upTo = sorted.filter((place) => order(expr.orderBy, place, current) <= 0).length;
  const [option = 1] = expr.options;
  const valueOf = (place: Place | undefined): Value =>
    place === undefined || expr.of === null ? null : evaluate(env(place.tuple), expr.of);
  switch (expr.name) {
    case "RowNumber":
      return index + 1;
    case "Rank":
      return before + 1;
    case "DenseRank":
      return sorted.slice(0, index + 1).filter((place, at) => at === 0 || order(expr.orderBy, sorted[at - 1] as Place, place) !== 0).length;
    case "PercentRank":
      return sorted.length === 1 ? 0 : before / (sorted.length - 1);
    case "CumeDist":
      return upTo / sorted.length;
    case "Ntile":
      return bucketOf(index, sorted.length, option);
    case "Lag":
      return valueOf(sorted[index - option]);
    case "Lead":
      return valueOf(sorted[index + option]);
    case "FirstValue":
      return valueOf(frameAt(expr, sorted, index)[0]);
    case "LastValue":
      return valueOf(frameAt(expr, sorted, index).at(-1));
    case "NthValue":
      return valueOf(frameAt(expr, sorted, index)[option - 1]);
    default:
      return aggregated(
        { ...env(current.tuple), tuple: { ...current.tuple, members: frameAt(expr, sorted, index).map(({ tuple }) => tuple) } },
        { is: "aggregate", kind: expr.kind, name: expr.name as "Sum", of: expr.of, distinct: false, filter: null },
      );
  }
};

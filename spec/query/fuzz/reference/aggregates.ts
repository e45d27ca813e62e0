/** Aggregates over the rows of a group: NULLs do not count, and over nothing the answer is NULL, or 0 for Count. */

import type { Expr } from "../program.js";
import { arithmetic, canonical, compare, Decimal, type Value } from "../values.js";
import { holds } from "./condition.js";
import { evaluate, type Env } from "./expression.js";

export const aggregated = (env: Env, { name, of, distinct, filter, kind }: Extract<Expr, { is: "aggregate" }>): Value => {
  const rows = (env.tuple.members ?? [env.tuple])
    .map((tuple) => ({ ...env, tuple }))
    .filter((one) => filter === null || holds(one, filter) !== false);
  if (of === null) return rows.length;
  const all = rows.map((one) => evaluate(one, of)).filter((value) => value !== null);
  const values = distinct ? [...new Map(all.map((value) => [canonical(of.kind, value), value])).values()] : all;
  if (name === "Count") return values.length;
  if (values.length === 0) return null;
  const best = (sign: number): Value => values.reduce((found, value) => (compare(value, found) * sign > 0 ? value : found));
  if (name === "Min") return best(-1);
  if (name === "Max") return best(1);
  const sum = values.reduce<Value>((total, value) => (total === null ? value : arithmetic(of.kind, "add", total, value)), null);
  if (name === "Sum") return sum;
  return kind === "decimal" ? mean(sum as Decimal, values.length) : Number(sum) / values.length;
};
/** Exact where it ends within 16 digits. */
const mean = (sum: Decimal, count: number): Decimal => new Decimal((sum.units * 10n ** 16n) / BigInt(count), sum.scale + 16);

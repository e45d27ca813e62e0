/** Random aggregates: over the rows themselves, or over one chain of relations that all aggregates of a set share. */

import type { AggregateName, Condition, Expr } from "../program.js";
import { shapeOf, type Kind, type ModelShape } from "../schema.js";
import { conditionOf } from "./conditions.js";
import { expressionOf } from "./expressions.js";
import type { Ground } from "./ground.js";

/** Collections side by side multiply each other's rows, so there is only one. */
export interface Chain {
  readonly hops: readonly string[];
  readonly model: ModelShape;
}
export const chainOf = ({ choices, model }: Ground): Chain => {
  const hops: string[] = [];
  let at = model;
  while (hops.length < 2 && choices.chance(hops.length === 0 ? 70 : 30)) {
    const relation = choices.pick(at.relations);
    hops.push(relation.name);
    at = shapeOf(relation.target);
  }
  return { hops, model: at };
};

const numbers: readonly Kind[] = ["integer", "decimal", "double", "bigint"];
const ordered: readonly Kind[] = [...numbers, "text", "date", "timestamp", "time"];

/** `first`: follows the chain for certain, since rows that one aggregate joins are counted by all. */
export const aggregateOf = (ground: Ground, chain: Chain, first: boolean): Expr => {
  const { choices } = ground;
  const inside: Ground = {
    ...ground,
    model: chain.model,
    prefix: chain.hops,
    annotations: chain.hops.length === 0 ? ground.annotations : [],
    only: null,
  };
  const mustFollow = first && chain.hops.length > 0;
  const name = mustFollow ? "Count" : choices.pick<AggregateName>(["Count", "Sum", "Min", "Max", "Avg"]);
  const filter: Condition | null = choices.chance(25) ? conditionOf(inside, 1) : null;
  const distinct = choices.chance(20) && name !== "Min" && name !== "Max";
  const built = (kind: Kind, of: Expr | null): Expr => ({ is: "aggregate", kind, name, of, distinct: distinct && of !== null, filter });
  const kinds = name === "Count" ? ordered : name === "Sum" || name === "Avg" ? numbers : ordered;
  const held = kinds.filter((kind) => chain.model.fields.some((field) => field.kind === kind));
  if (name === "Count" && (mustFollow || held.length === 0 || choices.chance(50))) {
    if (chain.hops.length === 0) return built("integer", null);
    const last = chain.hops.at(-1) as string;
    const count = built("integer", { is: "path", kind: "integer", path: { hops: chain.hops.slice(0, -1), name: last } });
    // Distinct keys of several columns are refused.
    return count.is === "aggregate" && chain.model.key.length > 1 ? { ...count, distinct: false } : count;
  }
  if (held.length === 0) return { is: "aggregate", kind: "integer", name: "Count", of: null, distinct: false, filter };
  const kind = choices.pick(held);
  const of = expressionOf(inside, kind, choices.chance(20) ? 1 : 0);
  if (name === "Count") return built("integer", of);
  if (name === "Avg") return built(kind === "decimal" ? "decimal" : "double", of);
  return built(kind, of);
};

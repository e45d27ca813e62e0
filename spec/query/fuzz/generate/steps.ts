/** Random steps of a set: filters, annotations, values, orders, slices. */

import type { Choices } from "../choices.js";
import type { Path, Step, Term } from "../program.js";
import type { Kind } from "../schema.js";
import { conditionOf } from "./conditions.js";
import { expressionOf, zonedOf } from "./expressions.js";
import { columnFrom, type Ground, type Item, type Named } from "./ground.js";

/** Steps, and what may be spoken of behind them. */
export interface Built {
  readonly steps: readonly Step[];
  readonly ground: Ground;
}
export const filterOf = (ground: Ground): Step => {
  const kind = ground.choices.pick(["filter", "exclude"] as const);
  return { do: kind, conditions: ground.choices.some(2, 20, () => conditionOf(ground)) };
};

const kinds: readonly Kind[] = ["integer", "text", "decimal", "double", "bigint", "boolean", "date", "timestamp", "time", "enum"];
const annotationOf = (ground: Ground, name: string): { readonly step: Step; readonly named: Named } => {
  const { choices } = ground;
  const plain = { ...ground, many: false };
  const expr = choices.chance(12) ? zonedOf(plain) : expressionOf(plain, choices.pick(kinds), 2);
  const hidden = choices.chance(25);
  return { step: { do: hidden ? "alias" : "annotate", name, expr }, named: { name, kind: expr.kind, aggregate: false, hidden } };
};

/** Filters and annotations in any order. */
export const restricted = (ground: Ground, mostSteps: number): Built => {
  let at = ground;
  const steps = ground.choices.list(mostSteps, 65, (index): Step => {
    if (!ground.choices.chance(25)) return filterOf(at);
    const { step, named } = annotationOf(at, `x${at.depth === 0 ? "" : at.depth}${index + 1}`);
    at = { ...at, annotations: [...at.annotations, named] };
    return step;
  });
  return { steps, ground: at };
};

/** Values to be read, or to be grouped by. */
export const valuesOf = (
  ground: Ground,
  { flat = true }: { readonly flat?: boolean } = {},
): { readonly items: readonly Item[]; readonly steps: readonly Step[] } => {
  const { choices } = ground;
  const items: Item[] = [];
  for (const item of choices.some(3, 50, () => itemOf(ground)))
    if (!items.some((one) => JSON.stringify(one.path) === JSON.stringify(item.path))) items.push(item);
  const how = flat && items.length === 1 && choices.chance(25) ? "flat" : choices.chance(30) ? "list" : "object";
  return { items, steps: [{ do: "values", items: items.map(({ path }) => path), how }] };
};
const itemOf = (ground: Ground): Item => {
  const shown = ground.annotations.filter((one) => one.hidden !== true);
  if (shown.length > 0 && ground.choices.chance(40)) return namedItem(ground.choices.pick(shown));
  const reached = columnFrom({ ...ground, many: false }, (field) => field.kind !== "json");
  return { path: reached?.path ?? { hops: [], name: "pk" }, kind: reached?.field.kind ?? "integer" };
};
const namedItem = ({ name, kind }: Named): Item => ({ path: { hops: [], name }, kind });

const termOf = (ground: Ground): Term => {
  const { choices, annotations, only } = ground;
  const named = choices.chance(60);
  const descending = choices.chance(40);
  const nulls = named ? null : choices.pick([null, "first", "last"] as const);
  const by = ({ path, kind }: Item): Term => ({ expr: { is: "path", kind, path }, named, descending, nulls });
  if (only !== null) return by(choices.pick([...only, ...annotations.map(namedItem)]));
  if (annotations.length > 0 && choices.chance(40)) return by(namedItem(choices.pick(annotations)));
  const plain = { ...ground, many: false };
  if (!named && choices.chance(50)) return { expr: expressionOf(plain, choices.pick(kinds), 1), named, descending, nulls };
  const reached = columnFrom(plain, (field) => field.kind !== "json");
  const path: Path = reached?.path ?? { hops: [], name: "pk" };
  return by({ path, kind: reached?.field.kind ?? "integer" });
};

export const orderOf = (ground: Ground): Step[] => {
  const { choices } = ground;
  if (!choices.chance(60)) return [];
  const order: Step = { do: "orderBy", terms: choices.some(3, 35, () => termOf(ground)) };
  return choices.chance(15) ? [order, { do: "reverse" }] : [order];
};
export const sliceOf = ({ choices }: { readonly choices: Choices }): Step[] => {
  if (!choices.chance(25)) return [];
  const from = choices.below(4);
  return [{ do: "slice", from, to: choices.chance(30) ? null : from + choices.below(5) }];
};

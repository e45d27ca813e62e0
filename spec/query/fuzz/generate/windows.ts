/** Random windows over the rows that the filters left, and filters by them. */

import type { Choices } from "../choices.js";
import type { Expr, Frame, Step, Term } from "../program.js";
import { fieldOf, type Kind } from "../schema.js";
import { expressionOf } from "./expressions.js";
import { columnFrom, type Ground } from "./ground.js";
import { filterOf, type Built } from "./steps.js";

const plainTerm = (ground: Ground): Term => {
  const reached = columnFrom({ ...ground, many: false }, (field) => field.kind !== "json", 1);
  const expr: Expr = { is: "path", kind: reached?.field.kind ?? "integer", path: reached?.path ?? { hops: [], name: "pk" } };
  const named = ground.choices.chance(50);
  return {
    expr,
    named,
    descending: ground.choices.chance(40),
    nulls: named ? null : ground.choices.pick([null, "first", "last"] as const),
  };
};
/** Makes the order of a window total, so that there is one answer. */
const keys = ({ model }: Ground): Term[] =>
  model.key.map((name) => ({
    expr: { is: "path", kind: fieldOf(model, name)?.kind ?? "integer", path: { hops: [], name } },
    named: true,
    descending: false,
    nulls: null,
  }));

const ranks: readonly string[] = ["Rank", "DenseRank", "PercentRank", "CumeDist"];
const aggregates: readonly string[] = ["Sum", "Count", "Max", "Min", "Avg"];
const framed: readonly string[] = ["FirstValue", "LastValue", "NthValue"];
const names = ["RowNumber", "Ntile", "Lag", "Lead", ...ranks, ...aggregates, ...framed];

const numbers: readonly Kind[] = ["integer", "decimal", "double"];
const accepts = (name: string, kind: Kind): boolean =>
  name === "Sum" || name === "Avg" ? numbers.includes(kind) : kind !== "json" && kind !== "boolean" && kind !== "enum";

/** A frame of rows has one answer where the order is total; the others follow the order as it is. */
const frameOf = (choices: Choices): Frame => {
  const unit = choices.pick(["rows", "groups", "range"] as const);
  const from = choices.pick(unit === "range" ? [null, 0] : [null, 0, -1, -2]);
  const to = choices.pick(unit === "range" ? [0, null] : [0, null, 1, 2]);
  return { unit, from, to, exclude: choices.chance(50) ? choices.pick(["current row", "group", "ties"] as const) : null };
};

const windowOf = (ground: Ground): Expr => {
  const { choices } = ground;
  const plain = { ...ground, many: false };
  const partitionBy = choices.list(2, 40, (): Expr => {
    if (choices.chance(20)) return expressionOf(plain, choices.pick(["integer", "text"] as const), 1);
    const reached = columnFrom(plain, (field) => field.kind !== "json", 1);
    return { is: "path", kind: reached?.field.kind ?? "integer", path: reached?.path ?? { hops: [], name: "pk" } };
  });
  const orderBy = choices.list(2, 60, () => plainTerm(ground));
  const total = [...orderBy, ...keys(ground)];
  const built = (name: string, kind: Kind, more: Partial<Extract<Expr, { is: "window" }>> = {}): Expr => ({
    is: "window",
    kind,
    name,
    of: null,
    options: [],
    partitionBy,
    orderBy: total,
    frame: null,
    ...more,
  });
  const name = choices.pick(names);
  if (name === "RowNumber") return built(name, "integer");
  if (name === "Ntile") return built(name, "integer", { options: [choices.below(3) + 1] });
  if (ranks.includes(name))
    return built(name, name === "Rank" || name === "DenseRank" ? "integer" : "double", { orderBy: orderBy.length === 0 ? total : orderBy });
  const reached = columnFrom(plain, (field) => accepts(name, field.kind), 1);
  if (reached === null) return built("RowNumber", "integer");
  const { kind } = reached.field;
  const of: Expr = choices.chance(20) && kind !== "double" ? expressionOf(plain, kind, 1) : { is: "path", kind, path: reached.path };
  if (aggregates.includes(name)) {
    const frame = choices.chance(60) ? frameOf(choices) : null;
    const result = name === "Count" ? "integer" : name === "Avg" ? (kind === "decimal" ? "decimal" : "double") : kind;
    return built(name, result, { of, frame, orderBy: frame === null || (frame.unit !== "rows" && orderBy.length > 0) ? orderBy : total });
  }
  if (framed.includes(name))
    return built(name, kind, {
      of,
      options: name === "NthValue" ? [choices.below(3) + 1] : [],
      frame: choices.chance(50) ? frameOf(choices) : null,
    });
  return built(name, kind, { of, options: [choices.below(2) + 1] });
};

export const windowed = (start: Ground): Built => {
  let at: Ground = { ...start };
  const steps: Step[] = start.choices.some(2, 30, (index): Step => {
    const expr = windowOf(start);
    const name = `w${index + 1}`;
    at = { ...at, annotations: [...at.annotations, { name, kind: expr.kind, aggregate: false }] };
    return { do: "annotate", name, expr };
  });
  const windows = at.annotations.filter(({ name }) => name.startsWith("w"));
  // Other filters would take rows away from the windows.
  const asking: Ground = { ...at, many: false, annotations: windows, only: [] };
  return { steps: [...steps, ...start.choices.list(2, 50, () => filterOf(asking))], ground: { ...at, windows: true } };
};

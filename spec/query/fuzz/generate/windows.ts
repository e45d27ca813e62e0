/** Random windows over the rows that the filters left, and filters by them. */

import type { Expr, Step, Term } from "../program.js";
import { fieldOf, type Kind } from "../schema.js";
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

const windowOf = (ground: Ground): Expr => {
  const { choices } = ground;
  const plain = { ...ground, many: false };
  const partitionBy = choices.list(2, 40, (): Expr => {
    const reached = columnFrom(plain, (field) => field.kind !== "json", 1);
    return { is: "path", kind: reached?.field.kind ?? "integer", path: reached?.path ?? { hops: [], name: "pk" } };
  });
  const orderBy = choices.list(2, 60, () => plainTerm(ground));
  const name = choices.pick(["RowNumber", "Rank", "DenseRank", "Sum", "Count", "Max", "Lag", "Lead", "FirstValue"]);
  const built = (kind: Kind, of: Expr | null, order: readonly Term[], options: readonly number[] = []): Expr => ({
    is: "window",
    kind,
    name,
    of,
    options,
    partitionBy,
    orderBy: order,
  });
  const total = [...orderBy, ...keys(ground)];
  if (name === "RowNumber") return built("integer", null, total);
  if (name === "Rank" || name === "DenseRank") return built("integer", null, orderBy.length === 0 ? total : orderBy);
  const reached = columnFrom(
    plain,
    (field) =>
      name === "Sum"
        ? ["integer", "decimal", "double"].includes(field.kind)
        : field.kind !== "json" && field.kind !== "boolean" && field.kind !== "enum",
    1,
  );
  if (reached === null) return { ...built("integer", null, total), is: "window", name: "RowNumber" } as Expr;
  const { kind } = reached.field;
  const of: Expr = { is: "path", kind, path: reached.path };
  if (name === "Count") return built("integer", of, orderBy);
  if (name === "Sum" || name === "Max") return built(kind, of, orderBy);
  return built(kind, of, total, name === "FirstValue" ? [] : [choices.below(2) + 1]);
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

/** A whole set over arrays: its rows in order, each with what it shows. */

import type { Expr, Path, SetProgram, Step, Term } from "../program.js";
import { fieldOf, relationOf, shapeOf, type Kind, type ModelShape } from "../schema.js";
import { canonical, type Value } from "../values.js";
import { annotate, nobody } from "./annotate.js";
import { compareByValue, compareInOrder } from "./order.js";
import type { Row, World } from "../world.js";
import { evaluate, atPath, followExpression, type Env } from "./expression.js";
import { followConditions, holds } from "./condition.js";
import { isAnnotation, modelBehind, resolved, Source, type Tuple } from "./source.js";

export interface Cell {
  readonly name: string;
  readonly kind: Kind;
  readonly value: Value;
}
export interface ResultRow {
  readonly root: Row;
  readonly tuple: Tuple;
  readonly outputs: readonly Cell[];
  /** The values of the order. */
  readonly keys: readonly Value[];
  readonly text: string;
}
export interface Result {
  readonly columns: readonly Omit<Cell, "value">[];
  readonly rows: readonly ResultRow[];
  /** Rows that the order does not tell apart may stand in any order. */
  readonly ties: (one: ResultRow, other: ResultRow) => boolean;
  /** A slice cuts between rows that its order does not tell apart. */
  readonly undetermined: boolean;
}
type Find<D extends Step["do"]> = Extract<Step, { do: D }>;

export const evaluateSet = (
  world: World,
  program: SetProgram,
  outer: Env | null = null,
  { total: wanted = false }: { readonly total?: boolean } = {},
): Result => {
  const at = program.steps.findIndex((step) => step.do in combining);
  if (at >= 0) return combined(world, program, at, outer);
  const model = shapeOf(program.model);
  const last = <D extends Step["do"]>(kind: D): Find<D> | undefined => program.steps.findLast((step): step is Find<D> => step.do === kind);
  const deleted = program.steps.findLast((step) => step.do === "withDeleted" || step.do === "onlyDeleted")?.do;
  const rows =
    deleted === undefined
      ? world.alive(model)
      : world.stored(model).filter((row) => deleted === "withDeleted" || row.value("deletedAt") !== null);
  const source = new Source(world, model, rows);
  const env = (tuple: Tuple, call: number | null = null): Env => ({ source, tuple, call, outer });
  const annotations: { readonly name: string; readonly expr: Expr; readonly hidden: boolean }[] = [];
  let values: Find<"values"> | undefined;
  let shownBefore = 0;

  for (const [call, step] of program.steps.entries()) {
    switch (step.do) {
      case "filter":
      case "exclude": {
        const negated = step.do === "exclude";
        for (const condition of step.conditions) followConditions(env(nobody, call), condition, negated);
        source.tuples = source.tuples.filter((tuple) => {
          const answers = step.conditions
            .map((condition) => holds(env(tuple, call), condition, negated))
            .filter((answer) => answer !== null);
          return answers.length === 0 || answers.every((answer) => answer) !== negated;
        });
        break;
      }
      case "annotate":
      case "alias":
        annotations.push({ name: step.name, expr: step.expr, hidden: step.do === "alias" });
        annotate(source, env, step.name, step.expr, values);
        break;
      case "values":
        values = step;
        shownBefore = annotations.filter((one) => !one.hidden).length;
        break;
      default:
    }
  }
  const shown = annotations.filter((one) => !one.hidden).map(({ name }): Path => ({ hops: [], name }));
  const columns = model.fields.map(({ name }): Path => ({ hops: [], name }));
  const items =
    values === undefined
      ? null
      : unique([...(values.items.length > 0 ? values.items : [...columns, ...shown.slice(0, shownBefore)]), ...shown.slice(shownBefore)]);
  const kindOf = (path: Path): Kind => {
    const annotation = annotations.find(({ name }) => name === path.name);
    if (annotation !== undefined && isAnnotation(model, path)) return annotation.expr.kind;
    const { hops, column } = resolved(model, path);
    return fieldOf(modelBehind(model, hops), column)?.kind ?? "integer";
  };
  for (const item of items ?? []) if (!isAnnotation(model, item)) source.follow(resolved(model, item).hops, null);

  const order = last("orderBy");
  const terms = (
    order === undefined ? (source.grouped && values !== undefined ? [] : model.ordering.map(defaultTerm)) : order.terms
  ).flatMap((one) => related(model, one));
  for (const { expr } of terms) followExpression(env(nobody), expr);
  const reversed =
    program.steps.slice(order === undefined ? 0 : program.steps.indexOf(order)).filter((step) => step.do === "reverse").length % 2 === 1;

  const read = (items ?? [...columns, ...shown]).map((path) => ({
    path,
    name: [...path.hops, path.name].join("__"),
    kind: kindOf(path),
  }));
  let result = source.tuples.map((tuple): ResultRow => {
    const outputs = read.map(({ path, name, kind }): Cell => ({ name, kind, value: atPath(env(tuple), path) }));
    return { root: tuple.root, tuple, outputs, keys: terms.map(({ expr }) => evaluate(env(tuple), expr)), text: textOf(outputs) };
  });
  const byKeys = (one: ResultRow, other: ResultRow): number => compareInOrder(terms, one.keys, other.keys) * (reversed ? -1 : 1);
  const byKey = (one: ResultRow, other: ResultRow): number => {
    for (const name of model.key) {
      const order = compareByValue(one.root.value(name), other.root.value(name), reversed, null);
      if (order !== 0) return order;
    }
    return 0;
  };
  const distinct = last("distinct");
  const slices = program.steps.filter((step) => step.do === "slice").filter(({ from, to }) => from > 0 || to !== null);
  const sliced = wanted || slices.length > 0;
  const holdsKey = items === null || model.key.every((name) => items.some((item) => item.hops.length === 0 && item.name === name));
  const keyed = !(source.grouped && values !== undefined) && (distinct === undefined || (holdsKey && distinct.on.length === 0));
  const total = (one: ResultRow, other: ResultRow): number => byKeys(one, other) || (keyed ? byKey(one, other) : 0);
  let undetermined = false;
  if (distinct !== undefined && distinct.on.length === 0) {
    const seen = new Map<string, ResultRow>();
    for (const row of result) {
      const text = `${row.text} ${row.keys.map((key) => canonical("text", key)).join()}`;
      if (!seen.has(text)) seen.set(text, row);
    }
    result = [...seen.values()];
  }
  result = result.toSorted(sliced ? total : byKeys);
  if (distinct !== undefined && distinct.on.length > 0) {
    const chosen = new Map<string, ResultRow>();
    for (const row of result) {
      const text = distinct.on.map((path) => canonical("text", atPath(env(row.tuple), path))).join(" | ");
      const first = chosen.get(text);
      if (first === undefined) chosen.set(text, row);
      else if (byKeys(first, row) === 0 && first.text !== row.text) undetermined = true;
    }
    result = [...chosen.values()];
  }
  for (const { from, to } of slices) {
    const cut = (at: number): void => {
      const [before, after] = [result[at - 1], result[at]];
      if (before !== undefined && after !== undefined && total(before, after) === 0 && before.text !== after.text) undetermined = true;
    };
    cut(from);
    if (to !== null) cut(to);
    result = result.slice(from, to ?? undefined);
  }
  const ties = sliced ? total : byKeys;
  return { columns: read, rows: result, ties: (one, other) => ties(one, other) === 0, undetermined };
};

export const textOf = (outputs: readonly { readonly name: string; readonly kind: Kind; readonly value: unknown }[]): string =>
  outputs.map(({ name, kind, value }) => `${name}=${canonical(kind, value)}`).join(" ");

const unique = (paths: readonly Path[]): readonly Path[] => [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];

const defaultTerm = (name: string): Term => ({
  expr: { is: "path", kind: "text", path: { hops: [], name: name.replace("-", "") } },
  named: true,
  descending: name.startsWith("-"),
  nulls: null,
});
/** A relation is ordered by as its model is, where that has an order. */
const related = (model: ModelShape, term: Term): readonly Term[] => {
  if (!term.named || term.expr.is !== "path") return [term];
  const { hops, name } = term.expr.path;
  const relation = relationOf(modelBehind(model, hops), name);
  const target = relation === undefined ? null : shapeOf(relation.target);
  if (target === null || target.ordering.length === 0) return [term];
  return target.ordering.map(defaultTerm).map((one): Term => {
    if (one.expr.is !== "path") return one;
    const path = { hops: [...hops, name, ...one.expr.path.hops], name: one.expr.path.name };
    return { ...one, expr: { ...one.expr, path }, descending: one.descending !== term.descending };
  });
};

const combining: Readonly<Record<string, true>> = { union: true, unionAll: true, intersection: true, difference: true };
/** Sets put together: their rows by what they show, then an order by what they show, then a slice. */
const combined = (world: World, { model: name, steps }: SetProgram, at: number, outer: Env | null): Result => {
  const first = evaluateSet(world, { model: name, steps: steps.slice(0, at) }, outer);
  const step = steps[at] as Extract<Step, { readonly others: unknown }>;
  const others = step.others.map((one) => evaluateSet(world, one, outer));
  const texts = others.map(({ rows }) => new Set(rows.map(({ text }) => text)));
  const all = [first, ...others].flatMap(({ rows }) => rows);
  const distinct = (rows: readonly ResultRow[]): ResultRow[] => [...new Map(rows.map((row) => [row.text, row])).values()];
  const choices: Readonly<Record<string, () => ResultRow[]>> = {
    unionAll: () => all,
    union: () => distinct(all),
    intersection: () => distinct(first.rows.filter(({ text }) => texts.every((one) => one.has(text)))),
    difference: () => distinct(first.rows.filter(({ text }) => !texts.some((one) => one.has(text)))),
  };
  const rest = steps.slice(at + 1);
  const terms = rest.flatMap((one) => (one.do === "orderBy" ? one.terms : []));
  const valueNamed = (row: ResultRow, { expr }: Term): Value =>
    row.outputs.find((cell) => expr.is === "path" && cell.name === [...expr.path.hops, expr.path.name].join("__"))?.value ?? null;
  const keyed = (choices[step.do]?.() ?? []).map((row) => ({ ...row, keys: terms.map((term) => valueNamed(row, term)) }));
  const byKeys = (one: ResultRow, other: ResultRow): number => compareInOrder(terms, one.keys, other.keys);
  let rows = keyed.toSorted(byKeys);
  let undetermined = [first, ...others].some((one) => one.undetermined);
  for (const slice of rest) {
    if (slice.do !== "slice") continue;
    for (const cut of [slice.from, slice.to ?? rows.length]) {
      const [before, after] = [rows[cut - 1], rows[cut]];
      if (before !== undefined && after !== undefined && byKeys(before, after) === 0 && before.text !== after.text) undetermined = true;
    }
    rows = rows.slice(slice.from, slice.to ?? undefined);
  }
  return { columns: first.columns, rows, ties: (one, other) => byKeys(one, other) === 0, undetermined };
};

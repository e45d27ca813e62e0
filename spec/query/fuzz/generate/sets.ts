/** Random sets: objects, groups or plain values of a model, and the sets that stand inside others. */

import type { Choices } from "../choices.js";
import type { SetProgram, Step, Term } from "../program.js";
import { fieldOf, modelNames, shapeOf, type Kind } from "../schema.js";
import { aggregateOf, chainOf } from "./aggregates.js";
import { groundOf, type Ground } from "./ground.js";
import { filterOf, orderOf, restricted, sliceOf, valuesOf, type Built } from "./steps.js";
import { windowed } from "./windows.js";

/** Groups: each row of the model one, or equal values together. Filters behind them ask for the aggregates. */
const grouped = (start: Ground): Built => {
  const { choices } = start;
  const { items, steps: valued } = choices.chance(50) ? valuesOf(start, { flat: false }) : { items: null, steps: [] };
  const chain = chainOf(start);
  let at: Ground = { ...start, annotations: items === null ? start.annotations : [] };
  const annotations: Step[] = choices.some(3, 40, (index): Step => {
    const expr = aggregateOf({ ...start, many: false }, chain, index === 0);
    const name = `n${index + 1}`;
    const hidden = choices.chance(20);
    at = { ...at, annotations: [...at.annotations, { name, kind: expr.kind, aggregate: true, hidden }] };
    return { do: hidden ? "alias" : "annotate", name, expr };
  });
  const ground = { ...at, many: false, only: items };
  const having: Step[] = choices.list(2, 40, () => filterOf(ground));
  return { steps: [...valued, ...annotations, ...having], ground };
};
const valued = (start: Ground): Built => {
  const { items, steps } = valuesOf(start);
  return { steps, ground: start.choices.chance(50) ? { ...start, only: items, annotations: [] } : start };
};

/** Sets of one model, put together. */
const unionOf = (choices: Choices): SetProgram => {
  const model = choices.pick(modelNames.filter((name) => shapeOf(name).ordering.length === 0));
  // An annotation that is shown would be a column of one part alone.
  const part = (): Step[] =>
    restricted(groundOf(choices, model), 2).steps.map((step) => (step.do === "annotate" ? { ...step, do: "alias" } : step));
  const fields = shapeOf(model).fields.filter((field) => field.kind !== "json" && field.kind !== "decimal");
  const items = choices.chance(50) ? fields.filter(() => choices.chance(40)) : [];
  const values: Step[] = items.length === 0 ? [] : [{ do: "values", items: items.map(({ name }) => ({ hops: [], name })), how: "object" }];
  const kind = choices.pick(["union", "unionAll", "intersection", "difference"] as const);
  const shown = items.length > 0 ? items : fields;
  const terms = choices.list(2, 60, (): Term => {
    const { name, kind: of } = choices.pick(shown);
    return { expr: { is: "path", kind: of, path: { hops: [], name } }, named: true, descending: choices.chance(40), nulls: null };
  });
  const others = choices.some(2, 20, (): SetProgram => ({ model, steps: [...part(), ...values] }));
  const order: Step[] = terms.length === 0 ? [] : [{ do: "orderBy", terms }];
  return { model, steps: [...part(), ...values, { do: kind, others }, ...order, ...sliceOf({ choices })] };
};

/** A set and what it shows. */
export const setOf = (choices: Choices): SetProgram => (choices.chance(10) ? unionOf(choices) : selectOf(choices));
const selectOf = (choices: Choices): SetProgram => {
  const model = choices.pick(modelNames);
  const start = groundOf(choices, model);
  const deleted: Step[] =
    start.model.softDelete && choices.chance(30) ? [{ do: choices.pick(["withDeleted", "onlyDeleted"] as const) }] : [];
  const { steps, ground } = restricted(start, 4);
  const built = choices.part((): Built => {
    switch (choices.kind({ objects: 5, groups: 3, values: 2, windows: 2 })) {
      case "objects":
        return { steps: [], ground };
      case "groups":
        return grouped(ground);
      case "values":
        return valued(ground);
      case "windows":
        return windowed(ground);
    }
  });
  const before = [...deleted, ...steps, ...built.steps];
  if (
    built.ground.windows !== true &&
    built.ground.only === null &&
    built.ground.annotations.every((one) => !one.aggregate) &&
    choices.chance(10)
  )
    return { model, steps: [...before, ...firstOfEach(built.ground)] };
  const distinct: Step[] = built.ground.windows !== true && choices.chance(20) ? [{ do: "distinct", on: [] }] : [];
  return { model, steps: [...before, ...orderOf(built.ground), ...distinct, ...sliceOf(built.ground)] };
};

/** The first row of each group by an order that begins with the group. */
const firstOfEach = (ground: Ground): Step[] => {
  const { choices, model } = ground;
  const fields = model.fields.filter((field) => field.kind !== "json");
  const on = choices.pick(fields);
  const by = ({ name, kind }: (typeof fields)[number], descending: boolean): Term => ({
    expr: { is: "path", kind, path: { hops: [], name } },
    named: true,
    descending,
    nulls: null,
  });
  const keys = fields.filter(({ name }) => model.key.includes(name)).map((field) => by(field, choices.chance(50)));
  const middle = choices.list(1, 50, () => by(choices.pick(fields), choices.chance(50)));
  return [
    { do: "orderBy", terms: [by(on, choices.chance(30)), ...middle, ...keys] },
    { do: "distinct", on: [{ hops: [], name: on.name }] },
  ];
};

/** One value of a kind, by the first of some rows. */
export const oneValueOf = (outer: Ground, kind: Kind): SetProgram => {
  const { choices } = outer;
  const { model, steps } = valuesSetOf(outer, kind);
  const shape = shapeOf(model);
  const terms = shape.key.map((name): Term => ({
    expr: { is: "path", kind: fieldOf(shape, name)?.kind ?? "integer", path: { hops: [], name } },
    named: true,
    descending: choices.chance(50),
    nulls: null,
  }));
  return { model, steps: [...steps, { do: "orderBy", terms }, { do: "slice", from: 0, to: 1 }] };
};

/** What Exists asks: rows that have to do with those around, or not. */
export const questionOf = (outer: Ground): SetProgram => {
  const { choices } = outer;
  const model = choices.pick(modelNames);
  return { model, steps: restricted(groundOf(choices, model, outer), 2).steps };
};

/** Values of a kind, for `in`. */
export const valuesSetOf = (outer: Ground, kind: Kind): SetProgram => {
  const { choices } = outer;
  const models = modelNames.filter((name) => shapeOf(name).fields.some((field) => field.kind === kind));
  const model = choices.pick(models);
  const { steps, ground } = restricted(groundOf(choices, model, outer), 2);
  const fields = ground.model.fields.filter((field) => field.kind === kind);
  return { model, steps: [...steps, { do: "values", items: [{ hops: [], name: choices.pick(fields).name }], how: "flat" }] };
};

/** Random sets: objects, groups or plain values of a model, and the sets that stand inside others. */

import type { Choices } from "../choices.js";
import type { SetProgram, Step } from "../program.js";
import { modelNames, shapeOf, type Kind } from "../schema.js";
import { aggregateOf, chainOf } from "./aggregates.js";
import { groundOf, type Ground } from "./ground.js";
import { filterOf, orderOf, restricted, sliceOf, valuesOf, type Built } from "./steps.js";

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

/** A set and what it shows. */
export const setOf = (choices: Choices): SetProgram => {
  const model = choices.pick(modelNames);
  const start = groundOf(choices, model);
  const deleted: Step[] =
    start.model.softDelete && choices.chance(30) ? [{ do: choices.pick(["withDeleted", "onlyDeleted"] as const) }] : [];
  const { steps, ground } = restricted(start, 4);
  const built = choices.part((): Built => {
    switch (choices.kind({ objects: 5, groups: 3, values: 2 })) {
      case "objects":
        return { steps: [], ground };
      case "groups":
        return grouped(ground);
      case "values":
        return valued(ground);
    }
  });
  const distinct: Step[] = choices.chance(20) ? [{ do: "distinct", on: [] }] : [];
  return { model, steps: [...deleted, ...steps, ...built.steps, ...orderOf(built.ground), ...distinct, ...sliceOf(built.ground)] };
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

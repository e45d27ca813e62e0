/** What a part of a program may speak of: the model, what was annotated before, the query around. */

import type { Choices } from "../choices.js";
import type { Path } from "../program.js";
import { shapeOf, type FieldShape, type Kind, type ModelShape } from "../schema.js";

export interface Named {
  readonly name: string;
  readonly kind: Kind;
  readonly aggregate: boolean;
  /** By alias(): it is not selected. */
  readonly hidden?: boolean;
}
export interface Item {
  readonly path: Path;
  readonly kind: Kind;
}
export interface Ground {
  readonly choices: Choices;
  readonly model: ModelShape;
  readonly annotations: readonly Named[];
  readonly outer: Ground | null;
  /** How many queries stand around. */
  readonly depth: number;
  /** Whether collections may be followed here. */
  readonly many: boolean;
  /** Relations already followed: paths begin with them, columns are of the model behind. */
  readonly prefix: readonly string[];
  /** What rows are grouped by: nothing else of them is left. */
  readonly only: readonly Item[] | null;
  /** Windows were annotated. */
  readonly windows?: boolean;
}
export const groundOf = (choices: Choices, model: string, outer: Ground | null = null): Ground => ({
  choices,
  model: shapeOf(model),
  annotations: [],
  outer,
  depth: outer === null ? 0 : outer.depth + 1,
  many: true,
  prefix: [],
  only: null,
});

export interface Reached {
  readonly path: Path;
  readonly field: FieldShape;
}

/** A column of the model or of one behind relations. */
export const columnFrom = (ground: Ground, accepts: (field: FieldShape) => boolean, mostHops = 2): Reached | null => {
  const { choices } = ground;
  if (ground.only !== null) {
    const left = ground.only.filter(({ path, kind }) => accepts({ name: path.name, kind, nullable: true }));
    if (left.length === 0) return null;
    const { path, kind } = choices.pick(left);
    return { path, field: { name: path.name, kind, nullable: true } };
  }
  const hops: string[] = [];
  let model = ground.model;
  while (hops.length < mostHops && choices.chance(hops.length === 0 ? 35 : 40)) {
    const relations = model.relations.filter((one) => ground.many || !one.many);
    if (relations.length === 0) break;
    const relation = choices.pick(relations);
    hops.push(relation.name);
    model = shapeOf(relation.target);
  }
  const fields = model.fields.filter((field) => accepts(field));
  if (fields.length === 0) return null;
  const field = choices.pick(fields);
  return { path: { hops: [...ground.prefix, ...hops], name: field.name }, field };
};

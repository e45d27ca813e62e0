/** `updateOrCreate` and `updateByPk`: find one row, change its object and save it. */

import type { ModelMeta } from "../../metadata/model-meta.js";
import type { SelectPlan } from "../../query/plan.js";
import type { InstanceState } from "../../loading/index.js";
import { assertOpen, requireState, type Core } from "../core/core.js";
import { currentTarget } from "../core/reference-keys.js";
import { held } from "../tracking/changes.js";
import { autoflush } from "../queries/autoflush.js";
import { callSave } from "../tracking/overrides.js";
import { findOnly, getOrCreate } from "./create.js";
import { assignValues, checkAssigned } from "./set-values.js";

type Values = Readonly<Record<string, unknown>>;

/** Saves through the object's own `save()`, so that overrides run; if that throws, the previous values are restored. */
const saveWith = async (core: Core, object: object, changes: Values): Promise<void> => {
  const state = requireState(object);
  const before = Object.keys(changes).flatMap((name) => valuesBefore(object, state, name));
  const expressions = state.expressions === null ? null : new Map(state.expressions);
  try {
    assignValues(object, changes);
    await callSave(object, core.session);
  } catch (error) {
    state.expressions = expressions;
    for (const [name, value] of before) (object as Record<string, unknown>)[name] = value;
    throw error;
  }
};

/** The values that an assignment to this property changes: a relation with its key, or a column. */
const valuesBefore = (object: object, state: InstanceState, name: string): (readonly [name: string, value: unknown])[] => {
  const relation = state.meta.relations.get(name);
  if (relation?.kind === "toOne")
    return [
      [name, currentTarget(object, state, relation) ?? null],
      [relation.field.name, held(object, relation.field)],
    ];
  const field = state.meta.fieldsByName.get(name);
  return [[name, field === undefined ? (object as Record<string, unknown>)[name] : held(object, field)]];
};

export const updateOrCreate = async (
  core: Core,
  meta: ModelMeta,
  find: SelectPlan,
  changes: Values,
  values: Values,
  uniqueBy: readonly string[],
): Promise<readonly [object, boolean]> => {
  const [object, created] = await getOrCreate(core, meta, find, values, uniqueBy);
  if (!created) await saveWith(core, object, changes);
  return [object, created];
};

/** Returns null if the query finds no row. */
export const updateFound = async (core: Core, find: SelectPlan, changes: Values): Promise<object | null> => {
  assertOpen(core);
  checkAssigned(find.meta, changes);
  if (find.empty) return null;
  await autoflush(core, find.reads, false);
  const object = await findOnly(core, find);
  if (object !== null) await saveWith(core, object, changes);
  return object;
};

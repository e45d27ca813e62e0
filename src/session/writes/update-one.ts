/** Finds one row, changes its object and saves it: `updateOrCreate`, `updateByPk`. */

import type { ModelMeta } from "../../metadata/model-meta.js";
import type { SelectPlan } from "../../query/plan.js";
import { assertOpen, type Core } from "../core/core.js";
import { autoflush } from "../queries/autoflush.js";
import { callSave } from "../tracking/overrides.js";
import { findOnly, getOrCreate } from "./create.js";
import { assignValues, checkAssigned } from "./set-values.js";

type Values = Readonly<Record<string, unknown>>;

/** The object's own `save()` writes it, so that an override is called. */
const saveWith = async (core: Core, object: object, changes: Values): Promise<void> => {
  assignValues(object, changes);
  await callSave(object, core.face);
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

/** Null where the query finds no row. */
export const updateFound = async (core: Core, find: SelectPlan, changes: Values): Promise<object | null> => {
  assertOpen(core);
  checkAssigned(find.meta, changes);
  if (find.empty) return null;
  await autoflush(core, find.reads, false);
  const object = await findOnly(core, find);
  if (object !== null) await saveWith(core, object, changes);
  return object;
};

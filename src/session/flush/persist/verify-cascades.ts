/** After a DELETE, checks whether the database also cascaded to tracked rows through rows that the session has not loaded. */

import type { ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import { keyCell } from "../../../metadata/keys.js";
import { planSelect } from "../../../query/planner.js";
import type { Core } from "../../core/core.js";
import { cellOf, synchronizeDependants } from "./synchronize.js";
import { load, stateWhere } from "../../reading/find-instances.js";

/** Sends one query for each relation through which tracked rows refer to untracked rows that the cascade may have deleted. */
export const verifyCascades = async (core: Core, meta: ModelMeta): Promise<void> => {
  for (const owner of takenAlong(meta))
    for (const relation of owner.dependants()) if (core.map.tracks(relation.owner)) await removeVanished(core, relation);
};

/** Models whose rows are deleted by a cascade from this one. */
const takenAlong = (meta: ModelMeta): ReadonlySet<ModelMeta> => {
  const found = new Set<ModelMeta>();
  const waiting = [meta];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const { onDelete, owner } of next.dependants()) {
      if (onDelete !== "cascade" || found.has(owner)) continue;
      found.add(owner);
      waiting.push(owner);
    }
  return found;
};

const removeVanished = async (core: Core, relation: ToOneMeta): Promise<void> => {
  const keys = new Map<unknown, unknown>();
  const isKnown = knownKeys(core, relation);
  core.map.each(relation.owner, (object) => {
    const cell = cellOf(stateOf(object) as InstanceState, relation);
    if (cell === null || cell === undefined) return;
    const key = keyCell(cell, relation.targetField);
    if (!isKnown(key)) keys.set(key, cell);
  });
  if (keys.size === 0) return;
  const { name } = relation.targetField;
  const asked = stateWhere(relation.target, [[`${name}__in`, [...keys.values()]]]);
  const there = await load(core, planSelect({ ...asked, values: { items: [name], mode: "flat" } }));
  for (const key of there) keys.delete(keyCell(key, relation.targetField));
  if (keys.size > 0) synchronizeDependants(core, relation, new Set(keys.keys()));
};

/** Keys of tracked rows: the session already knows whether they were deleted. */
const knownKeys = (core: Core, { target, targetField }: ToOneMeta): ((key: unknown) => boolean) => {
  if (targetField.primaryKey && target.primaryKey.length === 1) return (key) => core.map.find(target, [key]) !== undefined;
  const known = new Set<unknown>();
  core.map.each(target, (object) => known.add(keyCell(stateOf(object)?.snapshot?.[targetField.position], targetField)));
  return (key) => known.has(key);
};

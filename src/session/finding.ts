/** One row by its key: from the identity map when it is there, else asked for. */

import type { ModelMeta } from "../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import { held } from "./changes.js";
import { assertOpen, type Core } from "./core.js";
import { checkedKey, keyCells, keyHeldBy } from "./keys.js";
import { findInstances } from "./reading.js";

/** `db.get`: null when there is no such row, or it is deleted (also softly, also only in this session so far). Never flushes. */
export const getByKey = async (core: Core, meta: ModelMeta, given: unknown): Promise<object | null> => {
  assertOpen(core);
  const parts = checkedKey(meta, given, core.dialect);
  const key = keyCells(meta, parts);
  const known = core.map.find(meta, key) ?? pendingWith(core, meta, key);
  if (known !== undefined) {
    const state = stateOf(known) as InstanceState;
    if (!isOf(state.meta, meta)) return null;
    if (!state.stale) return state.deleting || isMarked(known, state.meta) ? null : known;
  }
  const [found] = await findInstances(core, meta, meta.primaryKey.map((field, at) => [field.name, parts[at]]));
  if (found === undefined || isMarked(found, (stateOf(found) as InstanceState).meta) || stateOf(found)?.deleting === true) return null;
  return found;
};

/** A row of the base is no instance of each of its subtypes. */
const isOf = (meta: ModelMeta, wanted: ModelMeta): boolean => meta === wanted || meta.ctor.prototype instanceof (wanted.ctor as unknown as new () => object);

const isMarked = (object: object, meta: ModelMeta): boolean => {
  const field = meta.softDeleteField;
  const value = field === null ? null : held(object, field);
  return value !== null && value !== undefined;
};

/** An object that was added with a key of its own is that row already. */
const pendingWith = (core: Core, meta: ModelMeta, key: readonly unknown[]): object | undefined => {
  for (const object of core.pending) {
    const state = stateOf(object) as InstanceState;
    if (!isOf(state.meta, meta)) continue;
    const own = keyHeldBy(state.meta, object);
    if (own !== null && own.every((part, at) => part === key[at])) return object;
  }
  return undefined;
};

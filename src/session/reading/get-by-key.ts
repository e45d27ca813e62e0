/** Looks up one row by key: in the identity map first, then in the database. */

import type { ModelMeta } from "../../metadata/model-meta.js";
import { registrySerial } from "../../metadata/registrations.js";
import type { SelectPlan } from "../../query/plan.js";
import { cachedSelectPlan } from "../../query/planning/cache/plan-requests.js";
import type { TypeKind } from "../../sql/types.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { isMarkedDeleted } from "../tracking/changes.js";
import { assertOpen, type Core } from "../core/core.js";
import { isOf } from "../tracking/identity-map.js";
import { checkedKey, keyCells, keyHeldBy } from "../tracking/row-keys.js";
import { load, stateWhere } from "./find-instances.js";
import { bind } from "../statements/send.js";

/**
 * `db.get`: null if there is no such row or it is deleted (also if soft-deleted, or deleted only in this session so far). Never flushes.
 */
export const getByKey = (core: Core, meta: ModelMeta, given: unknown): Promise<object | null> => {
  const known = heldAt(core, meta, given);
  return known === null ? findByKey(core, meta, given) : Promise.resolve(known);
};

/** Key types that the identity map stores unchanged, with the matching `typeof`. */
const plain: { readonly [K in TypeKind]?: string } = {
  integer: "number",
  smallint: "number",
  bigint: "bigint",
  text: "string",
  varchar: "string",
  uuid: "string",
};

/** The tracked object with this key if it can be returned as it is; null if a closer look is needed. */
const heldAt = (core: Core, meta: ModelMeta, given: unknown): object | null => {
  const [field] = meta.primaryKey;
  if (
    core.map.size === 0 ||
    core.handle.closed ||
    meta.primaryKey.length !== 1 ||
    field === undefined ||
    plain[field.type.kind] !== typeof given
  )
    return null;
  const object = core.map.findOne(meta, given);
  if (object === undefined) return null;
  const state = stateOf(object) as InstanceState;
  return state.stale || state.deleting || !isOf(state.meta, meta) || isMarkedDeleted(object) ? null : object;
};

const findByKey = async (core: Core, meta: ModelMeta, given: unknown): Promise<object | null> => {
  assertOpen(core);
  const parts = checkedKey(meta, given, core.dialect);
  const key = keyCells(meta, parts);
  const known = core.map.find(meta, key) ?? pendingWith(core, meta, key);
  if (known !== undefined) {
    const state = stateOf(known) as InstanceState;
    if (!isOf(state.meta, meta)) return null;
    if (!state.stale) return state.deleting || isMarkedDeleted(known) ? null : known;
  }
  const [found] = await rowsWithKey(core, meta, parts);
  if (found === undefined || isMarkedDeleted(found) || stateOf(found)?.deleting === true) return null;
  return found;
};

/** Cached plan per model. A subtype defined later invalidates it, because its rows would be unknown to the plan. */
const plans = new WeakMap<ModelMeta, { readonly plan: SelectPlan; readonly serial: number }>();

const rowsWithKey = async (core: Core, meta: ModelMeta, parts: readonly unknown[]): Promise<object[]> => {
  const serial = registrySerial();
  let known = plans.get(meta);
  if (known?.serial !== serial) {
    known = {
      plan: cachedSelectPlan(
        stateWhere(
          meta,
          meta.primaryKey.map((field, at) => [field.name, parts[at]]),
        ),
        "none",
      ),
      serial,
    };
    if (known.plan.values?.length === parts.length) plans.set(meta, known);
    return (await load(core, known.plan)) as object[];
  }
  return (await load(core, known.plan, undefined, bind(core, { statement: known.plan.statement, values: parts }))) as object[];
};

/** A pending object that was given this key explicitly. */
const pendingWith = (core: Core, meta: ModelMeta, key: readonly unknown[]): object | undefined => {
  for (const object of core.pending) {
    const state = stateOf(object) as InstanceState;
    if (!isOf(state.meta, meta)) continue;
    const own = keyHeldBy(state.meta, object);
    if (own !== null && own.every((part, at) => part === key[at])) return object;
  }
  return undefined;
};

/** Copies an object from elsewhere (another session, a form, a queue) into this session's object for the same row. */

import type { FieldMeta, ModelMeta, ReverseOneMeta } from "../../metadata/model-meta.js";
import { deepCopy, deepEqual } from "../../support/plain-data.js";
import { collectionOf, loadRelation, stateOf, type InstanceState } from "../../loading/index.js";
import { StaleDataError } from "../../errors.js";
import { held } from "../tracking/changes.js";
import { assertOpen, requireState, type Core } from "../core/core.js";
import { construct } from "./create.js";
import { contextOf } from "../reading/find-instances.js";
import { getByKey } from "../reading/get-by-key.js";
import { IdentityMap } from "../tracking/identity-map.js";
import { attach } from "../relationships/cascade-add.js";
import { keyHeldBy, describeRow } from "../tracking/row-keys.js";
import { assignAnyOf, assignToOne } from "../relationships/to-one.js";
import { assignReverseOne } from "../relationships/reverse-one.js";
import { collectionAdd, collectionSet } from "../relationships/collections.js";

interface Merge {
  readonly core: Core;
  /** Objects merged so far, by given object and by key: two copies of one row become one object. */
  readonly done: Map<object, object>;
  readonly byKey: IdentityMap;
}

export const merge = async (core: Core, given: object): Promise<object> => {
  assertOpen(core);
  return mergeOne({ core, done: new Map(), byKey: new IdentityMap() }, given);
};

const mergeOne = async (run: Merge, given: object): Promise<object> => {
  const state = requireState(given);
  const known = run.done.get(given);
  if (known !== undefined) return known;
  if (state.owner === run.core) return given;
  const own = await ownFor(run, given, state);
  run.done.set(given, own);
  takeColumns(given, state, own);
  await takeRelations(run, given, state, own);
  return own;
};

/** The session's object for the row, loaded if necessary; a new object if there is no row. */
const ownFor = async ({ core, byKey }: Merge, given: object, { meta }: InstanceState): Promise<object> => {
  const key = keyHeldBy(meta, given);
  const met = key === null ? undefined : byKey.find(meta, key);
  if (met !== undefined) return met;
  const stored = key === null ? null : await getByKey(core, meta, keyValue(meta, given));
  const own = stored ?? blank(core, meta);
  if (key !== null) byKey.set(meta, key, own);
  return own;
};

const keyValue = (meta: ModelMeta, object: object): unknown => {
  const [only] = meta.primaryKey;
  if (meta.primaryKey.length === 1 && only !== undefined) return held(object, only);
  return Object.fromEntries(meta.primaryKey.map((field) => [field.name, held(object, field)]));
};

const blank = (core: Core, meta: ModelMeta): object => {
  const object = construct(meta, {});
  attach(core, object);
  return object;
};

const takeColumns = (given: object, { meta, defaulted }: InstanceState, own: object): void => {
  const target = stateOf(own) as InstanceState;
  checkVersion(given, meta.versionField, own, target);
  for (const field of meta.fields) {
    const value = held(given, field);
    if (value === undefined || field.version || field.generated !== null) continue;
    // A stored row keeps its value if the given object only has the default.
    if (target.snapshot !== null && defaulted?.includes(field) === true && isDefault(value, field)) continue;
    (own as Record<string, unknown>)[field.name] = deepCopy(value);
  }
};

const isDefault = (value: unknown, field: FieldMeta): boolean =>
  field.default !== null && ("make" in field.default || deepEqual(value, field.default.value));

/** Rejects a copy older than the row, which would overwrite newer changes. */
const checkVersion = (given: object, version: FieldMeta | null, own: object, { meta, snapshot }: InstanceState): void => {
  const seen = version === null ? undefined : held(given, version);
  if (version === null || seen === undefined || snapshot === null || seen === snapshot[version.position]) return;
  throw new StaleDataError(
    `${describeRow(meta, keyHeldBy(meta, own))} was changed since this copy of it was read (version ${seen as number}, now ${snapshot[version.position] as number})`,
    given,
  );
};

/** Loads the current member before assigning the new one, which may itself reference the owner. */
const takeOne = async (run: Merge, relation: ReverseOneMeta, target: object | null, own: object): Promise<void> => {
  if (stateOf(own)?.snapshot !== null) await loadRelation(own, relation, contextOf(run.core));
  assignReverseOne(own, relation, target === null ? null : await mergeOne(run, target));
};

const takeRelations = async (run: Merge, given: object, { meta, related, collections }: InstanceState, own: object): Promise<void> => {
  for (const [name, target] of related ?? []) {
    const relation = meta.relations.get(name);
    if (relation === undefined) continue;
    if (relation.kind === "reverseOne") await takeOne(run, relation, target, own);
    // A to-one without a target is already expressed by its key.
    else if (target === null) continue;
    else if (relation.kind === "toOne") assignToOne(own, relation, await mergeOne(run, target));
    else if (relation.kind === "anyOf") assignAnyOf(own, relation, await mergeOne(run, target));
  }
  for (const { relation, items, added } of collections?.values() ?? []) {
    const members: object[] = [];
    for (const member of items ?? added) members.push(await mergeOne(run, member));
    if (items === null) collectionAdd(own, relation, members);
    else {
      const mine = collectionOf(own, relation);
      if (mine.items === null && stateOf(own)?.snapshot === null) mine.items = [...mine.added];
      await collectionSet(own, relation, [...new Set(members)]);
    }
  }
};

/** Keeps loaded many-to-many collections in step with the rows of a user-defined link model, which are written as objects too. */

import { keyCell } from "../../metadata/keys.js";
import type { ManyToManyMeta, ModelMeta } from "../../metadata/model-meta.js";
import { stateOf, type CollectionState, type InstanceState } from "../../loading/index.js";
import { isInstance, requireState, type Core } from "../core/core.js";
import { currentTarget, sameKey } from "../core/reference-keys.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { held } from "../tracking/changes.js";
import { belongsTo, forgetAdded, recordAssignment } from "./both-sides.js";

type Row = readonly unknown[] | null;

const linked = new WeakMap<ModelMeta, readonly ManyToManyMeta[]>();
/** The relations whose links are rows of this model. */
const relationsThrough = (meta: ModelMeta): readonly ManyToManyMeta[] => {
  let known = linked.get(meta);
  if (known === undefined) {
    known = modelInfoOf(meta).toOnes.flatMap((near) =>
      [...near.target.relations.values()].filter(
        (relation) => relation.kind === "manyToMany" && !relation.automatic && relation.through === meta && relation.near === near,
      ),
    ) as ManyToManyMeta[];
    linked.set(meta, known);
  }
  return known;
};

/** A link row was written, or deleted (`now` is null): updates the loaded collections of both ends. */
export const synchronizeLink = (core: Core, { meta }: InstanceState, before: Row, now: Row): void => {
  for (const relation of relationsThrough(meta)) {
    const [was, is] = [endsOf(relation, before), endsOf(relation, now)];
    if (was?.[0] === is?.[0] && was?.[1] === is?.[1]) continue;
    if (was !== null) change(core, relation, was, (collection, member) => leave(collection, member));
    if (is !== null) change(core, relation, is, (collection, member) => show(collection, member));
  }
};

/** Rows of the link model were deleted, tracked or not: loaded collections of this link model are loaded again by the next read. */
export const forgetLinks = (core: Core, meta: ModelMeta): void => {
  for (const { near, name } of relationsThrough(meta)) forgetItems(core, near.target, name);
};
/** The loaded collections of this name have to be loaded again. */
export const forgetItems = (core: Core, owners: ModelMeta, name: string): void =>
  core.map.each(owners, (owner) => {
    const collection = stateOf(owner)?.collections?.get(name);
    if (collection !== undefined && collection.items !== null) touched(core, collection).items = null;
  });

/** Whether this is the object of the link between these two; the member may be given as its key. */
export const isLink = (object: object, { through, near, far }: ManyToManyMeta, owner: object, member: unknown): boolean =>
  object instanceof (through.ctor as unknown as new () => object) &&
  belongsTo(object, near, owner) &&
  (isInstance(member) ? belongsTo(object, far, member) : sameKey(held(object, far.field), member, far.field));

/** An object of a link leaves the session or is deleted, and with it the link as it was added to collections: both are one thing. */
export const withdrawAdded = (link: object, state: InstanceState): void => {
  for (const relation of relationsThrough(state.meta)) {
    const owner = currentTarget(link, state, relation.near);
    const member = currentTarget(link, state, relation.far);
    if (owner === null || owner === undefined || member === null || member === undefined) continue;
    const collection = requireState(owner).collections?.get(relation.name);
    if (collection?.added.has(member) !== true) continue;
    recordAssignment(owner, requireState(owner));
    forgetAdded(collection, member);
  }
};

type Ends = readonly [near: unknown, far: unknown];
const endsOf = ({ near, far }: ManyToManyMeta, row: Row): Ends | null => {
  const [one, other] = [row?.[near.field.position], row?.[far.field.position]];
  return one === null || one === undefined || other === null || other === undefined
    ? null
    : [keyCell(one, near.targetField), keyCell(other, far.targetField)];
};

const change = (
  core: Core,
  relation: ManyToManyMeta,
  [near, far]: Ends,
  follow: (collection: CollectionState, member: object | undefined) => void,
): void => {
  const owner = core.map.findOne(relation.near.target, near);
  const collection = owner === undefined ? undefined : stateOf(owner)?.collections?.get(relation.name);
  if (collection === undefined || collection.items === null) return;
  follow(touched(core, collection), core.map.findOne(relation.far.target, far));
};

const touched = (core: Core, collection: CollectionState): CollectionState => {
  core.journal.touch(collection.owner, stateOf(collection.owner) as InstanceState);
  return collection;
};

const leave = (collection: CollectionState, member: object | undefined): void => {
  if (member === undefined) return;
  if (collection.items !== null && !collection.added.has(member)) collection.items = collection.items.filter((item) => item !== member);
};

/** A member that the session does not have can only be read. */
const show = (collection: CollectionState, member: object | undefined): void => {
  if (member === undefined) collection.items = null;
  else if (collection.items?.includes(member) === false && !collection.removed.has(member)) collection.items.push(member);
};

/** Creates the link objects of links through a model of the user's. */

import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import type { ManyToManyMeta } from "../../../metadata/model-meta.js";
import { isInstance, type Core } from "../../core/core.js";
import { add } from "../../relationships/cascade-add.js";
import { isLink } from "../../relationships/link-rows.js";
import { held } from "../../tracking/changes.js";
import { findInstances } from "../../reading/find-instances.js";
import { collectLinks } from "../collect/links.js";
import { keyCell } from "../../../metadata/keys.js";
import type { LinkWork } from "../work/work.js";

/** Links through a user's model are ordinary objects: new links are added, removed ones are deleted. */
export const expandLinkObjects = async (core: Core): Promise<void> => {
  const through: CollectionState[] = [];
  for (const collection of core.collections)
    if (collection.relation.kind === "manyToMany" && !collection.relation.automatic) through.push(collection);
  if (through.length === 0) return;
  for (const collection of through) {
    await deleteCleared(core, collection);
    await deleteRemoved(core, collection);
  }
  for (const work of collectLinks(core)) if (!work.relation.automatic) addLinks(core, work, await storedMembers(core, work));
};

/** After `clear()`: deletes the stored links that were not given again since. */
const deleteCleared = async (core: Core, collection: CollectionState): Promise<void> => {
  const { owner } = collection;
  const relation = collection.relation as ManyToManyMeta;
  const state = stateOf(owner) as InstanceState;
  if (!collection.cleared || state.snapshot === null) return;
  core.journal.touch(owner, state);
  collection.cleared = false;
  const found = await findInstances(core, relation.through, [[relation.near.field.name, held(owner, relation.near.targetField)]]);
  const given = new Set([...collection.added, ...collection.addedKeys].map((member) => memberKey(relation, member)));
  // A link that was given again stays as it is, with what its object holds, unless a new object takes its place.
  for (const link of found) {
    const member = keyCell(held(link, relation.far.field), relation.far.field);
    if (!given.has(member) || pendingLink(core, relation, owner, held(link, relation.far.field))) markForDeletion(core, link);
  }
};

/** The objects of removed links that the session holds; of others the row is enough, unless a new object takes their place. */
const deleteRemoved = async (core: Core, collection: CollectionState): Promise<void> => {
  const { owner, removed, removedKeys } = collection;
  const relation = collection.relation as ManyToManyMeta;
  if (removed.size === 0 && removedKeys.size === 0) return;
  const links: object[] = [];
  core.map.each(relation.through, (link) => {
    for (const member of removed) if (isLink(link, relation, owner, member)) links.push(link);
  });
  for (const link of links) markForDeletion(core, link);
  for (const member of [...removed, ...removedKeys])
    if (pendingLink(core, relation, owner, member)) await replaceLink(core, collection, member);
};

/** The stored link goes as an object before the new one comes: a DELETE by its two keys would come later, and take the new one. */
const replaceLink = async (core: Core, collection: CollectionState, member: unknown): Promise<void> => {
  const { owner, removed, removedKeys } = collection;
  const { near, far, through } = collection.relation as ManyToManyMeta;
  const state = stateOf(owner) as InstanceState;
  core.journal.touch(owner, state);
  if (!isInstance(member)) removedKeys.delete(member);
  else removed.delete(member);
  const keys = [held(owner, near.targetField), isInstance(member) ? held(member, far.targetField) : member] as const;
  if (keys.includes(undefined)) return;
  const found = await findInstances(core, through, [
    [near.field.name, keys[0]],
    [far.field.name, keys[1]],
  ]);
  for (const link of found) markForDeletion(core, link);
};

const markForDeletion = (core: Core, link: object): void => {
  const state = stateOf(link) as InstanceState;
  if (state.status !== "persistent" || state.deleting) return;
  core.journal.touch(link, state);
  state.deleting = true;
  core.deleting.add(link);
};

/** The keys of members whose links are there already, and stay: nobody knows them where the collection was never loaded. */
const storedMembers = async (core: Core, { collection, relation, owner, added }: LinkWork): Promise<ReadonlySet<unknown>> => {
  const keys = added.map((member) => memberKey(relation, member)).filter((key) => key !== undefined);
  if (collection.items !== null || keys.length === 0 || stateOf(owner)?.snapshot == null) return new Set();
  const found = await findInstances(core, relation.through, [
    [relation.near.field.name, held(owner, relation.near.targetField)],
    [`${relation.far.field.name}__in`, keys],
  ]);
  const kept = found.filter((link) => stateOf(link)?.deleting !== true);
  return new Set(kept.map((link) => keyCell(held(link, relation.far.field), relation.far.field)));
};
const memberKey = ({ far }: ManyToManyMeta, member: unknown): unknown =>
  keyCell(isInstance(member) ? held(member, far.targetField) : member, far.field);

const addLinks = (core: Core, work: LinkWork, stored: ReadonlySet<unknown>): void => {
  const { relation, owner } = work;
  for (const member of work.added) {
    if (stored.has(memberKey(relation, member))) continue;
    if (pendingLink(core, relation, owner, member)) continue;
    const Through = relation.through.ctor as unknown as new (values: Record<string, unknown>) => object;
    add(
      core,
      new Through({
        [relation.near.name]: owner,
        ...(isInstance(member) ? { [relation.far.name]: member } : { [relation.far.field.name]: member }),
      }),
    );
  }
};
/** A new object of the link model stands for this link. */
const pendingLink = (core: Core, relation: ManyToManyMeta, owner: object, member: unknown): boolean => {
  for (const object of core.pending) if (isLink(object, relation, owner, member)) return true;
  return false;
};

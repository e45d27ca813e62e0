/** Creates the link objects of links through a model of the user's. */

import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import type { ManyToManyMeta } from "../../../metadata/model-meta.js";
import { isInstance, type Core } from "../../core/core.js";
import { add } from "../../relationships/cascade-add.js";
import { held } from "../../tracking/changes.js";
import { sameKey } from "../../core/reference-keys.js";
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
    deleteRemoved(core, collection);
  }
  for (const work of collectLinks(core)) if (!work.relation.automatic) addLinks(core, work, await storedMembers(core, work));
};

/** After `clear()`: deletes the stored links; links added since then remain. */
const deleteCleared = async (core: Core, collection: CollectionState): Promise<void> => {
  const { owner } = collection;
  const relation = collection.relation as ManyToManyMeta;
  const state = stateOf(owner) as InstanceState;
  if (!collection.cleared || state.snapshot === null) return;
  core.journal.touch(owner, state);
  collection.cleared = false;
  const found = await findInstances(core, relation.through, [[relation.near.field.name, held(owner, relation.near.targetField)]]);
  for (const link of found) markForDeletion(core, link);
};

/** Deletes the link objects of removed links that the session tracks; other links are deleted as rows, without an object. */
const deleteRemoved = (core: Core, { owner, relation: any, removed }: CollectionState): void => {
  const relation = any as ManyToManyMeta;
  if (removed.size === 0) return;
  const links: object[] = [];
  core.map.each(relation.through, (link) => {
    for (const member of removed) if (isStoredLink(link, relation, owner, member)) links.push(link);
  });
  for (const link of links) markForDeletion(core, link);
};

const markForDeletion = (core: Core, link: object): void => {
  const state = stateOf(link) as InstanceState;
  if (state.status !== "persistent" || state.deleting) return;
  core.journal.touch(link, state);
  state.deleting = true;
  core.deleting.add(link);
};

const isStoredLink = (link: object, { near, far }: ManyToManyMeta, owner: object, member: object): boolean =>
  sameKey(held(link, near.field), held(owner, near.targetField), near.field) &&
  sameKey(held(link, far.field), held(member, far.targetField), far.field);

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
    const known = [...core.pending].some(
      (object) => object instanceof (relation.through.ctor as unknown as new () => object) && isLink(object, relation, owner, member),
    );
    if (known) continue;
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
const isLink = (object: object, relation: ManyToManyMeta, owner: object, member: unknown): boolean => {
  const related = stateOf(object)?.related;
  return (
    related?.get(relation.near.name) === owner &&
    (isInstance(member) ? related.get(relation.far.name) === member : held(object, relation.far.field) === member)
  );
};

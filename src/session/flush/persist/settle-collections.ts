/** Clears the pending changes of a collection after a flush has written them. */

import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import type { ToOneMeta } from "../../../metadata/model-meta.js";
import type { Core } from "../../core/core.js";
import { isMarkedDeleted } from "../../tracking/changes.js";
import { belongsTo } from "../../relationships/both-sides.js";
import type { CollectionMark } from "../work/work.js";

/** Clears the changes that existed when the flush began; later changes stay. */
export const settleCollection = (core: Core, { collection, changes, ofNew }: CollectionMark): void => {
  const { added, removed, addedKeys, removedKeys, cleared } = changes;
  const state = stateOf(collection.owner) as InstanceState;
  // The INSERT of a new owner has already recorded it.
  if (!ofNew || state.snapshot === null) core.journal.touch(collection.owner, state);
  if (collection.relation.kind === "toMany" && collection.items !== null)
    followRawKeys(collection, collection.relation.via, [...added, ...removed]);
  for (const member of added) if (stateOf(member)?.status !== "transient") collection.added.delete(member);
  for (const member of removed) collection.removed.delete(member);
  for (const key of addedKeys) collection.addedKeys.delete(key);
  for (const key of removedKeys) collection.removedKeys.delete(key);
  // Members added by key are not in the list, so it must be loaded again.
  if (addedKeys.length > 0) collection.items = null;
  if (cleared) collection.cleared = false;
  if (!collection.isTouched) core.collections.delete(collection);
};

/** A key assigned after an addition or removal takes precedence; the list is adjusted to it. */
const followRawKeys = (collection: CollectionState, via: ToOneMeta, members: readonly object[]): void => {
  for (const member of members) {
    const belongs = belongsTo(member, via, collection.owner) && stateOf(member)?.status === "persistent" && !isMarkedDeleted(member);
    const listed = collection.items?.includes(member) === true;
    if (belongs && !listed) collection.items?.push(member);
    else if (!belongs && listed && stateOf(member)?.status === "persistent")
      collection.items = collection.items?.filter((item) => item !== member) ?? null;
  }
};

/** Loads the members of a collection that was cleared without being loaded, so that each is released like a removed member. */

import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { findInstances } from "../../reading/find-instances.js";
import { collectionRemove } from "../../relationships/collections.js";
import { held } from "../../tracking/changes.js";

export const emptyCleared = async (core: Core): Promise<void> => {
  const cleared: CollectionState[] = [];
  for (const collection of core.collections) if (collection.cleared) cleared.push(collection);
  for (const collection of cleared) {
    const { relation, owner, added } = collection;
    if (relation.kind !== "toMany") continue;
    const state = stateOf(owner) as InstanceState;
    if (state.snapshot !== null) {
      const key = held(owner, relation.via.targetField);
      const members = await findInstances(core, relation.target, [[relation.via.field.name, key]]);
      core.journal.touch(owner, state);
      collection.cleared = false;
      collectionRemove(
        owner,
        relation,
        members.filter((member) => !added.has(member)),
      );
    }
    collection.cleared = false;
    if (!collection.isTouched) core.collections.delete(collection);
  }
};

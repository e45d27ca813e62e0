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
      const released = members.filter((member) => !added.has(member));
      // Removing assigns their keys, as a user would; here the flush does it, so its failure has to undo it.
      for (const member of released) {
        const { field } = relation.via;
        core.journal.fill(member, stateOf(member) as InstanceState, field, held(member, field));
      }
      collectionRemove(owner, relation, released);
    }
    collection.cleared = false;
    if (!collection.isTouched) core.collections.delete(collection);
  }
};

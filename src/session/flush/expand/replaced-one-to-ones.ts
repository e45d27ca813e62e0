/** Loads and detaches the current target of a reverse one-to-one that was reassigned without being loaded. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { findInstances } from "../../reading/find-instances.js";
import { releaseMember } from "../../relationships/reverse-one.js";
import { belongsTo, displaceMember } from "../../relationships/both-sides.js";
import { held } from "../../tracking/changes.js";

export const releaseReplaced = async (core: Core): Promise<void> => {
  for (const owner of [...core.replacedReverseOnes]) {
    const state = stateOf(owner) as InstanceState;
    core.journal.touch(owner, state);
    const relations = state.replaced ?? [];
    state.replaced = null;
    core.replacedReverseOnes.delete(owner);
    for (const relation of relations) {
      const now = state.related?.get(relation.name);
      if (state.owner !== core || state.snapshot === null || now === undefined) continue;
      const key = held(owner, relation.via.targetField);
      // A soft-deleted row no longer blocks the place, and keeps its owner.
      const members = await findInstances(core, relation.target, [[relation.via.field.name, key]], "hide");
      for (const member of members) {
        if (member === now || !belongsTo(member, relation.via, owner)) continue;
        releaseMember(owner, relation, member);
        if (now !== null) displaceMember(member, now);
      }
      state.related?.set(relation.name, now);
    }
  }
};

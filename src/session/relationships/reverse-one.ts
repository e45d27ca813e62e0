/** `user.profile = profile`: the reference column is on the other side and follows. */

import type { ModelMeta, ReverseOneMeta } from "../../metadata/model-meta.js";
import { SmallMap } from "../../support/small-map.js";
import { FieldError } from "../../errors.js";
import { coreOf, requireState, type Core } from "../core/core.js";
import { attach, trackMember, untrackMember, withdraw } from "./cascade-add.js";
import { displaceMember, moveBetween } from "./both-sides.js";
import { assignToOne } from "./to-one.js";

export const assignReverseOne = (owner: object, relation: ReverseOneMeta, value: object | null): void => {
  const state = requireState(owner);
  noteReplacement(owner, relation);
  const before = state.related?.get(relation.name) ?? null;
  const leaves = before !== null && before !== value && !requireState(before).deleting;
  if (leaves) releaseMember(owner, relation, before);
  if (value === null) {
    (state.related ??= new SmallMap<string, object | null>()).set(relation.name, null);
    return;
  }
  if (leaves) displaceMember(before, value);
  assignToOne(value, relation.via, owner);
  const core = coreOf(state);
  if (state.snapshot === null) trackMember(owner, value);
  if (core !== null) attach(core, value);
  // The member may already reference the owner by a key assigned directly.
  if (state.related?.get(relation.name) !== value) moveBetween(relation.via, value, null, owner);
};

/** A stored owner may have a member that was never loaded; the flush looks it up. */
const noteReplacement = (owner: object, relation: ReverseOneMeta): void => {
  const state = requireState(owner);
  const core = coreOf(state);
  if (core === null || state.snapshot === null || state.related?.has(relation.name) === true) return;
  core.journal.touch(owner, state);
  state.replaced = new Set([...(state.replaced ?? []), relation]);
  core.replacedReverseOnes.add(owner);
};

type Owning = Pick<ReverseOneMeta, "name" | "via" | "orphans">;

/** Throws if members may not leave: the reference is not nullable and orphans are kept. */
export const checkLeaving = (owner: ModelMeta, { name, via, orphans }: Owning): void => {
  if (!via.nullable && orphans === "keep") {
    throw new FieldError(
      `${via.owner.name}.${via.field.name} cannot be null, so ${owner.name}.${name} cannot remove members: delete the member, give it to another owner, or declare { orphans: "delete" }`,
    );
  }
};

/**
 * Removes a member from its owner: its reference becomes null. If orphans are deleted, a new member leaves the session and the flush
 * deletes a stored one.
 */
export const releaseMember = (owner: object, relation: Owning, member: object): void => {
  checkLeaving(requireState(owner).meta, relation);
  assignToOne(member, relation.via, null);
  untrackMember(owner, member);
  const core = coreOf(requireState(owner));
  if (core !== null && relation.orphans === "delete") expelNew(core, member);
};

const expelNew = (core: Core, member: object): void => {
  const state = requireState(member);
  if (state.owner === core && state.status === "pending") withdraw(core, member, state);
};

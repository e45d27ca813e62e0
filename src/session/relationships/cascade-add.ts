/** Cascades `add`: decides which objects enter the session along with the one that was added. */

import type { AnyOfMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { referenceOf } from "../../metadata/references.js";
import type { InstanceState } from "../../loading/index.js";
import { SessionError } from "../../errors.js";
import { assignedSince } from "../tracking/changes.js";
import { coreOf, requireState, type Core } from "../core/core.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { keyHeldBy, keyOfSnapshot, describeRow } from "../tracking/row-keys.js";
import { recordChange } from "../rollback/record-change.js";
import { targetKeyOf } from "../core/reference-keys.js";
import { appearInTargets, belongsTo, disappearFromTargets } from "./both-sides.js";
import { withdrawAdded } from "./link-rows.js";
import { detach } from "../rollback/restore.js";
import { repointReferences } from "../rollback/repoint-references.js";

/**
 * Members added to an owner that has no row yet. `user.posts.add(post)` brings the post along when the user is added (also after a
 * rollback), while `new Post({ author: user })` only points at the user.
 */
const given = new WeakMap<object, Set<object>>();

export const trackMember = (owner: object, member: object): void => {
  const members = given.get(owner);
  if (members === undefined) given.set(owner, new Set([member]));
  else members.add(member);
};
/** The owner's row is committed and can no longer become new again, so its tracked members can be forgotten. */
export const forgetMembers = (owner: object, { collections, related, meta }: InstanceState): void => {
  if (collections !== null || (related !== null && modelInfoOf(meta).owning.length > 0)) given.delete(owner);
};
export const untrackMember = (owner: object, member: object): void => {
  given.get(owner)?.delete(member);
};

/** Adds the object and everything it reaches outside the session: all of them, or none if one cannot enter. */
export const attach = (core: Core, root: object): void => {
  const state = requireState(root);
  // A deleted object re-enters the session only when it is added itself.
  if (state.owner === core && state.status !== "deleted") return;
  repointReferences(root, state);
  const found = reached(core, root, state);
  if (found === null) return enterSession(core, root, state);
  const all = withReached(core, root, found);
  for (const object of all) assertCanEnter(core, object, requireState(object));
  for (const object of all) enterSession(core, object, requireState(object));
};

/** Depth-first: the root, then the objects that each one reaches, in declaration order. */
const withReached = (core: Core, root: object, found: readonly object[]): Set<object> => {
  const all = new Set([root]);
  const waiting = found.toReversed();
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    const state = requireState(object);
    if (all.has(object) || state.owner === core || isGone(state)) continue;
    all.add(object);
    repointReferences(object, state);
    const next = reached(core, object, state);
    if (next !== null) for (let at = next.length - 1; at >= 0; at--) waiting.push(next[at] as object);
  }
  return all;
};

/** `db.add`: also cancels a pending deletion. */
export const add = (core: Core, object: object): void => {
  const state = requireState(object);
  if (state.owner === core && state.deleting) {
    recordChange(core, object, state);
    state.deleting = false;
    core.deleting.delete(object);
  }
  attach(core, object);
};

/** Removes a new object from the session before it was written, with new members whose reference to it is not nullable. */
export const withdraw = (core: Core, object: object, state: InstanceState): void => {
  core.journal.touch(object, state);
  withdrawAdded(object, state);
  disappearFromTargets(object, state);
  detach(core, object);
  for (const collection of state.collections?.values() ?? []) {
    const { relation } = collection;
    if (relation.kind === "toMany" && !relation.via.nullable)
      for (const member of [...collection.added]) if (belongsTo(member, relation.via, object)) withdrawPending(core, member);
  }
  for (const relation of modelInfoOf(state.meta).owning) {
    const member = relation.kind === "reverseOne" && !relation.via.nullable ? state.related?.get(relation.name) : undefined;
    if (member !== null && member !== undefined) withdrawPending(core, member);
  }
};

const withdrawPending = (core: Core, object: object): void => {
  const state = requireState(object);
  if (state.owner === core && state.status === "pending") withdraw(core, object, state);
};

/** Whether the object's deletion was committed. */
const isGone = (state: InstanceState): boolean => state.status === "detached" && state.snapshot === null;

const assertCanEnter = (core: Core, object: object, state: InstanceState): void => {
  const other = coreOf(state);
  if (other !== null && other !== core) {
    throw new SessionError(
      `${describeRow(state.meta, keyHeldBy(state.meta, object))} belongs to another session: expunge() it there first, or use merge() to get a copy of it here`,
    );
  }
  if (state.status !== "detached" || state.snapshot === null) return;
  const key = keyOfSnapshot(state.meta, state.snapshot);
  const present = core.map.find(state.meta, key);
  if (present === undefined || present === object) return;
  throw new SessionError(
    `another object for ${describeRow(state.meta, key)} is already in this session: use that one, or merge() this one into it`,
  );
};

const enterSession = (core: Core, object: object, state: InstanceState): void => {
  assertCanEnter(core, object, state);
  if (state.status === "detached" && state.snapshot !== null) return reattachDetached(core, object, state, state.snapshot);
  recordChange(core, object, state);
  // Adding a deleted object again makes a new row, which no row references yet.
  if (state.status !== "transient") forgetRow(object, state);
  state.status = "pending";
  state.owner = core;
  if (state.deleting) state.deleting = false;
  if (core.deletedInTransaction.size > 0) core.deletedInTransaction.delete(object);
  core.pending.add(object);
  registerChanges(core, object, state);
  appearInTargets(object, state);
};

/** Deferred columns of the former row become ordinary unset properties of a new object, without an accessor that throws. */
const forgetRow = (object: object, state: InstanceState): void => {
  for (const field of state.meta.fields) if (!assignedSince(object, field)) (object as Record<string, unknown>)[field.name] = undefined;
  state.snapshot = null;
  state.replaced = null;
  loseMembers(state);
};

const loseMembers = (state: InstanceState): void => {
  for (const relation of state.meta.relations.values()) if (relation.kind === "reverseOne") state.related?.delete(relation.name);
  for (const collection of state.collections?.values() ?? []) {
    collection.items = null;
    collection.partial = null;
    collection.cleared = false;
    collection.removed.clear();
    collection.removedKeys.clear();
  }
};

const reattachDetached = (core: Core, object: object, state: InstanceState, snapshot: readonly unknown[]): void => {
  recordChange(core, object, state);
  state.status = "persistent";
  state.owner = core;
  state.peers = null;
  core.map.set(state.meta, keyOfSnapshot(state.meta, snapshot), object);
  registerChanges(core, object, state);
  appearInTargets(object, state);
};

/** What it was given while it was outside. */
const registerChanges = (core: Core, object: object, state: InstanceState): void => {
  if (state.replaced !== null) core.replacedReverseOnes.add(object);
  if (state.collections !== null)
    for (const collection of state.collections.values()) if (collection.isTouched) core.collections.add(collection);
};

/** Objects outside the session that this one references or was given as members, in declaration order; null for none. */
const reached = (core: Core, object: object, state: InstanceState): object[] | null => {
  let found: object[] | null = null;
  if (state.related !== null) {
    const { pointing } = modelInfoOf(state.meta);
    for (let at = 0; at < pointing.length; at++) {
      const relation = pointing[at] as ToOneMeta | AnyOfMeta;
      const target = state.related.get(relation.name) ?? null;
      if (target !== null && requireState(target).owner !== core && pointsAt(object, relation, target)) (found ??= []).push(target);
    }
  }
  const members = given.get(object);
  if (members !== undefined) (found ??= []).push(...members);
  const shown = shownBy(state);
  if (shown !== null) (found ??= []).push(...shown);
  return found;
};

/** Members that enter the session with their owner: those added to its to-many collections, and new ones in its reverse one-to-ones. */
const shownBy = (state: InstanceState): object[] | null => {
  let found: object[] | null = null;
  for (const collection of state.collections?.values() ?? [])
    if ((collection.relation.kind === "toMany" || state.snapshot !== null) && collection.isTouched)
      (found ??= []).push(...collection.added);
  if (state.related !== null)
    for (const relation of modelInfoOf(state.meta).owning) {
      const member = relation.kind === "reverseOne" ? state.related.get(relation.name) : undefined;
      if (member !== null && member !== undefined && requireState(member).snapshot === null) (found ??= []).push(member);
    }
  return found;
};

/** The key decides: if the key was changed after an object was assigned, that object is not reached. */
const pointsAt = (object: object, relation: ToOneMeta | AnyOfMeta, target: object): boolean => {
  const field = referenceOf(relation);
  const value = (object as Record<string, unknown>)[field.name];
  if (value === null) return false;
  const targetField = targetKeyOf(relation, target);
  return value === undefined || targetField === undefined || (target as Record<string, unknown>)[targetField.name] === value;
};

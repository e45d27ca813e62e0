/** Keys that an object owes to the objects it was pointed at: filled in as soon as those have theirs. */

import type { AnyOfMeta, FieldMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { ValidationError } from "../../errors.js";
import { held } from "../changes.js";
import { need, type Core } from "../core.js";
import { owedTarget, targetKeyOf } from "../relationships/keys.js";

/** Gives the object the keys of its new targets; those in `later` are left for a following UPDATE. */
export const takeKeys = (core: Core, object: object, state: InstanceState, later: readonly FieldMeta[]): void => {
  if (state.related === null) return;
  for (const name of state.related.keys()) {
    const relation = state.meta.relations.get(name);
    if (relation?.kind !== "toOne" && relation?.kind !== "anyOf") continue;
    const field = relation.kind === "toOne" ? relation.field : relation.keyField;
    if (later.includes(field)) continue;
    const target = owedTarget(object, state, relation);
    if (target !== null) core.journal.fill(object, state, field, keyOrNull(relation, target, state));
  }
};

/** The object has its key now: what points at it, as far as memory can tell, takes it over at once. */
export const giveKey = (core: Core, object: object, state: InstanceState): void => {
  for (const relation of state.meta.relations.values()) {
    if (relation.kind === "toMany")
      for (const member of state.collections?.get(relation.name)?.added ?? []) takeKeyOf(core, member, relation.via, object);
    else if (relation.kind === "reverseOne") {
      const member = state.related?.get(relation.name);
      if (member !== null && member !== undefined) takeKeyOf(core, member, relation.via, object);
    }
  }
};

const takeKeyOf = (core: Core, member: object, via: ToOneMeta, target: object): void => {
  const state = need(member);
  if (state.owner === core && owedTarget(member, state, via) === target)
    core.journal.fill(member, state, via.field, held(target, via.targetField));
};

const keyOrNull = (relation: ToOneMeta | AnyOfMeta, target: object, state: InstanceState): unknown => {
  const field = targetKeyOf(relation, target);
  const key = field === undefined ? undefined : held(target, field);
  if (key !== undefined && key !== null && stateOf(target)?.snapshot !== null) return key;
  // The target left the session, or was only pointed at by something that does not bring it along.
  if (relation.nullable) return null;
  throw new ValidationError(
    { [relation.name]: `is a ${need(target).meta.name} that is not saved and not in this session: add() it` },
    state.meta.name,
  );
};

/** Fills in the keys of assigned objects as soon as they are known. */

import type { AnyOfMeta, FieldMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import type { InstanceState } from "../../../loading/index.js";
import { ValidationError } from "../../../errors.js";
import { held } from "../../tracking/changes.js";
import { requireState, type Core } from "../../core/core.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { unresolvedTarget, targetKeyOf } from "../../core/reference-keys.js";

/**
 * Copies the keys of new targets into the object's references, except those in `later`, which a following UPDATE writes. `only` limits the
 * fields; `noted` means that the journal already covers them.
 */
export const copyTargetKeys = (
  core: Core,
  object: object,
  state: InstanceState,
  later: readonly FieldMeta[],
  noted = false,
  only: readonly FieldMeta[] | null = null,
): void => {
  if (state.related === null) return;
  const { pointing, references } = modelInfoOf(state.meta);
  for (let at = 0; at < pointing.length; at++) {
    const relation = pointing[at] as ToOneMeta | AnyOfMeta;
    const field = references[at] as FieldMeta;
    if (later.length > 0 && later.includes(field)) continue;
    if (only !== null && !only.includes(field)) continue;
    const target = unresolvedTarget(object, state, relation);
    if (target === null) continue;
    const key = keyOrNull(relation, target, state);
    if (noted) (object as Record<string, unknown>)[field.name] = key;
    else core.journal.fill(object, state, field, key);
  }
};

/** After an object gets its key, copies it into the references of its known members. */
export const copyKeyToMembers = (core: Core, object: object, state: InstanceState): void => {
  const { owning } = modelInfoOf(state.meta);
  for (let at = 0; at < owning.length; at++) {
    const relation = owning[at] as ToManyMeta | ReverseOneMeta;
    if (relation.kind === "toMany") {
      const added = state.collections?.get(relation.name)?.added;
      if (added !== undefined) for (const member of added) takeKeyOf(core, member, relation.via, object);
    } else {
      const member = state.related?.get(relation.name);
      if (member !== null && member !== undefined) takeKeyOf(core, member, relation.via, object);
    }
  }
};

const takeKeyOf = (core: Core, member: object, via: ToOneMeta, target: object): void => {
  const state = requireState(member);
  // A pending member takes the key when it is inserted, and no user code runs before that.
  if (state.status === "pending" && core.flushing?.hooksDone === true) return;
  if (state.owner === core && unresolvedTarget(member, state, via) === target)
    core.journal.fill(member, state, via.field, held(target, via.targetField));
};

const keyOrNull = (relation: ToOneMeta | AnyOfMeta, target: object, state: InstanceState): unknown => {
  const field = targetKeyOf(relation, target);
  const key = field === undefined ? undefined : held(target, field);
  const { snapshot, status } = requireState(target);
  if (key !== undefined && key !== null && snapshot !== null && status !== "deleted") return key;
  // The target left the session or was deleted, or is a new object that nothing added.
  if (relation.nullable) return null;
  throw new ValidationError(
    {
      [relation.name]: `is a ${requireState(target).meta.name} that is ${status === "deleted" ? "deleted" : "not saved"} and not in this session: add() it`,
    },
    state.meta.name,
  );
};

/** `post.author = user`: the key and the collections of both targets follow at once. */

import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../../metadata/model-meta.js";
import type { InstanceState } from "../../loading/index.js";
import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { held } from "../tracking/changes.js";
import { coreOf, requireState } from "../core/core.js";
import { isMissing, moveBetween, recordAssignment, setRelated } from "./both-sides.js";
import { attach, untrackMember } from "./cascade-add.js";
import { currentTarget, typeNameOf } from "../core/reference-keys.js";

const isOf = (meta: ModelMeta, value: object): boolean => value instanceof (meta.ctor as unknown as new () => object);

const checkTarget = (relation: ToOneMeta | AnyOfMeta, value: object | null): void => {
  if (value === null || (relation.kind === "toOne" && isOf(relation.target, value))) return;
  const allowed = relation.kind === "toOne" ? [relation.target] : [...relation.targets.values()];
  if (!allowed.some((meta) => isOf(meta, value))) {
    throw new FieldError(
      `${relation.owner.name}.${relation.name} takes ${allowed.map((meta) => meta.name).join(" or ")}, got ${describe(value)}`,
    );
  }
};

/** A key that is not stored may still change, and the rows that were given it follow. */
const noteGivenKey = (target: InstanceState, { position }: FieldMeta, key: unknown): void => {
  if (target.snapshot?.[position] === key || target.givenKeys?.includes(key) === true) return;
  if (target.givenKeys === null) target.givenKeys = [key];
  else target.givenKeys.push(key);
};

/** Points a to-one relation at an object or null and updates the other side. */
export const assignToOne = (object: object, relation: ToOneMeta, value: object | null): void => {
  checkTarget(relation, value);
  const state = requireState(object);
  const before = currentTarget(object, state, relation) ?? null;
  const core = coreOf(state);
  // Attach first: if the object cannot enter the session, the assignment fails as a whole.
  if (core !== null && value !== null) attach(core, value);
  recordAssignment(object, state);
  const key = value === null ? null : held(value, relation.targetField);
  (object as Record<string, unknown>)[relation.field.name] = key;
  if (value !== null && key !== undefined && key !== null) noteGivenKey(requireState(value), relation.targetField, key);
  // If the key was assigned directly since, `before` differs from the object shown, which must be removed too.
  const shown = state.related?.get(relation.name) ?? null;
  if (shown !== null && shown !== value) {
    untrackMember(shown, object);
    if (shown !== before) moveBetween(relation, object, shown, null);
  }
  setRelated(state, relation.name, value);
  if (before !== value) moveBetween(relation, object, before, value);
  // After a rollback the owner's collection is restored while the transient object still points at the owner.
  else if (value !== null && isMissing(relation, object, value)) moveBetween(relation, object, null, value);
};

/** `comment.about = photo`: sets the type name and the key. */
export const assignAnyOf = (object: object, relation: AnyOfMeta, value: object | null): void => {
  checkTarget(relation, value);
  const state = requireState(object);
  const core = coreOf(state);
  if (core !== null && value !== null) attach(core, value);
  recordAssignment(object, state);
  const values = object as Record<string, unknown>;
  const target = value === null ? null : requireState(value).meta;
  values[relation.typeField.name] = target === null ? null : typeNameOf(relation, target);
  const key = target?.primaryKey[0];
  values[relation.keyField.name] = value === null || key === undefined ? null : held(value, key);
  setRelated(state, relation.name, value);
};

/** Methods of instances that need a session: save, delete, restore. */

import { knownOptions, namesGiven } from "../../metadata/argument.js";
import type { ModelMeta } from "../../metadata/model-meta.js";
import type { InstanceState } from "../../loading/index.js";
import { FieldError, SessionError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { assertOpen, requireState, assertTracked, type Core } from "../core/core.js";
import { coreFor, coreOfSession } from "../core/session-handle.js";
import { flushOnly } from "../flush/flush.js";
import { fullPolicy } from "../flush/work/policy.js";
import { attach, withdraw } from "../relationships/cascade-add.js";
import { withdrawAdded } from "../relationships/link-rows.js";
import { keyHeldBy, describeRow } from "../tracking/row-keys.js";
import { recordChange } from "../rollback/record-change.js";

interface SaveOptions {
  readonly fields?: readonly string[] | undefined;
}

/**
 * `save(db?, { fields }?)`: writes this object and what it depends on immediately. When a flush calls an overridden `save()`, only the
 * object's own row.
 */
export const saveObject = async (object: object, first?: unknown, second?: unknown): Promise<void> => {
  const bare =
    first !== undefined &&
    second === undefined &&
    coreOfSession(first) === null &&
    typeof first === "object" &&
    first !== null &&
    Object.getPrototypeOf(first) === Object.prototype;
  const core = coreFor(object, bare ? undefined : first, "save()");
  const { fields } = knownOptions<SaveOptions>("save()", (bare ? first : second) ?? {}, ["fields"]);
  assertOpen(core);
  const write = takeTurn(core, object);
  if (write !== undefined) return write();
  const state = requireState(object);
  if (state.status === "deleted")
    throw new SessionError(`${describeRow(state.meta, keyHeldBy(state.meta, object))} was deleted: db.add() it to insert a new row`);
  if (fields !== undefined) checkFields(state.meta, fields);
  attach(core, object);
  const policy = fullPolicy(`save() of ${state.meta.name}`, {
    fields: fields === undefined ? null : { names: new Set(fields), always: false },
  });
  await whileSavingDirectly(core, object, () => flushOnly(core, new Set([object]), policy));
};

/** If a flush is calling this object's override, takes the function that writes the object; it can be used once. */
const takeTurn = (core: Core, object: object): (() => Promise<void>) | undefined => {
  const write = core.overrideCalls.get(object);
  core.overrideCalls.delete(object);
  return write;
};

const checkFields = (meta: ModelMeta, fields: readonly string[]): void => {
  for (const name of namesGiven("save()", fields, "names in `fields`")) {
    if (!meta.fieldsByName.has(name))
      throw new FieldError(`save({ fields }): ${meta.name} has no field "${name}".${didYouMean(name, meta.fieldsByName.keys())}`);
  }
};

/** While the base method runs, the flush writes the object instead of calling its override again. */
const whileSavingDirectly = async (core: Core, object: object, work: () => Promise<void>): Promise<void> => {
  const nested = core.savingDirectly.has(object);
  core.savingDirectly.add(object);
  try {
    await work();
  } finally {
    if (!nested) core.savingDirectly.delete(object);
  }
};

/** `delete(db?)`: deletes the row immediately; a soft deletion if the model soft-deletes and `hard` is false. */
export const deleteObject = async (object: object, db: unknown, { hard }: { readonly hard: boolean }): Promise<void> => {
  const core = coreFor(object, db, "delete()");
  assertOpen(core);
  const write = takeTurn(core, object);
  if (write !== undefined) return write();
  const state = requireState(object);
  if (state.status === "detached") attach(core, object);
  if (state.status === "transient") throw new SessionError(`a new ${state.meta.name} that was never saved cannot be deleted`);
  const marked = state.deleting;
  if (!markForDeletion(core, object, state, hard)) return;
  try {
    await whileSavingDirectly(core, object, () => flushOnly(core, new Set([object]), fullPolicy(`delete() of ${state.meta.name}`)));
  } catch (error) {
    // A failed delete() must not be repeated by the next flush.
    if (!marked && state.deleting) {
      state.deleting = false;
      core.deleting.delete(object);
    }
    throw error;
  }
};

/** Marks the object for deletion by the next flush; returns false if there is nothing to delete. */
export const markForDeletion = (core: Core, object: object, state: InstanceState, hard: boolean): boolean => {
  if (state.status === "pending") {
    withdraw(core, object, state);
    return false;
  }
  if (state.status === "deleted") return false;
  // Outside a transaction, a rollback clears all marks, so no entry is needed.
  if (core.journal.levels.length > 1) recordChange(core, object, state);
  withdrawAdded(object, state);
  state.deleting = true;
  core.deleting.add(object);
  if (hard) core.hardDeletes.add(object);
  else core.hardDeletes.delete(object);
  return true;
};

/** `db.delete(object)`. */
export const deleteLater = (core: Core, object: object): void => {
  const state = requireState(object);
  if (state.status === "detached" && state.owner === null) attach(core, object);
  if (state.status === "transient") throw new SessionError(`a new ${state.meta.name} that was never added cannot be deleted`);
  assertTracked(core, object);
  markForDeletion(core, object, state, false);
};

/** Undoes a soft deletion. */
export const restoreObject = async (object: object, db: unknown): Promise<void> => {
  const { meta } = requireState(object);
  const field = meta.softDeleteField;
  if (field === null)
    throw new SessionError(`${meta.name} has no soft deletion, so there is nothing to restore: spread ...softDelete() into its fields`);
  const core = coreFor(object, db, "restore()");
  (object as Record<string, unknown>)[field.name] = null;
  await saveObject(object, core.session);
};

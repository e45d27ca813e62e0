/**
 * Deletes rows: organise (keys, versions), collect (one group per table), emit (DELETE), finalise (remove objects from the identity map).
 */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { valueOfCell } from "../../../metadata/comparable.js";
import { StaleDataError } from "../../../errors.js";
import { inArray, param, remove } from "../../../sql/factories/index.js";
import type { Statement } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import type { Core } from "../../core/core.js";
import { IdentityMap } from "../../tracking/identity-map.js";
import { keyCells, keyOfSnapshot, describeRow } from "../../tracking/row-keys.js";
import { entryOf } from "../../journal/journal-entries.js";
import { bind, run, send } from "../../statements/send.js";
import type { RowWork } from "../work/work.js";
import { chunks, columnOf, decodeRow, returningOf, tableOf, valuesOf, whereRows } from "../../statements/table.js";

export const deleteRows = async (core: Core, meta: ModelMeta, rows: readonly RowWork[]): Promise<void> => {
  const version = meta.versionField;
  const [key] = meta.primaryKey;
  if (version === null && rows.length > 1 && meta.primaryKey.length === 1 && key !== undefined) {
    await run(core, bind(core, { statement: byKey(meta, key), values: [keysOf(rows, key)] }), "write");
    return markAllDeleted(core, rows);
  }
  const fields: readonly FieldMeta[] = version === null ? meta.primaryKey : [...meta.primaryKey, version];
  for (const part of chunks(rows, fields.length, core.dialect.features.maxParameters)) {
    const keys = part.map(({ state }) => valuesOf(fields, state.snapshot as unknown[]));
    const compare = version !== null && part.length > 1;
    const result = await send(
      core,
      remove({ from: tableOf(meta), where: whereRows(meta, fields, keys), returning: compare ? returningOf(meta, meta.primaryKey) : [] }),
      "write",
    );
    if (version !== null) checkAll(core, meta, part, compare ? result.rows : null, result.affected);
    markAllDeleted(core, part);
  }
};

const statements = new WeakMap<ModelMeta, Statement>();
/** One statement for any number of single-column keys, passed as one array: rows that refer to each other must be deleted together. */
const byKey = (meta: ModelMeta, key: FieldMeta): Statement => {
  let known = statements.get(meta);
  if (known === undefined) {
    const keys = param(null, types.array(key.type), { slot: 0 });
    statements.set(meta, (known = remove({ from: tableOf(meta), where: inArray(columnOf(meta, key), keys) })));
  }
  return known;
};

const keysOf = (rows: readonly RowWork[], { position, type }: FieldMeta): unknown[] => {
  const keys = new Array<unknown>(rows.length);
  for (let at = 0; at < rows.length; at++) keys[at] = valueOfCell(((rows[at] as RowWork).state.snapshot as unknown[])[position], type);
  return keys;
};

/** A versioned row must have been deleted in the version that was read; other rows may already be gone. */
const checkAll = (core: Core, meta: ModelMeta, part: readonly RowWork[], rows: readonly unknown[][] | null, affected: number): void => {
  if (rows === null ? affected === part.length : rows.length === part.length) return;
  const gone = new IdentityMap();
  for (const row of rows ?? []) gone.set(meta, keyCells(meta, decodeRow(core.dialect, meta.primaryKey, row)), row);
  const lost = part.find(({ state }) => gone.find(meta, keyOfSnapshot(meta, state.snapshot as unknown[])) === undefined) as RowWork;
  const name = describeRow(meta, keyOfSnapshot(meta, lost.state.snapshot as unknown[]));
  throw new StaleDataError(
    `${name} was changed or deleted by another transaction since it was read: refresh() it and try again`,
    lost.object,
  );
};

/** Marks the objects as deleted. The session keeps them until COMMIT, so that a rollback can restore them. */
const markAllDeleted = (core: Core, rows: readonly RowWork[]): void => {
  const all = rows.length === core.deleting.size && rows.every(({ state }) => state.deleting && state.owner === core);
  for (let at = 0; at < rows.length; at++) markDeleted(core, rows[at] as RowWork);
  if (all) core.deleting.clear();
  else for (const { object } of rows) core.deleting.delete(object);
};

/** Marks one object as deleted. */
export const markDeletedInTransaction = (core: Core, work: Pick<RowWork, "object" | "state">): void => {
  markDeleted(core, work);
  core.deleting.delete(work.object);
};

const markDeleted = (core: Core, { object, state }: Pick<RowWork, "object" | "state">): void => {
  core.journal.append(object, entryOf(object, state));
  core.map.remove(state.meta, keyOfSnapshot(state.meta, state.snapshot as unknown[]), object);
  if (core.pending.size > 0) core.pending.delete(object);
  core.deletedInTransaction.add(object);
  state.deleting = false;
  state.status = "deleted";
};

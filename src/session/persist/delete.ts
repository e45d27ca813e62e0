/** Removes rows: organise (keys, versions), collect (one group a table), emit (DELETE), finalise (objects leave the map). */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { StaleDataError } from "../../errors.js";
import { remove } from "../../sql/factories/index.js";
import type { Core } from "../core.js";
import { IdentityMap } from "../identity-map.js";
import { keyCells, keyOfSnapshot, nameOf } from "../keys.js";
import { send } from "../statements.js";
import type { RowWork } from "../work.js";
import { chunks, decodeRow, returningOf, tableOf, valuesOf, whereRows } from "./table.js";

export const deleteRows = async (core: Core, meta: ModelMeta, rows: readonly RowWork[]): Promise<void> => {
  const version = meta.versionField;
  const fields: readonly FieldMeta[] = version === null ? meta.primaryKey : [...meta.primaryKey, version];
  // One array holds any number of single keys, and rows that refer to each other must go together.
  const most = fields.length === 1 ? Number.MAX_SAFE_INTEGER : core.dialect.features.maxParameters;
  for (const part of chunks(rows, fields.length, most)) {
    const keys = part.map(({ state }) => valuesOf(fields, state.snapshot as unknown[]));
    const compare = version !== null && part.length > 1;
    const result = await send(
      core,
      remove({ from: tableOf(meta), where: whereRows(meta, fields, keys), returning: compare ? returningOf(meta, meta.primaryKey) : [] }),
      "write",
    );
    if (version !== null) checkAll(core, meta, part, compare ? result.rows : null, result.affected);
    for (const work of part) bury(core, work);
  }
};

/** A versioned row must have gone in the version that was read; of others it is enough that they are gone. */
const checkAll = (core: Core, meta: ModelMeta, part: readonly RowWork[], rows: readonly unknown[][] | null, affected: number): void => {
  if (rows === null ? affected === part.length : rows.length === part.length) return;
  const gone = new IdentityMap();
  for (const row of rows ?? []) gone.set(meta, keyCells(meta, decodeRow(core.dialect, meta.primaryKey, row)), row);
  const lost = part.find(({ state }) => gone.find(meta, keyOfSnapshot(meta, state.snapshot as unknown[])) === undefined) as RowWork;
  const name = nameOf(meta, keyOfSnapshot(meta, lost.state.snapshot as unknown[]));
  throw new StaleDataError(`${name} was changed or removed by someone else since it was read: refresh() it and try again`, lost.object);
};

/** The object's row is gone; until the commit the session keeps it, so that a rollback can bring it back. */
export const bury = (core: Core, { object, state }: Pick<RowWork, "object" | "state">): void => {
  core.journal.touch(object, state);
  core.map.remove(state.meta, keyOfSnapshot(state.meta, state.snapshot as unknown[]), object);
  core.deleting.delete(object);
  core.pending.delete(object);
  core.buried.add(object);
  state.deleting = false;
  state.status = "deleted";
};

/** Keeps the identity map in step with rows that loading reads; implements `InstanceStore`. */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { valueOfCell } from "../../metadata/comparable.js";
import type { InstanceState, InstanceStore, InstanceTable } from "../../loading/index.js";
import { assignedSince, changedFields, isChanged } from "../tracking/changes.js";
import type { Core } from "../core/core.js";

/** The identity map of a session, as loading sees it. */
export class SessionIdentityStore implements InstanceStore {
  readonly owner: Core;
  constructor(core: Core) {
    this.owner = core;
  }
  find(meta: ModelMeta, key: readonly unknown[]): object | undefined {
    return this.owner.map.find(meta, key);
  }
  rows(meta: ModelMeta): InstanceTable {
    return this.owner.map.rows(meta);
  }
  enter(table: InstanceTable, key: readonly unknown[], object: object): void {
    const { journal } = this.owner;
    table.set(key, object);
    if (journal.inTransaction) journal.read(object);
  }
  reread(object: object, state: InstanceState, cells: readonly unknown[]): void {
    reread(this.owner, object, state, cells);
  }
  touched(object: object, state: InstanceState): void {
    const { journal } = this.owner;
    if (journal.inTransaction && state.owner === this.owner) journal.touch(object, state);
  }
}

/** Updates a tracked instance from a row read again: the row becomes the snapshot, and fields without user changes take its values. */
export const reread = (core: Core, object: object, state: InstanceState, cells: readonly unknown[]): void => {
  const snapshot = state.snapshot;
  if (snapshot === null) return;
  if (!state.stale && sameCells(snapshot, cells, state.meta)) return;
  // An assignment to a stale object counts as a change like any other.
  if (versionMoved(state, cells) && changedFields(object, state) !== null) return;
  const next = snapshot.slice();
  if (core.journal.inTransaction) core.journal.touch(object, state);
  const values = object as Record<string, unknown>;
  // Expired or refreshed fields take the database's representation, even if an equal value in another form is held.
  const anew = state.stale;
  for (const field of state.meta.fields) {
    const cell = cells[field.position];
    if (cell === undefined) continue;
    const before = snapshot[field.position];
    const follows = before === undefined ? !assignedSince(object, field) : !isChanged(object, field, before);
    if (follows && (anew || before === undefined || isChanged(object, field, cell))) values[field.name] = valueOfCell(cell, field.type);
    next[field.position] = cell;
  }
  state.snapshot = next;
  if (state.stale) state.stale = false;
  if (!core.journal.inTransaction) {
    // A row read outside a transaction must not be replaced by an older one at rollback.
    const noted = core.journal.base.entries.get(object);
    if (noted !== undefined && noted.snapshot !== null) noted.snapshot = next;
  }
};

const sameCells = (snapshot: readonly unknown[], cells: readonly unknown[], meta: ModelMeta): boolean => {
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    if (cell !== undefined && cell !== snapshot[at] && !sameCell(snapshot[at], cell, meta.fields[at] as FieldMeta)) return false;
  }
  return true;
};

/** Compares object-valued cells by meaning. */
const sameCell = (before: unknown, now: unknown, field: FieldMeta): boolean =>
  typeof before === "object" && before !== null && typeof now === "object" && now !== null && !isChangedCell(before, now, field);

const isChangedCell = (before: unknown, now: unknown, field: FieldMeta): boolean =>
  isChanged({ [field.name]: valueOfCell(before, field.type) }, field, now);

/** Another transaction has updated the row. Nothing is merged into unsaved changes; their flush will raise the conflict. */
const versionMoved = (state: InstanceState, cells: readonly unknown[]): boolean => {
  const version = state.meta.versionField;
  return version !== null && cells[version.position] !== undefined && cells[version.position] !== state.snapshot?.[version.position];
};

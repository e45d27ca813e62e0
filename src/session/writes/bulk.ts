/** `bulkCreate` and `bulkUpdate`: one statement per batch, no signals. */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import type { BulkCreateOptions } from "../../query/runner.js";
import { snapshotCell } from "../../metadata/comparable.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { binary, column, excluded, insert, literal, param } from "../../sql/factories/index.js";
import type { Assignment, Insert } from "../../sql/nodes.js";
import { FieldError, SessionError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { afterFlush, synchronizeUpdate } from "./bulk-sets.js";
import { assertOpen, coreOf, requireState, assertTracked, type Core } from "../core/core.js";
import { checkAll, checkComplete, checkValues } from "../flush/validate/checks.js";
import { construct } from "./create.js";
import { flushNow, guarded } from "../flush/flush.js";
import { synchronizeReferences } from "../flush/persist/synchronize.js";
import { attach } from "../relationships/cascade-add.js";
import { keyCells } from "../tracking/row-keys.js";
import { detach } from "../rollback/restore.js";
import { IdentityMap } from "../tracking/identity-map.js";
import { collect, enterRows, take } from "../flush/persist/insert.js";
import type { InsertGroup, NewRow } from "../flush/persist/new-rows.js";
import { changeOf, promote, writeChanges } from "../flush/persist/update.js";
import { chunks, decodeRow, returningOf, tableOf, targetColumn } from "../statements/table.js";
import { send } from "../statements/send.js";
import { insertOf, updateOf } from "../flush/work/work.js";

/** Rows of one INSERT per batch. Objects that exist already may be given beside plain values. */
export const bulkCreate = async (
  core: Core,
  meta: ModelMeta,
  rows: readonly (object | Readonly<Record<string, unknown>>)[],
  options: BulkCreateOptions,
): Promise<object[]> => {
  assertOpen(core);
  if (options.ignoreConflicts === true && options.updateConflicts !== undefined)
    throw new FieldError("bulkCreate: ignoreConflicts and updateConflicts exclude each other");
  const objects = rows.map((row) => (stateOf(row) === undefined ? construct(meta, row as Readonly<Record<string, unknown>>) : row));
  for (const object of objects) refuseStored(core, meta, object);
  return afterFlush(core, `bulkCreate() of ${meta.name}`, async () => {
    const conflict = conflictOf(meta, options);
    if (conflict !== null) {
      for (const object of objects) {
        const work = insertOf(object, stateOf(object) as InstanceState);
        await checkAll(work);
        checkComplete(work);
      }
      await guarded(core, () =>
        insertBatches(core, meta, objects, options, (group) => sendUpsert(core, group, conflict, options.updateConflicts !== undefined)),
      );
    } else {
      for (const object of objects) attach(core, object);
      core.signalsSuppressed++;
      try {
        await flushBatches(core, objects, options);
      } catch (error) {
        for (const object of objects) if (requireState(object).status === "pending") detach(core, object);
        throw error;
      } finally {
        core.signalsSuppressed--;
      }
    }
    return objects;
  });
};

const refuseStored = (core: Core, meta: ModelMeta, object: object): void => {
  const state = requireState(object);
  if (!(object instanceof (meta.ctor as unknown as new () => object)))
    throw new SessionError(`bulkCreate of ${meta.name} takes its instances or plain values, got a ${state.meta.name}`);
  const other = coreOf(state);
  if (other !== null && other !== core) throw new SessionError(`bulkCreate: a ${meta.name} belongs to another session`);
  if (state.snapshot !== null) throw new SessionError(`bulkCreate: a ${meta.name} is stored already; bulkUpdate() changes stored rows`);
};

function* batches<T>(items: readonly T[], { batchSize, onProgress }: BulkCreateOptions): Iterable<readonly T[]> {
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize > 0))
    throw new FieldError(`bulkCreate: batchSize must be a whole number above 0, got ${batchSize}`);
  const size = batchSize ?? (onProgress === undefined ? Math.max(1, items.length) : 1000);
  for (let at = 0; at < items.length; at += size) {
    yield items.slice(at, at + size);
    onProgress?.(Math.min(at + size, items.length), items.length);
  }
}

const flushBatches = async (core: Core, objects: readonly object[], options: BulkCreateOptions): Promise<void> => {
  for (const part of batches(objects, options)) await flushNow(core, new Set(part));
};

const insertBatches = async (
  core: Core,
  meta: ModelMeta,
  objects: readonly object[],
  options: BulkCreateOptions,
  emit: (group: InsertGroup) => Promise<void>,
): Promise<void> => {
  for (const part of batches(objects, options)) {
    const rows = part.map((object) => ({ object, state: stateOf(object) as InstanceState, postponed: [] }));
    for (const group of collect(core, meta, rows)) await emit(group);
  }
};

const fieldNamed = (meta: ModelMeta, name: string, verb: string): FieldMeta => {
  const relation = meta.relations.get(name);
  const field = relation?.kind === "toOne" ? relation.field : meta.fieldsByName.get(name);
  if (field === undefined)
    throw new FieldError(`${verb}: ${meta.name} has no field "${name}".${didYouMean(name, meta.fieldsByName.keys())}`);
  return field;
};

const conflictOf = (meta: ModelMeta, { ignoreConflicts, updateConflicts }: BulkCreateOptions): Insert["onConflict"] => {
  if (updateConflicts === undefined) return ignoreConflicts === true ? { columns: [], where: null, action: "nothing" } : null;
  const on = updateConflicts.on.map((name) => fieldNamed(meta, name, "bulkCreate({ updateConflicts: { on } })"));
  const fields = updateConflicts.fields.map((name) => fieldNamed(meta, name, "bulkCreate({ updateConflicts: { fields } })"));
  if (on.length === 0 || fields.length === 0)
    throw new FieldError("bulkCreate: updateConflicts needs the unique fields in `on` and the fields to change in `fields`");
  const action: Assignment[] = fields.map((field) => ({ column: field.column, value: excluded(field.column, field.type) }));
  for (const field of meta.fields)
    if (!fields.includes(field) && (field.version || field.onUpdate !== null)) action.push(keptOnConflict(meta, field));
  return { columns: on.map((field) => field.column), where: null, action };
};

/** Kept columns are kept by upserts too. */
const keptOnConflict = (meta: ModelMeta, field: FieldMeta): Assignment => ({
  column: field.column,
  value: field.version
    ? binary(column(meta.table, field.column, field.type), "+", literal(1), field.type)
    : param(field.onUpdate?.() ?? null, field.type),
});

/** Which rows were inserted and which were there is not told: objects take their keys where the conflict columns tell them apart. */
const sendUpsert = async (
  core: Core,
  group: InsertGroup,
  onConflict: NonNullable<Insert["onConflict"]>,
  tracks: boolean,
): Promise<void> => {
  const { meta, given, rows } = group;
  for (const part of chunks(rows, given.length, core.dialect.features.maxParameters)) {
    const returning = tracks ? returningOf(meta, meta.fields) : [];
    const statement = insert({ into: tableOf(meta), columns: given.map(targetColumn), rows: valuesOf(group, part), onConflict, returning });
    const answer = await send(core, statement, "write");
    if (tracks) takeUpserted(core, group, part, onConflict.columns, answer.rows);
  }
};

const valuesOf = (group: InsertGroup, part: readonly NewRow[]): unknown[][] => part.map((row) => take(group, [row]).cells);

const takeUpserted = (
  core: Core,
  { meta }: InsertGroup,
  part: readonly NewRow[],
  on: readonly string[],
  answers: readonly unknown[][],
): void => {
  const fields = meta.fields.filter((field) => on.includes(field.column));
  const keysFirst = [...meta.primaryKey, ...meta.fields.filter((field) => !field.primaryKey)];
  const byConflict = new IdentityMap();
  const conflictMeta: ModelMeta = { ...meta, primaryKey: fields, subtypes: null };
  const cellsOf = (values: readonly unknown[]): unknown[] => keyCells(conflictMeta, values);
  for (const answer of answers) {
    const values = decodeRow(core.dialect, meta.fields, answer);
    byConflict.set(conflictMeta, cellsOf(fields.map((field) => values[field.position])), values);
  }
  for (const row of part) {
    const held = row.object as Record<string, unknown>;
    const values = byConflict.find(conflictMeta, cellsOf(fields.map((field) => held[field.name]))) as unknown[] | undefined;
    if (values === undefined) continue;
    const known = core.map.find(
      meta,
      keyCells(
        meta,
        meta.primaryKey.map((field) => values[field.position]),
      ),
    );
    if (known !== undefined) {
      synchronizeUpdate(
        core,
        meta,
        keysFirst,
        keysFirst.map((field) => values[field.position]),
      );
      continue;
    }
    core.journal.touch(row.object, row.state);
    row.state.owner = core;
    for (const field of meta.fields) core.journal.fill(row.object, row.state, field, values[field.position]);
    enterRows(core, meta, [row], [meta.fields.map((field) => snapshotCell(values[field.position], field.type))]);
  }
};

/** Writes these fields of stored objects, one UPDATE per batch, versions checked. */
export const bulkUpdate = async (core: Core, meta: ModelMeta, objects: readonly object[], names: readonly string[]): Promise<number> => {
  assertOpen(core);
  const fields = names.map((name) => fieldNamed(meta, name, "bulkUpdate"));
  if (fields.length === 0) throw new FieldError("bulkUpdate: name the fields to write");
  for (const field of fields)
    if (field.primaryKey || field.generated !== null || field.version)
      throw new FieldError(`bulkUpdate: "${field.name}" of ${meta.name} cannot be written`);
  for (const object of objects) {
    const state = assertTracked(core, object);
    if (state.snapshot === null) throw new SessionError(`bulkUpdate: a ${meta.name} is not stored yet; bulkCreate() or add() it`);
  }
  return core.lock.runInScope("flush", `bulkUpdate() of ${meta.name}`, async () => {
    const unique = [...new Set(objects)];
    const works = unique.map((object) => updateOf(object, stateOf(object) as InstanceState, fields));
    for (const work of works) checkValues(work);
    return guarded(core, async () => {
      await writeChanges(
        core,
        meta,
        works.map((work) => changeOf(core, work)),
        (change, made, answer) => {
          const before = change.row;
          promote(core, change, made, answer);
          synchronizeReferences(core, change.object, change.state, before);
        },
      );
      return unique.length;
    });
  });
};

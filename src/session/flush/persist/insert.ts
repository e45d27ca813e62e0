/** Inserts new rows: organise (fill in values), collect (group by shape), emit (INSERT … RETURNING), finalise (keys and snapshots). */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import type { CollectionState } from "../../../loading/index.js";
import { snapshotCell } from "../../../metadata/comparable.js";
import { insert as insertNode, param } from "../../../sql/factories/index.js";
import type { Core } from "../../core/core.js";
import { modelInfoOf, type ModelInfo } from "../../tracking/model-info.js";
import { keyCell } from "../../../metadata/keys.js";
import { keyOfSnapshot } from "../../tracking/row-keys.js";
import { send, sendBatch } from "../../statements/send.js";
import { batchOf, rowsAtOnce, slices } from "../../statements/batches.js";
import { NewRowEntries } from "./new-row-entries.js";
import type { InsertGroup, NewRow } from "./new-rows.js";
import { pair, pairingOf, type Answers, type Pairing } from "./pairing.js";
import { returningOf, tableOf, targetColumn } from "../../statements/table.js";
import { copyTargetKeys } from "./references.js";

/** The values of rows as sent, captured before the statement runs: later changes remain changes. */
export interface Taken {
  /** The values, row by row. */
  readonly cells: unknown[];
  /** The future snapshots, still without the values that the database generates. */
  readonly snapshots: unknown[][];
  /** Columns without a value, which are null once the row is inserted. */
  readonly absent: readonly (readonly [row: number, field: FieldMeta])[];
}

export const insertRows = async (core: Core, meta: ModelMeta, rows: readonly NewRow[]): Promise<void> => {
  const groups = collect(core, meta, rows);
  takeAllPending(core, rows);
  for (const group of groups) await emit(core, group);
};

/** If nothing else is pending, clears the set at once instead of row by row; a failed flush restores it. */
const takeAllPending = (core: Core, rows: readonly NewRow[]): void => {
  if (rows.length !== core.pending.size) return;
  for (let at = 0; at < rows.length; at++) {
    const { status, owner } = (rows[at] as NewRow).state;
    if (status !== "pending" || owner !== core) return;
  }
  core.pending.clear();
};

/**
 * Fills in the values that the session provides: keys of new targets, timestamps, UUIDs, the first version. Returns true if the journal
 * already covers them.
 */
const organise = (core: Core, row: NewRow, info: ModelInfo, entries: NewRowEntries): boolean => {
  const { object, state, postponed } = row;
  const { filled } = info;
  const noted = entries.note(object, state);
  if (state.related !== null) copyTargetKeys(core, object, state, postponed, noted);
  const values = object as Record<string, unknown>;
  for (let at = 0; at < filled.length; at++) {
    const field = filled[at] as FieldMeta;
    if (values[field.name] !== undefined) continue;
    const value = firstValue(field, state.meta);
    if (noted) values[field.name] = value;
    else core.journal.fill(object, state, field, value);
  }
  return noted;
};

const firstValue = (field: FieldMeta, { subtypes }: ModelMeta): unknown => {
  if (field.version) return 1;
  return field.onInsert === null ? subtypes?.name : field.onInsert();
};

export const collect = (core: Core, meta: ModelMeta, rows: readonly NewRow[]): readonly InsertGroup[] => {
  const info = modelInfoOf(meta);
  const entries = new NewRowEntries(core, info);
  const groups: InsertGroup[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as NewRow;
    const noted = organise(core, row, info, entries);
    const group = groupFor(groups, row, info);
    if (group === null) groups.push(groupOf(meta, info, row, noted));
    else {
      // Rows keep their order, with or without relations: sequence keys are assigned in that order.
      group.noted &&= noted;
      group.rows.push(row);
    }
  }
  return groups;
};

/** There are few groups, and most rows belong to the first one. */
const groupFor = (groups: readonly InsertGroup[], row: NewRow, { open }: ModelInfo): InsertGroup | null => {
  if (row.state.expressions !== null) return null;
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at] as InsertGroup;
    if (group.opens !== null && isLike(row, open, group.opens)) return group;
  }
  return null;
};

const isLike = (row: NewRow, open: readonly FieldMeta[], opens: readonly boolean[]): boolean => {
  for (let at = 0; at < open.length; at++) if (isOpen(row, open[at] as FieldMeta) !== opens[at]) return false;
  return true;
};

/** Whether the database provides the value. */
const isOpen = ({ object, postponed }: NewRow, field: FieldMeta): boolean =>
  (object as Record<string, unknown>)[field.name] === undefined && !(postponed.length > 0 && postponed.includes(field));

const groupOf = (meta: ModelMeta, { open }: ModelInfo, row: NewRow, noted: boolean): InsertGroup => {
  const { expressions } = row.state;
  const opens = open.map((field) => isOpen(row, field));
  const isMade = (field: FieldMeta): boolean => field.generated !== null || opens[open.indexOf(field)] === true;
  return {
    meta,
    shape: open.flatMap(({ position }, at) => (opens[at] === true ? [position] : [])).join(),
    opens: expressions === null ? opens : null,
    noted,
    given: meta.fields.filter((field) => !isMade(field)),
    made: meta.fields.filter((field) => isMade(field) || expressions?.has(field) === true),
    rows: [row],
  };
};

const NOTHING_ABSENT: readonly [number, FieldMeta][] = [];

export const take = ({ meta, given }: Pick<InsertGroup, "meta" | "given">, rows: readonly NewRow[]): Taken => {
  const cells = new Array<unknown>(rows.length * given.length);
  const snapshots = new Array<unknown[]>(rows.length);
  let absent: [number, FieldMeta][] | null = null;
  let next = 0;
  for (let at = 0; at < rows.length; at++) {
    const { object, postponed } = rows[at] as NewRow;
    const values = object as Record<string, unknown>;
    const snapshot = new Array<unknown>(meta.fields.length);
    for (let column = 0; column < given.length; column++) {
      const field = given[column] as FieldMeta;
      let value = values[field.name];
      if (postponed.length > 0 && postponed.includes(field)) value = null;
      else if (value === undefined) {
        (absent ??= []).push([at, field]);
        value = null;
      }
      cells[next++] = value;
      snapshot[field.position] = typeof value === "object" && value !== null ? snapshotCell(value, field.type) : value;
    }
    snapshots[at] = snapshot;
  }
  return { cells, snapshots, absent: absent ?? NOTHING_ABSENT };
};

/** Sends the rows of one group. */
export const emit = async (core: Core, group: InsertGroup): Promise<void> => {
  const pairing = pairingOf(group);
  const returned = pairing === "key" ? [...group.meta.primaryKey, ...group.made] : group.made;
  if (group.rows[0]?.state.expressions == null) return await emitBatches(core, group, pairing, returned);
  for (const row of group.rows) {
    const taken = take(group, [row]);
    const result = await send(core, expressedInsert(group, row, taken.cells, returned), "write");
    finish(core, group, [row], taken, pair(core, pairing, group, [row], result, returned));
  }
};

const emitBatches = async (core: Core, group: InsertGroup, pairing: Pairing, returned: readonly FieldMeta[]): Promise<void> => {
  const { meta, shape, given, rows } = group;
  const batch = batchOf(core.dialect, meta, `insert${shape}`, () =>
    insertNode({
      into: tableOf(meta),
      columns: given.map(targetColumn),
      rows: [],
      returning: returningOf(meta, returned),
      counted: pairing === "rank" && returned.length === 1,
    }),
  );
  for (const part of slices(rows, pairing === "single" ? 1 : rowsAtOnce(core.dialect, batch))) {
    // Most INSERTs have one part and need no await here.
    const pausing = core.flushing?.pause();
    if (pausing !== undefined) await pausing;
    const taken = take(group, part);
    const result = await sendBatch(core, batch, taken.cells, part.length);
    finish(core, group, part, taken, pair(core, pairing, group, part, result, returned));
  }
};

const expressedInsert = (
  { meta, given }: InsertGroup,
  { state }: NewRow,
  values: readonly unknown[],
  returned: readonly FieldMeta[],
): ReturnType<typeof insertNode> =>
  insertNode({
    into: tableOf(meta),
    columns: given.map(targetColumn),
    rows: [given.map((field, at) => state.expressions?.get(field) ?? param(values[at], field.type))],
    expressions: true,
    returning: returningOf(meta, returned),
  });

/** Completes inserted rows; `answers` holds the values that the database generated. */
export const finish = (
  core: Core,
  { meta, made, noted }: Pick<InsertGroup, "meta" | "made" | "noted">,
  rows: readonly NewRow[],
  { snapshots, absent }: Taken,
  answers: Answers | null,
): void => {
  for (const [at, field] of absent) {
    const { object, state } = rows[at] as NewRow;
    if ((object as Record<string, unknown>)[field.name] === undefined) core.journal.fill(object, state, field, null);
  }
  if (answers !== null)
    for (let at = 0; at < made.length; at++) takeMade(core, rows, snapshots, made[at] as FieldMeta, answers, at, made.length, noted);
  enterRows(core, meta, rows, snapshots);
};

/** Stores the generated values of one column: every `width`th cell of the answers, starting at `first`. */
const takeMade = (
  core: Core,
  rows: readonly NewRow[],
  snapshots: readonly unknown[][],
  field: FieldMeta,
  answers: Answers,
  first: number,
  width: number,
  noted: boolean,
): void => {
  const { name, position, type } = field;
  for (let at = 0, from = first; at < rows.length; at++, from += width) {
    const { object, state } = rows[at] as NewRow;
    const value = answers[from];
    if (noted) (object as Record<string, unknown>)[name] = value;
    else core.journal.fill(object, state, field, value);
    (snapshots[at] as unknown[])[position] = typeof value === "number" ? value : snapshotCell(value, type);
  }
};

/** Turns inserted objects into tracked rows; the journal has already recorded them. */
export const enterRows = (core: Core, meta: ModelMeta, rows: readonly NewRow[], snapshots: readonly unknown[][]): void => {
  const key = meta.primaryKey.length === 1 ? (meta.primaryKey[0] as FieldMeta) : null;
  const waiting = core.pending.size > 0;
  const tracked = core.map.rows(meta);
  for (let at = 0; at < rows.length; at++) {
    const { object, state } = rows[at] as NewRow;
    const snapshot = snapshots[at] as unknown[];
    state.snapshot = snapshot;
    if (state.expressions !== null) state.expressions = null;
    if (state.givenKeys !== null) state.givenKeys = null;
    state.status = "persistent";
    if (waiting) core.pending.delete(object);
    if (state.collections !== null) knowMembers(state.collections);
    if (key !== null) tracked.setOne(keyCell(snapshot[key.position], key), object);
    else tracked.set(keyOfSnapshot(meta, snapshot), object);
  }
};

/** A new row's collections are complete: nothing in the database can reference it yet. */
const knowMembers = (collections: ReadonlyMap<string, CollectionState>): void => {
  for (const collection of collections.values()) if (collection.addedKeys.size === 0) collection.items ??= [...collection.added];
};

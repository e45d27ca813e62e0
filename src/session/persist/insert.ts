/** Writes new rows: organise (what the session fills in), collect (equal shapes), emit (INSERT … RETURNING), finalise (keys and snapshots). */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { snapshotCell } from "../../metadata/comparable.js";
import { insert as insertNode, param } from "../../sql/factories/index.js";
import type { Core } from "../core.js";
import { factsOf, type ModelFacts } from "../facts.js";
import { isBare, newRowEntry, type Entry } from "../journal.js";
import { keyCell } from "../../metadata/keys.js";
import { keyOfSnapshot } from "../keys.js";
import { send, sendBatch } from "../statements.js";
import { batchOf, slices } from "./batches.js";
import type { InsertGroup, NewRow } from "./new-rows.js";
import { pair, pairingOf, type Pairing } from "./pairing.js";
import { returningOf, tableOf, targetColumn } from "./table.js";
import { takeKeys } from "./references.js";

/** Rows as they are sent, taken before the statement runs: what is changed meanwhile stays a change. */
export interface Taken {
  /** The values, row by row. */
  readonly cells: unknown[];
  /** The snapshots to be, still without what the database makes. */
  readonly snapshots: unknown[][];
  /** Columns that have no value and become null with the row. */
  readonly absent: readonly (readonly [row: number, field: FieldMeta])[];
}

export const insertRows = async (core: Core, meta: ModelMeta, rows: readonly NewRow[]): Promise<void> => {
  for (const group of collect(core, meta, rows)) await emit(core, group);
};

/** Nothing but values of its own, and none where the INSERT will give one. */
const isPlain = ({ object, state }: NewRow, { made }: ModelFacts): boolean => {
  if (state.status !== "pending" || !isBare(state)) return false;
  const values = object as Record<string, unknown>;
  for (let at = 0; at < made.length; at++) if (values[(made[at] as FieldMeta).name] !== undefined) return false;
  return true;
};

/** Fills in what the session makes: keys of new targets, timestamps, uuids, the first version. */
const organise = (core: Core, row: NewRow, facts: ModelFacts, plain: Entry): void => {
  const { object, state, postponed } = row;
  const { filled } = facts;
  if (isPlain(row, facts)) core.journal.touchAs(object, plain);
  else core.journal.touch(object, state);
  if (state.related !== null) takeKeys(core, object, state, postponed);
  const values = object as Record<string, unknown>;
  for (let at = 0; at < filled.length; at++) {
    const field = filled[at] as FieldMeta;
    if (values[field.name] === undefined) core.journal.fill(object, state, field, firstValue(field, state.meta));
  }
};

const firstValue = (field: FieldMeta, { subtypes }: ModelMeta): unknown => {
  if (field.version) return 1;
  return field.onInsert === null ? subtypes?.name : field.onInsert();
};

export const collect = (core: Core, meta: ModelMeta, rows: readonly NewRow[]): Iterable<InsertGroup> => {
  const facts = factsOf(meta);
  const plain = newRowEntry(core, facts.made);
  const groups = new Map<string, InsertGroup>();
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as NewRow;
    organise(core, row, facts, plain);
    const shape = shapeOf(row, facts, groups.size);
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, groupOf(meta, shape, row));
    else group.rows.push(row);
  }
  return groups.values();
};

const shapeOf = ({ object, state, postponed }: NewRow, { open }: ModelFacts, known: number): string => {
  const values = object as Record<string, unknown>;
  let shape = "";
  for (let at = 0; at < open.length; at++) {
    const { field, mark } = open[at] as ModelFacts["open"][number];
    if (values[field.name] === undefined && !postponed.includes(field)) shape += mark;
  }
  // Each with expressions of its own.
  return state.expressions === null ? shape : `${shape} expressions ${known}`;
};

const groupOf = (meta: ModelMeta, shape: string, row: NewRow): InsertGroup => {
  const values = row.object as Record<string, unknown>;
  const isMade = (field: FieldMeta): boolean =>
    field.generated !== null ||
    (values[field.name] === undefined && (field.identity || field.dbDefault !== null) && !row.postponed.includes(field));
  const expressed = row.state.expressions;
  return {
    meta,
    shape,
    given: meta.fields.filter((field) => !isMade(field)),
    made: meta.fields.filter((field) => isMade(field) || expressed?.has(field) === true),
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

const emit = async (core: Core, group: InsertGroup): Promise<void> => {
  const pairing = pairingOf(group);
  const returned = pairing === "key" ? [...group.meta.primaryKey, ...group.made] : group.made;
  if (group.rows[0]?.state.expressions == null) return emitBatches(core, group, pairing, returned);
  for (const row of group.rows) {
    const taken = take(group, [row]);
    const result = await send(core, expressedInsert(group, row, taken.cells, returned), "write");
    finish(core, group, [row], taken, pair(core, pairing, group, [row], result.rows, returned));
  }
};

const emitBatches = async (core: Core, group: InsertGroup, pairing: Pairing, returned: readonly FieldMeta[]): Promise<void> => {
  const { meta, shape, given, rows } = group;
  const batch = batchOf(core.dialect, meta, `insert${shape}`, () =>
    insertNode({ into: tableOf(meta), columns: given.map(targetColumn), rows: [], returning: returningOf(meta, returned) }),
  );
  for (const part of slices(rows, pairing === "single" ? 1 : batch.most)) {
    const taken = take(group, part);
    const result = await sendBatch(core, batch, taken.cells, part.length);
    finish(core, group, part, taken, pair(core, pairing, group, part, result.rows, returned));
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

/** The rows are there: `answers` are the values of what the database made of each. */
export const finish = (
  core: Core,
  { made }: Pick<InsertGroup, "made">,
  rows: readonly NewRow[],
  { snapshots, absent }: Taken,
  answers: readonly (readonly unknown[])[] | null,
): void => {
  for (const [at, field] of absent) {
    const { object, state } = rows[at] as NewRow;
    if ((object as Record<string, unknown>)[field.name] === undefined) core.journal.fill(object, state, field, null);
  }
  for (let at = 0; at < rows.length; at++) enterRow(core, rows[at] as NewRow, snapshots[at] as unknown[], made, answers?.[at] ?? null);
};

/** The object is a row now. */
export const enterRow = (
  core: Core,
  { object, state }: NewRow,
  snapshot: unknown[],
  made: readonly FieldMeta[],
  answer: readonly unknown[] | null,
): void => {
  for (let at = 0; at < made.length; at++) {
    const field = made[at] as FieldMeta;
    const value = answer?.[at];
    core.journal.fill(object, state, field, value);
    snapshot[field.position] = snapshotCell(value, field.type);
  }
  if (made.length === 0) core.journal.touch(object, state);
  const { meta } = state;
  state.snapshot = snapshot;
  if (state.expressions !== null) state.expressions = null;
  state.status = "persistent";
  core.pending.delete(object);
  // No row can belong to a new one but those that memory knows of.
  if (state.collections !== null)
    for (const collection of state.collections.values()) if (collection.addedKeys.size === 0) collection.items ??= [...collection.added];
  const [key] = meta.primaryKey;
  if (meta.primaryKey.length === 1 && key !== undefined) core.map.setOne(meta, keyCell(snapshot[key.position], key), object);
  else core.map.set(meta, keyOfSnapshot(meta, snapshot), object);
};

/** Writes new rows: organise (values and keys), collect (equal shapes), emit (INSERT … RETURNING), finalise (keys and snapshots). */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { snapshotCell } from "../../metadata/comparable.js";
import type { InstanceState } from "../../loading/index.js";
import { FlashDbError } from "../../errors.js";
import { insert as insertNode, param } from "../../sql/factories/index.js";
import { held } from "../changes.js";
import type { Core } from "../core.js";
import { keyCells, keyOfSnapshot } from "../keys.js";
import { IdentityMap } from "../identity-map.js";
import { send } from "../statements.js";
import { cellsOf, chunks, decodeRow, returningOf, tableOf, targetColumn } from "./table.js";
import { takeKeys } from "./references.js";

export interface NewRow {
  readonly object: object;
  readonly state: InstanceState;
  /** References that a later UPDATE writes. */
  readonly postponed: readonly FieldMeta[];
}

/** Rows that give values for the same columns. */
export interface InsertGroup {
  readonly meta: ModelMeta;
  readonly given: readonly FieldMeta[];
  /** Columns that the database fills, in the order in which they come back. */
  readonly made: readonly FieldMeta[];
  /** `cells` are the values as the snapshot will have them, taken before the statement runs. */
  readonly rows: { readonly row: NewRow; readonly values: readonly unknown[]; readonly cells: readonly unknown[] }[];
}

export const insertRows = async (core: Core, meta: ModelMeta, rows: readonly NewRow[]): Promise<void> => {
  for (const group of collect(core, meta, rows)) await emit(core, group);
};

/** Fills in what the session makes: keys of new targets, timestamps, uuids, the first version. */
const organise = (core: Core, { object, state, postponed }: NewRow): void => {
  core.journal.touch(object, state);
  takeKeys(core, object, state, postponed);
  for (const field of state.meta.fields) {
    if (held(object, field) !== undefined) continue;
    if (field.version) core.journal.fill(object, state, field, 1);
    else if (field.onInsert !== null) core.journal.fill(object, state, field, field.onInsert());
    else if (state.meta.subtypes?.field === field) core.journal.fill(object, state, field, state.meta.subtypes.name);
  }
};

const leftToDatabase = (field: FieldMeta, value: unknown): boolean => field.generated !== null || (value === undefined && (field.identity || field.dbDefault !== null));

export const collect = (core: Core, meta: ModelMeta, rows: readonly NewRow[]): Iterable<InsertGroup> => {
  const groups = new Map<string, InsertGroup>();
  for (const row of rows) {
    organise(core, row);
    const values: unknown[] = [];
    let shape = row.state.expressions === null ? "" : `expressions ${groups.size}`;
    for (const field of meta.fields) {
      const value = row.postponed.includes(field) ? null : held(row.object, field);
      if (leftToDatabase(field, value)) shape += `,${field.position}`;
      else values.push(value === undefined ? null : value);
    }
    let group = groups.get(shape);
    if (group === undefined) groups.set(shape, (group = groupOf(meta, row)));
    group.rows.push({ row, values, cells: cellsOf(group.given, values) });
  }
  return groups.values();
};

const groupOf = (meta: ModelMeta, { object, state, postponed }: NewRow): InsertGroup => {
  const isMade = (field: FieldMeta): boolean => !postponed.includes(field) && leftToDatabase(field, held(object, field));
  const expressed = state.expressions === null ? [] : [...state.expressions.keys()];
  return { meta, given: meta.fields.filter((field) => !isMade(field)), made: meta.fields.filter((field) => isMade(field) || expressed.includes(field)), rows: [] };
};

/** How the rows that come back find their objects: the order of RETURNING is promised by no database. */
const pairingOf = ({ meta, made }: InsertGroup): "none" | "rank" | "key" | "single" => {
  if (made.length === 0) return "none";
  const madeKeys = meta.primaryKey.filter((field) => made.includes(field));
  if (madeKeys.length === 0) return "key";
  return madeKeys.length === 1 && madeKeys[0]?.identity === true ? "rank" : "single";
};

const emit = async (core: Core, group: InsertGroup): Promise<void> => {
  const { meta, given, made, rows } = group;
  const pairing = pairingOf(group);
  const returned = pairing === "key" ? [...meta.primaryKey, ...made] : made;
  const most = pairing === "single" || rows.some(({ row }) => row.state.expressions !== null) ? 1 : core.dialect.features.maxParameters;
  for (const part of chunks(rows, given.length, most)) {
    const expressions = part[0]?.row.state.expressions ?? null;
    const statement = insertNode({
      into: tableOf(meta),
      columns: given.map(targetColumn),
      rows: expressions === null ? part.map(({ values }) => values) : part.map(({ values }) => values.map((value, at) => expressions.get(given[at] as FieldMeta) ?? param(value, (given[at] as FieldMeta).type))),
      expressions: expressions !== null,
      returning: returningOf(meta, returned),
    });
    const result = await send(core, statement, "write");
    const answers = pair(core, pairing, group, part, result.rows, returned);
    part.forEach(({ row, cells }, at) => enterRow(core, row, given, cells, made, answers?.[at] ?? null));
  }
};

/** The made values of each row, in the order of the objects. */
const pair = (
  core: Core, pairing: ReturnType<typeof pairingOf>, { meta, made }: InsertGroup, part: readonly InsertGroup["rows"][number][],
  answers: readonly unknown[][], returned: readonly FieldMeta[],
): readonly (readonly unknown[])[] | null => {
  if (pairing === "none") return null;
  if (answers.length !== part.length) throw new FlashDbError("INTERNAL", `INSERT into ${meta.table} gave back ${answers.length} rows for ${part.length}`);
  const decoded = answers.map((row) => decodeRow(core.dialect, returned, row));
  if (pairing === "single") return decoded;
  if (pairing === "rank") {
    const at = made.findIndex((field) => field.identity);
    return decoded.sort((a, b) => ((a[at] as number) < (b[at] as number) ? -1 : 1));
  }
  const byKey = new IdentityMap();
  for (const row of decoded) byKey.set(meta, keyCells(meta, row.slice(0, meta.primaryKey.length)), row.slice(meta.primaryKey.length));
  return part.map(({ row }) => {
    const found = byKey.find(meta, keyCells(meta, meta.primaryKey.map((field) => held(row.object, field))));
    if (found === undefined) throw new FlashDbError("INTERNAL", `INSERT into ${meta.table} did not give back the row of one of its objects`);
    return found as unknown[];
  });
};

/** The object is a row now. */
export const enterRow = (core: Core, { object, state, postponed }: NewRow, given: readonly FieldMeta[], cells: readonly unknown[], made: readonly FieldMeta[], answer: readonly unknown[] | null): void => {
  core.journal.touch(object, state);
  const snapshot = new Array<unknown>(state.meta.fields.length);
  given.forEach((field, at) => {
    const cell = cells[at];
    if (cell === null && held(object, field) === undefined && !postponed.includes(field)) core.journal.fill(object, state, field, null);
    snapshot[field.position] = cell;
  });
  made.forEach((field, at) => {
    const value = answer?.[at];
    core.journal.fill(object, state, field, value);
    snapshot[field.position] = snapshotCell(value, field.type);
  });
  state.snapshot = snapshot;
  state.expressions = null;
  state.status = "persistent";
  core.pending.delete(object);
  // No row can belong to a new one but those that memory knows of.
  for (const collection of state.collections?.values() ?? []) if (collection.addedKeys.size === 0) collection.items ??= [...collection.added];
  core.map.set(state.meta, keyOfSnapshot(state.meta, snapshot), object);
};

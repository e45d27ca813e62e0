/** Inserts new rows with `INSERT … ON CONFLICT …`, where a row with the same unique values may exist. */

import { snapshotCell } from "../../../metadata/comparable.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { uniqueAmong } from "../../../metadata/uniqueness.js";
import { insert } from "../../../sql/factories/index.js";
import type { Core } from "../../core/core.js";
import { held } from "../../tracking/changes.js";
import { detach } from "../../rollback/restore.js";
import { send } from "../../statements/send.js";
import { chunks, decodeRow, returningOf, tableOf, targetColumn } from "../../statements/table.js";
import { IdentityMap } from "../../tracking/identity-map.js";
import { keyCells } from "../../tracking/row-keys.js";
import type { ConflictRule } from "../work/policy.js";
import { collect, emit, enterRows, finish, take } from "./insert.js";
import type { InsertGroup, NewRow } from "./new-rows.js";
import { synchronizeRow } from "./synchronize-rows.js";

/** Returns the objects that did not become rows; they leave the session. */
export const insertOrGiveWay = async (
  core: Core,
  meta: ModelMeta,
  rows: readonly NewRow[],
  rule: ConflictRule,
): Promise<readonly object[]> => {
  const lost: object[] = [];
  for (const group of collect(core, meta, rows)) lost.push(...(await emitters[rule.learns](core, group, rule)));
  for (const object of lost) detach(core, object);
  return lost;
};

const fieldsOf = (meta: ModelMeta, columns: readonly string[]): FieldMeta[] =>
  meta.fields.filter((field) => columns.includes(field.column));

type Emit = (core: Core, group: InsertGroup, rule: ConflictRule) => Promise<object[]>;

const emitters: { readonly [K in ConflictRule["learns"]]: Emit } = {
  /** One statement per row: an empty result means that another row exists. */
  each: async (core, group, rule) => {
    const { meta, rows, made } = group;
    const returned = [...meta.primaryKey.filter((field) => !made.includes(field)), ...made];
    const lost: object[] = [];
    for (const row of rows) {
      const taken = take(group, [row]);
      const [answer] = await sendRows(core, group, rule, [taken.cells], returned);
      if (answer === undefined) lost.push(row.object);
      else finish(core, group, [row], taken, decodeRow(core.dialect, returned, answer).slice(returned.length - made.length));
    }
    return lost;
  },

  /** RETURNING does not tell inserted rows from updated ones, so each object finds its row by the values of the conflict columns. */
  byColumns: async (core, group, rule) => {
    const { meta, given, rows } = group;
    const { last, earlier, without } = sortOut(meta, rows, fieldsOf(meta, rule.columns));
    // NULL conflicts with nothing.
    if (without.length > 0) await emit(core, { ...group, rows: without });
    const lost: object[] = [];
    const all: unknown[][] = [];
    for (const part of chunks(last, given.length, core.dialect.features.maxParameters)) {
      const answers = await sendRows(core, group, rule, cellsOfEach(group, part), meta.fields);
      lost.push(...takeAnswers(core, meta, part, rule.columns, answers));
      if (earlier.length > 0) all.push(...answers);
    }
    if (earlier.length > 0) lost.push(...takeAnswers(core, meta, earlier, rule.columns, all));
    return lost;
  },

  /** Without RETURNING, inserted rows cannot be told apart from skipped ones. */
  nothing: async (core, group, rule) => {
    for (const part of chunks(group.rows, group.given.length, core.dialect.features.maxParameters))
      await sendRows(core, group, rule, cellsOfEach(group, part), []);
    return group.rows.map(({ object }) => object);
  },
};

interface SortedRows {
  /** The last row for each conflict key; it wins, as it would with separate statements. One statement must not affect a row twice. */
  readonly last: readonly NewRow[];
  /** Rows overruled by a later one with the same conflict key. */
  readonly earlier: readonly NewRow[];
  /** Rows with NULL in a conflict column. */
  readonly without: NewRow[];
}

const sortOut = (meta: ModelMeta, rows: readonly NewRow[], fields: readonly FieldMeta[]): SortedRows => {
  const conflictMeta = keyedBy(meta, fields);
  const byKey = new IdentityMap();
  const [earlier, without]: [NewRow[], NewRow[]] = [[], []];
  for (const row of rows) {
    const values = fields.map((field) => held(row.object, field));
    if (values.some((value) => value === null || value === undefined)) {
      without.push(row);
      continue;
    }
    const key = keyCells(conflictMeta, values);
    const before = byKey.find(conflictMeta, key) as NewRow | undefined;
    if (before !== undefined) earlier.push(before);
    byKey.set(conflictMeta, key, row);
  }
  const others = new Set([...earlier, ...without]);
  return { last: others.size === 0 ? rows : rows.filter((row) => !others.has(row)), earlier, without };
};

/** The model with these fields as its key. */
const keyedBy = (meta: ModelMeta, fields: readonly FieldMeta[]): ModelMeta => ({ ...meta, primaryKey: fields, subtypes: null });

const cellsOfEach = (group: InsertGroup, part: readonly NewRow[]): unknown[][] => part.map((row) => take(group, [row]).cells);

const sendRows = async (
  core: Core,
  { meta, given }: InsertGroup,
  { columns, action }: ConflictRule,
  rows: unknown[][],
  returned: readonly FieldMeta[],
): Promise<readonly unknown[][]> => {
  const onConflict = { columns, where: columns.length === 0 ? null : uniqueAmong(meta, fieldsOf(meta, columns)), action } as const;
  const statement = insert({
    into: tableOf(meta),
    columns: given.map(targetColumn),
    rows,
    onConflict,
    returning: returningOf(meta, returned),
  });
  return (await send(core, statement, "write")).rows;
};

/**
 * Assigns the returned rows to the objects. If the session already tracks a row, the tracked object is updated and the given one leaves the
 * session.
 */
const takeAnswers = (
  core: Core,
  meta: ModelMeta,
  part: readonly NewRow[],
  on: readonly string[],
  answers: readonly unknown[][],
): object[] => {
  const fields = fieldsOf(meta, on);
  const keysFirst = [...meta.primaryKey, ...meta.fields.filter((field) => !field.primaryKey)];
  const byConflict = new IdentityMap();
  const conflictMeta = keyedBy(meta, fields);
  for (const answer of answers) {
    const values = decodeRow(core.dialect, meta.fields, answer);
    byConflict.set(
      conflictMeta,
      keyCells(
        conflictMeta,
        fields.map((field) => values[field.position]),
      ),
      values,
    );
  }
  const lost: object[] = [];
  for (const row of part) {
    const given = row.object as Record<string, unknown>;
    const conflictKey = keyCells(
      conflictMeta,
      fields.map((field) => given[field.name]),
    );
    const values = byConflict.find(conflictMeta, conflictKey) as unknown[] | undefined;
    if (values === undefined) {
      lost.push(row.object);
      continue;
    }
    const key = keyCells(
      meta,
      meta.primaryKey.map((field) => values[field.position]),
    );
    if (core.map.find(meta, key) !== undefined) {
      synchronizeRow(
        core,
        meta,
        keysFirst,
        keysFirst.map((field) => values[field.position]),
      );
      // Gives the object the key of the tracked row.
      for (const field of meta.primaryKey) core.journal.fill(row.object, row.state, field, values[field.position]);
      lost.push(row.object);
      continue;
    }
    for (const field of meta.fields) core.journal.fill(row.object, row.state, field, values[field.position]);
    enterRows(core, meta, [row], [meta.fields.map((field) => snapshotCell(values[field.position], field.type))]);
  }
  return lost;
};

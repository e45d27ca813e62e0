/**
 * Updates changed columns: organise (values), collect (group by shape), emit (UPDATE, with the version in its condition), finalise
 * (snapshots).
 */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { snapshotCell, valueOfCell } from "../../../metadata/comparable.js";
import { type InstanceState } from "../../../loading/index.js";
import { StaleDataError } from "../../../errors.js";
import type { Batch } from "../../../sql/compile/batch.js";
import type { Assignment, Expr, Statement } from "../../../sql/nodes.js";
import { caseWhen, fromTable, param, select, update as updateNode, updateRows as updateRowsNode } from "../../../sql/factories/index.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";
import { held } from "../../tracking/changes.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import type { Core } from "../../core/core.js";
import { IdentityMap } from "../../tracking/identity-map.js";
import { keyCells, keyOfSnapshot, describeRow } from "../../tracking/row-keys.js";
import { entryOf } from "../../journal/journal-entries.js";
import { send, sendBatch } from "../../statements/send.js";
import { shapeOf, type RowWork } from "../work/work.js";
import { batchOf, rowsAtOnce, slices } from "../../statements/batches.js";
import { cellsOf, chunks, decodeRow, returningOf, tableOf, targetColumn, valuesOf, whereRows } from "../../statements/table.js";
import { copyTargetKeys } from "./references.js";

/** One row to be updated, with the values to write. */
export interface RowChange {
  readonly work: RowWork;
  readonly object: object;
  readonly state: InstanceState;
  /** The row as last read. */
  readonly row: readonly unknown[];
  readonly fields: readonly FieldMeta[];
  readonly values: readonly unknown[];
  /** The values in snapshot form, captured before the statement runs: later changes remain changes. */
  readonly cells: readonly unknown[];
  readonly expressions: ReadonlyMap<FieldMeta, Expr> | null;
  /** Whether the condition includes the version. */
  readonly checked: boolean;
}

keepHiddenClass({
  work: null as never,
  object: {},
  state: null as never,
  row: [],
  fields: [],
  values: [],
  cells: [],
  expressions: null,
  checked: false,
} satisfies RowChange);

type Finish = (change: RowChange, made: readonly FieldMeta[], answer: readonly unknown[]) => void;

interface Group {
  readonly meta: ModelMeta;
  /** Identifies the written columns and whether versions are compared. */
  readonly shape: string;
  readonly keys: readonly FieldMeta[];
  readonly fields: readonly FieldMeta[];
  readonly changes: RowChange[];
}

/** The change for a row's work; fills in target keys and `kept` columns. */
export const changeOf = (core: Core, work: RowWork): RowChange => {
  const { object, state, meta, postponed } = work;
  core.journal.append(object, entryOf(object, state));
  if (state.related !== null) copyTargetKeys(core, object, state, postponed, false, work.fields);
  const row = state.snapshot as readonly unknown[];
  const { kept } = modelInfoOf(meta);
  // Rows with the same changed fields share one list, which grouping recognizes; it is copied only if fields must be added or removed.
  const shared = postponed.length === 0 && kept.length === 0;
  const fields = shared ? work.fields : work.fields.filter((field) => !postponed.includes(field) && !field.version);
  const values = new Array<unknown>(fields.length);
  for (let at = 0; at < fields.length; at++) {
    const value = held(object, fields[at] as FieldMeta);
    values[at] = value === undefined ? null : value;
  }
  const also = shared ? fields : keepColumns(core, work, row, fields, values);
  return {
    work,
    object,
    state,
    row,
    fields: also,
    values,
    cells: cellsOf(also, values),
    expressions: state.expressions,
    checked: meta.versionField !== null,
  };
};

/** Appends the `kept` columns to the fields and their values to `values`. */
const keepColumns = (
  core: Core,
  { object, state, meta, fields: asked }: RowWork,
  row: readonly unknown[],
  fields: readonly FieldMeta[],
  values: unknown[],
): readonly FieldMeta[] => {
  const all = [...fields];
  for (const field of modelInfoOf(meta).kept) {
    if (!field.version && asked.includes(field)) continue;
    const value = field.version ? Number(row[field.position]) + 1 : field.onUpdate?.();
    core.journal.fill(object, state, field, value);
    all.push(field);
    values.push(value);
  }
  return all;
};

/** Sends the changes. Every row must exist in the version that was read; `finish` updates memory. */
export const writeChanges = async (core: Core, meta: ModelMeta, changes: readonly RowChange[], finish: Finish): Promise<void> => {
  for (const group of collect(meta, changes)) await emit(core, group, finish);
};

const collect = (meta: ModelMeta, changes: readonly RowChange[]): Iterable<Group> => {
  const groups = new Map<string, Group>();
  let last: Group | undefined;
  for (const change of changes) {
    if (change.fields.length === 0) continue;
    if (last?.fields === change.fields && change.expressions === null && last.changes[0]?.expressions === null) {
      last.changes.push(change);
      continue;
    }
    const shape = `${change.checked ? "v" : ""}${shapeOf(change.fields, change.expressions)}`;
    last = groups.get(shape);
    if (last === undefined) groups.set(shape, (last = groupOf(meta, shape, change)));
    else last.changes.push(change);
  }
  return groups.values();
};

const groupOf = (meta: ModelMeta, shape: string, change: RowChange): Group => ({
  meta,
  shape,
  keys: change.checked && meta.versionField !== null ? [...meta.primaryKey, meta.versionField] : meta.primaryKey,
  fields: change.fields,
  changes: [change],
});

const madeBy = ({ meta, changes }: Group): FieldMeta[] => {
  const expressed = changes[0]?.expressions ?? null;
  return meta.fields.filter((field) => field.generated !== null || expressed?.has(field) === true);
};

const isExpressed = ({ changes }: Group, field: FieldMeta): boolean => changes[0]?.expressions?.has(field) === true;

/** Combines the rows' different expressions for a column into one CASE by key. */
const byRow = ({ meta }: Group, field: FieldMeta, part: readonly RowChange[]): Assignment => {
  const whens = part.map(({ row, expressions }) => ({
    when: whereRows(meta, meta.primaryKey, [valuesOf(meta.primaryKey, row)]),
    then: expressions?.get(field) as Expr,
  }));
  return { column: field.column, value: caseWhen(whens, null, field.type), type: field.type };
};

const emit = async (core: Core, group: Group, finish: Finish): Promise<void> => {
  const made = madeBy(group);
  if (group.changes[0]?.expressions == null) return await emitBatches(core, group, made, finish);
  const { meta, keys, fields } = group;
  for (const part of chunks(group.changes, keys.length + fields.length, core.dialect.features.maxParameters)) {
    const [first] = part;
    if (part.length === 1 && first !== undefined) {
      const result = await send(core, single(group, first, made), "write");
      if (result.affected !== 1) throw stale(first);
      const answer = result.rows[0];
      finish(first, made, answer === undefined ? [] : decodeRow(core.dialect, made, answer));
      continue;
    }
    const returned = [...meta.primaryKey, ...made];
    const result = await send(
      core,
      updateRowsNode({
        table: tableOf(meta),
        keys: keys.map(targetColumn),
        set: fields.filter((field) => !isExpressed(group, field)).map(targetColumn),
        also: fields.filter((field) => isExpressed(group, field)).map((field) => byRow(group, field, part)),
        rows: part.map((change) => [
          ...valuesOf(keys, change.row),
          ...change.values.filter((_, at) => !isExpressed(group, fields[at] as FieldMeta)),
        ]),
        returning: returningOf(meta, returned),
      }),
      "write",
    );
    finishByKey(core, part, made, result.rows, finish);
  }
};

const NO_ANSWER: readonly unknown[] = [];

/** Changes without expressions use a cached statement; if nothing has to be returned, only the number of rows is checked. */
const emitBatches = async (core: Core, group: Group, made: readonly FieldMeta[], finish: Finish): Promise<void> => {
  const { meta, keys, fields, shape, changes } = group;
  const counted = made.length === 0 && keys === meta.primaryKey && !fields.some((field) => field.primaryKey);
  const batch = (name: string, returned: readonly FieldMeta[]): Batch =>
    batchOf(core.dialect, meta, `${name}${shape}`, () =>
      updateRowsNode({
        table: tableOf(meta),
        keys: keys.map(targetColumn),
        set: fields.map(targetColumn),
        rows: [],
        returning: returningOf(meta, returned),
      }),
    );
  const many = batch("update", counted ? [] : [...meta.primaryKey, ...made]);
  for (const part of slices(changes, rowsAtOnce(core.dialect, many))) {
    // Most updates have one part and await nothing.
    const pausing = core.flushing?.pause();
    if (pausing !== undefined) await pausing;
    const one = part.length === 1 ? part[0] : undefined;
    const result = await sendBatch(core, one === undefined ? many : batch("update one", made), cellsOfChanges(keys, part), part.length);
    if (one !== undefined) {
      if (result.affected !== 1) throw stale(one);
      finish(one, made, result.rows[0] === undefined ? NO_ANSWER : decodeRow(core.dialect, made, result.rows[0]));
    } else if (!counted) finishByKey(core, part, made, result.rows, finish);
    else {
      if (result.affected !== part.length) throw stale(await missingOf(core, meta, part));
      for (const change of part) finish(change, made, NO_ANSWER);
    }
  }
};

const cellsOfChanges = (keys: readonly FieldMeta[], part: readonly RowChange[]): unknown[] => {
  const cells = new Array<unknown>(part.length * (keys.length + (part[0]?.values.length ?? 0)));
  let next = 0;
  for (let at = 0; at < part.length; at++) {
    const { row, values } = part[at] as RowChange;
    for (let column = 0; column < keys.length; column++) {
      const { position, type } = keys[column] as FieldMeta;
      cells[next++] = valueOfCell(row[position], type);
    }
    for (let column = 0; column < values.length; column++) cells[next++] = values[column];
  }
  return cells;
};

/** Fewer rows were updated than sent: finds the change whose row is missing. */
const missingOf = async (core: Core, meta: ModelMeta, part: readonly RowChange[]): Promise<RowChange> => {
  const keys = part.map(({ row }) => valuesOf(meta.primaryKey, row));
  const { rows } = await send(
    core,
    select({ outputs: returningOf(meta, meta.primaryKey), from: fromTable(tableOf(meta)), where: whereRows(meta, meta.primaryKey, keys) }),
    "read",
  );
  const there = new IdentityMap();
  for (const row of rows) there.set(meta, keyCells(meta, decodeRow(core.dialect, meta.primaryKey, row)), row);
  return part.find(({ row }) => there.find(meta, keyOfSnapshot(meta, row)) === undefined) ?? (part[0] as RowChange);
};

/** Matches the returned rows to the changes by key; a change without a row has failed. */
const finishByKey = (
  core: Core,
  part: readonly RowChange[],
  made: readonly FieldMeta[],
  rows: readonly unknown[][],
  finish: Finish,
): void => {
  const { meta } = (part[0] as RowChange).state;
  const returned = [...meta.primaryKey, ...made];
  const answers = new IdentityMap();
  for (const row of rows) {
    const values = decodeRow(core.dialect, returned, row);
    answers.set(meta, keyCells(meta, values.slice(0, meta.primaryKey.length)), values.slice(meta.primaryKey.length));
  }
  const found = part.map((change) => answers.find(meta, keyAfter(change)) as unknown[] | undefined);
  const missing = found.indexOf(undefined);
  if (missing >= 0) throw stale(part[missing] as RowChange);
  part.forEach((change, at) => finish(change, made, found[at] as unknown[]));
};

const single = ({ meta, keys, fields }: Group, change: RowChange, made: readonly FieldMeta[]): Statement =>
  updateNode({
    table: tableOf(meta),
    set: fields.map((field, at) => ({
      column: field.column,
      value: change.expressions?.get(field) ?? param(change.values[at], field.type),
    })),
    where: whereRows(meta, keys, [valuesOf(keys, change.row)]),
    returning: returningOf(meta, made),
  });

/** The key under which the row is returned: the new key if the UPDATE changes it. */
const keyAfter = (change: RowChange): unknown[] => {
  const { meta } = change.state;
  if (!change.fields.some((field) => field.primaryKey)) return keyOfSnapshot(meta, change.row);
  const written = new Map(change.fields.map((field, at) => [field, change.values[at]]));
  return keyCells(
    meta,
    meta.primaryKey.map((field) => (written.has(field) ? written.get(field) : valuesOf([field], change.row)[0])),
  );
};

const stale = ({ object, state, row, checked }: RowChange): StaleDataError => {
  const version = state.meta.versionField;
  const seen = checked && version !== null ? ` since it was read (version ${String(row[version.position])})` : "";
  const name = describeRow(state.meta, keyOfSnapshot(state.meta, row));
  return new StaleDataError(
    `${name} was ${checked ? "changed or deleted" : "deleted"} by another transaction${seen}: refresh() it and try again`,
    object,
  );
};

/** Turns the written values into the snapshot. The journal recorded the object when the change was created. */
export const promote = (core: Core, change: RowChange, made: readonly FieldMeta[], answer: readonly unknown[]): void => {
  const { object, state, row } = change;
  const next = row.slice();
  for (let at = 0; at < change.fields.length; at++) {
    const field = change.fields[at] as FieldMeta;
    if (change.expressions?.has(field) !== true) next[field.position] = change.cells[at];
  }
  for (let at = 0; at < made.length; at++) {
    const field = made[at] as FieldMeta;
    core.journal.fill(object, state, field, answer[at]);
    next[field.position] = snapshotCell(answer[at], field.type);
  }
  state.snapshot = next;
  if (state.expressions !== null && change.expressions === state.expressions) state.expressions = null;
};

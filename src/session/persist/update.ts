/** Writes changed columns: organise (what is written), collect (equal shapes), emit (UPDATE, versions in its condition), finalise (snapshots). */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { snapshotCell } from "../../metadata/comparable.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { StaleDataError } from "../../errors.js";
import type { Assignment, Expr, Statement } from "../../sql/nodes.js";
import { caseWhen, param, update as updateNode, updateRows as updateRowsNode } from "../../sql/factories/index.js";
import { held } from "../changes.js";
import type { Core } from "../core.js";
import { IdentityMap } from "../identity-map.js";
import { keyCells, keyOfSnapshot, nameOf } from "../keys.js";
import { send } from "../statements.js";
import { rowBefore, type RowWork } from "../work.js";
import { cellsOf, chunks, decodeRow, returningOf, tableOf, targetColumn, valuesOf, whereRows } from "./table.js";
import { takeKeys } from "./references.js";

/** One row to be changed: which, and what is written into it. */
export interface RowChange {
  readonly object: object;
  readonly state: InstanceState;
  /** The row as it is in the database. */
  readonly row: readonly unknown[];
  readonly fields: readonly FieldMeta[];
  readonly values: readonly unknown[];
  /** The values as the snapshot will have them, taken before the statement runs: what is changed meanwhile stays a change. */
  readonly cells: readonly unknown[];
  readonly expressions: ReadonlyMap<FieldMeta, Expr> | null;
  /** The version is part of the condition. */
  readonly checked: boolean;
}

interface Group {
  readonly meta: ModelMeta;
  readonly keys: readonly FieldMeta[];
  readonly fields: readonly FieldMeta[];
  readonly changes: RowChange[];
}

/** The columns that an UPDATE keeps by itself, with their new values. */
const keptColumns = (work: RowWork, row: readonly unknown[]): [FieldMeta, unknown][] => {
  const kept: [FieldMeta, unknown][] = [];
  for (const field of work.meta.fields) {
    if (field.version) kept.push([field, Number(row[field.position]) + 1]);
    else if (field.onUpdate !== null && !work.fields.includes(field)) kept.push([field, field.onUpdate()]);
  }
  return kept;
};

/** What an UPDATE of this work writes; fills in keys and kept columns. */
export const changeOf = (core: Core, work: RowWork): RowChange => {
  const { object, state, meta, postponed } = work;
  core.journal.touch(object, state);
  takeKeys(core, object, state, postponed);
  const row = rowBefore(work, stateOf) as readonly unknown[];
  const fields = work.fields.filter((field) => !postponed.includes(field) && !field.version);
  const values: unknown[] = fields.map((field) => {
    const value = held(object, field);
    return value === undefined ? null : value;
  });
  for (const [field, value] of keptColumns(work, row)) {
    core.journal.fill(object, state, field, value);
    fields.push(field);
    values.push(value);
  }
  return { object, state, row, fields, values, cells: cellsOf(fields, values), expressions: state.expressions, checked: meta.versionField !== null };
};

/** Sends the changes; every row must be there, in the version that was read. `finish` makes memory follow. */
export const writeChanges = async (core: Core, meta: ModelMeta, changes: readonly RowChange[], finish: (change: RowChange, made: readonly FieldMeta[], answer: readonly unknown[]) => void): Promise<void> => {
  for (const group of collect(meta, changes)) await emit(core, group, finish);
};

const collect = (meta: ModelMeta, changes: readonly RowChange[]): Iterable<Group> => {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    if (change.fields.length === 0) continue;
    let shape = change.checked ? "v" : "";
    for (const field of change.fields) shape += `,${field.position}`;
    if (change.expressions !== null) shape += ` expressions ${[...change.expressions.keys()].map(({ position }) => position).sort().join()}`;
    const version = meta.versionField;
    let group = groups.get(shape);
    if (group === undefined) {
      groups.set(shape, (group = { meta, keys: change.checked && version !== null ? [...meta.primaryKey, version] : meta.primaryKey, fields: change.fields, changes: [] }));
    }
    group.changes.push(change);
  }
  return groups.values();
};

const madeBy = ({ meta, changes }: Group): FieldMeta[] => {
  const expressed = changes[0]?.expressions ?? null;
  return meta.fields.filter((field) => field.generated !== null || expressed?.has(field) === true);
};

const isExpressed = ({ changes }: Group, field: FieldMeta): boolean => changes[0]?.expressions?.has(field) === true;

/** Each row's own expression for a column, told apart by the row's key. */
const byRow = ({ meta }: Group, field: FieldMeta, part: readonly RowChange[]): Assignment => {
  const whens = part.map(({ row, expressions }) => ({ when: whereRows(meta, meta.primaryKey, [valuesOf(meta.primaryKey, row)]), then: expressions?.get(field) as Expr }));
  return { column: field.column, value: caseWhen(whens, null, field.type), type: field.type };
};

const emit = async (core: Core, group: Group, finish: (change: RowChange, made: readonly FieldMeta[], answer: readonly unknown[]) => void): Promise<void> => {
  const { meta, keys, fields } = group;
  const made = madeBy(group);
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
        rows: part.map((change) => [...valuesOf(keys, change.row), ...change.values.filter((_, at) => !isExpressed(group, fields[at] as FieldMeta))]),
        returning: returningOf(meta, returned),
      }),
      "write",
    );
    const answers = new IdentityMap();
    for (const row of result.rows) {
      const values = decodeRow(core.dialect, returned, row);
      answers.set(meta, keyCells(meta, values.slice(0, meta.primaryKey.length)), values.slice(meta.primaryKey.length));
    }
    const found = part.map((change) => answers.find(meta, keyAfter(change)) as unknown[] | undefined);
    const missing = found.indexOf(undefined);
    if (missing >= 0) throw stale(part[missing] as RowChange);
    part.forEach((change, at) => finish(change, made, found[at] as unknown[]));
  }
};

const single = ({ meta, keys, fields }: Group, change: RowChange, made: readonly FieldMeta[]): Statement =>
  updateNode({
    table: tableOf(meta),
    set: fields.map((field, at) => ({ column: field.column, value: change.expressions?.get(field) ?? param(change.values[at], field.type) })),
    where: whereRows(meta, keys, [valuesOf(keys, change.row)]),
    returning: returningOf(meta, made),
  });

/** The key under which the row comes back: the new one, where the key itself is changed. */
const keyAfter = (change: RowChange): unknown[] => {
  const { meta } = change.state;
  const written = new Map(change.fields.map((field, at) => [field, change.values[at]]));
  return keyCells(meta, meta.primaryKey.map((field) => (written.has(field) ? written.get(field) : valuesOf([field], change.row)[0])));
};

const stale = ({ object, state, row, checked }: RowChange): StaleDataError => {
  const version = state.meta.versionField;
  const seen = checked && version !== null ? ` since it was read (version ${String(row[version.position])})` : "";
  const name = nameOf(state.meta, keyOfSnapshot(state.meta, row));
  return new StaleDataError(`${name} was ${checked ? "changed or removed" : "removed"} by someone else${seen}: refresh() it and try again`, object);
};

/** The written values are the snapshot now. */
export const promote = (core: Core, change: RowChange, made: readonly FieldMeta[], answer: readonly unknown[]): void => {
  const { object, state, row } = change;
  core.journal.touch(object, state);
  const next = row.slice();
  change.fields.forEach((field, at) => {
    if (change.expressions?.has(field) !== true) next[field.position] = change.cells[at];
  });
  made.forEach((field, at) => {
    core.journal.fill(object, state, field, answer[at]);
    next[field.position] = snapshotCell(answer[at], field.type);
  });
  state.snapshot = next;
  if (change.expressions === state.expressions) state.expressions = null;
};

/** How the cells of one entity inside a row are read: computed once per query, then used for every row. */

import { ConfigurationError } from "../errors.js";
import type { Dialect } from "../database/contracts.js";
import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";
import { snapshotCell } from "../metadata/comparable.js";
import type { EntityShape } from "../query/plan.js";
import { baseMark } from "./base-mark.js";
import type { ColumnType } from "../sql/types.js";

export type Decode = ((cell: unknown) => unknown) | undefined;
type Snap = ((value: unknown) => unknown) | undefined;

/** By field position of the model that instances are made of. */
export interface Reader {
  readonly meta: ModelMeta;
  readonly names: readonly string[];
  /** Index of the field's cell in the row; -1: not read. */
  readonly cells: readonly number[];
  readonly decoders: readonly Decode[];
  /** Into the comparable form of a snapshot; undefined where the value is it. */
  readonly snaps: readonly Snap[];
  /** Where the entity's cells begin, when they stand together in the fields' order; else -1. */
  readonly first: number;
  readonly key: readonly { readonly cell: number; readonly decode: Decode; readonly snap: Snap }[];
  /** The key of the row at hand. */
  readonly keyCells: unknown[];
  /** The values of the row at hand, filled again for each. */
  readonly values: unknown[];
}

/** Values of these kinds are objects in the instance, which a snapshot must not share. */
const objects: ReadonlySet<ColumnType["kind"]> = new Set(["timestamp", "json", "array", "bytes", "custom"]);
const millis: Snap = (value) => (value as Date).getTime();
const snapFor = (type: ColumnType): Snap => {
  if (type.kind === "timestamp") return millis;
  return objects.has(type.kind) ? (value) => snapshotCell(value, type) : undefined;
};

const readerFor = (meta: ModelMeta, shape: EntityShape, dialect: Pick<Dialect, "codec">): Reader => {
  const places = new Map(shape.fields.map((field, index) => [field.column, shape.offset + index]));
  const cellOf = (field: FieldMeta): number => places.get(field.column) ?? -1;
  const cells = meta.fields.map(cellOf);
  const decoders = meta.fields.map((field) => dialect.codec(field.type).decode);
  const snaps = meta.fields.map((field) => snapFor(field.type));
  return {
    meta,
    names: meta.fields.map((field) => field.name),
    first: cells.every((cell, index) => cell === shape.offset + index) ? shape.offset : -1,
    cells,
    decoders,
    snaps,
    key: meta.primaryKey.map((field) => ({ cell: cellOf(field), decode: decoders[field.position], snap: snaps[field.position] })),
    keyCells: meta.primaryKey.map(() => undefined),
    values: meta.fields.map(() => undefined),
  };
};

/** Finds the reader of a row: one per model, and one per subtype where the row says which it is. */
export const readersOf = (shape: EntityShape, dialect: Pick<Dialect, "codec">): ((row: readonly unknown[]) => Reader) => {
  const base = readerFor(shape.meta, shape, dialect);
  const subtypes = shape.meta.subtypes;
  if (subtypes === null) return () => base;
  const kind = shape.fields.findIndex((field) => field.column === subtypes.field.column);
  if (kind < 0) return () => base;
  const readers = new Map<unknown, Reader>([[subtypes.name, base]]);
  return (row) => {
    const name = row[shape.offset + kind];
    const known = readers.get(name);
    if (known !== undefined) return known;
    const meta = subtypes.byName.get(name as string);
    // Of an outer join that found nothing, all cells are null.
    if (meta === undefined && (name === null || !subtypes.complete)) return base;
    if (meta === undefined || isUnseen(meta)) throw withoutClass(shape.meta, subtypes.field, name, meta);
    const reader = readerFor(meta, shape, dialect);
    readers.set(name, reader);
    return reader;
  };
};

/** The class that was made for a subtype is all that is known of it: what the user wrote on top of it has not been seen. */
const isUnseen = (meta: ModelMeta): boolean => Object.hasOwn(meta.ctor, baseMark);

const withoutClass = (base: ModelMeta, field: FieldMeta, name: unknown, meta: ModelMeta | undefined): ConfigurationError => {
  const root = base.subtypes?.base ?? base;
  const row = `a row of "${base.table}" has ${field.name} ${JSON.stringify(name)}`;
  return new ConfigurationError(
    meta === undefined
      ? `${row}, but no class that the option \`subtypes\` of ${root.name} lists is stored under that name: add its class to the list`
      : `${row}, the name of a subtype whose class has not been seen yet: list it in the options of ${root.name}, ` +
          `{ subtypes: () => [${meta.name}] }, or name it (${meta.name}.objects, createAll([${meta.name}])) before its rows are read`,
  );
};

/** The comparable key cells of the row's entity, good until the next row; null where it is absent (an outer join found nothing). */
export const keyOf = (reader: Reader, row: readonly unknown[]): readonly unknown[] | null => {
  const { key, keyCells } = reader;
  let present = false;
  for (let index = 0; index < key.length; index++) {
    const part = key[index] as Reader["key"][number];
    const cell = row[part.cell];
    if (cell === null || cell === undefined) {
      keyCells[index] = null;
      continue;
    }
    present = true;
    const value = part.decode === undefined ? cell : part.decode(cell);
    keyCells[index] = part.snap === undefined ? value : part.snap(value);
  }
  return present ? keyCells : null;
};

/** Decodes the row into `reader.values` and gives its snapshot: the row array itself where it holds nothing but this entity. */
export const readCells = (reader: Reader, row: unknown[]): unknown[] => {
  const { cells, decoders, snaps, values, first } = reader;
  let snapshot = row;
  if (first < 0) snapshot = cells.map((at) => (at < 0 ? undefined : row[at]));
  else if (row.length !== cells.length) snapshot = row.slice(first, first + cells.length);
  for (let index = 0; index < cells.length; index++) {
    const cell = snapshot[index];
    if (cell === null || cell === undefined) {
      values[index] = cell;
      continue;
    }
    const decode = decoders[index];
    const value = decode === undefined ? cell : decode(cell);
    const snap = snaps[index];
    values[index] = value;
    if (snap !== undefined) snapshot[index] = snap(value);
    else if (decode !== undefined) snapshot[index] = value;
  }
  return snapshot;
};

/** How the cells of one entity are read from a row; computed once per query. */

import { ConfigurationError } from "../errors.js";
import type { Codec, Dialect } from "../database/contracts.js";
import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";
import type { EntityShape } from "../query/plan.js";
import { baseMark } from "./base-mark.js";
import { makerOf, type Maker } from "./populate.js";
import { finerKey } from "./unreadable.js";
import { keptOf, readingOf, type Reading } from "./cell-reading.js";

interface KeyPart {
  readonly field: FieldMeta;
  readonly cell: number;
  readonly reading: Reading | null;
  readonly isFiner: Codec["isFiner"];
}
/** Reads rows of one model. Lists are by field position. */
export interface Reader {
  readonly meta: ModelMeta;
  readonly maker: Maker;
  /** Index of the field's cell in the row; -1 if it is not read. */
  readonly cells: readonly number[];
  /** Index of the entity's first cell if its cells are contiguous and in field order; otherwise -1. */
  readonly first: number;
  readonly key: readonly KeyPart[];
  /** Buffer for the key of the current row. */
  readonly keyCells: unknown[];
}

const readerFor = (meta: ModelMeta, shape: EntityShape, dialect: Pick<Dialect, "codec">): Reader => {
  const places = new Map(shape.fields.map((field, index) => [field.column, shape.offset + index]));
  const cellOf = (field: FieldMeta): number => places.get(field.column) ?? -1;
  const cells = meta.fields.map(cellOf);
  const readings = meta.fields.map((field) => readingOf(dialect.codec(field.type), field.type));
  return {
    meta,
    maker: makerOf(meta, readings),
    first: cells.every((cell, index) => cell === shape.offset + index) ? shape.offset : -1,
    cells,
    key: meta.primaryKey.map((field) => ({
      field,
      cell: cellOf(field),
      reading: readings[field.position] ?? null,
      isFiner: dialect.codec(field.type).isFiner,
    })),
    keyCells: meta.primaryKey.map(() => undefined),
  };
};

/** The reader for a model's rows, and a lookup of the subtype's reader by discriminator. */
export interface Readers {
  readonly base: Reader;
  readonly readerOf: ((row: readonly unknown[]) => Reader) | null;
}
export const readersOf = (shape: EntityShape, dialect: Pick<Dialect, "codec">): Readers => {
  const base = readerFor(shape.meta, shape, dialect);
  const subtypes = shape.meta.subtypes;
  const kind = subtypes === null ? -1 : shape.fields.findIndex((field) => field.column === subtypes.field.column);
  return { base, readerOf: subtypes === null || kind < 0 ? null : readerByKind(shape, subtypes, kind, base, dialect) };
};

const readerByKind = (
  shape: EntityShape,
  subtypes: NonNullable<ModelMeta["subtypes"]>,
  kind: number,
  base: Reader,
  dialect: Pick<Dialect, "codec">,
): ((row: readonly unknown[]) => Reader) => {
  const readers = new Map<unknown, Reader>([[subtypes.name, base]]);
  return (row) => {
    const name = row[shape.offset + kind];
    const known = readers.get(name);
    if (known !== undefined) return known;
    const meta = subtypes.byName.get(name as string);
    // All cells are null if an outer join found no row.
    if (meta === undefined && (name === null || !subtypes.complete)) return base;
    if (meta === undefined || isUnseen(meta)) throw withoutClass(shape.meta, subtypes.field, name, meta);
    const reader = readerFor(meta, shape, dialect);
    readers.set(name, reader);
    return reader;
  };
};

/** Whether only the placeholder class of a subtype exists, because the user's class has not been imported yet. */
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

/** The comparable key cells of the entity, valid until the next row; null if an outer join found no row. */
export const keyOf = (reader: Reader, row: readonly unknown[]): readonly unknown[] | null => {
  const { key, keyCells } = reader;
  let present = false;
  for (let index = 0; index < key.length; index++) {
    const part = key[index] as KeyPart;
    const cell = row[part.cell];
    if (cell === null || cell === undefined) {
      keyCells[index] = null;
      continue;
    }
    present = true;
    if (part.isFiner?.(cell) === true) throw finerKey(reader.meta, part.field);
    keyCells[index] = part.reading === null ? cell : keptOf(part.reading, cell);
  }
  return present ? keyCells : null;
};

/** The entity's raw cells by field position; the row array itself if it contains nothing else. */
export const cellsOf = ({ cells, first }: Reader, row: unknown[]): unknown[] => {
  if (first < 0) return cells.map((at) => (at < 0 ? undefined : row[at]));
  return row.length === cells.length ? row : row.slice(first, first + cells.length);
};

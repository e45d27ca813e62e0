/** How the cells of one entity inside a row are read: computed once per query, then used for every row. */

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
/** By field position of the model that instances are made of. */
export interface Reader {
  readonly meta: ModelMeta;
  readonly maker: Maker;
  /** Index of the field's cell in the row; -1: not read. */
  readonly cells: readonly number[];
  /** Where the entity's cells begin, when they stand together in the fields' order; else -1. */
  readonly first: number;
  readonly key: readonly KeyPart[];
  /** The key of the row at hand. */
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

/** The reader of rows of one model, and how to find the one of a subtype where the row says which it is. */
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

/** The entity's own cells by field position, as they came: the row array itself where it holds nothing else. */
export const cellsOf = ({ cells, first }: Reader, row: unknown[]): unknown[] => {
  if (first < 0) return cells.map((at) => (at < 0 ? undefined : row[at]));
  return row.length === cells.length ? row : row.slice(first, first + cells.length);
};

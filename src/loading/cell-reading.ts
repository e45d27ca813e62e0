/** Turns a cell of a row into the instance's value and into the form that the snapshot keeps. */

import type { Codec } from "../database/contracts.js";
import { snapshotCell } from "../metadata/comparable.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import type { ColumnType } from "../sql/types.js";
import { unreadableField } from "./unreadable.js";

export type Decode = Codec["decode"];

/** How one column is read; null means that the cell is already the value. */
export interface Reading {
  readonly decode: Decode;
  /** Converts a cell to the milliseconds of a Date, which is its snapshot form. */
  readonly instant: ((cell: unknown) => number) | null;
  /** Converts a value to its snapshot form; null if they are the same. */
  readonly snap: ((value: unknown) => unknown) | null;
}

/** The readings of a model's columns, by field position. */
interface Readings {
  readonly meta: ModelMeta;
  readonly readings: readonly (Reading | null)[];
}

/** Kinds whose values are objects, which a snapshot must not share with the instance. */
const objects: ReadonlySet<ColumnType["kind"]> = new Set(["timestamp", "json", "array", "bytes", "custom"]);

export const readingOf = ({ decode, instant }: Codec, type: ColumnType): Reading | null => {
  const snap = objects.has(type.kind) ? (value: unknown): unknown => snapshotCell(value, type) : null;
  return decode === undefined && snap === null ? null : { decode, instant: instant ?? null, snap };
};

export const decoded = ({ decode }: Reading, cell: unknown): unknown => (decode === undefined ? cell : decode(cell));
/** The snapshot form of a value. */
export const comparableOf = ({ snap }: Reading, value: unknown): unknown => (snap === null ? value : snap(value));

/** The snapshot form of a cell that is not NULL. */
export const keptOf = (reading: Reading, cell: unknown): unknown =>
  reading.instant === null ? comparableOf(reading, decoded(reading, cell)) : reading.instant(cell);

/** Reads the values of a row and turns the row itself into the snapshot. */
export const readValues = ({ meta, readings }: Readings, cells: unknown[]): unknown[] =>
  cells.map((cell, index) => {
    const reading = readings[index] ?? null;
    if (reading === null || cell === null || cell === undefined) return cell;
    try {
      const value = decoded(reading, cell);
      cells[index] = comparableOf(reading, value);
      return value;
    } catch (cause) {
      throw unreadableField(meta, index, cause);
    }
  });

/** Turns a row into a snapshot without reading its values. */
export const keepCells = ({ meta, readings }: Readings, cells: unknown[]): unknown[] => {
  let index = 0;
  try {
    for (; index < cells.length; index++) {
      const reading = readings[index] ?? null;
      const cell = cells[index];
      if (reading !== null && cell !== null && cell !== undefined) cells[index] = keptOf(reading, cell);
    }
  } catch (cause) {
    throw unreadableField(meta, index, cause);
  }
  return cells;
};

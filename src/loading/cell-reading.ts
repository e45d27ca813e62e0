/** Turns a cell of a row into the instance's value and into the form that the snapshot keeps. */

import type { Codec } from "../database/contracts.js";
import { snapshotCell } from "../metadata/comparable.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import type { ColumnType } from "../sql/types.js";
import { unreadableField } from "./unreadable.js";

export type Decode = Codec["decode"];

/** Of one column; null stands for "the cell is the value". */
export interface Reading {
  readonly decode: Decode;
  /** The milliseconds that a Date is made of, which are what the snapshot keeps. */
  readonly instant: ((cell: unknown) => number) | null;
  /** Into the comparable form of a snapshot; null where the value is it. */
  readonly snap: ((value: unknown) => unknown) | null;
}

/** Of all columns of a model, by field position. */
interface Readings {
  readonly meta: ModelMeta;
  readonly readings: readonly (Reading | null)[];
}

/** Values of these kinds are objects in the instance, which a snapshot must not share. */
const objects: ReadonlySet<ColumnType["kind"]> = new Set(["timestamp", "json", "array", "bytes", "custom"]);

export const readingOf = ({ decode, instant }: Codec, type: ColumnType): Reading | null => {
  const snap = objects.has(type.kind) ? (value: unknown): unknown => snapshotCell(value, type) : null;
  return decode === undefined && snap === null ? null : { decode, instant: instant ?? null, snap };
};

export const decoded = ({ decode }: Reading, cell: unknown): unknown => (decode === undefined ? cell : decode(cell));
/** What a snapshot keeps of a value. */
export const comparableOf = ({ snap }: Reading, value: unknown): unknown => (snap === null ? value : snap(value));

/** What a snapshot keeps of a cell that is there. */
export const keptOf = (reading: Reading, cell: unknown): unknown =>
  reading.instant === null ? comparableOf(reading, decoded(reading, cell)) : reading.instant(cell);

/** The values of a row, which becomes the snapshot. */
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

/** The row becomes a snapshot, and nothing else. */
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

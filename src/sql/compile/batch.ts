/** Statements over rows of values: their SQL is written once and reused with other rows. */

import type { Insert, TargetColumn, UpdateRows } from "../nodes.js";
import type { ColumnType } from "../types.js";
import type { Compiled, CompiledParameter } from "./compiled.js";

export type RowStatement = Insert | UpdateRows;
export type Encode = (value: unknown) => unknown;

/** How a database takes rows: which row counts share one text, and how cells become parameters. */
export interface RowBinding {
  /** Whether one text serves any number of rows above one. */
  readonly anyNumber: boolean;
  /** The maximum number of rows per statement. */
  readonly most: (columns: number, kind: RowStatement["kind"]) => number;
  /** Whether the driver reports the key of the last inserted row. */
  readonly tellsLastKey: boolean;
  /** Builds the driver's parameters. `cells` are the values of all rows, row by row; they may be modified and returned. */
  readonly bind: (cells: unknown[], rows: number, encoders: readonly Encode[]) => unknown[];
}

export interface Batch {
  /** The maximum number of rows per statement. */
  readonly most: number;
  /** The statement for these rows. `cells` are instance values, row by row; the statement takes ownership of them. */
  with(cells: unknown[], rows: number): Compiled;
}

/** Parameters of a batch have no nodes, because only the batch rebinds them. */
const NO_PARAMETERS: readonly CompiledParameter[] = Object.freeze([]);

const columnsOf = (statement: RowStatement): readonly TargetColumn[] =>
  statement.kind === "insert" ? statement.columns : [...statement.keys, ...statement.set];

/** Encodes each cell in place. */
export function bindEach(cells: unknown[], rows: number, encoders: readonly Encode[]): unknown[] {
  const width = encoders.length;
  for (let column = 0; column < width; column++) {
    const encode = encoders[column] as Encode;
    for (let at = column; at < cells.length; at += width) {
      const value = cells[at];
      if (value !== null) cells[at] = encode(value);
    }
  }
  return cells;
}

/** The rows of `statement` are ignored; it may have no other parameters. */
export const makeBatcher =
  (compile: (statement: RowStatement) => Compiled, encoder: (type: ColumnType) => Encode, binding: RowBinding) =>
  (statement: RowStatement): Batch => {
    const columns = columnsOf(statement);
    const encoders = columns.map(({ type }) => encoder(type));
    const empty = columns.map(() => null);
    const texts = new Map<number, Compiled>();
    const written = (rows: RowStatement): Compiled => {
      if (!binding.tellsLastKey || rows.kind !== "insert" || !rows.counted || rows.into.schema !== null) return compile(rows);
      // RETURNING does not depend on the number of rows.
      const one: Insert = { ...rows, rows: [empty] };
      const { text, outputs } = compile(one);
      const counted = { table: rows.into.name, returning: text.slice(compile({ ...one, returning: [] }).text.length) };
      return { ...compile({ ...rows, returning: [] }), outputs, counted };
    };
    const textFor = (rows: number): Compiled => {
      const kept = binding.anyNumber ? Math.min(rows, 2) : rows;
      let found = texts.get(kept);
      if (found === undefined) {
        const compiled = written({ ...statement, rows: Array.from({ length: kept }, () => empty) });
        texts.set(kept, (found = { ...compiled, parameters: NO_PARAMETERS, values: NO_PARAMETERS }));
      }
      return found;
    };
    const keys = statement.kind === "updateRows" ? statement.keys.length : 0;
    return {
      most: columns.length === 0 ? 1 : binding.most(columns.length, statement.kind),
      with(cells, rows) {
        const { text, parameters, outputs, writes, counted } = textFor(rows);
        // A single row has its values in the order of the text: assignments before keys.
        const values = rows === 1 ? inTextOrder(bindEach(cells, 1, encoders), keys) : binding.bind(cells, rows, encoders);
        return { text, parameters, values, outputs, writes, counted };
      },
    };
  };

const inTextOrder = (values: unknown[], keys: number): unknown[] => {
  if (keys > 0) values.push(...values.splice(0, keys));
  return values;
};

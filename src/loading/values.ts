/** Decodes rows into plain values: objects, lists or single values. */

import type { Dialect } from "../database/contracts.js";
import type { NamedOutput, SelectPlan, ValueColumn } from "../query/plan.js";
import { FlashDbError } from "../errors.js";
import { decodeNamed } from "./unreadable.js";

type Decode = ((cell: unknown) => unknown) | undefined;

const decode = (decoder: Decode, cell: unknown): unknown => (cell === null || decoder === undefined ? cell : decoder(cell));

/** After a decoding error, finds out which output caused it. */
const named = (outputs: readonly NamedOutput[], decoders: readonly Decode[], rows: readonly unknown[][], cause: unknown): unknown => {
  for (const row of rows)
    for (const [index, output] of outputs.entries()) {
      const cell = row[output.offset];
      const decoder = decoders[index];
      if (cell !== null && decoder !== undefined) decodeNamed(decoder, cell, output.name);
    }
  return cause;
};

const modes: Readonly<
  Record<"object" | "list" | "flat", (outputs: readonly NamedOutput[], decoders: readonly Decode[], rows: unknown[][]) => unknown[]>
> = {
  object: (outputs, decoders, rows) =>
    rows.map((row) => {
      const value: Record<string, unknown> = {};
      for (let index = 0; index < outputs.length; index++) {
        const output = outputs[index] as NamedOutput;
        value[output.name] = decode(decoders[index], row[output.offset]);
      }
      return value;
    }),
  list: (outputs, decoders, rows) => rows.map((row) => outputs.map((output, index) => decode(decoders[index], row[output.offset]))),
  flat: (outputs, decoders, rows) => {
    const offset = outputs[0]?.offset ?? 0;
    const decoder = decoders[0];
    return decoder === undefined ? rows.map((row) => row[offset]) : rows.map((row) => decode(decoder, row[offset]));
  },
};

/** Puts the columns of composite keys together; the key of a row that is missing is null. */
const withKeys = (mode: "object" | "list" | "flat", columns: readonly ValueColumn[], rows: readonly unknown[][]): unknown[] => {
  const valueOf = ({ from, key }: ValueColumn, row: readonly unknown[]): unknown =>
    key === null ? row[from] : row[from] === null ? null : Object.fromEntries(key.map((name, index) => [name, row[from + index]]));
  return rows.map((row) => {
    const values = columns.map((column) => valueOf(column, row));
    if (mode === "flat") return values[0];
    return mode === "list" ? values : Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]));
  });
};

/** Decodes the rows of a plan of plain values. */
export const decodeValues = (plan: SelectPlan, rows: unknown[][], dialect: Pick<Dialect, "codec">): unknown[] => {
  const shape = plan.shape;
  if (shape.kind !== "values") throw new FlashDbError("INTERNAL", `rows of ${plan.meta.name} are instances, not values`);
  const decoders = shape.outputs.map((output) => dialect.codec(output.type).decode);
  try {
    if (shape.columns === null) return modes[shape.mode](shape.outputs, decoders, rows);
    return withKeys(shape.mode, shape.columns, modes.list(shape.outputs, decoders, rows) as unknown[][]);
  } catch (cause) {
    throw named(shape.outputs, decoders, rows, cause);
  }
};

/** Decodes the extra cells that the caller requested beside each row. */
export const decodeCells = (cells: readonly NamedOutput[], rows: readonly unknown[][], dialect: Pick<Dialect, "codec">): unknown[][] => {
  const decoders = cells.map((output) => dialect.codec(output.type).decode);
  return rows.map((row) => cells.map((output, index) => decode(decoders[index], row[output.offset])));
};

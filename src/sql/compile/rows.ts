/** Rows that are looked for (`inRows`): as lists of values, where they are nothing else. */

import type { InRowsNode, ParamNode } from "../nodes.js";
import { bindValue } from "./compiled.js";

/** The rows' parameters when there are several rows of nothing but values that nobody will bind anew: those can travel in few parameters. */
export function batchOf({ rows }: InRowsNode): readonly (readonly ParamNode[])[] | null {
  const plain = rows.length > 1 && rows.every((row) => row.every((cell) => cell.kind === "param" && cell.slot === undefined));
  return plain ? (rows as readonly (readonly ParamNode[])[]) : null;
}
/** A cell as the driver's value. */
export const cellValue = (cell: ParamNode, encode: (value: unknown) => unknown): unknown => bindValue(cell, encode, cell.value);

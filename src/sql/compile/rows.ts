/** Rows to compare with (`inRows`), as lists of values if they contain nothing else. */

import type { InRowsNode, ParamNode } from "../nodes.js";
import { bindValue } from "./compiled.js";

/** The rows' parameters if there are several rows of plain values without slots, which can be sent in few parameters. */
export function batchOf({ rows }: InRowsNode): readonly (readonly ParamNode[])[] | null {
  const plain = rows.length > 1 && rows.every((row) => row.every((cell) => cell.kind === "param" && cell.slot === undefined));
  return plain ? (rows as readonly (readonly ParamNode[])[]) : null;
}
/** A cell as the driver's value. */
export const cellValue = (cell: ParamNode, encode: (value: unknown) => unknown): unknown => bindValue(cell, encode, cell.value);

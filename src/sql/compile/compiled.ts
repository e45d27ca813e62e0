/** A compiled statement, and how its text is reused with other values. */

import type { ParamNode } from "../nodes.js";
import type { ColumnType } from "../types.js";

export interface CompiledParameter {
  /** The value's node, null for values created by the compiler (batch arrays, zone names, path segments). */
  readonly node: ParamNode | null;
  /** Converts a prepared, non-null value to the driver's (escapes wildcards, encodes). Null if there is no node. */
  readonly bind: ((value: unknown) => unknown) | null;
}

export interface Compiled {
  readonly text: string;
  /** In the order of placeholders. */
  readonly parameters: readonly CompiledParameter[];
  /** The driver's parameters for the values at compile time. */
  readonly values: readonly unknown[];
  /** Types of the output columns; null if unknown. */
  readonly outputs: readonly ColumnType[] | null;
  readonly writes: boolean;
  /** Set for an INSERT whose keys the driver may report; otherwise the text has all the RETURNING it needs. */
  readonly counted?: AskedKeys | undefined;
}
/** How to request the keys of new rows if the last key is not enough. */
export interface AskedKeys {
  readonly table: string;
  /** The RETURNING clause to append. */
  readonly returning: string;
}

/** Converts one value for the driver: `prepare` first, then `bind`; NULL stays NULL. */
export function bindValue(node: ParamNode, bind: (value: unknown) => unknown, value: unknown): unknown {
  const prepared = node.prepare === undefined ? value : node.prepare(value as never);
  return prepared === null ? null : bind(prepared);
}

/**
 * The driver's parameters with the values of all slots replaced by `bySlot[slot]`, to run a compiled text with other values.
 */
export function rebind(compiled: Compiled, bySlot: readonly unknown[]): unknown[] {
  const values = compiled.values.slice();
  for (let at = 0; at < values.length; at++) {
    const { node, bind } = compiled.parameters[at] as CompiledParameter;
    if (node?.slot !== undefined && bind !== null) values[at] = bindValue(node, bind, bySlot[node.slot]);
  }
  return values;
}

/** A statement as text, and how the same text serves other values. */

import type { ParamNode } from "../nodes.js";
import type { ColumnType } from "../types.js";

export interface CompiledParameter {
  /** The value's node, null for values made by the compiler (batch arrays, zone names, path segments). */
  readonly node: ParamNode | null;
  /** From a prepared value that is not null to the driver's: wildcards escaped, encoded. Null where there is no node. */
  readonly bind: ((value: unknown) => unknown) | null;
}

export interface Compiled {
  readonly text: string;
  /** In the order of the placeholders. */
  readonly parameters: readonly CompiledParameter[];
  /** The driver's parameters for the values that the statement was compiled with. */
  readonly values: readonly unknown[];
  /** Types of the output columns, when the statement has any that are known. */
  readonly outputs: readonly ColumnType[] | null;
  readonly writes: boolean;
  /** An INSERT whose keys the driver may know without being asked; absent: the text asks for all that is wanted. */
  readonly counted?: AskedKeys | undefined;
}
/** How the counted keys of new rows are asked for, where the driver's word for the last of them is not enough. */
export interface AskedKeys {
  readonly table: string;
  /** What the text needs behind it. */
  readonly returning: string;
}

/** The driver's form of one value: `prepare` first, then `bind`; NULL stays NULL. */
export function bindValue(node: ParamNode, bind: (value: unknown) => unknown, value: unknown): unknown {
  const prepared = node.prepare === undefined ? value : node.prepare(value as never);
  return prepared === null ? null : bind(prepared);
}

/**
 * The driver's parameters with the values of those that have a slot replaced by `bySlot[slot]`: a text that was compiled
 * once is run with other values.
 */
export function rebind(compiled: Compiled, bySlot: readonly unknown[]): unknown[] {
  const values = compiled.values.slice();
  for (let at = 0; at < values.length; at++) {
    const { node, bind } = compiled.parameters[at] as CompiledParameter;
    if (node?.slot !== undefined && bind !== null) values[at] = bindValue(node, bind, bySlot[node.slot]);
  }
  return values;
}

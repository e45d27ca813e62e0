/** Marks the nodes that factories made, so that plain data of the same shape (a parsed JSON body) is never taken for SQL. */

import type { Expr } from "../nodes.js";

// oxlint-disable-next-line typescript/no-extraneous-class -- its constructor gives back the object that a private field is to be put onto
class Given {
  constructor(node: object) {
    return node;
  }
}
/** A private field put onto the given object: unlike a property it can be neither written in JSON nor copied, and unlike a WeakSet entry it costs next to nothing. */
class Branded extends Given {
  // oxlint-disable-next-line no-unused-private-class-members -- being there is its use
  readonly #made = true;
  static has(value: object): boolean {
    return #made in value;
  }
}

/** The node, branded and frozen. */
export function made<N extends object>(node: N): Readonly<N> {
  // oxlint-disable-next-line no-new -- it puts the field onto the node
  new Branded(node);
  return Object.freeze(node);
}

/** True only for nodes that a factory of this room made. */
export function isExpr(value: unknown): value is Expr {
  return typeof value === "object" && value !== null && Branded.has(value);
}

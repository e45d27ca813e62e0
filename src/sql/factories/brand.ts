/** Marks nodes created by factories, so that plain data of the same shape (a parsed JSON body) is never accepted as SQL. */

import type { Expr } from "../nodes.js";

// oxlint-disable-next-line typescript/no-extraneous-class -- its constructor gives back the object that a private field is to be put onto
class Given {
  constructor(node: object) {
    return node;
  }
}
/**
 * Adds a private field to the given object: unlike a property it can be neither written in JSON nor copied, and it costs far less than a
 * WeakSet entry.
 */
class Branded extends Given {
  // oxlint-disable-next-line no-unused-private-class-members -- being there is its use
  readonly #made = true;
  static has(value: object): boolean {
    return #made in value;
  }
}

/** Brands and freezes the node. */
export function made<N extends object>(node: N): Readonly<N> {
  // oxlint-disable-next-line no-new -- it puts the field onto the node
  new Branded(node);
  return Object.freeze(node);
}

/** True only for nodes created by these factories. */
export function isExpr(value: unknown): value is Expr {
  return typeof value === "object" && value !== null && Branded.has(value);
}

/** SQL objects that users hold (fragments, `F`, `Lower(…)`, columns), recognized by a private brand. */

import { FieldError } from "../errors.js";
import { describe } from "../support/describe.js";
import { unresolved } from "./factories/values.js";
import type { Expr } from "./nodes.js";

/**
 * Base of everything that can be used inside a fragment. Only instances pass `SqlExpression.is`, never data of the same shape. A class
 * whose meaning depends on the query's model (`F("views")`) inherits `toExpr`; the query then resolves the `unresolved` node.
 */
export abstract class SqlExpression {
  // oxlint-disable-next-line no-unused-private-class-members -- being there is its use
  readonly #brand = true;
  static is(this: void, value: unknown): value is SqlExpression {
    return typeof value === "object" && value !== null && #brand in value;
  }
  /** The node that this object represents. */
  toExpr(): Expr {
    return unresolved(this);
  }
}

export function refuseUndefined(value: unknown, place: string): void {
  if (value === undefined)
    throw new FieldError(`expected a value ${place}, got undefined: pass null for NULL, or leave that part of the SQL out`);
}
export function refuseOther(expected: string, value: unknown): never {
  throw new FieldError(`expected ${expected}, got ${describe(value)}`);
}

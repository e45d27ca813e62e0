/** What users hold of SQL (fragments, `F`, `Lower(…)`, columns): an object that stands for a node, known by a private brand. */

import { FieldError } from "../errors.js";
import { describe } from "../support/describe.js";
import { unresolved } from "./factories/values.js";
import type { Expr } from "./nodes.js";

/**
 * The base of everything that can stand inside a fragment. Only instances pass `SqlExpression.is`: data of the same shape never does.
 * A class whose meaning depends on the model of the query (`F("views")`) leaves `toExpr` as it is; the query then finds it as an
 * `unresolved` node and puts the column in its place.
 */
export abstract class SqlExpression {
  // oxlint-disable-next-line no-unused-private-class-members -- being there is its use
  readonly #brand = true;
  static is(this: void, value: unknown): value is SqlExpression {
    return typeof value === "object" && value !== null && #brand in value;
  }
  /** The node this stands for. */
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

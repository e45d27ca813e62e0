/** `createdAt__year__gte: 2024` as a comparison of the column itself with the first instant of the year, so that an index can serve it. */

import { FieldError } from "../../../errors.js";
import { and, compare } from "../../../sql/factories/index.js";
import type { ParamNode } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import { describe } from "../../../support/describe.js";
import type { Resolved } from "../scope/context.js";
import type { Compared } from "./lookups.js";
import type { Scope } from "../scope/scope.js";
import { bound, type Convert } from "../values/bind.js";

const FIRST_YEAR = 1;
const LAST_YEAR = 9999;
/** Later than every instant, for PostgreSQL as a value and for SQLite as text: the year 10000 has no form that both compare correctly. */
const AFTER_ALL = "infinity";

/** Returns null unless the comparison is of a whole year. */
export const yearRange = (
  scope: Scope,
  left: Resolved,
  part: string,
  lookup: string,
  input: { readonly value: unknown; readonly owner: object; readonly what: string },
): Compared | null => {
  const { type } = left.expr;
  const { value, owner, what } = input;
  if (part !== "year" || (type.kind !== "timestamp" && type.kind !== "date") || typeof value !== "number" || left.expr.kind !== "column")
    return null;
  const start =
    (plus: number): Convert =>
    (given) => {
      if (typeof given !== "number" || !Number.isInteger(given) || given < FIRST_YEAR || given > LAST_YEAR)
        throw new FieldError(`${what}: expected a year from ${FIRST_YEAR} to ${LAST_YEAR}, got ${describe(given)}`);
      if (given + plus > LAST_YEAR) return AFTER_ALL;
      const day = `${String(given + plus).padStart(4, "0")}-01-01`;
      return type.kind === "date" ? day : `${day}T00:00:00.000Z`;
    };
  // Bound as text without a type: the column determines it.
  const begin = (plus: 0 | 1): ParamNode => bound(scope.context, owner, value, types.unknown, start(plus));
  const column = left.expr;
  const found = (expr: Compared["expr"]): Compared => ({ expr, operands: [left], missing: false });
  switch (lookup) {
    case "exact":
      return found(and(compare(column, ">=", begin(0)), compare(column, "<", begin(1))));
    case "gt":
      return found(compare(column, ">=", begin(1)));
    case "gte":
      return found(compare(column, ">=", begin(0)));
    case "lt":
      return found(compare(column, "<", begin(0)));
    case "lte":
      return found(compare(column, "<", begin(1)));
    default:
      return null;
  }
};

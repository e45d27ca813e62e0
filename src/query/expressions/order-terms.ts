/** Converts order terms: "-name", an expression, `F("age").desc({ nulls: "last" })`. */

import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import type { OrderTerm } from "../state.js";
import { Ordering, computedNode } from "./expression.js";

/** Converts anything but a string, which may refer to a relation's ordering and is kept as it is. */
export const orderTerm = (value: unknown, where: string): OrderTerm => {
  const term = Ordering.termOf(value);
  if (term !== undefined) return term;
  const node = computedNode(value);
  if (node === undefined) throw new FieldError(`${where} takes names such as "-createdAt", or expressions, not ${describe(value)}`);
  return { node, direction: "asc", nulls: null };
};

/** Paths are plain columns here: windows and aggregates do not use a relation's ordering. */
export const orderTerms = (values: readonly unknown[], where: string): OrderTerm[] =>
  values.map((value) => {
    if (typeof value !== "string") return orderTerm(value, where);
    const descending = value.startsWith("-");
    return { node: { kind: "path", path: descending ? value.slice(1) : value }, direction: descending ? "desc" : "asc", nulls: null };
  });

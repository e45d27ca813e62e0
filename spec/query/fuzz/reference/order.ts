/** The order of rows: terms one after another, NULL last ascending and first descending. */

import type { Term } from "../program.js";
import { compare, type Value } from "../values.js";

export const compareByValue = (one: Value, other: Value, descending: boolean, nulls: "first" | "last" | null): number => {
  if (one === null || other === null) {
    if (one === other) return 0;
    const last = (nulls ?? (descending ? "first" : "last")) === "last";
    return (one === null) === last ? 1 : -1;
  }
  return descending ? -compare(one, other) : compare(one, other);
};
export const compareInOrder = (terms: readonly Term[], one: readonly Value[], other: readonly Value[]): number => {
  for (const [index, { descending, nulls }] of terms.entries()) {
    const order = compareByValue(one[index] ?? null, other[index] ?? null, descending, nulls);
    if (order !== 0) return order;
  }
  return 0;
};

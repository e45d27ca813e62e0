/** Private brand of all objects that represent the rows of a query, so that querysets are recognized wherever a value is expected. */

import { SqlExpression } from "../sql/expression.js";
import type { QueryState } from "./state.js";

export class Rows extends SqlExpression {
  readonly #state: QueryState | (() => QueryState);
  /** A function is called for each use: the rows of a collection depend on its owner's current key. */
  constructor(state: QueryState | (() => QueryState)) {
    super();
    this.#state = state;
  }
  static stateOf(value: unknown): QueryState | undefined {
    if (typeof value !== "object" || value === null || !(#state in value)) return undefined;
    const state = value.#state;
    return typeof state === "function" ? state() : state;
  }
}

/** The state of a queryset; undefined for other values. */
export const queryStateOf = (value: unknown): QueryState | undefined => Rows.stateOf(value);

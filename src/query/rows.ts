/** The private brand of everything that stands for the rows of a query, so that querysets are recognised wherever a value may stand. */

import { SqlExpression } from "../sql/expression.js";
import type { QueryState } from "./state.js";

export class Rows extends SqlExpression {
  readonly #state: QueryState | (() => QueryState);
  /** A function is asked anew each time: what a collection's rows are follows its owner's key. */
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

/** What a queryset has been told; undefined for anything else. */
export const queryStateOf = (value: unknown): QueryState | undefined => Rows.stateOf(value);

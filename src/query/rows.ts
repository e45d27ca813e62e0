/** The private brand of everything that stands for the rows of a query, so that querysets are recognised wherever a value may stand. */

import { SqlExpression } from "../sql/expression.js";
import type { QueryState } from "./state.js";

export class Rows extends SqlExpression {
  readonly #state: QueryState;
  constructor(state: QueryState) {
    super();
    this.#state = state;
  }
  static stateOf(value: unknown): QueryState | undefined {
    return typeof value === "object" && value !== null && #state in value ? value.#state : undefined;
  }
}

/** What a queryset has been told; undefined for anything else. */
export const queryStateOf = (value: unknown): QueryState | undefined => Rows.stateOf(value);

/** LIMIT and OFFSET of a state as SQL: bound values in a shared statement, otherwise literals. */

import { param } from "../../../sql/factories/index.js";
import type { Expr } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import { slotOf } from "../../resolve/scope/context.js";
import type { PlanContext } from "../../resolve/scope/scope.js";
import type { QueryState } from "../../state.js";

/** Represents a state's offset among the value owners; the state itself represents its limit. */
const offsetOwners = new WeakMap<QueryState, object>();
export const offsetOf = (state: QueryState): object => {
  let owner = offsetOwners.get(state);
  if (owner === undefined) offsetOwners.set(state, (owner = {}));
  return owner;
};

export const sliceOf = (context: PlanContext, state: QueryState): { readonly limit: Expr | null; readonly offset: Expr | null } => ({
  limit: state.limit === null ? null : param(state.limit, types.integer, { slot: slotOf(context.slots, state, state.limit) }),
  offset: state.offset === 0 ? null : param(state.offset, types.integer, { slot: slotOf(context.slots, offsetOf(state), state.offset) }),
});

/** The exact rows of a set with other outputs, for counting, aggregating and testing. */

import type { Output, Select } from "../../../sql/nodes.js";
import { crossesMany } from "../../resolve/scope/path.js";
import type { Draft } from "./draft.js";
import { finish, isSliced } from "./finish.js";
import { givenOrder, orderOf } from "./ordering.js";
import { valuesAt } from "./outputs.js";

const isJoined = ({ state, scope }: Draft, path: string): boolean =>
  !scope.annotations.has(path.split("__")[0] ?? "") && crossesMany(state.meta, path);

/** Ordering over a to-many relation multiplies rows, as in Django. */
const orderMultiplies = (drafted: Draft): boolean =>
  givenOrder(drafted.state).some((term) => typeof term === "string" && isJoined(drafted, term.replace(/^-/, "")));

/** Adds joins from values() and the order that multiply rows; otherwise only selecting or sorting would add them. */
export const joinMultiplied = (drafted: Draft): void => {
  for (const name of drafted.state.values?.items ?? []) if (isJoined(drafted, name)) valuesAt(drafted.scope, name);
  if (orderMultiplies(drafted)) orderOf(drafted);
};

/**
 * Exactly the rows that would be fetched. The order matters if rows are sliced or selected by it, or if distinct rows differ only in
 * columns that the order reads.
 */
export const rowSet = (drafted: Draft, outputs: readonly Output[]): Select => {
  const { state } = drafted;
  const chosen = isSliced(state) || Array.isArray(state.distinct);
  const query = finish(drafted, outputs, { order: chosen || state.distinct !== false || orderMultiplies(drafted) ? "given" : "none" });
  return chosen ? query : { ...query, orderBy: [] };
};

/** `with(name, base, recursive)`: common tables, mainly to read trees in one query. */

import { FieldError } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { describe } from "../support/describe.js";
import { Expression } from "./expressions/expression.js";
import { queryStateOf, Rows } from "./rows.js";
import { initialState, type CommonTableState, type QueryState } from "./state.js";

/** The rows found so far, for use inside the recursive part. */
export class TreeReference extends Rows {
  readonly #name: string;
  constructor(name: string, state: QueryState) {
    super(state);
    this.#name = name;
  }
  /** A value of the parent row: `tree.ref("depth").add(1)`. */
  ref(path: string): Expression {
    if (typeof path !== "string" || path === "")
      throw new FieldError(`ref of '${this.#name}' takes the name of a column or annotation, not ${describe(path)}`);
    return new Expression({ kind: "fromTable", table: this.#name, path });
  }
}

const stateOf = (given: unknown, meta: ModelMeta, name: string): QueryState => {
  const state = queryStateOf(given);
  if (state === undefined) throw new FieldError(`with("${name}", …) takes QuerySets, not ${describe(given)}`);
  if (state.meta !== meta)
    throw new FieldError(`with("${name}", …) of ${meta.name} takes QuerySets of ${meta.name}, not of ${state.meta.name}`);
  return state;
};

/**
 * Selects from a common table instead of the model's own. `base` selects the first rows; `recursive` is run repeatedly with the rows found
 * last, until there are no more. Annotations of the base (a depth, a path) are columns of the table.
 *
 * @example
 * ```ts
 * Node.objects
 *   .with("tree", Node.objects.filter({ parent: null }).annotate({ depth: Value(0) }),
 *     (tree) => Node.objects.filter({ parent: tree.ref("id") }).annotate({ depth: tree.ref("depth").add(1) }))
 *   .orderBy("depth", "id");
 * // WITH RECURSIVE tree (…) AS (SELECT … FROM nodes WHERE parent_id IS NULL
 * //   UNION ALL SELECT … FROM nodes JOIN tree ON true WHERE nodes.parent_id = tree.id) SELECT … FROM tree ORDER BY depth, id
 * ```
 */
export const treeTable = (
  meta: ModelMeta,
  name: string,
  base: unknown,
  recursive: ((tree: TreeReference) => unknown) | undefined,
  options: { readonly all?: boolean } = {},
): CommonTableState => {
  if (typeof name !== "string") throw new FieldError(`with(): expected the name of the table that is made, got ${describe(name)}`);
  const first = stateOf(base, meta, name);
  const all = options.all ?? true;
  if (recursive === undefined) return { name, base: first, recursive: null, all };
  if (typeof recursive !== "function")
    throw new FieldError(`with("${name}", …): the recursive part is a function of the table, not ${describe(recursive)}`);
  return { name, base: first, recursive: stateOf(recursive(new TreeReference(name, initialState(meta))), meta, name), all };
};

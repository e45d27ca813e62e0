/** Recognizes queries by the complete key, which the session may answer without a flush. */

import type { Node, QueryState } from "../../state.js";
import { computedNode } from "../../expressions/expression.js";

export const isByKey = (state: QueryState): boolean => {
  const { where, meta } = state;
  const [step] = where;
  if (
    where.length !== 1 ||
    step === undefined ||
    step.negated ||
    state.annotations.length > 0 ||
    state.combined !== null ||
    state.table !== null ||
    state.values !== null
  )
    return false;
  if (state.limit === 0 || state.offset > 0 || state.distinct !== false) return false;
  const entries = entriesOf(step.tree);
  if (entries === null) return false;
  const names = meta.primaryKey.map((field) => field.name);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [path, value] = only;
    const plain = value !== null && computedNode(value) === undefined;
    const [name, lookup, ...more] = path.split("__");
    if (
      plain &&
      more.length === 0 &&
      (lookup === undefined || lookup === "exact" || lookup === "in") &&
      (name === "pk" || (names.length === 1 && name === names[0]))
    )
      return true;
  }
  return (
    names.length > 1 &&
    entries.length === names.length &&
    names.every((name) => entries.some(([path, value]) => path === name && value !== null && computedNode(value) === undefined))
  );
};

const entriesOf = (node: Node): readonly (readonly [string, unknown])[] | null => {
  if (node.kind === "where") return node.entries;
  const [only] = node.kind === "and" ? node.parts : [];
  return node.kind === "and" && node.parts.length === 1 && only !== undefined ? entriesOf(only) : null;
};

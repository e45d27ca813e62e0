/** A fixed order of tables that all flushes share: referenced tables first, tables of equal height by name. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { compareText } from "../../../support/compare-text.js";
import { topological } from "../../../support/topological.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { rootOf } from "../../tracking/identity-map.js";
import type { RowWork } from "../work/work.js";

/** Tables that rows of this table, or of its subtypes, may reference. */
const referencesOf = (root: ModelMeta): ModelMeta[] => {
  const models = root.subtypes === null ? [root] : [root, ...root.subtypes.byName.values()];
  return models.flatMap((meta) => modelInfoOf(meta).toOnes.map(({ target }) => rootOf(target)));
};

const reachableFrom = (root: ModelMeta): ModelMeta[] => {
  const found = new Set([root]);
  for (const meta of found) for (const target of referencesOf(meta)) found.add(target);
  return [...found];
};

const heights = new WeakMap<ModelMeta, number>();
/** Length of the longest chain of references below a table; tables in a cycle share one. Depends on the models only, so all flushes agree. */
const heightOf = (root: ModelMeta): number => {
  const known = heights.get(root);
  if (known !== undefined) return known;
  const { order, cycles } = topological(reachableFrom(root), referencesOf);
  for (const meta of order) {
    if (heights.has(meta)) continue;
    const together = cycles.find((cycle) => cycle.includes(meta)) ?? [meta];
    const below = together.flatMap(referencesOf).filter((target) => !together.includes(target));
    const height = 1 + Math.max(0, ...below.map((target) => heights.get(target) ?? 0));
    for (const one of together) heights.set(one, height);
  }
  return heights.get(root) ?? 1;
};

const nameOf = ({ schema, table }: ModelMeta): string => `${schema ?? ""} ${table}`;

export const inTableOrder = (roots: Iterable<ModelMeta>): ModelMeta[] =>
  [...roots].sort((one, other) => heightOf(one) - heightOf(other) || compareText(nameOf(one), nameOf(other)));

/** The tables of the rows: sorted if stored rows of several tables are written, else in order of appearance. */
export const tablesOf = (rows: readonly RowWork[]): ModelMeta[] => {
  const roots = new Set<ModelMeta>();
  const stored = new Set<ModelMeta>();
  for (const { kind, meta } of rows) {
    const root = rootOf(meta);
    roots.add(root);
    if (kind !== "insert") stored.add(root);
  }
  return stored.size > 1 ? inTableOrder(roots) : [...roots];
};

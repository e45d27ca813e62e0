/** Statements with many rows, compiled once per model and shape and reused with other rows. */

import type { Dialect } from "../../database/contracts.js";
import type { ModelMeta } from "../../metadata/model-meta.js";
import type { Batch, RowStatement } from "../../sql/compile/batch.js";
import { Recent } from "../../support/recent.js";

const SHAPES_KEPT = 100;
type Shapes = Recent<string, Batch>;
const kept = new WeakMap<Dialect, WeakMap<ModelMeta, Shapes>>();

const shapesOf = (dialect: Dialect, meta: ModelMeta): Shapes => {
  let models = kept.get(dialect);
  if (models === undefined) kept.set(dialect, (models = new WeakMap()));
  let shapes = models.get(meta);
  if (shapes === undefined) models.set(meta, (shapes = new Recent(SHAPES_KEPT)));
  return shapes;
};

/** `shape` identifies everything that the statement of a model depends on. */
export const batchOf = (dialect: Dialect, meta: ModelMeta, shape: string, make: () => RowStatement): Batch => {
  const shapes = shapesOf(dialect, meta);
  let batch = shapes.get(shape);
  if (batch === undefined) shapes.set(shape, (batch = dialect.batch(make())));
  return batch;
};

/** In this process a statement blocks everything else while it runs. */
export const MOST_IN_PROCESS = 2000;
/** How many rows one statement may have. */
export const rowsAtOnce = ({ features }: Dialect, { most }: Batch): number => (features.inProcess ? Math.min(most, MOST_IN_PROCESS) : most);

/** Slices of at most this many items. */
export function* slices<T>(items: readonly T[], most: number): Iterable<readonly T[]> {
  if (items.length <= most) {
    if (items.length > 0) yield items;
    return;
  }
  for (let at = 0; at < items.length; at += most) yield items.slice(at, at + most);
}

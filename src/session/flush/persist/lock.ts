/** Locks rows in key order, before statements that reach them in a different order. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { fromTable, lock, order, select } from "../../../sql/factories/index.js";
import type { Core } from "../../core/core.js";
import { send } from "../../statements/send.js";
import { chunks, columnOf, returningOf, tableOf, valuesOf, whereRows } from "../../statements/table.js";
import { touches, uniqueSets } from "../plan/row-dependencies.js";
import type { RowWork } from "../work/work.js";

/** `rows` are sorted by key. Deleting a row or changing a key needs the stronger lock; upgrading a weaker one later could deadlock. */
export const lockRows = async (core: Core, root: ModelMeta, rows: readonly RowWork[]): Promise<void> => {
  const { primaryKey } = root;
  const keys = [primaryKey, ...uniqueSets(root)];
  const whole = rows.some((work) => work.kind === "delete" || keys.some((fields) => touches(work, fields)));
  for (const part of chunks(rows, primaryKey.length, core.dialect.features.maxParameters)) {
    const given = part.map(({ meta, state }) => valuesOf(meta.primaryKey, state.snapshot as readonly unknown[]));
    const statement = select({
      outputs: returningOf(root, primaryKey),
      from: fromTable(tableOf(root)),
      where: whereRows(root, primaryKey, given),
      orderBy: primaryKey.map((field) => order(columnOf(root, field))),
      lock: lock(whole ? "update" : "noKeyUpdate"),
    });
    await send(core, statement, "lock");
  }
};

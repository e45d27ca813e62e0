/** One statement that deletes or updates all dependants of deleted rows, without loading them. */

import { DatabaseError } from "../../../errors.js";
import type { AnyOfMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { inArray, param, remove, update } from "../../../sql/factories/index.js";
import { types } from "../../../sql/types.js";
import type { Core } from "../../core/core.js";
import { valueAfterDelete } from "../../core/reference-keys.js";
import { send } from "../../statements/send.js";
import { columnOf, tableOf } from "../../statements/table.js";
import type { BulkOnDelete } from "../work/work.js";

/** Says why an error is about a table that the caller never named: its rows depend on those being deleted. */
export const withDeleteContext = async <R>({ owner, name, onDelete }: ToOneMeta | AnyOfMeta, work: Promise<R>): Promise<R> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.constructor !== DatabaseError) throw error;
    throw new DatabaseError(
      `cannot delete: rows of ${owner.name} may depend on what is deleted (${owner.name}.${name}, onDelete: "${onDelete}"), and they could not be reached: ${error.message}`,
      { cause: error.cause },
    );
  }
};

/** How many rows were deleted; tracked ones follow when the rows they referred to are gone. */
export const runBulkOnDelete = async (core: Core, { relation, keys }: BulkOnDelete): Promise<number> => {
  const { owner, field } = relation;
  const where = inArray(columnOf(owner, field), param(keys, types.array(field.type)));
  const statement =
    relation.onDelete === "cascade"
      ? remove({ from: tableOf(owner), where })
      : update({
          table: tableOf(owner),
          set: [{ column: field.column, value: param(valueAfterDelete(relation, field), field.type), type: field.type }],
          where,
        });
  const { affected } = await withDeleteContext(relation, send(core, statement, "write"));
  return relation.onDelete === "cascade" ? affected : 0;
};

/** Dependants handled by one statement without being read: where nobody listens, nothing hangs on them and memory has not moved them. */

import { DatabaseError } from "../../../errors.js";
import type { WritePolicy } from "../work/policy.js";
import type { BulkOnDelete } from "../work/work.js";
import type { AnyOfMeta, FieldMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import { inArray, param, remove, update } from "../../../sql/factories/index.js";
import { types } from "../../../sql/types.js";
import { isChanged } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { hasCleanHook, hasListeners } from "./on-delete.js";
import { columnOf, tableOf } from "../../statements/table.js";
import { valueAfterDelete } from "../../core/reference-keys.js";
import { send } from "../../statements/send.js";

const isKept = (field: FieldMeta): boolean => field.version || field.onUpdate !== null;

const isMoved = (object: object, field: FieldMeta): boolean =>
  isChanged(object, field, ((stateOf(object) as InstanceState).snapshot as readonly unknown[])[field.position]);

export const canActInBulk = (core: Core, policy: WritePolicy, relation: ToOneMeta): boolean => {
  const { owner, field, onDelete } = relation;
  if (owner.subtypes !== null || owner.softDeleteField !== null || core.map.some(owner, (object) => isMoved(object, field))) return false;
  if (onDelete === "cascade")
    return owner.dependants().length === 0 && owner.anyOfDependants().length === 0 && !hasListeners(core, policy, owner, "delete");
  return (
    (onDelete === "setNull" || onDelete === "setDefault") &&
    !owner.fields.some(isKept) &&
    !(policy.clean && hasCleanHook(owner)) &&
    !hasListeners(core, policy, owner, "save")
  );
};

/** Who asked for nothing of the dependants' table would not know why an error speaks of it. */
export const withDeleteContext = async <R>({ owner, name, onDelete }: ToOneMeta | AnyOfMeta, work: Promise<R>): Promise<R> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.constructor !== DatabaseError) throw error;
    throw new DatabaseError(
      `cannot delete: rows of ${owner.name} may depend on what goes (${owner.name}.${name}, onDelete: "${onDelete}"), and they could not be reached: ${error.message}`,
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

/** Dependants handled by one statement without being read: where nobody listens, nothing hangs on them and memory has not moved them. */

import { DatabaseError } from "../errors.js";
import type { AnyOfMeta, FieldMeta, ToOneMeta } from "../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import { inArray, param, remove, update } from "../sql/factories/index.js";
import { types } from "../sql/types.js";
import { isChanged } from "./changes.js";
import type { Core } from "./core.js";
import { cleans, isHeard } from "./dividing.js";
import { columnOf, tableOf } from "./persist/table.js";
import { leftValue } from "./relationships/keys.js";
import { send } from "./statements.js";

/** Rows of `relation.owner` that refer to one of these keys go, or their reference becomes null or its default. */
export interface Sweep {
  readonly relation: ToOneMeta;
  readonly keys: readonly unknown[];
}

const isKept = (field: FieldMeta): boolean => field.version || field.onUpdate !== null;

const isMoved = (object: object, field: FieldMeta): boolean =>
  isChanged(object, field, ((stateOf(object) as InstanceState).snapshot as readonly unknown[])[field.position]);

export const canSweep = (core: Core, relation: ToOneMeta): boolean => {
  const { owner, field, onDelete } = relation;
  if (owner.subtypes !== null || owner.softDeleteField !== null || core.map.some(owner, (object) => isMoved(object, field))) return false;
  if (onDelete === "cascade")
    return owner.dependants().length === 0 && owner.anyOfDependants().length === 0 && !isHeard(core, owner, "delete");
  return (
    (onDelete === "setNull" || onDelete === "setDefault") && !owner.fields.some(isKept) && !cleans(owner) && !isHeard(core, owner, "save")
  );
};

/** Who asked for nothing of the dependants' table would not know why an error speaks of it. */
export const explained = async <R>({ owner, name, onDelete }: ToOneMeta | AnyOfMeta, work: Promise<R>): Promise<R> => {
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
export const runSweep = async (core: Core, { relation, keys }: Sweep): Promise<number> => {
  const { owner, field } = relation;
  const where = inArray(columnOf(owner, field), param(keys, types.array(field.type)));
  const statement =
    relation.onDelete === "cascade"
      ? remove({ from: tableOf(owner), where })
      : update({
          table: tableOf(owner),
          set: [{ column: field.column, value: param(leftValue(relation, field), field.type), type: field.type }],
          where,
        });
  const { affected } = await explained(relation, send(core, statement, "write"));
  return relation.onDelete === "cascade" ? affected : 0;
};

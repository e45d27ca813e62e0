/** Finds the rows that are deleted along with others: orphans, and dependants that the database cannot handle without the session. */

import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { referenceOf } from "../../../metadata/references.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import { ForeignKeyViolation } from "../../../errors.js";
import { held } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { withDeleteContext } from "../persist/bulk-on-delete.js";
import { canActInBulk, consequenceOf, handledBySession, hasMoved } from "./on-delete.js";
import { DeletionIndex, type DeletionKind, type DeletionGroup } from "../work/deletions.js";
import { keyOfSnapshot, describeRow } from "../../tracking/row-keys.js";
import { findInstances, type Entries } from "../../reading/find-instances.js";
import type { WritePolicy } from "../work/policy.js";
import type { BulkOnDelete } from "../work/work.js";
import { valueAfterDelete, typeNameOf } from "../../core/reference-keys.js";
import { valuesOf } from "../../statements/table.js";

export interface Deletions {
  readonly index: DeletionIndex;
  /** Dependants found in the database or in memory whose reference is set to null or to its default. */
  readonly clearedReferences: Set<object>;
  /** Statements that handle all dependants of a relation without loading them. */
  readonly bulkActions: BulkOnDelete[];
}

export const deletionKindOf = (core: Core, object: object, meta: ModelMeta): DeletionKind =>
  meta.softDeleteField !== null && !core.hardDeletes.has(object) ? "soft" : "hard";

/**
 * Collects everything that is deleted with these objects, each object once, including dependants of dependants; with `countCascades`, also
 * the rows that the database's constraints would delete.
 */
export const collectDeletions = async (core: Core, policy: WritePolicy, objects: readonly object[]): Promise<Deletions> => {
  const deletions: Deletions = { index: new DeletionIndex(), clearedReferences: new Set(), bulkActions: [] };
  if (objects.length === 0) return deletions;
  let wave = groupsOf(core, objects, null);
  const going = new Set<ModelMeta>();
  for (const { meta, kind } of wave) if (kind === "hard") going.add(meta);
  const division: Handling = { handled: handledBySession(core, policy, going), policy };
  while (wave.length > 0) {
    for (const group of wave) deletions.index.add(group);
    const found = new Map<object, DeletionKind>();
    for (const group of wave)
      for (const [object, kind] of await dependantsOf(core, group, deletions, division))
        if (!deletions.index.has(object)) found.set(object, kind);
    wave = groupsOf(core, [...found.keys()], found);
  }
  return deletions;
};

interface Handling {
  /** Relations whose rows the session looks for. */
  readonly handled: ReadonlySet<ToOneMeta>;
  readonly policy: WritePolicy;
}

const metaOf = (object: object): ModelMeta => (stateOf(object) as InstanceState).meta;

/** `kinds`: the kind of deletion already decided for each object; with null, the models decide. */
const groupsOf = (core: Core, objects: readonly object[], kinds: ReadonlyMap<object, DeletionKind> | null): DeletionGroup[] => {
  const groups: DeletionGroup[] = [];
  let last: DeletionGroup | undefined;
  for (let at = 0; at < objects.length; at++) {
    const object = objects[at] as object;
    const meta = metaOf(object);
    const kind = kinds?.get(object) ?? deletionKindOf(core, object, meta);
    if (last === undefined || last.meta !== meta || last.kind !== kind) {
      last = groups.find((group) => group.meta === meta && group.kind === kind);
      if (last === undefined) groups.push((last = { meta, kind, objects: [] }));
    }
    last.objects.push(object);
  }
  return groups;
};

const dependantsOf = async (
  core: Core,
  { meta, kind, objects }: DeletionGroup,
  deletions: Deletions,
  { handled, policy }: Handling,
): Promise<[object, DeletionKind][]> => {
  const found: [object, DeletionKind][] = [];
  for (const relation of meta.dependants()) {
    // The constraint handles these rows. After a soft deletion the row remains, so the database has nothing to react to.
    if (kind === "hard" && !handled.has(relation) && !(policy.countCascades && relation.onDelete === "cascade")) continue;
    const keys = keysOf(objects, relation.targetField);
    if (kind === "hard" && canActInBulk(core, policy, relation)) deletions.bulkActions.push({ relation, keys });
    else found.push(...(await applyOnDelete(core, relation, kind, keys, [], deletions)));
  }
  for (const relation of meta.anyOfDependants()) {
    const name = typeNameOf(relation, meta);
    const key = meta.primaryKey[0];
    if (name !== undefined && key !== undefined)
      found.push(...(await applyOnDelete(core, relation, kind, keysOf(objects, key), [[relation.typeField.name, name]], deletions)));
  }
  return found;
};

const keysOf = (objects: readonly object[], field: FieldMeta): unknown[] =>
  objects.map((object) => valuesOf([field], (stateOf(object) as InstanceState).snapshot ?? [])[0]);

/** Finds the rows that refer to deleted ones and applies `onDelete` to them. */
const applyOnDelete = async (
  core: Core,
  relation: ToOneMeta | AnyOfMeta,
  kind: DeletionKind,
  keys: readonly unknown[],
  also: Entries,
  deletions: Deletions,
): Promise<[object, DeletionKind][]> => {
  const { owner } = relation;
  const consequence = consequenceOf(relation, kind);
  if (consequence === "none") return [];
  const field = referenceOf(relation);
  const found = await withDeleteContext(relation, findInstances(core, owner, [[`${field.name}__in`, keys], ...also]));
  const rows = found.filter((object) => stillDepends(object, relation, kind));
  const left = rows.filter((object) => !deletions.index.has(object) && !core.deleting.has(object));
  switch (consequence) {
    case "delete":
      return rows.map((object) => [object, kind]);
    case "clearReference":
      for (const object of left) clearReference(core, object, relation, deletions);
      return [];
    case "refuse":
      if (left.length > 0) throw protectedBy(relation, left);
      return [];
  }
};

/**
 * A row that was moved to another target in memory no longer depends on this one; a row that is already marked as deleted does not block a
 * soft deletion.
 */
const stillDepends = (object: object, relation: ToOneMeta | AnyOfMeta, kind: DeletionKind): boolean => {
  const { owner } = relation;
  if (held(object, referenceOf(relation)) === null || hasMoved(object, relation)) return false;
  return kind === "hard" || owner.softDeleteField === null || held(object, owner.softDeleteField) === null;
};

const clearReference = (core: Core, object: object, relation: ToOneMeta | AnyOfMeta, deletions: Deletions): void => {
  const state = stateOf(object) as InstanceState;
  for (const field of relation.kind === "toOne" ? [relation.field] : [relation.typeField, relation.keyField])
    core.journal.fill(object, state, field, valueAfterDelete(relation, field));
  deletions.clearedReferences.add(object);
};

const protectedBy = (relation: ToOneMeta | AnyOfMeta, objects: readonly object[]): ForeignKeyViolation => {
  const names = objects.slice(0, 3).map((object) => {
    const state = stateOf(object) as InstanceState;
    return describeRow(state.meta, state.snapshot === null ? null : keyOfSnapshot(state.meta, state.snapshot));
  });
  const more = objects.length > 3 ? ` and ${objects.length - 3} more` : "";
  const field = referenceOf(relation);
  return new ForeignKeyViolation(
    `cannot delete: ${names.join(", ")}${more} still refer to it by ${relation.owner.name}.${relation.name} (onDelete: "${relation.onDelete}"); delete or move them first`,
    { table: relation.owner.table, columns: [field.column] },
  );
};

/** `create` and `getOrCreate`: insert a row immediately. */

import type { FieldMeta, ModelMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { severalFound } from "../../query/model-errors.js";
import type { SelectPlan } from "../../query/plan.js";
import { stateOf } from "../../loading/index.js";
import { IntegrityError } from "../../errors.js";
import { assertOpen, requireState, type Core } from "../core/core.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { flushNow } from "../flush/flush.js";
import { attach } from "../relationships/cascade-add.js";
import { fullPolicy, type WritePolicy } from "../flush/work/policy.js";
import { belongsTo, moveBetween } from "../relationships/both-sides.js";
import { assignToOne } from "../relationships/to-one.js";
import { detach } from "../rollback/restore.js";
import { findInstances, load } from "../reading/find-instances.js";
import { autoflush } from "../queries/autoflush.js";

type Values = Readonly<Record<string, unknown>>;

export const construct = (meta: ModelMeta, values: Values): object => new (meta.ctor as unknown as new (values: Values) => object)(values);

/** Constructs an object with these values and inserts it. */
export const create = async (core: Core, meta: ModelMeta, values: Values): Promise<object> => {
  assertOpen(core);
  const verb = `create() of ${meta.name}`;
  // Without a conflict rule, an INSERT either succeeds or throws.
  return (await insertNew(core, meta, values, fullPolicy(verb))) as object;
};

/**
 * Constructs an object and inserts it together with new objects that it references; null if the policy skips it on a conflict. If no row is
 * inserted, all of them stay outside the session.
 */
const insertNew = (core: Core, meta: ModelMeta, values: Values, policy: WritePolicy): Promise<object | null> =>
  core.lock.runInScope("flush", policy.verb, async () => {
    const holders = holdersOf(meta, values);
    const unloaded = unloadedOf(meta, values);
    const object = construct(meta, values);
    const before = new Set(core.pending);
    attach(core, object);
    // Objects that other tasks add during the flush are not ours.
    const brought = [...core.pending].filter((pending) => !before.has(pending));
    let inserted = false;
    try {
      const { lost } = await flushNow(core, new Set([object]), policy);
      inserted = !lost.has(object);
      return inserted ? object : null;
    } finally {
      if (!inserted) {
        for (const pending of brought) {
          if (!core.pending.has(pending)) continue;
          core.journal.touch(pending, requireState(pending));
          detach(core, pending);
        }
        takeOutUnseen(object, holders, unloaded);
      }
    }
  });

/** The current member of a reverse one-to-one, recorded before a new object replaces it. */
interface Holder {
  readonly object: object;
  readonly relation: ToOneMeta;
  readonly target: object;
}

const holdersOf = (meta: ModelMeta, values: Values): Holder[] => {
  const holders: Holder[] = [];
  for (const relation of modelInfoOf(meta).toOnes) {
    const { name, inverse } = relation;
    const target = values[name];
    if (inverse?.kind !== "reverseOne" || typeof target !== "object" || target === null) continue;
    const object = stateOf(target)?.related?.get(inverse.name) ?? null;
    if (object !== null && belongsTo(object, relation, target)) holders.push({ object, relation, target });
  }
  return holders;
};

/** The object was not inserted and nobody holds it: removes it from its targets and restores the previous members. */
const takeOutUnseen = (object: object, holders: readonly Holder[], unloaded: readonly Unloaded[]): void => {
  const state = requireState(object);
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = state.related?.get(relation.name) ?? null;
    if (target !== null) moveBetween(relation, object, target, null);
  }
  for (const { object: holder, relation, target } of holders) if (holder !== object) assignToOne(holder, relation, target);
  for (const { target, name } of unloaded) requireState(target).related?.delete(name);
};

/** A stored target whose reverse one-to-one was not loaded before a new object referenced it. */
interface Unloaded {
  readonly target: object;
  readonly name: string;
}
const unloadedOf = (meta: ModelMeta, values: Values): Unloaded[] => {
  const found: Unloaded[] = [];
  for (const { name, inverse } of modelInfoOf(meta).toOnes) {
    const target = values[name];
    if (inverse?.kind !== "reverseOne" || typeof target !== "object" || target === null) continue;
    const state = stateOf(target);
    if (state !== undefined && state.snapshot !== null && state.related?.has(inverse.name) !== true)
      found.push({ target, name: inverse.name });
  }
  return found;
};

/** The only row that the query finds, or null. */
export const findOnly = async (core: Core, find: SelectPlan): Promise<object | null> => {
  const found = (await load(core, find)) as object[];
  if (found.length > 1) throw severalFound(find.meta, `more than one ${find.meta.name} matches: filter by a unique field`);
  return found[0] ?? null;
};

/** The row that the conditions find, or a new one with the values. If another transaction inserts it first, its row is returned. */
export const getOrCreate = async (
  core: Core,
  meta: ModelMeta,
  find: SelectPlan,
  values: Values,
  uniqueBy: readonly string[],
): Promise<readonly [object, boolean]> => {
  assertOpen(core);
  await autoflush(core, find.reads, false);
  const found = await findOnly(core, find);
  if (found !== null) return [found, false];
  const policy = fullPolicy(`getOrCreate() of ${meta.name}`, {
    conflict: { columns: conflictColumns(meta, uniqueBy), action: "nothing", learns: "each" },
  });
  const made = await insertNew(core, meta, values, policy);
  if (made !== null) return [made, true];
  const winner = await findOnly(core, find);
  if (winner === null) {
    const key = meta.primaryKey.every(({ name }) => values[name] !== undefined)
      ? meta.primaryKey.map(({ name }) => [name, values[name]] as const)
      : null;
    const deleted = key !== null && meta.softDeleteField !== null && (await findInstances(core, meta, key)).length > 0;
    throw new IntegrityError(
      deleted
        ? `getOrCreate of ${meta.name}: the row with this key is deleted; find it with withDeleted() and restore() it, or take another key`
        : `getOrCreate of ${meta.name}: another row has the same value in a unique column, but the conditions do not match it; look it up by the unique columns`,
      { table: meta.table },
    );
  }
  return [winner, false];
};

/** Without known unique columns any conflict counts: only the database knows which constraint the conditions match. */
const conflictColumns = (meta: ModelMeta, names: readonly string[]): string[] => {
  const fields = names.map((name) => meta.fieldsByName.get(name)).filter((field): field is FieldMeta => field !== undefined);
  return isUnique(meta, fields) ? fields.map((field) => field.column) : [];
};

export const isUnique = (meta: ModelMeta, fields: readonly FieldMeta[]): boolean => {
  const same = (others: readonly FieldMeta[]): boolean =>
    others.length === fields.length && others.every((field) => fields.includes(field));
  if (same(meta.primaryKey)) return true;
  const [only] = fields;
  if (fields.length === 1 && only !== undefined && only.unique) return true;
  return meta.constraints.some((constraint) => constraint.kind === "unique" && same(constraint.fields));
};

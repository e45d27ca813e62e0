/** Rows made now: `create`, `getOrCreate`, `updateOrCreate`. */

import type { FieldMeta, ModelMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { severalFound } from "../../query/model-errors.js";
import type { SelectPlan } from "../../query/plan.js";
import { stateOf, type InstanceState } from "../../loading/index.js";
import { FieldError, IntegrityError } from "../../errors.js";
import { insert } from "../../sql/factories/index.js";
import { assertOpen, requireState, type Core } from "../core/core.js";
import { modelInfoOf } from "../tracking/model-info.js";
import { flushNow, flushOnly, guarded } from "../flush/flush.js";
import { checkAll, checkComplete } from "../flush/validate/checks.js";
import { attach } from "../relationships/cascade-add.js";
import { assignToOne, belongsTo, moveBetween } from "../relationships/to-one.js";
import { detach } from "../rollback/restore.js";
import { load } from "../reading/find-instances.js";
import { autoflush } from "../queries/autoflush.js";
import { collect, finish, take } from "../flush/persist/insert.js";
import type { InsertGroup } from "../flush/persist/new-rows.js";
import { decodeRow, returningOf, tableOf, targetColumn } from "../statements/table.js";
import { synchronizeReferences } from "../flush/persist/synchronize.js";
import { send } from "../statements/send.js";
import { saveObject } from "./save.js";
import { insertOf, writtenNames } from "../flush/work/work.js";

type Values = Readonly<Record<string, unknown>>;

export const construct = (meta: ModelMeta, values: Values): object => new (meta.ctor as unknown as new (values: Values) => object)(values);

/** `new` with these values, inserted now. Where that fails, the object and what it would have brought along stay outside. */
export const create = async (core: Core, meta: ModelMeta, values: Values): Promise<object> => {
  assertOpen(core);
  const holders = holdersOf(meta, values);
  const object = construct(meta, values);
  const before = new Set(core.pending);
  attach(core, object);
  // What others add while this waits is theirs.
  const brought = [...core.pending].filter((pending) => !before.has(pending));
  try {
    await flushOnly(core, new Set([object]), `create() of ${meta.name}`);
  } catch (error) {
    for (const pending of brought) {
      if (!core.pending.has(pending)) continue;
      core.journal.touch(pending, requireState(pending));
      detach(core, pending);
    }
    takeOutUnseen(object, holders);
    throw error;
  }
  return object;
};

/** Who has a place that only one can have, before a new object is made to take it. */
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

/** Nobody has the object that was not made: what it points at must not show it either, but who was there before. */
const takeOutUnseen = (object: object, holders: readonly Holder[]): void => {
  const state = requireState(object);
  for (const relation of modelInfoOf(state.meta).toOnes) {
    const target = state.related?.get(relation.name) ?? null;
    if (target !== null) moveBetween(relation, object, target, null);
  }
  for (const { object: holder, relation, target } of holders) if (holder !== object) assignToOne(holder, relation, target);
};

const only = async (core: Core, find: SelectPlan): Promise<object | null> => {
  const found = (await load(core, find)) as object[];
  if (found.length > 1)
    throw severalFound(find.meta, `several rows of ${find.meta.name} match where one is to be found or made; look by something unique`);
  return found[0] ?? null;
};

/** The row that these conditions find, else one made of the values: a lost race finds the winner's row. */
export const getOrCreate = async (
  core: Core,
  meta: ModelMeta,
  find: SelectPlan,
  values: Values,
  uniqueBy: readonly string[],
): Promise<readonly [object, boolean]> => {
  assertOpen(core);
  await autoflush(core, find.reads, false);
  const found = await only(core, find);
  if (found !== null) return [found, false];
  const made = await insertIfAbsent(core, meta, values, uniqueBy);
  if (made !== null) return [made, true];
  const winner = await only(core, find);
  if (winner === null) {
    throw new IntegrityError(
      `getOrCreate of ${meta.name}: another row has a value of this one's unique columns, yet the conditions do not find it; look by the columns that are unique`,
      { table: meta.table },
    );
  }
  return [winner, false];
};

export const updateOrCreate = async (
  core: Core,
  meta: ModelMeta,
  find: SelectPlan,
  changes: Values,
  values: Values,
  uniqueBy: readonly string[],
): Promise<readonly [object, boolean]> => {
  const [object, created] = await getOrCreate(core, meta, find, values, uniqueBy);
  if (created) return [object, true];
  const target = object as Record<string, unknown>;
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) throw new FieldError(`updateOrCreate of ${meta.name}: "${name}" is undefined; leave it out, or give null`);
    target[name] = value;
  }
  await saveObject(object, core.face);
  return [object, false];
};

/** INSERT … ON CONFLICT DO NOTHING: null when another row was there first. New objects it points at are saved before. */
const insertIfAbsent = async (core: Core, meta: ModelMeta, values: Values, uniqueBy: readonly string[]): Promise<object | null> => {
  const holders = holdersOf(meta, values);
  const object = construct(meta, values);
  const state = stateOf(object) as InstanceState;
  const targets = [...(state.related?.values() ?? [])].filter(
    (target): target is object => target !== null && stateOf(target)?.snapshot === null,
  );
  for (const target of targets) attach(core, target);
  if (targets.length > 0) await flushOnly(core, new Set(targets), `getOrCreate() of ${meta.name}`);
  let made: object | null = null;
  try {
    made = await core.lock.runInScope("flush", `getOrCreate() of ${meta.name}`, () =>
      guarded(core, () => insertOne(core, meta, object, state, uniqueBy)),
    );
    return made;
  } finally {
    if (made === null) takeOutUnseen(object, holders);
  }
};

const insertOne = async (
  core: Core,
  meta: ModelMeta,
  object: object,
  state: InstanceState,
  uniqueBy: readonly string[],
): Promise<object | null> => {
  const work = insertOf(object, state);
  await checkAll(work);
  if (core.signals.has("pre_save", meta.ctor))
    await core.signals.emit("pre_save", meta.ctor, { instance: object, created: true, changed: writtenNames(work), db: core.face });
  checkComplete(work);
  core.journal.touch(object, state);
  const [group] = [...collect(core, meta, [{ object, state, postponed: [] }])] as [InsertGroup];
  const taken = take(group, group.rows);
  const returned = [...meta.primaryKey.filter((field) => !group.made.includes(field)), ...group.made];
  const result = await send(
    core,
    insert({
      into: tableOf(meta),
      columns: group.given.map(targetColumn),
      rows: [taken.cells],
      onConflict: { columns: conflictColumns(meta, uniqueBy), where: null, action: "nothing" },
      returning: returningOf(meta, returned),
    }),
    "write",
  );
  const [answer] = result.rows;
  if (answer === undefined) return null;
  state.owner = core;
  const decoded = decodeRow(core.dialect, returned, answer);
  finish(core, group, group.rows, taken, decoded.slice(returned.length - group.made.length));
  synchronizeReferences(core, object, state, null);
  if (core.signals.has("post_save", meta.ctor))
    await core.signals.emit("post_save", meta.ctor, { instance: object, created: true, changed: writtenNames(work), db: core.face });
  await flushNow(core, new Set([object]));
  return object;
};

/** Without columns any conflict counts: which constraint the conditions stand for is the database's to know. */
const conflictColumns = (meta: ModelMeta, names: readonly string[]): string[] => {
  const fields = names.map((name) => meta.fieldsByName.get(name)).filter((field): field is FieldMeta => field !== undefined);
  return isUnique(meta, fields) ? fields.map((field) => field.column) : [];
};

const isUnique = (meta: ModelMeta, fields: readonly FieldMeta[]): boolean => {
  const same = (others: readonly FieldMeta[]): boolean =>
    others.length === fields.length && others.every((field) => fields.includes(field));
  if (same(meta.primaryKey)) return true;
  const [only] = fields;
  if (fields.length === 1 && only !== undefined && only.unique) return true;
  return meta.softDeleteField === null && meta.constraints.some((constraint) => constraint.kind === "unique" && same(constraint.fields));
};

/** `bulkCreate` and `bulkUpdate`: one statement per batch, without signals. */

import { knownOptions, listGiven, namesGiven, objectGiven } from "../../metadata/argument.js";
import { isDiscriminator } from "../../metadata/field-problems.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import type { BulkCreateOptions } from "../../query/runner.js";
import { stateOf } from "../../loading/index.js";
import { binary, column, excluded, literal, param } from "../../sql/factories/index.js";
import type { Assignment } from "../../sql/nodes.js";
import { FieldError, SessionError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { afterFlush } from "./bulk-sets.js";
import { flushPortions } from "../flush/flush.js";
import { bulkPolicy, type ConflictRule } from "../flush/work/policy.js";
import { assertOpen, coreOf, requireState, assertTracked, type Core } from "../core/core.js";
import { construct, isUnique } from "./create.js";
import { flushNow } from "../flush/flush.js";
import { attach } from "../relationships/cascade-add.js";
import { detach } from "../rollback/restore.js";
import { MOST_IN_PROCESS } from "../statements/batches.js";
import { inStretches, pausesOf } from "../statements/pauses.js";
import { keyHeldBy } from "../tracking/row-keys.js";

/** Sends one INSERT per batch. Rows are given as objects or plain values. */
export const bulkCreate = async (
  core: Core,
  meta: ModelMeta,
  rows: readonly (object | Readonly<Record<string, unknown>>)[],
  options: BulkCreateOptions,
): Promise<object[]> => {
  assertOpen(core);
  const verb = `bulkCreate() of ${meta.name}`;
  knownOptions(verb, options, ["batchSize", "ignoreConflicts", "onProgress", "updateConflicts"]);
  for (const row of listGiven(verb, rows, "objects or plain values")) objectGiven(verb, row, "each row as an object");
  if (options.ignoreConflicts === true && options.updateConflicts !== undefined)
    throw new FieldError("bulkCreate: ignoreConflicts and updateConflicts exclude each other");
  const objects: object[] = [];
  const pause = pausesOf(core);
  await inStretches(rows, pause, (row) => {
    const object = stateOf(row) === undefined ? construct(meta, row as Readonly<Record<string, unknown>>) : row;
    refuseStored(core, meta, object);
    objects.push(object);
  });
  const policy = bulkPolicy(`bulkCreate() of ${meta.name}`, { conflict: conflictOf(meta, options) });
  const portions = portionsOf(core, objects, options);
  return afterFlush(core, policy.verb, async () => {
    try {
      await inStretches(objects, pause, (object) => attach(core, object));
      await flushPortions(core, portions, policy, progressOf(objects.length, options));
    } catch (error) {
      for (const object of objects) if (requireState(object).status === "pending") detach(core, object);
      throw error;
    }
    return objects.map((object) => inPlaceOf(core, object));
  });
};

/** For an upsert of a row that the session tracks, returns the tracked object. */
const inPlaceOf = (core: Core, object: object): object => {
  const { meta, owner } = requireState(object);
  const key = owner === null ? keyHeldBy(meta, object) : null;
  return (key === null ? undefined : core.map.find(meta, key)) ?? object;
};

const refuseStored = (core: Core, meta: ModelMeta, object: object): void => {
  const state = requireState(object);
  if (!(object instanceof (meta.ctor as unknown as new () => object)))
    throw new SessionError(`bulkCreate of ${meta.name} takes its instances or plain values, got a ${state.meta.name}`);
  const other = coreOf(state);
  if (other !== null && other !== core) throw new SessionError(`bulkCreate: a ${meta.name} belongs to another session`);
  if (state.snapshot !== null) throw new SessionError(`bulkCreate: a ${meta.name} is stored already; bulkUpdate() changes stored rows`);
};

/** Splits the objects into batches; options are checked before anything is written. */
const portionsOf = (
  core: Core,
  objects: readonly object[],
  { batchSize, onProgress }: BulkCreateOptions,
): readonly ReadonlySet<object>[] => {
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize > 0))
    throw new FieldError(`bulkCreate: batchSize must be a whole number above 0, got ${batchSize}`);
  const most = core.dialect.features.inProcess ? MOST_IN_PROCESS : Math.max(1, objects.length);
  const size = batchSize ?? (onProgress === undefined ? most : 1000);
  const portions: ReadonlySet<object>[] = [];
  for (let at = 0; at < objects.length; at += size) portions.push(new Set(objects.slice(at, at + size)));
  return portions;
};

const progressOf = (all: number, { onProgress }: BulkCreateOptions): ((written: ReadonlySet<object>) => unknown) => {
  let done = 0;
  return ({ size }) => onProgress?.((done += size), all);
};

const fieldNamed = (meta: ModelMeta, name: string, verb: string): FieldMeta => {
  const relation = meta.relations.get(name);
  const field = relation?.kind === "toOne" ? relation.field : meta.fieldsByName.get(name);
  if (field === undefined)
    throw new FieldError(`${verb}: ${meta.name} has no field "${name}".${didYouMean(name, meta.fieldsByName.keys())}`);
  return field;
};

const conflictOf = (meta: ModelMeta, { ignoreConflicts, updateConflicts }: BulkCreateOptions): ConflictRule | null => {
  if (updateConflicts === undefined) return ignoreConflicts === true ? { columns: [], action: "nothing", learns: "nothing" } : null;
  const verb = "bulkCreate({ updateConflicts })";
  const given = knownOptions(verb, updateConflicts, ["on", "fields"]);
  const on = namesGiven(verb, given.on ?? [], "names in `on`").map((name) =>
    fieldNamed(meta, name, "bulkCreate({ updateConflicts: { on } })"),
  );
  const fields = namesGiven(verb, given.fields ?? [], "names in `fields`").map((name) =>
    fieldNamed(meta, name, "bulkCreate({ updateConflicts: { fields } })"),
  );
  if (on.length === 0 || fields.length === 0)
    throw new FieldError("bulkCreate: updateConflicts needs the unique fields in `on` and the fields to change in `fields`");
  for (const field of fields)
    if (isDiscriminator(meta, field))
      throw new FieldError(
        `bulkCreate({ updateConflicts }): "${field.name}" tells the class of a row, which an upsert cannot change; leave it out of \`fields\``,
      );
  if (!isUnique(meta, on))
    throw new FieldError(
      `bulkCreate({ updateConflicts }): no unique constraint of ${meta.name} covers exactly ${on.map(({ name }) => `"${name}"`).join(", ")}; name the fields of one in \`on\``,
    );
  const action: Assignment[] = fields.map((field) => ({ column: field.column, value: excluded(field.column, field.type) }));
  for (const field of meta.fields)
    if (!fields.includes(field) && (field.version || field.onUpdate !== null)) action.push(keptOnConflict(meta, field));
  return { columns: on.map((field) => field.column), action, learns: "byColumns" };
};

/** An upsert also updates `kept` columns: versions and `onUpdate` columns. */
const keptOnConflict = (meta: ModelMeta, field: FieldMeta): Assignment => ({
  column: field.column,
  value: field.version
    ? binary(column(meta.table, field.column, field.type), "+", literal(1), field.type)
    : param(field.onUpdate?.() ?? null, field.type),
});

/** Updates these fields of stored objects, one UPDATE per batch; versions are checked. */
export const bulkUpdate = async (core: Core, meta: ModelMeta, objects: readonly object[], names: readonly string[]): Promise<number> => {
  assertOpen(core);
  listGiven("bulkUpdate()", objects, "objects");
  const fields = namesGiven("bulkUpdate()", names, "names of fields").map((name) => fieldNamed(meta, name, "bulkUpdate"));
  if (fields.length === 0) throw new FieldError("bulkUpdate: name the fields to write");
  for (const field of fields)
    if (field.primaryKey || field.generated !== null || field.version)
      throw new FieldError(`bulkUpdate: "${field.name}" of ${meta.name} cannot be written`);
  for (const object of objects) {
    const state = assertTracked(core, object);
    if (state.snapshot === null) throw new SessionError(`bulkUpdate: a ${meta.name} is not stored yet; bulkCreate() or add() it`);
  }
  const unique = new Set(objects);
  const policy = bulkPolicy(`bulkUpdate() of ${meta.name}`, { fields: { names: new Set(fields.map(({ name }) => name)), always: true } });
  return core.lock.runInScope("flush", policy.verb, async () => {
    await flushNow(core, unique, policy);
    return unique.size;
  });
};

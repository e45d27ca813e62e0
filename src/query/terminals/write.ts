/** Terminals that write: each passes a plan or checked values to the session. */

import { FieldError } from "../../errors.js";
import { optionsGiven } from "../../metadata/argument.js";
import type { ModelMeta } from "../../metadata/model-meta.js";
import { describe } from "../../support/describe.js";
import { isPlainObject } from "../../support/plain-data.js";
import { SqlExpression } from "../../sql/expression.js";
import { lock } from "../../sql/factories/index.js";
import { filtered } from "../builders.js";
import { computedNode } from "../expressions/expression.js";
import { doesNotExist } from "../model-errors.js";
import { cachedDeletePlan, cachedSelectPlan, cachedUpdatePlan } from "../planner.js";
import { unknownName } from "../resolve/scope/path.js";
import type { BulkCreateOptions, QueryRunner } from "../runner.js";
import { changed, type QueryState } from "../state.js";
import { checkAssignedDepth } from "../tree.js";

type Values = Readonly<Record<string, unknown>>;
const valuesOf = (given: unknown, what: string): Values => {
  if (typeof given !== "object" || given === null || !isPlainObject(given))
    throw new FieldError(`${what} takes an object of values, not ${describe(given)}`);
  return given;
};

export interface UpdateOptions {
  /** Confirms that every row of the table is meant. */
  readonly all?: boolean | undefined;
}
export const updateRows = (db: QueryRunner, state: QueryState, values: unknown, options: UpdateOptions = {}): Promise<number> => {
  const given = valuesOf(values, `update of ${state.meta.name}`);
  checkAssignedDepth(state.meta, given);
  optionsGiven(`update of ${state.meta.name}`, options, ["all"]);
  const plan = cachedUpdatePlan(state, given, options);
  return plan.empty ? Promise.resolve(0) : db.update(plan);
};

export interface DeleteOptions extends UpdateOptions {
  /** "all" also counts rows of dependent models, by model. */
  readonly count?: "own" | "all" | undefined;
  /** Really deletes rows of a soft-deleting model. */
  readonly hard?: boolean | undefined;
  /** Emits signals for each row, as if deleted one by one. */
  readonly signals?: boolean | undefined;
}
export const deleteRows = async (
  db: QueryRunner,
  state: QueryState,
  options: DeleteOptions = {},
): Promise<number | Readonly<Record<string, number>>> => {
  optionsGiven(`delete of ${state.meta.name}`, options, ["all", "count", "hard", "signals"]);
  const plan = cachedDeletePlan(state, options);
  const count = options.count ?? "own";
  if (plan.empty) return count === "own" ? 0 : {};
  return db.deleteRows(plan, { count, hard: options.hard ?? false, signals: options.signals ?? false });
};

// ---------------------------------------------------------------- by key
const byKey = (state: QueryState, key: unknown): QueryState => {
  if (key === undefined || key === null) throw new FieldError(`a key of ${state.meta.name} is expected, not ${describe(key)}`);
  return filtered(state, false, [{ pk: key }]);
};
const isWhole = (state: QueryState): boolean =>
  state.where.length === 0 &&
  state.annotations.length === 0 &&
  state.related.length === 0 &&
  state.prefetch.length === 0 &&
  state.only === null &&
  state.defer.length === 0 &&
  state.combined === null &&
  state.table === null &&
  state.limit === null &&
  state.offset === 0 &&
  state.deleted === "hide" &&
  state.lock === null &&
  state.fetchMode === null &&
  !state.none;
const noRow = ({ name, primaryKey }: ModelMeta, key: unknown): string =>
  `${name} with ${typeof key === "object" && key !== null ? describeKey(key) : `${primaryKey[0]?.name ?? "key"} ${String(key)}`} not found`;
const describeKey = (key: object): string =>
  Object.entries(key)
    .map(([part, value]) => `${part} ${String(value)}`)
    .join(", ");

export const rowByKey = async (db: QueryRunner, state: QueryState, key: unknown): Promise<unknown> => {
  const plan = cachedSelectPlan(byKey(state, key));
  const [row = null] = isWhole(state) ? [await db.get(state.meta, key)] : plan.empty ? [] : await db.select(plan);
  if (row === null) throw doesNotExist(state.meta, noRow(state.meta, key));
  return row;
};
export const deleteByKey = async (
  db: QueryRunner,
  state: QueryState,
  key: unknown,
  options: { readonly raiseIfMissing?: boolean | undefined } = {},
): Promise<number> => {
  const count = await deleteRows(db, byKey(state, key));
  if (count === 0 && options.raiseIfMissing === true) throw doesNotExist(state.meta, noRow(state.meta, key));
  return Number(count);
};
export const updateByKey = async (db: QueryRunner, state: QueryState, key: unknown, values: unknown): Promise<unknown> => {
  const what = `updateByPk of ${state.meta.name}`;
  const changes = valuesOf(values, what);
  checkNames(state.meta, changes, `the values of ${what}`);
  const object = await db.updateFound(cachedSelectPlan(locked(byKey(state, key)), "none"), changes);
  if (object === null) throw doesNotExist(state.meta, noRow(state.meta, key));
  return object;
};

// ---------------------------------------------------------------- create
export const createRow = (db: QueryRunner, state: QueryState, values: unknown): Promise<object> =>
  db.create(state.meta, valuesOf(values, `create of ${state.meta.name}`));

/** Plain names of a lookup are also values of the new row; names with a lookup suffix are only used to find. */
const plainNames = (meta: ModelMeta, where: Values): Record<string, unknown> => {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(where)) {
    if (name.includes("__")) continue;
    const key = name === "pk" && meta.primaryKey.length === 1 ? (meta.primaryKey[0]?.name ?? name) : name;
    if (computedNode(value) === undefined) values[key] = value;
  }
  return values;
};
const checkNames = (meta: ModelMeta, values: Values, what: string): void => {
  for (const [name, value] of Object.entries(values)) {
    if (!meta.fieldsByName.has(name) && !meta.relations.has(name)) throw unknownName(meta, name, name, null, `field (in ${what})`);
    if (value === undefined) throw new FieldError(`${meta.name}: '${name}' is undefined in ${what}: leave it out, or give null`);
  }
};
/** Defaults may be functions, which are called only when a row is created. */
const withDefaults = (values: Record<string, unknown>, defaults: Values): Values => {
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value === "function")
      Object.defineProperty(values, name, { get: once(value as () => unknown), enumerable: true, configurable: true });
    else Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return values;
};
const once = (make: () => unknown): (() => unknown) => {
  let made: { readonly value: unknown } | null = null;
  return () => (made ??= { value: make() }).value;
};

export const getOrCreateRow = (
  db: QueryRunner,
  state: QueryState,
  where: unknown,
  defaults: unknown = {},
): Promise<readonly [object, boolean]> => {
  const { meta } = state;
  const [lookup, more] = [valuesOf(where, `getOrCreate of ${meta.name}`), valuesOf(defaults, `getOrCreate of ${meta.name}`)];
  checkNames(meta, more, "the defaults of getOrCreate");
  const plain = plainNames(meta, lookup);
  return db.getOrCreate(meta, finder(state, lookup), withDefaults({ ...plain }, more), Object.keys(plain));
};
export const updateOrCreateRow = (
  db: QueryRunner,
  state: QueryState,
  where: unknown,
  changes: unknown = {},
  createDefaults: unknown = changes,
): Promise<readonly [object, boolean]> => {
  const { meta } = state;
  const what = `updateOrCreate of ${meta.name}`;
  const [lookup, set, more] = [valuesOf(where, what), valuesOf(changes, what), valuesOf(createDefaults, what)];
  checkNames(meta, set, "the changes of updateOrCreate");
  checkNames(meta, more, "the defaults of updateOrCreate");
  const plain = plainNames(meta, lookup);
  return db.updateOrCreate(
    meta,
    finder(locked(state), lookup),
    withDefaults({}, set),
    withDefaults({ ...plain }, more),
    Object.keys(plain),
  );
};
/** Locks the row between finding and writing it. */
const locked = (state: QueryState): QueryState =>
  state.group === null && state.distinct === false && state.combined === null && state.table === null
    ? changed(state, { lock: lock("update", { of: ["self"] }) })
    : state;
const finder = (state: QueryState, where: Values) => cachedSelectPlan(changed(filtered(state, false, [where]), { limit: 2 }), "none");

const bulkOptions = ["ignoreConflicts", "updateConflicts", "batchSize", "onProgress"] as const;
export const createRows = async (db: QueryRunner, state: QueryState, rows: unknown, options: BulkCreateOptions = {}): Promise<object[]> => {
  const { meta } = state;
  if (!Array.isArray(rows)) throw new FieldError(`bulkCreate of ${meta.name} takes a list of rows, not ${describe(rows)}`);
  optionsGiven("bulkCreate", options, bulkOptions);
  if (options.ignoreConflicts === true && options.updateConflicts !== undefined)
    throw new FieldError("bulkCreate: ignoreConflicts and updateConflicts exclude each other");
  return rows.length === 0 ? [] : db.bulkCreate(meta, rows as readonly object[], options);
};
export const updateObjects = async (db: QueryRunner, state: QueryState, objects: unknown, fields: unknown): Promise<number> => {
  const { meta } = state;
  if (!Array.isArray(objects) || !Array.isArray(fields))
    throw new FieldError(`bulkUpdate of ${meta.name} takes a list of objects and a list of fields`);
  const names = (fields as readonly unknown[]).map((name) => {
    if (typeof name !== "string") throw new FieldError(`bulkUpdate of ${meta.name} takes names of fields, not ${describe(name)}`);
    const relation = meta.relations.get(name);
    const field = relation?.kind === "toOne" ? relation.field : meta.fieldsByName.get(name);
    if (field === undefined) throw unknownName(meta, name, name, null, "field");
    if (field.primaryKey) throw new FieldError(`bulkUpdate of ${meta.name} cannot change the key '${name}'`);
    return field.name;
  });
  for (const object of objects as readonly unknown[])
    if (typeof object !== "object" || object === null || !(object instanceof meta.ctor))
      throw new FieldError(`bulkUpdate of ${meta.name} takes its objects, not ${describe(object)}`);
  if (names.length === 0) throw new FieldError(`bulkUpdate of ${meta.name} takes the names of the fields to write, none are given`);
  return objects.length === 0 ? 0 : db.bulkUpdate(meta, objects as readonly object[], names);
};

export const rawRows = (db: QueryRunner, state: QueryState, query: unknown): Promise<object[]> => {
  const expr = SqlExpression.is(query) ? query.toExpr() : null;
  if (expr?.kind !== "fragment")
    throw new FieldError(`raw of ${state.meta.name} takes sql\`…\`, not ${describe(query)}: use sql.raw(text) to pass text as SQL`);
  return db.raw(state.meta, expr);
};

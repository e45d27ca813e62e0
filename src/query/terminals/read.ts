/** Terminals that read: rows, single rows, counts, aggregates. */

import { FieldError } from "../../errors.js";
import { knownOptions } from "../../metadata/argument.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { describe } from "../../support/describe.js";
import { isPlainObject } from "../../support/plain-data.js";
import { chosen, filtered, ordered, sliced } from "../builders.js";
import { computedNode } from "../expressions/expression.js";
import { doesNotExist, severalFound } from "../model-errors.js";
import { checkName } from "../names.js";
import { cachedAggregatePlan, cachedCountPlan, cachedExistsPlan, cachedSelectPlan } from "../planner.js";
import { planPage } from "../planning/requests/page.js";
import { givenOrder } from "../planning/select/ordering.js";
import type { QueryRunner } from "../runner.js";
import { changed, type Node, type QueryState } from "../state.js";
import { pathsIn } from "../tree.js";
import { mapByKey } from "./rows-by-key.js";
import { run } from "./run.js";

export const fetchRows = (db: QueryRunner, state: QueryState): Promise<unknown[]> => run(db, cachedSelectPlan(state));

const isOrdered = (state: QueryState): boolean => givenOrder(state).length > 0;
const isSliced = (state: QueryState): boolean => state.limit !== null || state.offset > 0;
/** Without an order, orders by the key; grouped values have none. */
const withOrder = (state: QueryState): QueryState =>
  isOrdered(state) || state.group?.by === "values" || state.distinct !== false || state.values !== null
    ? state
    : changed(state, { order: state.combined === null ? [] : ["pk"] });

export const firstRow = async (db: QueryRunner, state: QueryState): Promise<unknown> => {
  const [row = null] = await run(db, cachedSelectPlan(sliced(withOrder(state), 0, 1)));
  return row;
};

export const lastRow = async (db: QueryRunner, state: QueryState): Promise<unknown> => {
  if (isSliced(state)) return (await fetchRows(db, state)).at(-1) ?? null;
  if (typeof state.distinct !== "boolean") return lastOfGroups(db, state);
  return firstRow(db, changed(withOrder(state), { reversed: !state.reversed }));
};

/** DISTINCT ON selects by the order of the set, whose last row is then read. */
const lastOfGroups = async (db: QueryRunner, state: QueryState): Promise<unknown> => {
  const { plan } = planPage(state, { from: null, backward: true, size: 1 });
  const [found] = (await run(db, plan)) as (readonly [row: unknown, cells: readonly unknown[]])[];
  return found?.[0] ?? null;
};

/** The names of the conditions for an error message; values may be secret. */
const asked = ({ where }: QueryState): string => {
  const paths = new Set<string>();
  for (const { tree } of where) pathsIn(tree, paths);
  return paths.size === 0 ? "" : `: ${[...paths].join(", ")}`;
};

export const getRow = async (db: QueryRunner, state: QueryState, conditions: readonly unknown[]): Promise<unknown> => {
  const wanted = filtered(state, false, conditions);
  const few = isSliced(wanted) ? wanted : changed(wanted, { limit: 2 });
  const rows = await run(db, cachedSelectPlan(few, isSliced(wanted) ? "given" : "none"));
  if (rows.length === 0) throw doesNotExist(state.meta, `${state.meta.name} matching query does not exist${asked(wanted)}`);
  if (rows.length > 1) throw severalFound(state.meta, `get() returned more than one ${state.meta.name}${asked(wanted)}`);
  return rows[0];
};

/** The first row by these fields, in the given direction. */
export const extremeRow = async (db: QueryRunner, state: QueryState, by: readonly unknown[], last: boolean): Promise<unknown> => {
  if (by.length === 0 || by.includes("?"))
    throw new FieldError(`${last ? "latest" : "earliest"} of ${state.meta.name} takes the name of a field, such as "createdAt"`);
  const sorted = ordered(state, by);
  const row = await firstRow(db, last ? changed(sorted, { reversed: true }) : sorted);
  if (row === null) throw doesNotExist(state.meta, `${last ? "latest" : "earliest"}: there is no ${state.meta.name} among the rows`);
  return row;
};

export const countRows = async (db: QueryRunner, state: QueryState): Promise<number> => {
  const [count = 0] = await run(db, cachedCountPlan(state));
  return Number(count);
};
export const anyRow = async (db: QueryRunner, state: QueryState): Promise<boolean> => {
  const [found = 0] = await run(db, cachedExistsPlan(state));
  return Number(found) > 0;
};

export const aggregateRows = async (db: QueryRunner, state: QueryState, values: unknown): Promise<Record<string, unknown>> => {
  if (typeof values !== "object" || values === null || !isPlainObject(values))
    throw new FieldError(
      `aggregate of ${state.meta.name} takes an object of aggregates, such as { total: Sum("views") }, not ${describe(values)}`,
    );
  const entries = Object.entries(values).map(([name, value]) => {
    checkName(name, `aggregate of ${state.meta.name}`);
    const node = computedNode(value);
    if (node === undefined)
      throw new FieldError(
        `aggregate of ${state.meta.name}: '${name}' is ${describe(value)}, an aggregate such as Sum("views") is expected`,
      );
    return { name, node };
  });
  if (entries.length === 0) return {};
  const plan = cachedAggregatePlan(state, entries);
  const [row] = await run(db, plan);
  return row === undefined
    ? Object.fromEntries(entries.map(({ name, node }) => [name, ofNothing(node)]))
    : (row as Record<string, unknown>);
};
/** The result of an aggregate for no rows, without running a query. */
const ofNothing = (node: Node): unknown => {
  if (node.kind !== "aggregate") return null;
  if (node.name === "count") return 0;
  return node.otherwise?.kind === "value" ? node.otherwise.value : null;
};

/** Rows by their key or another unique field. */
export const rowsInBulk = async (
  db: QueryRunner,
  state: QueryState,
  ids: unknown,
  options?: { readonly field?: string | undefined },
): Promise<Map<unknown, unknown>> => {
  const { meta } = state;
  const field = bulkField(meta, knownOptions("inBulk()", options, ["field"]).field);
  if (state.values !== null)
    throw new FieldError(`inBulk of ${meta.name} gives objects by their keys: values() and valuesList() have none`);
  if (isSliced(state)) throw new FieldError("inBulk after a slice: ask for the ids you want instead");
  if (ids !== undefined && ids !== null && !Array.isArray(ids))
    throw new FieldError(`inBulk of ${meta.name} takes a list of keys, not ${describe(ids)}`);
  if (Array.isArray(ids) && ids.some((id) => computedNode(id) !== undefined))
    throw new FieldError(`inBulk of ${meta.name} takes plain keys, not expressions`);
  const wanted = Array.isArray(ids) ? chosen(state, { [field === null ? "pk__in" : `${field.name}__in`]: ids }) : state;
  const rows = await run(db, cachedSelectPlan(wanted));
  const byKey = mapByKey(meta, field);
  for (const row of rows as Record<string, unknown>[]) byKey.set(row[field === null ? "pk" : field.name], row);
  return byKey;
};
const bulkField = (meta: ModelMeta, name: string | undefined): FieldMeta | null => {
  const [key] = meta.primaryKey;
  if (name === undefined || name === "pk") return meta.primaryKey.length === 1 && key !== undefined ? key : null;
  const field = meta.fieldsByName.get(name);
  if (field === undefined || !(field.unique || (field.primaryKey && meta.primaryKey.length === 1)))
    throw new FieldError(
      `inBulk: ${typeof name === "string" ? `'${name}'` : describe(name)} of ${meta.name} is not unique: several rows could stand for one key`,
    );
  return field;
};

/** Whether the object is in the set. */
export const containsObject = async (db: QueryRunner, state: QueryState, object: unknown): Promise<boolean> => {
  const { meta } = state;
  if (typeof object !== "object" || object === null || !(object instanceof meta.ctor))
    throw new FieldError(`contains takes an object of ${meta.name}, not ${describe(object)}`);
  const values = object as Record<string, unknown>;
  const where = Object.fromEntries(meta.primaryKey.map((field) => [field.name, values[field.name] ?? null]));
  if (Object.values(where).includes(null)) throw new FieldError(`contains: this ${meta.name} has no key yet: save or flush it first`);
  if (isSliced(state) || state.combined !== null) return (await fetchRows(db, state)).includes(object);
  return anyRow(db, chosen(state, where));
};

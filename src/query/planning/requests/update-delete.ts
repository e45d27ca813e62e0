/** UPDATE and DELETE over any set: joins, slices and groups become `key IN (…)`; `kept` columns are updated too. */

import { FieldError } from "../../../errors.js";
import { isDiscriminator } from "../../../metadata/field-problems.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import {
  and,
  binary,
  column,
  common,
  fromCommon,
  fromQuery,
  inQuery,
  literal,
  output,
  param,
  remove,
  select,
  table,
  update,
} from "../../../sql/factories/index.js";
import type { Assignment, Expr, Select } from "../../../sql/nodes.js";
import { walkExpr } from "../../../sql/visit.js";
import { computedNode } from "../../expressions/expression.js";
import type { DeletePlan, UpdatePlan } from "../../plan.js";
import { filterContext } from "../../resolve/scope/context.js";
import { unknownName } from "../../resolve/scope/path.js";
import { scalarAs } from "../../resolve/values/transforms.js";
import { bound, converter, keyConverter } from "../../resolve/values/bind.js";
import { canBeAssigned, typeName } from "../../resolve/values/types.js";
import type { PlanContext, Scope } from "../../resolve/scope/scope.js";
import type { Node, QueryState } from "../../state.js";
import type { Draft } from "../select/draft.js";
import { finish, isSliced } from "../select/finish.js";
import { selectionOf } from "../select/outputs.js";
import { isAggregate, isWindow } from "../../../sql/inspect.js";
import { readsOf } from "./read-set.js";
import { draftOf, freshContext } from "./rows.js";
import { withoutUnused } from "./unused-annotations.js";

export interface WriteOptions {
  /** Confirms that the whole table is meant. */
  readonly all?: boolean | undefined;
}

interface Target {
  readonly drafted: Draft;
  /** Whether `where` alone identifies the rows; null then means every row of the table. */
  readonly direct: boolean;
  readonly where: Expr | null;
}

const writable = (state: QueryState, verb: string): QueryState => {
  if (state.combined !== null) throw new FieldError(`a union cannot be ${verb}d: ${verb} its parts`);
  if (state.values !== null) throw new FieldError(`values() cannot be ${verb}d: leave it out`);
  if (state.table !== null) throw new FieldError(`rows of a common table cannot be ${verb}d: ${verb} the rows whose key is in it`);
  if (typeof state.distinct !== "boolean") throw new FieldError(`distinct on columns cannot be ${verb}d`);
  return { ...state, related: [], prefetch: [], only: null, defer: [] };
};

/** Identifies the rows by a condition if possible, otherwise by key. */
const target = (context: PlanContext, given: QueryState, options: WriteOptions, { verb, values }: Verb): Target => {
  const state = withoutUnused(writable(given, verb), values);
  const drafted = draftOf(context, state);
  if (drafted.unfiltered && !isSliced(state) && !state.none && options.all !== true) {
    throw new FieldError(`refusing to ${verb} every ${state.meta.name}: filter() first, or say { all: true }`);
  }
  const plain =
    !isSliced(state) &&
    state.lock === null &&
    drafted.having.length === 0 &&
    drafted.qualify.length === 0 &&
    drafted.scope.joins().length === 0 &&
    state.group === null;
  return { drafted, direct: plain, where: plain && drafted.where.length > 0 ? and(...drafted.where) : null };
};

/** Selects rows by key with a subquery, which may join, slice, group and lock. */
const byKey = (
  context: PlanContext,
  given: QueryState,
  { verb, values }: Verb,
  alias: string,
): { readonly where: Expr; readonly empty: boolean } => {
  const { meta } = given;
  const state = withoutUnused(writable(given, verb), values);
  const drafted = draftOf(context, state);
  return {
    where: inQuery(
      meta.primaryKey.map((field) => column(alias, field.column, field.type)),
      keysOf(context, drafted),
    ),
    empty: drafted.empty,
  };
};

const CHOSEN = "chosen";
/**
 * The keys of the set's rows. A slice needs a separate subquery, since it may be ordered by other columns; distinct rows are sliced after
 * duplicates are removed. Locked rows are collected in a common table, which is evaluated once: a sub-select could run again for every row
 * of the table, and lock more rows each time.
 */
const keysOf = (context: PlanContext, drafted: Draft): Select => {
  const { state, scope } = drafted;
  const { primaryKey } = state.meta;
  const sliced = isSliced(state);
  const keys = primaryKey.map((field, index) => output(scope.column(scope.alias, field), `k${index + 1}`));
  const outputs =
    sliced && state.distinct === true
      ? [...keys, ...selectionOf(drafted).outputs.map(({ expr }, index) => output(expr, `c${index + 1}`))]
      : keys;
  const query = finish(drafted, outputs, { order: sliced ? "total" : "none", distinct: sliced ? state.distinct === true : false });
  if (!sliced && state.lock === null) return query;
  const from = state.lock === null ? fromQuery(query, CHOSEN) : fromCommon(CHOSEN, CHOSEN);
  return select({
    with: state.lock === null ? [] : [common(CHOSEN, query)],
    outputs: primaryKey.map((field, index) => output(column(CHOSEN, `k${index + 1}`, field.type))),
    from,
  });
};

interface Verb {
  readonly verb: "update" | "delete";
  /** Expressions that are written; the annotations that they use are kept. */
  readonly values: readonly Node[];
}
const DELETE: Verb = { verb: "delete", values: [] };

const tableOf = (meta: ModelMeta) => table(meta.table, meta.schema);

export const planDelete = (state: QueryState, options: WriteOptions = {}, context: PlanContext = freshContext()): DeletePlan => {
  const { meta } = state;
  const { drafted, direct, where } = target(context, state, options, DELETE);
  if (direct)
    return {
      meta,
      statement: remove({ from: tableOf(meta), alias: drafted.scope.alias, where }),
      reads: readsOf(context),
      empty: drafted.empty,
      values: null,
      state,
    };
  const fresh = freshContext(context.slots);
  fresh.aliases.add(meta.table);
  const chosen = byKey(fresh, state, DELETE, meta.table);
  context.notShareable ||= fresh.notShareable;
  return {
    meta,
    statement: remove({ from: tableOf(meta), where: chosen.where }),
    reads: readsOf(fresh),
    empty: chosen.empty,
    values: null,
    state,
  };
};

/** The assignments by name. Each pair keeps its identity while the update is planned. */
export type Assignments = readonly (readonly [name: string, value: unknown])[];

export const planUpdate = (
  state: QueryState,
  values: Assignments,
  options: WriteOptions = {},
  context: PlanContext = freshContext(),
): UpdatePlan => {
  const { meta } = state;
  const verb: Verb = { verb: "update", values: values.flatMap(([, value]) => computedNode(value) ?? []) };
  const { drafted, direct, where } = target(context, state, options, verb);
  const used = direct ? context : freshContext(context.slots);
  if (!direct) used.aliases.add(meta.table);
  const alias = direct ? drafted.scope.alias : meta.table;
  const chosen = direct ? { where, empty: drafted.empty } : byKey(used, state, verb, alias);
  const given = assignments(setter(used, state, drafted, alias), values, meta);
  const changed = given.map(({ field }) => field);
  const set: Assignment[] = given.map(({ field, value }) => ({ column: field.column, value, type: field.type }));
  const kept: FieldMeta[] = [];
  for (const field of set.length === 0 ? [] : meta.fields) {
    if (changed.includes(field) || !(field.version || field.onUpdate !== null)) continue;
    set.push({
      column: field.column,
      value: keptValue(field, alias, context.slots === null ? undefined : context.slots.values.length + kept.length),
    });
    if (!field.version) kept.push(field);
    changed.push(field);
  }
  context.notShareable ||= used.notShareable;
  const statement = update({ table: tableOf(meta), alias, set, where: chosen.where });
  return { meta, statement, changed, kept, reads: readsOf(used), empty: chosen.empty || set.length === 0, values: null };
};

/** Columns that every UPDATE changes: the version and `onUpdate` columns. */
const keptValue = (field: FieldMeta, alias: string, slot: number | undefined): Expr =>
  field.version
    ? binary(column(alias, field.column, field.type), "+", literal(1), field.type)
    : param(slot === undefined ? field.onUpdate?.() : null, field.type, { slot });

interface Assigned {
  readonly field: FieldMeta;
  readonly value: Expr;
}
type Setter = (field: FieldMeta, assigned: Assignments[number]) => Expr;

/** Right-hand sides see the row's old values; values from other tables need a sub-query. */
const setter = (context: PlanContext, state: QueryState, drafted: Draft, alias: string): Setter => {
  const { meta } = state;
  const own =
    drafted.scope.alias === alias && context === drafted.scope.context
      ? drafted
      : draftOf(aliasOnly(context, alias), { ...state, where: [], limit: null, offset: 0, none: false, deleted: "include" });
  return (field, assigned) => {
    const [name, value] = assigned;
    const what = `${meta.name}: '${name}'`;
    if (value === undefined) throw new FieldError(`${what} is undefined: leave it out, or give null for NULL`);
    const node = computedNode(value);
    if (node === undefined) {
      if (value === null && !field.nullable) throw new FieldError(`${what} cannot be null`);
      if (value === null) return param(null, field.type);
      const relation = field.relation === null ? undefined : meta.relations.get(field.relation);
      const convert = relation?.kind === "toOne" ? keyConverter(relation.target, relation.targetField, what) : converter(field.type, what);
      return bound(context, assigned, value, field.type, convert);
    }
    const { expr } = scalarAs(context.resolver.value(own.scope, node, filterContext, field.type), field.type);
    context.notShareable ||= own.scope.context.notShareable;
    if (isAggregate(expr) || isWindow(expr)) throw new FieldError(`${what}: an aggregate or window cannot be assigned; a Subquery(…) can`);
    if (readsOthers(expr, own.scope))
      throw new FieldError(`${what}: fields of related models cannot be read in an update: use Subquery(…)`);
    if (!canBeAssigned(expr.type, field.type))
      throw new FieldError(`${what} is ${typeName(field.type)}, it cannot be set to ${typeName(expr.type)}: make it one with Cast(…)`);
    return expr;
  };
};
const readsOthers = (expr: Expr, scope: Scope): boolean => {
  let found = false;
  walkExpr(expr, (part) => {
    if (part.kind === "column" && part.source !== null && part.source !== scope.alias && scope.modelOf(part.source) !== null) found = true;
  });
  return found;
};
const aliasOnly = (context: PlanContext, alias: string): PlanContext => {
  const aliases = new Set(context.aliases);
  aliases.delete(alias);
  return { ...context, aliases };
};

const assignments = (set: Setter, values: Assignments, meta: ModelMeta): Assigned[] =>
  values.map((assigned) => {
    const field = fieldFor(meta, assigned[0]);
    return { field, value: set(field, assigned) };
  });
const fieldFor = (meta: ModelMeta, name: string): FieldMeta => {
  const relation = meta.relations.get(name);
  if (relation?.kind === "toOne") return relation.field;
  if (relation !== undefined) throw new FieldError(`${meta.name}.${name} is no column: an update cannot set it`);
  const field = meta.fieldsByName.get(name);
  if (field === undefined) throw unknownName(meta, name, name, null, "field");
  if (field.generated !== null) throw new FieldError(`${meta.name}.${name} is generated by the database: an update cannot set it`);
  if (field.version) throw new FieldError(`${meta.name}.${name} is counted by the session: leave it out, every update counts it on`);
  if (isDiscriminator(meta, field))
    throw new FieldError(
      `${meta.name}.${name} tells the class of a row, which an update cannot change: delete the row and add one of the other class`,
    );
  return field;
};

/** The one statement that reads a relation for any number of parents: the target's own plan, restricted to the parents' keys, which are ONE array parameter. */

import type { FieldMeta, ManyToManyMeta, ModelMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../metadata/model-meta.js";
import { FieldError } from "../errors.js";
import type { EntityShape, FetchMode, RowShape, SelectPlan } from "../query/plan.js";
import type { QueryState } from "../query/state.js";
import { initialState } from "../query/state.js";
import { planSelect } from "../query/planner.js";
import type { Expr } from "../sql/expressions.js";
import type { Join, Output, Select } from "../sql/statements.js";
import { types, type ColumnType } from "../sql/types.js";

/** A plan whose rows also say which parent each belongs to. */
export interface RelationPlan {
  readonly plan: SelectPlan;
  /** Index of the cell with the parent's key, and the field whose codec reads it. */
  readonly parentCell: number;
  readonly parentField: FieldMeta;
  /** Cells at the end of each row that are no part of the plan's shape. */
  readonly extra: number;
}

const column = (source: string, field: FieldMeta): Expr => ({ kind: "column", source, name: field.column, type: field.type });
const parameter = (value: unknown, type: ColumnType): Expr & { readonly kind: "param" } => ({ kind: "param", value, type });
const boolean = types.boolean;
const both = (left: Expr | null, right: Expr): Expr => (left === null ? right : { kind: "and", operands: [left, right], type: boolean });
const among = (operand: Expr, field: FieldMeta, keys: readonly unknown[]): Expr => ({
  kind: "inArray",
  operand,
  values: parameter(keys, types.array(field.type)),
  type: boolean,
});

const LINK = "flash_link";
const INNER = "flash_rows";

/** The link table of a many-to-many relation, joined to the targets; soft-deleted links are none. */
const linkJoin = (relation: ManyToManyMeta, target: Expr): Join => {
  const through = relation.through;
  const on: Expr = { kind: "binary", operator: "=", left: column(LINK, relation.far.field), right: target, type: boolean };
  const alive: Expr | null =
    through.softDeleteField === null ? null : { kind: "isNull", operand: column(LINK, through.softDeleteField), negated: false, type: boolean };
  return {
    kind: "inner",
    source: { kind: "table", table: { schema: through.schema, name: through.table }, alias: LINK },
    on: alive === null ? on : both(on, alive),
  };
};

interface Base {
  readonly select: Select;
  readonly alias: string;
  readonly shape: RowShape & { readonly kind: "instances" };
}
const baseOf = (plan: SelectPlan): Base => {
  const { statement, shape } = plan;
  if (shape.kind !== "instances") throw new FieldError(`a relation to ${plan.meta.name} is loaded as instances: the QuerySet of a Prefetch cannot use values()`);
  if (statement.kind !== "select" || statement.from?.kind !== "table") return baseOfQuery(plan, shape);
  return { select: statement, alias: statement.from.alias, shape };
};

const named = (outputs: readonly Output[]): Output[] => outputs.map((output, index) => ({ expr: output.expr, name: `c${index}` }));
const typesOf = (outputs: readonly Output[]): readonly Output[] =>
  outputs.map((output, index) => ({ expr: { kind: "column", source: INNER, name: `c${index}`, type: output.expr.type }, name: null }));

/** A union (or other combination) stands inside, so that the relation's condition can be said about its rows. */
const baseOfQuery = (plan: SelectPlan, shape: RowShape & { readonly kind: "instances" }): Base => {
  const statement = plan.statement;
  if (statement.kind === "select") throw new FieldError(`the QuerySet of a Prefetch to ${plan.meta.name} must select from its own table`);
  const first = firstSelect(statement);
  const renamed = { ...statement, queries: statement.queries.map((query) => (query.kind === "select" ? { ...query, outputs: named(query.outputs) } : query)) };
  return {
    alias: INNER,
    shape,
    select: { ...emptySelect, outputs: typesOf(first.outputs), from: { kind: "query", query: renamed, alias: INNER } },
  };
};
const firstSelect = (statement: SelectPlan["statement"]): Select => (statement.kind === "select" ? statement : firstSelect(statement.queries[0] as SelectPlan["statement"]));
const emptySelect: Select = { kind: "select", with: [], distinct: false, outputs: [], from: null, joins: [], where: null, groupBy: [], having: null, orderBy: [], limit: null, offset: null, lock: null };

/** Index of a field's cell in the rows of an entity; -1 when only() or defer() left it out. */
const cellOf = (entity: EntityShape, field: FieldMeta): number => {
  const index = entity.fields.findIndex((other) => other.column === field.column);
  return index < 0 ? -1 : entity.offset + index;
};

/** The base table's column, or the column of the inner query that holds it. */
const fieldIn = (base: Base, field: FieldMeta): Expr => {
  if (base.alias !== INNER) return column(base.alias, field);
  const cell = cellOf(base.shape.entity, field);
  if (cell < 0) throw new FieldError(`the QuerySet of a Prefetch leaves out "${field.name}", by which its rows are told apart: add it to only()`);
  return { kind: "column", source: INNER, name: `c${cell}`, type: field.type };
};

/** At most `limit` rows from `offset` on for each parent: numbered by a window, then cut. */
const sliced = (select: Select, parent: Expr, state: QueryState): Select => {
  if (select.distinct !== false) throw new FieldError(`a sliced Prefetch cannot be distinct: the rows of each parent are numbered before duplicates are known`);
  const inner = named(select.outputs);
  const number: Expr = {
    kind: "window",
    of: { kind: "windowFunction", name: "rowNumber", args: [], type: types.bigint },
    partitionBy: [parent],
    orderBy: select.orderBy,
    frame: null,
    type: types.bigint,
  };
  const place: Expr = { kind: "column", source: INNER, name: "place", type: types.bigint };
  const compare = (operator: ">" | "<=", value: number): Expr => ({
    kind: "binary",
    operator,
    left: place,
    right: parameter(BigInt(value), types.bigint),
    type: boolean,
  });
  const after = state.offset > 0 ? compare(">", state.offset) : null;
  const until = state.limit === null ? null : compare("<=", state.offset + state.limit);
  return {
    ...emptySelect,
    with: select.with,
    outputs: typesOf(select.outputs),
    from: { kind: "query", query: { ...select, with: [], outputs: [...inner, { expr: number, name: "place" }], orderBy: [] }, alias: INNER },
    where: until === null ? after : both(after, until),
    orderBy: [{ expr: place, direction: "asc", nulls: null }],
  };
};

/** A plan of the target's rows without its slice, which is per parent and not of the whole. */
const planOf = (meta: ModelMeta, state: QueryState | null, deleted: QueryState["deleted"]): { readonly plan: SelectPlan; readonly state: QueryState } => {
  const given = state ?? { ...initialState(meta), deleted };
  return { plan: planSelect(given.limit === null && given.offset === 0 ? given : { ...given, limit: null, offset: 0 }), state: given };
};

const finish = (base: Base, plan: SelectPlan, select: Select, parent: Expr, parentField: FieldMeta, state: QueryState, mode: FetchMode | null, cell: number): RelationPlan => {
  const extra = cell < 0 ? 1 : 0;
  const outputs = extra === 1 ? [...select.outputs, { expr: parent, name: null }] : select.outputs;
  const whole = { ...select, outputs };
  const statement = state.limit === null && state.offset === 0 ? whole : sliced(whole, parent, state);
  return {
    plan: { ...plan, statement, shape: base.shape, fetchMode: plan.fetchMode ?? mode },
    parentCell: extra === 1 ? outputs.length - 1 : cell,
    parentField,
    extra,
  };
};

/** Rows of the target with one of these keys. Rows that are deleted softly still are what a key points to. */
export const toOnePlan = (relation: ToOneMeta, keys: readonly unknown[], state: QueryState | null, mode: FetchMode | null): RelationPlan => {
  const planned = planOf(relation.target, state, "include");
  const base = baseOf(planned.plan);
  const field = relation.targetField;
  const key = fieldIn(base, field);
  const select = { ...base.select, where: both(base.select.where, among(key, field, keys)) };
  const byKey = state === null && field.primaryKey && relation.target.primaryKey.length === 1;
  return finish(base, { ...planned.plan, byKey }, select, key, field, planned.state, mode, cellOf(base.shape.entity, field));
};

/** Rows of the target whose key points at one of these parents. */
export const reversePlan = (relation: ToManyMeta | ReverseOneMeta, keys: readonly unknown[], state: QueryState | null, mode: FetchMode | null): RelationPlan => {
  const planned = planOf(relation.target, state, "hide");
  const base = baseOf(planned.plan);
  const field = relation.via.field;
  const key = fieldIn(base, field);
  const select = { ...base.select, where: both(base.select.where, among(key, field, keys)) };
  return finish(base, planned.plan, select, key, field, planned.state, mode, cellOf(base.shape.entity, field));
};

/** Rows of the target that a link row ties to one of these parents. */
export const linkPlan = (relation: ManyToManyMeta, keys: readonly unknown[], state: QueryState | null, mode: FetchMode | null): RelationPlan => {
  const planned = planOf(relation.target, state, "hide");
  const plain = baseOf(planned.plan);
  const base = plain.select.groupBy.length > 0 ? grouped(plain) : plain;
  const near = column(LINK, relation.near.field);
  const select = {
    ...base.select,
    joins: [...base.select.joins, linkJoin(relation, fieldIn(base, relation.far.targetField))],
    where: both(base.select.where, among(near, relation.near.field, keys)),
  };
  const plan = { ...planned.plan, reads: { ...planned.plan.reads, models: new Set([...planned.plan.reads.models, relation.through]) } };
  return finish(base, plan, select, near, relation.near.field, planned.state, mode, -1);
};

/** Aggregates are computed before the link rows are joined, which would multiply what they count; the order goes along as further outputs. */
const grouped = (base: Base): Base => {
  const { select } = base;
  const count = select.outputs.length;
  const ordering = select.orderBy.map((order, index) => ({ expr: order.expr, name: `o${index}` }));
  return {
    alias: INNER,
    shape: base.shape,
    select: {
      ...emptySelect,
      with: select.with,
      outputs: typesOf(select.outputs).slice(0, count),
      from: { kind: "query", query: { ...select, with: [], outputs: [...named(select.outputs), ...ordering], orderBy: [] }, alias: INNER },
      orderBy: select.orderBy.map((order, index) => ({ ...order, expr: { kind: "column", source: INNER, name: `o${index}`, type: order.expr.type } })),
    },
  };
};

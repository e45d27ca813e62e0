/**
 * Builds the statement that loads a relation for any number of parents: the target's plan, restricted to the parents' keys, passed as one
 * array parameter.
 */

import { FieldError } from "../errors.js";
import type { FieldMeta, ManyToManyMeta, RelationMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../metadata/model-meta.js";
import type { FetchMode } from "../query/fetch-mode.js";
import type { EntityShape, RowShape, SelectPlan } from "../query/plan.js";
import { planSelect } from "../query/planner.js";
import { cachedSelectPlan } from "../query/planning/cache/plan-requests.js";
import { changed, initialState, type QueryState } from "../query/state.js";
import * as build from "../sql/factories/index.js";
import type { Compound, Expr, Join, OrderNode, Output, Select } from "../sql/nodes.js";
import { types } from "../sql/types.js";
import { isWindow } from "../sql/inspect.js";

/** A plan whose rows include the key of their parent. */
export interface RelationPlan {
  readonly plan: SelectPlan;
  /** Index of the cell with the parent's key, and the field whose codec decodes it. */
  readonly parentCell: number;
  readonly parentField: FieldMeta;
}

const column = (source: string, field: FieldMeta): Expr =>
  build.column(source, field.column, field.type, { collate: field.collate, notNull: !field.nullable });
const among = (operand: Expr, field: FieldMeta, { keys, slot }: Keys): Expr =>
  build.inArray(operand, build.param(slot === undefined ? keys : null, types.array(field.type), { slot }));
const both = (left: Expr | null, right: Expr): Expr => (left === null ? right : build.and(left, right));

const LINK = "flash_link";
const INNER = "flash_rows";
const PLACE = "flash_place";

/** Joins the link table of a many-to-many relation to the targets; soft-deleted links are ignored. */
const linkJoin = (relation: ManyToManyMeta, target: Expr): Join => {
  const { through, far } = relation;
  const on = build.equals(column(LINK, far.field), target);
  const alive = through.softDeleteField === null ? on : build.and(on, build.isNull(column(LINK, through.softDeleteField)));
  return build.join("inner", build.fromTable(build.table(through.table, through.schema), LINK), alive);
};

interface Base {
  readonly select: Select;
  /** The source of the target's columns: its table, or a query with numbered output names. */
  readonly alias: string;
  readonly shape: RowShape & { readonly kind: "instances" };
}
const baseOf = (plan: SelectPlan): Base => {
  const { statement, shape } = plan;
  if (shape.kind !== "instances")
    throw new FieldError(`a relation to ${plan.meta.name} is loaded as instances: the QuerySet of a Prefetch cannot use values()`);
  if (statement.kind === "compound") return combined(statement, shape);
  return statement.from?.kind === "table" ? { select: statement, alias: statement.from.alias, shape } : within(statement, shape);
};

const placeName = (index: number): string => `c${index}`;
const named = (outputs: readonly Output[]): Output[] => outputs.map((output, index) => build.output(output.expr, placeName(index)));
const placed = (outputs: readonly Output[]): Output[] =>
  outputs.map((output, index) => build.output(build.column(INNER, placeName(index), output.expr.type)));

/** Wraps a union (or other combination) in a subquery, so that the relation's condition can be added. */
const combined = (statement: Compound, shape: Base["shape"]): Base => {
  const first = firstSelect(statement);
  const rename = (query: Select | Compound): Select | Compound =>
    query.kind === "select" ? { ...query, outputs: named(query.outputs) } : { ...query, queries: query.queries.map(rename) };
  return { alias: INNER, shape, select: build.select({ outputs: placed(first.outputs), from: build.fromQuery(rename(statement), INNER) }) };
};
const firstSelect = (statement: Select | Compound): Select =>
  statement.kind === "select" ? statement : firstSelect(statement.queries[0] as Select | Compound);

/** The expressions of an order; a literal position refers to that output. */
const ordering = ({ orderBy, outputs }: Select): readonly OrderNode[] =>
  orderBy.map((node) => {
    const position = node.expr.kind === "literal" && typeof node.expr.value === "number" ? node.expr.value : 0;
    return build.order(outputs[position - 1]?.expr ?? node.expr, node.direction, node.nulls);
  });

/**
 * Wraps a SELECT in a subquery, with its order as additional outputs: aggregates must be computed before link rows multiply what they
 * count.
 */
const within = (select: Select, shape: Base["shape"]): Base => {
  const order = ordering(select);
  const outputs = [...named(select.outputs), ...order.map((node, index) => build.output(node.expr, `o${index}`))];
  return {
    alias: INNER,
    shape,
    select: build.select({
      with: select.with,
      outputs: placed(select.outputs),
      from: build.fromQuery({ ...select, with: [], outputs, orderBy: [] }, INNER),
      orderBy: order.map((node, index) => build.order(build.column(INNER, `o${index}`, node.expr.type), node.direction, node.nulls)),
    }),
  };
};

/** Index of a field's cell in an entity's rows; -1 if only() or defer() left it out. */
const cellOf = (entity: EntityShape, field: FieldMeta): number => {
  const index = entity.fields.findIndex((other) => other.column === field.column);
  return index < 0 ? -1 : entity.offset + index;
};

const fieldIn = (base: Base, field: FieldMeta): Expr => {
  if (base.alias !== INNER) return column(base.alias, field);
  const cell = cellOf(base.shape.entity, field);
  if (cell < 0)
    throw new FieldError(`the QuerySet of a Prefetch leaves out "${field.name}", by which its rows are told apart: add it to only()`);
  return build.column(INNER, placeName(cell), field.type);
};

/** Keeps at most `limit` rows from `offset` on for each parent, using ROW_NUMBER(). The key makes the order total. */
const sliced = (select: Select, parent: Expr, keys: readonly Expr[], state: QueryState): Select => {
  if (select.distinct !== false)
    throw new FieldError("a sliced Prefetch cannot be distinct: the rows of each parent are numbered before duplicates are known");
  const terms = [...ordering(select), ...keys.map((key) => build.order(key, state.reversed ? "desc" : "asc"))];
  const source = terms.some(({ expr }) => isWindow(expr)) ? computedFirst(select, parent, terms) : { select, parent, terms };
  const number = build.window(build.windowFunction("rowNumber", [], types.bigint), {
    partitionBy: [source.parent],
    orderBy: source.terms,
  });
  const place = build.column(OUTER, PLACE, types.bigint);
  const inner = { ...source.select, with: [], outputs: [...named(source.select.outputs), build.output(number, PLACE)], orderBy: [] };
  const compare = (operator: ">" | "<=", value: number): Expr => build.compare(place, operator, build.param(BigInt(value), types.bigint));
  const conditions = [
    ...(state.offset > 0 ? [compare(">", state.offset)] : []),
    ...(state.limit === null ? [] : [compare("<=", state.offset + state.limit)]),
  ];
  return build.select({
    with: select.with,
    outputs: select.outputs.map((output, index) => build.output(build.column(OUTER, placeName(index), output.expr.type))),
    from: build.fromQuery(inner, OUTER),
    where: build.and(...conditions),
    orderBy: [build.order(place)],
  });
};

interface Numbered {
  readonly select: Select;
  readonly parent: Expr;
  readonly terms: readonly OrderNode[];
}
const COMPUTED = "flash_computed";
/** Ordering by a window function needs a subquery: the window that numbers the rows cannot refer to another one. */
const computedFirst = (select: Select, parent: Expr, terms: readonly OrderNode[]): Numbered => {
  const at = (name: string, expr: Expr): Expr => build.column(COMPUTED, name, expr.type);
  const outputs = [
    ...named(select.outputs),
    build.output(parent, "parent"),
    ...terms.map(({ expr }, index) => build.output(expr, `o${index}`)),
  ];
  return {
    select: build.select({
      outputs: select.outputs.map((output, index) => build.output(at(placeName(index), output.expr))),
      from: build.fromQuery({ ...select, with: [], outputs, orderBy: [] }, COMPUTED),
    }),
    parent: at("parent", parent),
    terms: terms.map(({ expr, direction, nulls }, index) => build.order(at(`o${index}`, expr), direction, nulls)),
  };
};
const OUTER = "flash_numbered";

/** The parents' keys, the caller's QuerySet (null for the default one), and the fetch mode of the loaded objects. */
export interface RelationRequest {
  readonly keys: readonly unknown[];
  readonly state: QueryState | null;
  readonly mode: FetchMode | null;
}
/** The parents' keys, and their value slot if the statement is cached. */
interface Keys {
  readonly keys: readonly unknown[];
  readonly slot: number | undefined;
}
/** A plan of the target's rows without its slice, which applies per parent. */
interface Planned extends Keys {
  readonly plan: SelectPlan;
  readonly state: QueryState;
}

/** Cached relation statements, by the cached target statement from which they were built. */
const kept = new WeakMap<SelectPlan["statement"], WeakMap<RelationMeta, RelationPlan>>();

const planFor = (
  relation: RelationMeta,
  { keys, state, mode }: RelationRequest,
  deleted: QueryState["deleted"],
  make: (planned: Planned) => RelationPlan,
): RelationPlan => {
  const given = state ?? changed(initialState(relation.target), { deleted });
  const whole = given.limit === null && given.offset === 0;
  const plan = whole ? cachedSelectPlan(given) : planSelect(changed(given, { limit: null, offset: 0 }));
  const fetchMode = plan.fetchMode ?? mode;
  if (plan.values === null) {
    const made = make({ plan, state: given, keys, slot: undefined });
    return { ...made, plan: { ...made.plan, fetchMode } };
  }
  let known = kept.get(plan.statement);
  if (known === undefined) kept.set(plan.statement, (known = new WeakMap()));
  let made = known.get(relation);
  if (made === undefined) known.set(relation, (made = make({ plan, state: given, keys, slot: plan.values.length })));
  const { statement, shape, reads, byKey } = made.plan;
  return { ...made, plan: { ...plan, statement, shape, reads, byKey, fetchMode, values: [...plan.values, keys] } };
};

const finish = (
  base: Base,
  plan: SelectPlan,
  select: Select,
  parent: Expr,
  parentField: FieldMeta,
  state: QueryState,
  cell: number,
): RelationPlan => {
  const outputs = cell < 0 ? [...select.outputs, build.output(parent)] : select.outputs;
  const whole = { ...select, outputs };
  const keys = plan.meta.primaryKey.map((field) => fieldIn(base, field));
  const statement = state.limit === null && state.offset === 0 ? whole : sliced(whole, parent, keys, state);
  return {
    plan: { ...plan, statement, shape: base.shape },
    parentCell: cell < 0 ? outputs.length - 1 : cell,
    parentField,
  };
};

/** Rows of the target with one of these keys; soft-deleted rows are included. */
export const toOnePlan = (relation: ToOneMeta, asked: RelationRequest): RelationPlan =>
  planFor(relation, asked, "include", (planned) => {
    const base = baseOf(planned.plan);
    const field = relation.targetField;
    const key = fieldIn(base, field);
    const select = { ...base.select, where: both(base.select.where, among(key, field, planned)) };
    const byKey = asked.state === null && field.primaryKey && relation.target.primaryKey.length === 1;
    return finish(base, { ...planned.plan, byKey }, select, key, field, planned.state, cellOf(base.shape.entity, field));
  });

/** Rows of the target that reference one of these parents. */
export const reversePlan = (relation: ToManyMeta | ReverseOneMeta, asked: RelationRequest): RelationPlan =>
  planFor(relation, asked, "hide", (planned) => {
    const base = baseOf(planned.plan);
    const field = relation.via.field;
    const key = fieldIn(base, field);
    const select = { ...base.select, where: both(base.select.where, among(key, field, planned)) };
    return finish(base, planned.plan, select, key, field, planned.state, cellOf(base.shape.entity, field));
  });

/** Rows of the target that are linked to one of these parents. */
export const linkPlan = (relation: ManyToManyMeta, asked: RelationRequest): RelationPlan =>
  planFor(relation, asked, "hide", (planned) => {
    const plain = baseOf(planned.plan);
    const base = plain.select.groupBy.length > 0 ? within(plain.select, plain.shape) : plain;
    const near = column(LINK, relation.near.field);
    const select = {
      ...base.select,
      joins: [...base.select.joins, linkJoin(relation, fieldIn(base, relation.far.targetField))],
      where: both(base.select.where, among(near, relation.near.field, planned)),
    };
    const { reads } = planned.plan;
    const plan = { ...planned.plan, reads: { ...reads, models: new Set([...reads.models, relation.through]) } };
    return finish(base, plan, select, near, relation.near.field, planned.state, -1);
  });

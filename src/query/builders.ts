/** The effect of each QuerySet method on the query state, with all checks that need no other model. */

import { FieldError } from "../errors.js";
import { knownOptions } from "../metadata/argument.js";
import { describe } from "../support/describe.js";
import { isPlainObject } from "../support/plain-data.js";
import { computedNode, conditionNode, isEmptyCondition } from "./expressions/expression.js";
import { dateParts, member, truncUnits, zoneName } from "./expressions/dates.js";
import { orderTerm } from "./expressions/order-terms.js";
import { checkName } from "./names.js";
import { Prefetch } from "./prefetch.js";
import { queryStateOf } from "./rows.js";
import { changed, initialState, withValues, type Annotation, type CommonTableState, type Node, type QueryState } from "./state.js";
import { aggregates, checkDepth, checkPartsDepth } from "./tree.js";

const refuseCombined = (state: QueryState, what: string): void => {
  if (state.combined !== null)
    throw new FieldError(`${what} after ${state.combined.operator}: do it to the parts, before they are combined`);
};
const refuseSliced = (state: QueryState, what: string): void => {
  if (state.limit !== null || state.offset > 0)
    throw new FieldError(`${what} after limit(), offset() or slice(): do it before the rows are cut`);
};

export const filtered = (state: QueryState, negated: boolean, conditions: readonly unknown[]): QueryState => {
  const verb = negated ? "exclude" : "filter";
  const parts = conditions.map((one) => conditionNode(one, `${state.meta.name}: ${verb}`)).filter((node) => !isEmptyCondition(node));
  const [only] = parts;
  if (only === undefined) return state;
  refuseCombined(state, `${verb}()`);
  refuseSliced(state, `${verb}()`);
  const tree: Node = parts.length === 1 ? only : { kind: "and", parts };
  checkDepth(tree, `${state.meta.name}: ${verb}()`);
  return changed(state, { where: [...state.where, { negated, tree, annotated: state.annotations.length }] });
};

/** Filters the finished rows: windows and DISTINCT ON see the whole set. */
export const chosen = (state: QueryState, where: Readonly<Record<string, unknown>>): QueryState =>
  changed(state, {
    where: [
      ...state.where,
      { negated: false, tree: { kind: "where", entries: Object.entries(where) }, annotated: state.annotations.length, outside: true },
    ],
  });

// ---------------------------------------------------------------- order and slices
export const ordered = (state: QueryState, given: readonly unknown[]): QueryState => {
  refuseSliced(state, "orderBy()");
  const order = given.map((one) => {
    if (one === undefined || one === "" || one === "-")
      throw new FieldError(`orderBy of ${state.meta.name} takes names such as "-createdAt", or expressions, not ${describe(one)}`);
    if (typeof one === "string") return one;
    const term = orderTerm(one, `orderBy of ${state.meta.name}`);
    checkDepth(term.node, `orderBy of ${state.meta.name}`);
    return term;
  });
  return changed(state, { order, reversed: false });
};
export const reversed = (state: QueryState): QueryState => {
  refuseSliced(state, "reverse()");
  return changed(state, { reversed: !state.reversed });
};
export const distinct = (state: QueryState, on: readonly string[]): QueryState => {
  refuseCombined(state, "distinct()");
  refuseSliced(state, "distinct()");
  return changed(state, { distinct: on.length === 0 ? true : on });
};

const count = (given: unknown, what: string): number => {
  if (typeof given !== "number" || !Number.isSafeInteger(given) || given < 0)
    throw new FieldError(`${what} takes a whole number from 0 on, not ${describe(given)}`);
  return given;
};
export const limited = (state: QueryState, limit: unknown): QueryState =>
  changed(state, { limit: limit === null ? null : count(limit, "limit") });
export const skipping = (state: QueryState, offset: unknown): QueryState => changed(state, { offset: count(offset, "offset") });
/** Relative to an existing slice, and limited to it. */
export const sliced = (state: QueryState, from: unknown, to: unknown): QueryState => {
  const start = count(from, "slice");
  const end = to === undefined || to === null ? null : count(to, "slice");
  if (end !== null && end < start) throw new FieldError(`slice(${start}, ${end}) ends before it begins`);
  const left = state.limit === null ? null : Math.max(0, state.limit - start);
  const wanted = end === null ? null : end - start;
  return changed(state, { offset: state.offset + start, limit: left === null ? wanted : wanted === null ? left : Math.min(left, wanted) });
};

// ---------------------------------------------------------------- what is selected
const named = (state: QueryState, values: unknown, hidden: boolean): Annotation[] => {
  const { meta } = state;
  const verb = hidden ? "alias" : "annotate";
  if (typeof values !== "object" || values === null || !isPlainObject(values))
    throw new FieldError(`${verb} of ${meta.name} takes an object of expressions, such as { n: Count("posts") }, not ${describe(values)}`);
  return Object.entries(values).map(([name, value]) => {
    checkName(name, `${verb} of ${meta.name}`);
    if (meta.fieldsByName.has(name) || meta.relations.has(name) || name === "pk")
      throw new FieldError(`${verb}: ${meta.name} has '${name}' already: choose another name`);
    if (!hidden && state.values === null && name in meta.ctor.prototype)
      throw new FieldError(`${verb}: '${name}' is a member of ${meta.name}: choose another name`);
    const node = computedNode(value);
    if (node === undefined)
      throw new FieldError(
        `${verb}: '${name}' of ${meta.name} is ${describe(value)}, an expression is expected: a plain value needs Value(…)`,
      );
    checkDepth(node, `${verb} of ${meta.name}: '${name}'`);
    return { name, node, hidden };
  });
};

export const annotated = (state: QueryState, values: unknown, hidden: boolean): QueryState => {
  const added = named(state, values, hidden);
  if (added.length === 0) return state;
  refuseCombined(state, hidden ? "alias()" : "annotate()");
  const annotations = [...state.annotations, ...added];
  const isGrouped = (name: string): boolean =>
    annotations.some((one) => one.name === name && aggregates(one.node, (other) => other !== name && isGrouped(other)));
  const grouping = added.some((one) => isGrouped(one.name));
  const shown = hidden ? [] : added.map((one) => one.name);
  const before = state.values === null ? null : explicitItems(state);
  const group = !grouping ? state.group : before === null ? (state.group ?? { by: "key" as const }) : groupOf(state, before, isGrouped);
  return changed(state, {
    annotations,
    group,
    values:
      state.values === null || before === null
        ? null
        : { ...state.values, items: [...before, ...shown.filter((name) => !before.includes(name))] },
  });
};
/** Groups by the named values. An aggregate among them was computed for the groups there are: other groups would give it another meaning. */
const groupOf = (
  { meta, group }: QueryState,
  named: readonly string[],
  isAggregate: (name: string) => boolean,
): NonNullable<QueryState["group"]> => {
  const items = named.filter((item) => !isAggregate(item));
  const aggregate = named.find(isAggregate);
  const isSame = group?.by === "values" && group.items.length === items.length && group.items.every((item) => items.includes(item));
  if (aggregate !== undefined && !isSame)
    throw new FieldError(
      `values() of ${meta.name} before an aggregate: '${aggregate}' aggregates itself, so rows cannot be grouped by it. Compute it in a Subquery, or aggregate() the set`,
    );
  return { by: "values", items };
};
const explicitItems = (state: QueryState): readonly string[] => {
  const items = state.values?.items ?? [];
  return items.length > 0
    ? items
    : [...state.meta.fields.map((field) => field.name), ...state.annotations.filter((one) => !one.hidden).map((one) => one.name)];
};

const pathName = (given: unknown, what: string): string => {
  if (typeof given !== "string" || given === "") throw new FieldError(`${what} takes names such as "author__name", not ${describe(given)}`);
  return given;
};

/** Takes names and objects of named expressions. */
export const valued = (state: QueryState, given: readonly unknown[]): QueryState => {
  const items: string[] = [];
  let next = state.values === null ? state : changed(state, { values: null });
  for (const one of given) {
    if (typeof one === "object" && one !== null && isPlainObject(one) && computedNode(one) === undefined) {
      next = annotated(next, one, false);
      items.push(...Object.keys(one));
    } else items.push(pathName(one, `values of ${state.meta.name}`));
  }
  return withValues(next, { items: items.length > 1 ? [...new Set(items)] : items, mode: "object" });
};

/** Takes names and expressions, one per element of the list; a final `{ flat: true }` returns bare values instead of lists. */
export const listed = (state: QueryState, given: readonly unknown[]): QueryState => {
  const last = given.at(-1);
  const options =
    typeof last === "object" && last !== null && isPlainObject(last) && computedNode(last) === undefined
      ? (last as { readonly flat?: unknown })
      : null;
  const items = options === null ? given : given.slice(0, -1);
  const flat = options?.flat === true;
  if (flat && items.length !== 1)
    throw new FieldError(`valuesList of ${state.meta.name} with { flat: true } takes one name, not ${items.length}`);
  const names: string[] = [];
  let next = changed(state, { values: null });
  for (const one of items) {
    if (computedNode(one) === undefined) {
      names.push(pathName(one, `valuesList of ${state.meta.name}`));
      continue;
    }
    const name = freeName(next, names.length + 1);
    next = annotated(next, { [name]: one }, false);
    names.push(name);
  }
  return withValues(next, { items: names, mode: flat ? "flat" : "list" });
};
const freeName = (state: QueryState, number: number): string => {
  let name = `expression${number}`;
  while (state.annotations.some((one) => one.name === name) || state.meta.fieldsByName.has(name)) name += "_";
  return name;
};

const names = (given: readonly unknown[], what: string): string[] => given.map((one) => pathName(one, what));
export const only = (state: QueryState, given: readonly unknown[]): QueryState => changed(state, { only: names(given, "only"), defer: [] });
export const deferring = (state: QueryState, given: readonly unknown[]): QueryState =>
  changed(state, { defer: [...state.defer, ...names(given, "defer")] });

// ---------------------------------------------------------------- related objects
/** `null` removes earlier selectRelated() calls. */
export const related = (state: QueryState, given: readonly unknown[]): QueryState => {
  if (given.length === 1 && given[0] === null) return changed(state, { related: [] });
  if (state.values !== null) throw new FieldError("selectRelated after values(): name the related columns in values() instead");
  return changed(state, { related: [...new Set([...state.related, ...names(given, "selectRelated")])] });
};
export const prefetching = (state: QueryState, given: readonly unknown[]): QueryState => {
  if (given.length === 1 && given[0] === null) return changed(state, { prefetch: [] });
  if (state.values !== null) throw new FieldError("prefetchRelated after values(): plain values have no related objects");
  return changed(state, { prefetch: [...state.prefetch, ...given.map((one) => Prefetch.specOf(one) ?? pathName(one, "prefetchRelated"))] });
};

// ---------------------------------------------------------------- combinations and tables
export const combined = (
  state: QueryState,
  operator: "union" | "union all" | "intersect" | "except",
  others: readonly unknown[],
): QueryState => {
  const states = others.map((one) => {
    const other = queryStateOf(one);
    if (other === undefined) throw new FieldError(`${operator} takes QuerySets, not ${describe(one)}`);
    if (state.values === null && (other.values !== null || other.meta !== state.meta))
      throw new FieldError(
        `${operator} of ${state.meta.name} with rows of ${other.meta.name}: use values() on both, so that they have the same columns`,
      );
    return other;
  });
  checkPartsDepth([state, ...states], `${operator} of ${state.meta.name}`);
  const flat =
    state.combined?.operator === operator &&
    operator !== "except" &&
    state.order === null &&
    !state.reversed &&
    !state.none &&
    state.lock === null &&
    state.limit === null &&
    state.offset === 0;
  return changed(initialState(state.meta), {
    combined: { operator, states: [...(flat ? (state.combined?.states ?? []) : [state]), ...states] },
    values: state.values,
    related: state.related,
    prefetch: state.prefetch,
    fetchMode: state.fetchMode,
  });
};

export const fromTable = (state: QueryState, table: CommonTableState): QueryState => {
  checkName(table.name, "with");
  checkPartsDepth(table.recursive === null ? [table.base] : [table.base, table.recursive], `with("${table.name}") of ${state.meta.name}`);
  if (state.table !== null || state.where.length > 0) throw new FieldError("with() comes first: filter what it gives");
  return changed(state, { table });
};

export interface DatesOptions {
  readonly order?: "asc" | "desc" | undefined;
  /** An IANA name; UTC by default. */
  readonly zone?: string | undefined;
}
export const dated = (state: QueryState, field: string, unit: unknown, options: DatesOptions, as: "date" | "timestamp"): QueryState => {
  const what = as === "date" ? "dates" : "datetimes";
  const direction = knownOptions(`${what}()`, options, ["order", "zone"]).order ?? "asc";
  const chosen = member(unit, truncUnits, what);
  if (as === "date" && !(chosen in dateParts && chosen !== "hour" && chosen !== "minute" && chosen !== "second"))
    throw new FieldError(`dates: no unit '${chosen}'; there are year, quarter, month, week, day`);
  if (direction !== "asc" && direction !== "desc")
    throw new FieldError(`${what}: the order is "asc" or "desc", not ${describe(direction)}`);
  const node: Node = { kind: "trunc", unit: chosen, operand: { kind: "path", path: field }, zone: zoneName(options.zone), as };
  const name = freeName(state, 1);
  const some = filtered(state, false, [{ [`${field}__isnull`]: false }]);
  const next = changed(some, {
    annotations: [...some.annotations, { name, node, hidden: false }],
    values: { items: [name], mode: "flat" },
    related: [],
    prefetch: [],
    distinct: true,
  });
  return changed(next, { order: [direction === "asc" ? name : `-${name}`], reversed: false });
};

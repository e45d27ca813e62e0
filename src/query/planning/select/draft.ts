/** A SELECT before its outputs are known: filters and annotations resolved in call order, conditions sorted by clause. */

import { FieldError } from "../../../errors.js";
import { aliveConditions, Scope, type CommonColumns, type PlanContext } from "../../resolve/scope/scope.js";
import { and, column, fromCommon, isFalse, isTrue } from "../../../sql/factories/index.js";
import type { CommonTable, Expr } from "../../../sql/nodes.js";
import type { ColumnType } from "../../../sql/types.js";
import type { Node, QueryState, WhereStep } from "../../state.js";
import { groupedFilter, windowedFilter } from "./grouped-filters.js";
import { readsGroups } from "./group-readers.js";
import { isAggregate, isWindow, nestedAggregate } from "../../../sql/inspect.js";
import { joinBefore } from "./join-before.js";

export interface Draft {
  readonly state: QueryState;
  readonly scope: Scope;
  readonly with: readonly CommonTable[];
  readonly where: readonly Expr[];
  /** Conditions on groups. */
  readonly having: readonly Expr[];
  /** Conditions on windows, and those whose sub-queries read what was computed for the groups: they need an outer query. */
  readonly qualify: readonly Expr[];
  /** Conditions added by the library, applied outside windows and DISTINCT ON. */
  readonly outside: readonly Expr[];
  readonly empty: boolean;
  /** Whether filter() and exclude() added no condition. */
  readonly unfiltered: boolean;
}

export interface DraftOptions {
  readonly outer?: Scope | null;
  /** Common tables of the query. */
  readonly with?: readonly CommonTable[];
  /** Annotations that the rows of the common table already have. */
  readonly columns?: ReadonlyMap<string, ColumnType>;
  /** The common table that the recursive part reads from. */
  readonly recursiveSource?: Pick<CommonColumns, "name" | "columns"> | null;
}

export const draft = (context: PlanContext, state: QueryState, options: DraftOptions = {}): Draft => {
  const { table } = state;
  const from = table === null ? undefined : (alias: string) => fromCommon(table.name, alias);
  const scope = new Scope(context, state.meta, options.outer ?? null, { from });
  scope.grouped = state.group?.by === "values";
  if (options.recursiveSource) scope.attach(options.recursiveSource.name, options.recursiveSource.columns);
  const conditions: Expr[] = [];
  const outside: Expr[] = [];
  for (const [name, type] of options.columns ?? [])
    scope.annotations.set(name, { expr: column(scope.alias, name, type), nullable: true, hidden: false });
  let next = 0;
  const filterUntil = (annotated: number): void => {
    for (let step = state.where[next]; step !== undefined && step.annotated <= annotated; step = state.where[++next])
      (step.outside === true ? outside : conditions).push(...stepConditions(scope, state, step));
  };
  for (const [index, { name, node, hidden }] of state.annotations.entries()) {
    filterUntil(index);
    const resolved = context.resolver.value(scope, node, { negated: false, branch: false, exact: true, value: true, reuse: null }, null);
    const nested = nestedAggregate(resolved.expr);
    if (nested !== null)
      throw new FieldError(
        `${state.meta.name}: '${name}' is ${nested} of an aggregate or window: aggregate() over the annotated set computes it`,
      );
    scope.annotations.set(name, { ...resolved, hidden });
  }
  filterUntil(state.annotations.length);
  const wanted = and(...conditions);
  const parts = wanted.kind === "and" ? wanted.operands : wanted.kind === "literal" && wanted.value === true ? [] : [wanted];
  const isApart = (part: Expr): boolean => isWindow(part) || readsGroups(scope, part);
  const alive = table === null ? aliveConditions(state.meta, scope.alias, state.deleted) : [];
  return {
    state,
    scope,
    with: options.with ?? [],
    where: [...parts.filter((part) => !isApart(part) && !isAggregate(part)), ...alive],
    having: parts.filter((part) => !isApart(part) && isAggregate(part)),
    qualify: parts.filter(isApart),
    outside: outside.filter((one) => !isTrue(one)),
    empty: state.none || isFalse(wanted) || outside.some(isFalse) || state.limit === 0,
    unfiltered: parts.length === 0,
  };
};

const stepConditions = (scope: Scope, state: QueryState, step: WhereStep): readonly Expr[] => {
  const chosen = windowedFilter(state, step);
  if (chosen !== null) return [filtered(scope, chosen)];
  const grouped = groupedFilter(state, step);
  if (grouped === null) return [filtered(scope, step.negated ? { kind: "not", part: step.tree } : step.tree)];
  return [
    ...(grouped.joined === null ? [] : [filtered(scope, grouped.joined)]),
    ...(grouped.apart === null ? [] : [filtered(scope, grouped.apart, { branch: true })]),
  ];
};

const filtered = (scope: Scope, tree: Node, { branch = false }: { readonly branch?: boolean } = {}): Expr => {
  const node: Node = { kind: "and", parts: [tree] };
  const before = scope.innerJoins;
  const reuse = new Set<string>();
  if (!branch) joinBefore(scope, node, reuse);
  const { expr } = scope.context.resolver.condition(scope, node, { negated: false, branch, exact: false, value: false, reuse });
  scope.demote(before);
  return expr;
};

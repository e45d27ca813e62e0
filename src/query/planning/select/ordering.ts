/** The order of rows: names, expressions, the ordering of related models, and the key if the order must be total. */

import { FieldError } from "../../../errors.js";
import type { ModelMeta } from "../../../metadata/model-meta.js";
import { fn, order } from "../../../sql/factories/index.js";
import type { OrderNode } from "../../../sql/nodes.js";
import { types } from "../../../sql/types.js";
import { filterContext } from "../../resolve/scope/context.js";
import { segmentsOf } from "../../resolve/scope/path.js";
import { compositeKeyPaths, pathColumns } from "../../resolve/values/path-columns.js";
import type { Scope } from "../../resolve/scope/scope.js";
import type { OrderTerm, QueryState } from "../../state.js";
import { aggregates } from "../../tree.js";
import type { Draft } from "./draft.js";

const MOST_HOPS = 12;

/** The requested terms, or the model's ordering; grouped values have no default order. */
export const givenOrder = (state: QueryState): readonly (string | OrderTerm)[] =>
  state.order ?? (state.group?.by === "values" ? [] : state.meta.ordering);

const flip = ({ expr, direction, nulls }: OrderNode): OrderNode =>
  order(expr, direction === "asc" ? "desc" : "asc", nulls === null ? null : nulls === "first" ? "last" : "first");

export const orderOf = ({ state, scope }: Draft): OrderNode[] => {
  const nodes = givenOrder(state).flatMap((term) => termNodes(scope, term));
  return state.reversed ? nodes.map(flip) : nodes;
};

const termNodes = (scope: Scope, term: string | OrderTerm): OrderNode[] => {
  if (typeof term !== "string" && aggregates(term.node, () => false))
    throw new FieldError(`orderBy of ${scope.meta.name}: an aggregate is named first, with alias({ n: … }) or annotate(), then ordered by`);
  if (typeof term !== "string") return [scope.context.resolver.order(scope, term, filterContext)];
  if (term === "?") return [order(fn("random", [], types.double))];
  const descending = term.startsWith("-");
  const path = descending ? term.slice(1) : term;
  const nodes = relatedOrdering(scope, path, 0) ?? pathColumns(scope, path, filterContext).map(({ value }) => order(value.expr));
  return descending ? nodes.map(flip) : nodes;
};

/** A path that ends at a relation uses the related model's ordering, if it has one; `authorId` orders by the key. */
const relatedOrdering = (scope: Scope, path: string, hops: number): OrderNode[] | null => {
  const target = relationAt(scope.meta, path, scope);
  if (target === null || target.ordering.length === 0) return null;
  if (hops > MOST_HOPS) throw new FieldError(`the ordering of ${target.name} leads back to itself: order by a column`);
  return target.ordering.flatMap((term) => {
    const descending = term.startsWith("-");
    const further = `${path}__${descending ? term.slice(1) : term}`;
    const nodes =
      relatedOrdering(scope, further, hops + 1) ?? pathColumns(scope, further, filterContext).map(({ value }) => order(value.expr));
    return descending ? nodes.map(flip) : nodes;
  });
};
/** Expands relations into the ordering of their model without a scope, for unions, whose parts have separate scopes. */
export const expandedTerms = (meta: ModelMeta, term: string, hops = 0): readonly string[] => {
  const descending = term.startsWith("-");
  const path = descending ? term.slice(1) : term;
  const target = relationAt(meta, path, null);
  if (target === null || target.ordering.length === 0)
    return compositeKeyPaths(meta, path)?.map((one) => (descending ? `-${one}` : one)) ?? [term];
  if (hops > MOST_HOPS) throw new FieldError(`the ordering of ${target.name} leads back to itself: order by a column`);
  return target.ordering.flatMap((one) => {
    const turned = one.startsWith("-") !== descending;
    return expandedTerms(meta, `${turned ? "-" : ""}${path}__${one.replace(/^-/, "")}`, hops + 1);
  });
};
const relationAt = (start: ModelMeta, path: string, scope: Scope | null): ModelMeta | null => {
  const segments = segmentsOf(path);
  if (scope?.annotations.has(segments[0] ?? "") === true) return null;
  let meta = start;
  for (const name of segments) {
    const relation = meta.relations.get(name);
    if (relation === undefined || relation.kind === "anyOf") return null;
    meta = relation.target;
  }
  return meta;
};

/** Distinct values can be ordered by the key only if they include it. */
const holdsKey = ({ meta, values }: QueryState): boolean =>
  values === null ||
  values.items.length === 0 ||
  values.items.includes("pk") ||
  meta.primaryKey.every((field) => values.items.includes(field.name));

/** The key columns that make the order total; none if it already is, or if the rows have no key. */
export const keyOrder = ({ state, scope }: Draft, nodes: readonly OrderNode[]): OrderNode[] => {
  if (state.group?.by === "values" || typeof state.distinct !== "boolean" || (state.distinct && !holdsKey(state))) return [];
  const named = new Set(nodes.map(({ expr }) => (expr.kind === "column" && expr.source === scope.alias ? expr.name : null)));
  const total = state.meta.fields.some((field) => field.unique && !field.nullable && named.has(field.column));
  if (total || state.meta.primaryKey.every((field) => named.has(field.column))) return [];
  const missing = state.meta.primaryKey.filter((field) => !named.has(field.column));
  return missing.map((field) => order(scope.read(scope.alias, field), state.reversed ? "desc" : "asc"));
};

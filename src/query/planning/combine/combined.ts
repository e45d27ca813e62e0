/** Unions and their siblings: the parts planned one by one, ordered and cut as a whole. */

import { FieldError } from "../../../errors.js";
import type { ModelMeta } from "../../../metadata/model-meta.js";
import { column, compound, fromQuery, literal, order, output, select } from "../../../sql/factories/index.js";
import type { Compound, OrderNode, Select } from "../../../sql/nodes.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import type { RowShape } from "../../plan.js";
import type { PlanContext, Scope } from "../../resolve/scope/scope.js";
import type { OrderTerm, QueryState } from "../../state.js";
import type { SelectedOutput } from "../select/outputs.js";
import { sliceOf } from "../select/slice.js";

export interface Part {
  readonly query: Select | Compound;
  readonly empty: boolean;
  readonly outputs: readonly SelectedOutput[];
  readonly shape: RowShape;
}
type PlanPart = (context: PlanContext, state: QueryState, outer: Scope | null) => Part;

/** What was said of the whole after combining; the parts are values where the whole is. */
export const combinedPart = (context: PlanContext, state: QueryState, outer: Scope | null, planPart: PlanPart): Part => {
  const { combined } = state;
  if (combined === null) throw new FieldError("nothing is combined here");
  const parts = combined.states.map((one) => planPart(context, partState(one, state), outer));
  const [first] = parts;
  if (first === undefined) throw new FieldError("a union needs at least one query");
  for (const part of parts) {
    if (part.outputs.length !== first.outputs.length)
      throw new FieldError(
        `the queries of a ${combined.operator} must have the same columns: ${first.outputs.length} and ${part.outputs.length} do not match`,
      );
  }
  const kept = keptParts(combined.operator, parts);
  const [only] = kept;
  if (only === undefined) return { ...first, empty: true };
  const nodes = orderNodes(state, first.shape);
  const limits = sliceOf(context, state);
  const queries = kept.map((part) => simple(context, part));
  const whole =
    kept.length === 1
      ? alone(context, only, nodes, limits, combined.operator)
      : compound({ operator: combined.operator, queries, orderBy: nodes, ...limits });
  return {
    query: whole,
    empty: state.none || state.limit === 0,
    outputs: first.outputs.map((one) => ({ ...one, nullable: true })),
    shape: first.shape,
  };
};

/** A part keeps its own order only where it is cut. */
const partState = (part: QueryState, whole: QueryState): QueryState => {
  const ordered = part.limit !== null || part.offset > 0 ? part : { ...part, order: [], reversed: false };
  return { ...ordered, related: whole.values === null ? part.related : [], lock: null };
};

/** Parts known to be empty say something about the whole. */
const keptParts = (operator: Compound["operator"], parts: readonly Part[]): readonly Part[] => {
  const [first, ...rest] = parts;
  if (first === undefined) return [];
  switch (operator) {
    case "union":
    case "union all":
      return parts.filter((part) => !part.empty);
    case "intersect":
      return parts.some((part) => part.empty) ? [] : parts;
    case "except":
      return first.empty ? [] : [first, ...rest.filter((part) => !part.empty)];
  }
};

const nextAlias = (context: PlanContext, base: string): string => {
  let alias = base;
  for (let number = 2; context.aliases.has(alias); number++) alias = `${base}_${number}`;
  context.aliases.add(alias);
  return alias;
};

const named = (query: Select): Select => ({ ...query, outputs: query.outputs.map((one, index) => output(one.expr, `c${index + 1}`)) });
const namedQuery = (query: Select | Compound): Select | Compound =>
  query.kind === "select" ? named(query) : { ...query, queries: query.queries.map(namedQuery) };

/** A query as a table, its columns known by place. */
export const asTable = (context: PlanContext, query: Select | Compound, outputs: readonly SelectedOutput[], name: string): Select => {
  const alias = nextAlias(context, name);
  return select({
    outputs: outputs.map(({ expr }, index) => output(column(alias, `c${index + 1}`, expr.type))),
    from: fromQuery(namedQuery(query), alias),
  });
};

/** Parts with an order, a limit or common tables of their own stand in a sub-select: not every database takes them as they are. */
const simple = (context: PlanContext, { query, outputs }: Part): Select | Compound => {
  const plain =
    query.orderBy.length === 0 && query.limit === null && query.offset === null && query.kind === "select" && query.with.length === 0;
  return plain ? query : asTable(context, query, outputs, "part");
};

/** One part is left: a union with itself still has no duplicates. */
const alone = (
  context: PlanContext,
  part: Part,
  orderBy: readonly OrderNode[],
  limits: Pick<Select, "limit" | "offset">,
  operator: Compound["operator"],
): Select => ({
  ...asTable(context, part.query, part.outputs, "part"),
  distinct: operator !== "union all",
  orderBy,
  ...limits,
});

/** Only selected columns order a combination, by their place. */
const orderNodes = (state: QueryState, shape: RowShape): OrderNode[] => {
  const nodes = (state.order ?? []).map((term) => {
    const { path, direction, nulls } = plainTerm(term);
    const place = placeOf(shape, path, state.meta);
    const flip = state.reversed ? (direction === "asc" ? "desc" : "asc") : direction;
    return order(literal(place + 1), flip, nulls);
  });
  const keyed = shape.kind === "instances" && (state.limit !== null || state.offset > 0);
  if (keyed)
    for (const field of state.meta.primaryKey)
      nodes.push(order(literal(placeOf(shape, field.name, state.meta) + 1), state.reversed ? "desc" : "asc"));
  return nodes;
};
const plainTerm = (
  term: string | OrderTerm,
): { readonly path: string; readonly direction: "asc" | "desc"; readonly nulls: "first" | "last" | null } => {
  if (typeof term === "string")
    return term.startsWith("-") ? { path: term.slice(1), direction: "desc", nulls: null } : { path: term, direction: "asc", nulls: null };
  if (term.node.kind !== "path") throw new FieldError("a union is ordered by the names of its columns, not by expressions");
  return { path: term.node.path, direction: term.direction, nulls: term.nulls };
};
const placeOf = (shape: RowShape, path: string, meta: ModelMeta): number => {
  const name = path === "pk" ? (meta.primaryKey[0]?.name ?? path) : path;
  if (shape.kind === "values") {
    const place = shape.outputs.findIndex((one) => one.name === name || one.name === path);
    if (place >= 0) return place;
  } else {
    const field = shape.entity.fields.findIndex((one) => one.name === name || (one.relation !== null && one.relation === name));
    if (field >= 0) return shape.entity.offset + field;
    const annotation = shape.annotations.find((one) => one.name === name);
    if (annotation !== undefined) return annotation.offset;
  }
  const names =
    shape.kind === "values" ? shape.outputs.map((one) => one.name) : [...shape.entity.fields, ...shape.annotations].map((one) => one.name);
  throw new FieldError(`a union is ordered by its own columns, '${path}' is none.${didYouMean(path, names)} There are ${names.join(", ")}`);
};

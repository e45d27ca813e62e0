/** Unions, intersections and differences: parts are planned separately, then ordered and sliced as a whole. */

import { FieldError } from "../../../errors.js";
import type { ModelMeta } from "../../../metadata/model-meta.js";
import { column, compound, fromQuery, order, output, select } from "../../../sql/factories/index.js";
import type { Compound, OrderNode, Output, Select } from "../../../sql/nodes.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import type { RowShape } from "../../plan.js";
import { newContext } from "../../resolve/scope/context.js";
import type { PlanContext, Scope } from "../../resolve/scope/scope.js";
import type { Node, OrderTerm, QueryState } from "../../state.js";
import { expandedTerms, givenOrder } from "../select/ordering.js";
import type { SelectedOutput } from "../select/outputs.js";
import { sliceOf } from "../select/slice.js";

export interface Part {
  readonly query: Select | Compound;
  readonly empty: boolean;
  /** The outputs of `shape`, followed by the requested extra ones. */
  readonly outputs: readonly SelectedOutput[];
  readonly shape: RowShape;
}
/** `extras`: expressions to select after the rows' own outputs. */
export type PlanPart = (context: PlanContext, state: QueryState, outer: Scope | null, extras: readonly Node[]) => Part;

/** Calls after combining apply to the whole; if the whole selects values, so do its parts. */
export const combinedPart = (
  context: PlanContext,
  state: QueryState,
  outer: Scope | null,
  planPart: PlanPart,
  extras: readonly Node[] = [],
): Part => {
  const { combined } = state;
  if (combined === null) throw new FieldError("nothing is combined here");
  if (state.lock !== null || combined.states.some((one) => one.lock !== null))
    throw new FieldError(
      `selectForUpdate() of ${state.meta.name}: rows of a ${combined.operator} cannot be locked. Lock them by their keys: filter({ pk__in: … }).selectForUpdate()`,
    );
  const states = combined.states.map((one) => partState(one, state));
  const places = orderPlaces(context, state, states, outer, planPart);
  const more = [...places.extras, ...extras];
  const parts = states.map((one) => planPart(context, one, outer, more));
  const [first] = parts;
  if (first === undefined) throw new FieldError("a union needs at least one query");
  for (const part of parts) {
    if (part.outputs.length !== first.outputs.length)
      throw new FieldError(
        `the queries of a ${combined.operator} must have the same columns: ${first.outputs.length} and ${part.outputs.length} do not match`,
      );
  }
  const own = first.outputs.length - more.length;
  const selected = [...first.outputs.slice(0, own), ...first.outputs.slice(own + places.extras.length)];
  const result = { outputs: selected.map((one) => ({ ...one, nullable: true })), shape: first.shape };
  const kept = keptParts(combined.operator, parts);
  if (kept.length === 0) return { ...result, query: first.query, empty: true };
  const rows = combine(context, kept, combined.operator);
  const bare = places.terms.length === 0 && state.limit === null && state.offset === 0;
  const query = bare
    ? rows
    : arranged(
        context,
        rows,
        first.outputs,
        (at) => at < own || at >= own + places.extras.length,
        places.terms.map((term) => ({ ...term, place: term.place < 0 ? own - term.place - 1 : term.place })),
        state,
      );
  return { ...result, query, empty: state.none || state.limit === 0 };
};

/** Combines the rows of all parts, unordered. With one part left, a union must still remove duplicates. */
const combine = (context: PlanContext, parts: readonly Part[], operator: Compound["operator"]): Select | Compound => {
  const [only] = parts;
  return parts.length === 1 && only !== undefined
    ? { ...asTable(context, only.query, only.outputs, "part"), distinct: operator !== "union all" }
    : compound({ operator, queries: parts.map((part) => simple(context, part)) });
};

interface PlacedTerm {
  /** Index of the output to order by; -1 is the first extra output, -2 the second. */
  readonly place: number;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
}
/** Orders and slices the combined rows in an enclosing query, where every output has a name. */
const arranged = (
  context: PlanContext,
  rows: Select | Compound,
  outputs: readonly Output[],
  isSelected: (at: number) => boolean,
  terms: readonly PlacedTerm[],
  state: QueryState,
): Select => {
  const alias = nextAlias(context, "combined");
  const columns = outputs.map(({ expr }, index) => column(alias, `c${index + 1}`, expr.type));
  return select({
    outputs: columns.filter((_, at) => isSelected(at)).map((one) => output(one)),
    from: fromQuery(namedQuery(rows), alias),
    orderBy: terms.flatMap(({ place, direction, nulls }): OrderNode[] => {
      const expr = columns[place];
      return expr === undefined ? [] : [order(expr, direction, nulls)];
    }),
    ...sliceOf(context, state),
  });
};

/** A part keeps its order only if the order affects which rows it has. */
const partState = (part: QueryState, whole: QueryState): QueryState => {
  const ordered =
    part.limit !== null || part.offset > 0 || typeof part.distinct !== "boolean" ? part : { ...part, order: [], reversed: false };
  return { ...ordered, related: whole.values === null ? part.related : [] };
};

/** Drops parts that are known to be empty, as far as the operator allows. */
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

/** Wraps a query as a table with numbered column names. */
export const asTable = (context: PlanContext, query: Select | Compound, outputs: readonly SelectedOutput[], name: string): Select => {
  const alias = nextAlias(context, name);
  return select({
    outputs: outputs.map(({ expr }, index) => output(column(alias, `c${index + 1}`, expr.type))),
    from: fromQuery(namedQuery(query), alias),
  });
};

/** Parts with an order, a limit or common tables are wrapped in a sub-select, since not every database accepts them directly. */
const simple = (context: PlanContext, { query, outputs }: Part): Select | Compound => {
  const plain =
    query.orderBy.length === 0 && query.limit === null && query.offset === null && query.kind === "select" && query.with.length === 0;
  return plain ? query : asTable(context, query, outputs, "part");
};

interface Places {
  readonly terms: readonly PlacedTerm[];
  readonly extras: readonly Node[];
}
const plainTerm = (term: string | OrderTerm): OrderTerm =>
  typeof term !== "string"
    ? term
    : term.startsWith("-")
      ? { node: { kind: "path", path: term.slice(1) }, direction: "desc", nulls: null }
      : { node: { kind: "path", path: term }, direction: "asc", nulls: null };
const flip = ({ place, direction, nulls }: PlacedTerm): PlacedTerm => ({
  place,
  direction: direction === "asc" ? "desc" : "asc",
  nulls: nulls === null ? null : nulls === "first" ? "last" : "first",
});

/** The outputs to order by. Terms that the parts do not select are added to each of them, as in Django. */
const orderPlaces = (
  context: PlanContext,
  state: QueryState,
  parts: readonly QueryState[],
  outer: Scope | null,
  planPart: PlanPart,
): Places => {
  const [first] = parts;
  const sliced = state.limit !== null || state.offset > 0;
  const given = givenOrder(state).flatMap((term): readonly (string | OrderTerm)[] =>
    typeof term === "string" ? expandedTerms(state.meta, term) : [term],
  );
  if (first === undefined || (given.length === 0 && !sliced)) return { terms: [], extras: [] };
  // Planned in a separate context, only to learn the outputs.
  const { shape } = planPart(newContext(context.resolver, context.slots), first, outer, []);
  // Columns may be added to the whole, but not to parts with explicit values().
  const extensible = state.values === null || parts.every((part) => part.values === state.values);
  const extras: Node[] = [];
  const terms: PlacedTerm[] = [];
  for (const { node, direction, nulls } of given.map(plainTerm)) {
    const place = node.kind === "path" ? placeOf(shape, node.path, state.meta) : -1;
    if (place >= 0) terms.push({ place, direction, nulls });
    else if (extensible && (state.order !== null || state.values === null)) terms.push({ place: -extras.push(node), direction, nulls });
    else if (state.order === null) return { terms: [], extras: [] };
    else throw unknownColumn(shape, node);
  }
  if (sliced && shape.kind === "instances")
    for (const field of state.meta.primaryKey) terms.push({ place: placeOf(shape, field.name, state.meta), direction: "asc", nulls: null });
  return { terms: state.reversed ? terms.map(flip) : terms, extras };
};
const placeOf = (shape: RowShape, path: string, meta: ModelMeta): number => {
  const name = path === "pk" ? (meta.primaryKey[0]?.name ?? path) : path;
  if (shape.kind === "values") return shape.outputs.findIndex((one) => one.name === name || one.name === path);
  const field = shape.entity.fields.findIndex((one) => one.name === name || (one.relation !== null && one.relation === name));
  return field >= 0 ? shape.entity.offset + field : (shape.annotations.find((one) => one.name === name)?.offset ?? -1);
};
const unknownColumn = (shape: RowShape, node: Node): FieldError => {
  const names =
    shape.kind === "values" ? shape.outputs.map((one) => one.name) : [...shape.entity.fields, ...shape.annotations].map((one) => one.name);
  const what = node.kind === "path" ? `'${node.path}' is not among them` : "an expression is not among them";
  return new FieldError(
    `a union of values() is ordered by its columns, and ${what}.${node.kind === "path" ? didYouMean(node.path, names) : ""} Available: ${names.join(", ")}`,
  );
};

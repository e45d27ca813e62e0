/** The immutable state of a QuerySet and its unresolved expression trees; each builder method makes a modified copy. */

import type { ManyToManyMeta, ModelMeta } from "../metadata/model-meta.js";
import type {
  AggregateName,
  BinaryOperator,
  DatePart,
  Expr,
  FrameNode,
  FunctionName,
  Lock,
  TruncUnit,
  WindowFunctionName,
} from "../sql/nodes.js";
import type { ColumnType } from "../sql/types.js";
import type { FetchMode } from "./fetch-mode.js";

export type ArithmeticOperator = Extract<BinaryOperator, "+" | "-" | "*" | "/" | "%" | "&" | "|" | "#" | "<<" | ">>"> | "^";

/** How a function's result type follows from its arguments; a ColumnType is fixed. */
export type ResultRule = "first" | "unified" | "numeric" | "double" | ColumnType;

/** An expression or condition as the user gave it: paths are resolved against a model when the query is planned. */
export type Node =
  | { readonly kind: "path"; readonly path: string }
  /** With `type` null, the type follows from the value or from what it is compared with. */
  | { readonly kind: "value"; readonly value: unknown; readonly type: ColumnType | null }
  /** A path of an enclosing query, `depth` levels out. */
  | { readonly kind: "outer"; readonly path: string; readonly depth: number }
  | { readonly kind: "arithmetic"; readonly operator: ArithmeticOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "negate"; readonly operand: Node }
  /** With `nullable` false, the result is never NULL, whatever the arguments. */
  | {
      readonly kind: "call";
      readonly name: FunctionName;
      readonly args: readonly Node[];
      readonly result: ResultRule;
      readonly takes: ColumnType | null;
      readonly nullable: boolean;
    }
  | { readonly kind: "extract"; readonly part: DatePart; readonly operand: Node; readonly zone: string | null }
  | {
      readonly kind: "trunc";
      readonly unit: TruncUnit;
      readonly operand: Node;
      readonly zone: string | null;
      readonly as: "date" | "timestamp" | null;
    }
  | { readonly kind: "cast"; readonly operand: Node; readonly type: ColumnType }
  | { readonly kind: "case"; readonly whens: readonly { readonly when: Node; readonly then: Node }[]; readonly otherwise: Node | null }
  /** Without `args`: COUNT(*). `otherwise` replaces NULL, the result for no rows. */
  | {
      readonly kind: "aggregate";
      readonly name: AggregateName;
      readonly args: readonly Node[];
      readonly distinct: boolean;
      readonly filter: Node | null;
      readonly orderBy: readonly OrderTerm[];
      readonly otherwise: Node | null;
    }
  | { readonly kind: "windowFunction"; readonly name: WindowFunctionName; readonly args: readonly Node[] }
  | {
      readonly kind: "window";
      readonly of: Node;
      readonly partitionBy: readonly Node[];
      readonly orderBy: readonly OrderTerm[];
      readonly frame: FrameNode | null;
    }
  /** A column of the common table that the recursive part of `with()` reads from. */
  | { readonly kind: "fromTable"; readonly table: string; readonly path: string }
  | { readonly kind: "subquery"; readonly state: QueryState }
  | { readonly kind: "exists"; readonly state: QueryState }
  /** Raw SQL, which may contain unresolved expressions. */
  | { readonly kind: "fragment"; readonly expr: Expr }
  | ConditionTree;

/** A condition as the user gave it. */
export type ConditionTree =
  | { readonly kind: "where"; readonly entries: readonly (readonly [path: string, value: unknown])[] }
  | { readonly kind: "and" | "or" | "xor"; readonly parts: readonly Node[] }
  | { readonly kind: "not"; readonly part: Node }
  /** `User.c.age.gt(18)`: an expression, a lookup, a value. */
  | { readonly kind: "compare"; readonly operand: Node; readonly lookup: string; readonly value: unknown }
  /** A link row connects the row with the owner of this key; yields one row per link. */
  | { readonly kind: "linked"; readonly relation: ManyToManyMeta; readonly key: unknown };

export interface OrderTerm {
  readonly node: Node;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
}

export interface Annotation {
  readonly name: string;
  readonly node: Node;
  /** From alias(): can be filtered and ordered by, but is not selected. */
  readonly hidden: boolean;
}

export interface ValuesState {
  /** Paths and names of annotations (an expression given to values() is one). */
  readonly items: readonly string[];
  readonly mode: "object" | "list" | "flat";
}

/**
 * One filter() or exclude() call: its conditions refer to the same related row. `annotated` is the number of annotations before it;
 * `outside` marks a condition that the library added to choose among finished rows, so that windows and DISTINCT ON do not see it.
 */
export interface WhereStep {
  readonly outside?: true;
  readonly negated: boolean;
  readonly tree: Node;
  readonly annotated: number;
}

/** The grouping once an aggregate is annotated: by row of the model, or by the values named before. */
export type Grouping = { readonly by: "key" } | { readonly by: "values"; readonly items: readonly string[] };

export interface CommonTableState {
  readonly name: string;
  readonly base: QueryState;
  /** Built from the rows found so far; null for a plain common table. */
  readonly recursive: QueryState | null;
  readonly all: boolean;
}

/** Created only by `initialState` and `changed`, so that all states share one hidden class. */
export interface QueryState {
  readonly meta: ModelMeta;
  readonly where: readonly WhereStep[];
  /** null uses the model's ordering. Strings are kept as given: "-author__name", "?". */
  readonly order: readonly (string | OrderTerm)[] | null;
  readonly reversed: boolean;
  readonly limit: number | null;
  readonly offset: number;
  readonly distinct: boolean | readonly string[];
  readonly annotations: readonly Annotation[];
  readonly group: Grouping | null;
  readonly values: ValuesState | null;
  readonly only: readonly string[] | null;
  readonly defer: readonly string[];
  readonly related: readonly string[];
  readonly prefetch: readonly (string | PrefetchSpec)[];
  /** `of` contains relations, or "self". */
  readonly lock: Lock | null;
  readonly fetchMode: FetchMode | null;
  readonly deleted: "hide" | "include" | "only";
  readonly combined: { readonly operator: "union" | "union all" | "intersect" | "except"; readonly states: readonly QueryState[] } | null;
  /** Selects from this common table instead of the model's own. */
  readonly table: CommonTableState | null;
  readonly none: boolean;
}
/** A relation to prefetch with a custom queryset. */
export interface PrefetchSpec {
  readonly path: string;
  readonly state: QueryState | null;
  readonly toAttr: string | null;
}

/** All rows of a model, in its default order. */
export const initialState = (meta: ModelMeta): QueryState => ({
  meta,
  where: [],
  order: null,
  reversed: false,
  limit: null,
  offset: 0,
  distinct: false,
  annotations: [],
  group: null,
  values: null,
  only: null,
  defer: [],
  related: [],
  prefetch: [],
  lock: null,
  fetchMode: null,
  deleted: "hide",
  combined: null,
  table: null,
  none: false,
});

const given = <T>(now: T | undefined, before: T): T => (now === undefined ? before : now);
/** A modified copy. Every builder method makes one; listing the properties takes a twentieth of the time of spreading and freezing. */
export const changed = (state: QueryState, to: Partial<QueryState>): QueryState => ({
  meta: state.meta,
  where: given(to.where, state.where),
  order: given(to.order, state.order),
  reversed: given(to.reversed, state.reversed),
  limit: given(to.limit, state.limit),
  offset: given(to.offset, state.offset),
  distinct: given(to.distinct, state.distinct),
  annotations: given(to.annotations, state.annotations),
  group: given(to.group, state.group),
  values: given(to.values, state.values),
  only: given(to.only, state.only),
  defer: given(to.defer, state.defer),
  related: given(to.related, state.related),
  prefetch: given(to.prefetch, state.prefetch),
  lock: given(to.lock, state.lock),
  fetchMode: given(to.fetchMode, state.fetchMode),
  deleted: given(to.deleted, state.deleted),
  combined: given(to.combined, state.combined),
  table: given(to.table, state.table),
  none: given(to.none, state.none),
});

/** The same rows as plain values; for a combination, the values of its parts. */
export const withValues = (state: QueryState, values: ValuesState): QueryState =>
  changed(state, {
    values,
    related: [],
    prefetch: [],
    combined: state.combined === null ? null : { ...state.combined, states: state.combined.states.map((part) => withValues(part, values)) },
  });

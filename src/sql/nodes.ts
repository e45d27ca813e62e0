/**
 * The SQL tree as frozen data: expressions, and statements built from them. Nodes have no behaviour; the compiler reads them. One file,
 * because they contain each other.
 */

import type { AggregateName, BinaryOperator, DatePart, FrameNode, FunctionName, TruncUnit, WindowFunctionName } from "./names.js";
import type { ColumnType } from "./types.js";

export type * from "./names.js";

interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly type: ColumnType;
}

/** A column of a source in this statement; `source` is its alias (or table name), null for an unqualified column. */
export interface ColumnNode extends Node<"column"> {
  readonly source: string | null;
  readonly name: string;
  /** The column's own collation (`.collate(…)`), which replaces ordering by code point. */
  readonly collate?: string | null | undefined;
  /** Never NULL here (a NOT NULL column whose source is not left-joined), so that an index can serve ORDER BY on every database. */
  readonly notNull?: boolean | undefined;
}
/**
 * A bound value. `value` is the caller's value; `prepare` (a pure function, chosen by the lookup) converts it for binding, so that a cached
 * statement can be bound to new values. `slot` is the value's position in the query's value list, if it has one. A NULL value is bound as
 * NULL: `= null` must have been turned into IS NULL before.
 */
export interface ParamNode extends Node<"param"> {
  readonly value: unknown;
  readonly prepare?: ((value: never) => unknown) | undefined;
  readonly slot?: number | undefined;
}
/** A literal of the library (0, 1, true, null, a known word), written into the SQL; never a caller's value. */
export interface LiteralNode extends Node<"literal"> {
  readonly value: string | number | boolean | null;
}
export interface BinaryNode extends Node<"binary"> {
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}
export interface NegateNode extends Node<"negate"> {
  readonly operand: Expr;
}
export interface LogicalNode extends Node<"and" | "or"> {
  readonly operands: readonly Expr[];
}
interface NotNode extends Node<"not"> {
  readonly operand: Expr;
}
export interface IsNullNode extends Node<"isNull"> {
  readonly operand: Expr;
  readonly negated: boolean;
}
/** Whether `operand` is an element of ONE array parameter (`= ANY($1)`, `IN (SELECT value FROM json_each(?))`). */
export interface InArrayNode extends Node<"inArray"> {
  readonly operand: Expr;
  readonly values: ParamNode;
}
/** Whether `operands` (a row value if several) occur in the rows of a sub-select. */
export interface InQueryNode extends Node<"inQuery"> {
  readonly operands: readonly Expr[];
  readonly query: Select | Compound;
}
/** Whether the row of `operands` is one of `rows` (composite keys). */
export interface InRowsNode extends Node<"inRows"> {
  readonly operands: readonly Expr[];
  readonly rows: readonly (readonly Expr[])[];
}
export interface BetweenNode extends Node<"between"> {
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
}
/**
 * Text matching. LIKE wildcards are literal: `pattern` is plain text, a parameter or any expression, and the compiler escapes it (in
 * `prepare` for parameters, in SQL for expressions).
 */
export interface MatchNode extends Node<"match"> {
  readonly mode: "contains" | "startswith" | "endswith" | "exact" | "regex";
  readonly insensitive: boolean;
  readonly operand: Expr;
  readonly pattern: Expr;
}
export interface FunctionNode extends Node<"function"> {
  readonly name: FunctionName;
  readonly args: readonly Expr[];
}
/** `weekday` is 1 for Sunday … 7 for Saturday (Django's week_day); `isoWeekday` is 1 for Monday … 7 for Sunday. `zone` is an IANA name. */
export interface ExtractNode extends Node<"extract"> {
  readonly part: DatePart;
  readonly operand: Expr;
  readonly zone: string | null;
}
export interface TruncNode extends Node<"trunc"> {
  readonly unit: TruncUnit;
  readonly operand: Expr;
  readonly zone: string | null;
}
export interface CastNode extends Node<"cast"> {
  readonly operand: Expr;
}
export interface CaseNode extends Node<"case"> {
  readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise: Expr | null;
}
/**
 * A value inside JSON: with `type` json it is JSON, otherwise a scalar of that type. Path segments are always bound; digits may be a key or
 * an index.
 */
export interface JsonPathNode extends Node<"jsonPath"> {
  readonly operand: Expr;
  readonly path: readonly (string | number)[];
}
/** Empty `args` mean COUNT(*). The second argument of stringAgg is the separator. */
export interface AggregateNode extends Node<"aggregate"> {
  readonly name: AggregateName;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly filter: Expr | null;
  readonly orderBy: readonly OrderNode[];
}
export interface WindowFunctionNode extends Node<"windowFunction"> {
  readonly name: WindowFunctionName;
  readonly args: readonly Expr[];
}
export interface WindowNode extends Node<"window"> {
  readonly of: AggregateNode | WindowFunctionNode;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderNode[];
  readonly frame: FrameNode | null;
}
/** A sub-select as a single value. */
export interface ScalarQueryNode extends Node<"scalarQuery"> {
  readonly query: Select | Compound;
}
export interface ExistsNode extends Node<"exists"> {
  readonly query: Select | Compound;
  readonly negated: boolean;
}
/** Raw SQL: texts and the expressions (usually parameters) between them, `texts.length === values.length + 1`. */
export interface FragmentNode extends Node<"fragment"> {
  readonly texts: readonly string[];
  readonly values: readonly Expr[];
}
/** A separate identifier (`sql.identifier`), always quoted. */
export interface IdentifierNode extends Node<"identifier"> {
  readonly parts: readonly string[];
}
/** A column of the row that an upsert tried to insert: `excluded.name`. */
export interface ExcludedNode extends Node<"excluded"> {
  readonly name: string;
}
/**
 * A computed value of a grouped query around this sub-select, `source` being the alias of that query's rows. It is one value here, even if
 * it aggregates there; PostgreSQL does not recognize an expression that the query around groups by, so that query may have to replace it.
 */
export interface OuterNode extends Node<"outer"> {
  readonly source: string;
  readonly of: Expr;
}
/**
 * Something that needs a model to become a node (`F("views")` inside a fragment). The enclosing query replaces it (`mapExpr`); a compiler
 * that finds one throws.
 */
export interface UnresolvedNode extends Node<"unresolved"> {
  readonly object: object;
}

export type Expr =
  | ColumnNode
  | ParamNode
  | LiteralNode
  | BinaryNode
  | NegateNode
  | LogicalNode
  | NotNode
  | IsNullNode
  | InArrayNode
  | InQueryNode
  | InRowsNode
  | BetweenNode
  | MatchNode
  | FunctionNode
  | ExtractNode
  | TruncNode
  | CastNode
  | CaseNode
  | JsonPathNode
  | AggregateNode
  | WindowFunctionNode
  | WindowNode
  | ScalarQueryNode
  | ExistsNode
  | FragmentNode
  | IdentifierNode
  | ExcludedNode
  | OuterNode
  | UnresolvedNode;
export type ExprKind = Expr["kind"];

/** `nulls` null means the same on both databases: nulls last when ascending, first when descending (PostgreSQL's default). */
export interface OrderNode {
  readonly expr: Expr;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
  /** Position of the output of the same SELECT that equals `expr`, from 1; it may be written instead. */
  readonly position?: number | undefined;
}

// ---------------------------------------------------------------- statements
export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

export type Source =
  | { readonly kind: "table"; readonly table: TableName; readonly alias: string }
  | { readonly kind: "query"; readonly query: Select | Compound; readonly alias: string }
  /** A common table expression by its name. */
  | { readonly kind: "cte"; readonly name: string; readonly alias: string }
  /** Raw SQL as a row source, `( … )`. */
  | { readonly kind: "fragment"; readonly fragment: Expr; readonly alias: string };

export interface Join {
  readonly kind: "inner" | "left";
  readonly source: Source;
  readonly on: Expr;
}
/** One output column; `name` is its alias, null leaves the name to the database. */
export interface Output {
  readonly expr: Expr;
  readonly name: string | null;
}
export interface Lock {
  readonly strength: "update" | "noKeyUpdate" | "share" | "keyShare";
  readonly skipLocked: boolean;
  readonly noWait: boolean;
  readonly of: readonly string[];
}
export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Select | Compound;
  readonly recursive: boolean;
}

export interface Select {
  readonly kind: "select";
  readonly with: readonly CommonTable[];
  readonly distinct: boolean | readonly Expr[];
  readonly outputs: readonly Output[];
  readonly from: Source | null;
  readonly joins: readonly Join[];
  readonly where: Expr | null;
  readonly groupBy: readonly Expr[];
  readonly having: Expr | null;
  readonly orderBy: readonly OrderNode[];
  readonly limit: Expr | null;
  readonly offset: Expr | null;
  readonly lock: Lock | null;
}
/** UNION and similar; the order refers to the first select's output names or positions. */
export interface Compound {
  readonly kind: "compound";
  readonly with: readonly CommonTable[];
  readonly operator: "union" | "union all" | "intersect" | "except";
  readonly queries: readonly (Select | Compound)[];
  readonly orderBy: readonly OrderNode[];
  readonly limit: Expr | null;
  readonly offset: Expr | null;
}

export interface TargetColumn {
  readonly name: string;
  readonly type: ColumnType;
}
/** The action on a conflict: nothing, or an update of the named columns (usually to `excluded`). */
export interface OnConflict {
  readonly columns: readonly string[];
  readonly where: Expr | null;
  readonly action: "nothing" | readonly Assignment[];
}
/**
 * Inserts rows in one statement. `rows[r][c]` is the instance value for `columns[c]` (encoded with the column's codec), or an expression if
 * `expressions` is true. PostgreSQL uses `SELECT … FROM unnest(…) WITH ORDINALITY`, SQLite multi-row VALUES. No columns and one row:
 * DEFAULT VALUES.
 */
export interface Insert {
  readonly kind: "insert";
  readonly into: TableName;
  readonly columns: readonly TargetColumn[];
  readonly rows: readonly (readonly unknown[])[];
  readonly expressions: boolean;
  readonly onConflict: OnConflict | null;
  readonly returning: readonly Output[];
  /** RETURNING contains only a sequence key; it may be omitted if the last key determines the others. */
  readonly counted: boolean;
}
/**
 * `type` is the column's, so that a computed value is stored like the column's values (rounded decimals); without it the value's type
 * applies.
 */
export interface Assignment {
  readonly column: string;
  readonly value: Expr;
  readonly type?: ColumnType | undefined;
}
/** `UPDATE … SET … WHERE …`. */
export interface Update {
  readonly kind: "update";
  readonly table: TableName;
  readonly alias: string;
  readonly set: readonly Assignment[];
  readonly where: Expr | null;
  readonly returning: readonly Output[];
}
/**
 * Updates many rows with separate values in one statement: rows are matched by `keys` (equality of every key column; a version is just
 * another key), `set` columns take the row's values, `also` are expressions for all rows (which may refer to columns by `alias`). `rows[r]`
 * holds the key values, then the set values.
 */
export interface UpdateRows {
  readonly kind: "updateRows";
  readonly table: TableName;
  readonly alias: string;
  readonly keys: readonly TargetColumn[];
  readonly set: readonly TargetColumn[];
  readonly also: readonly Assignment[];
  readonly rows: readonly (readonly unknown[])[];
  readonly returning: readonly Output[];
}
export interface Delete {
  readonly kind: "delete";
  readonly from: TableName;
  readonly alias: string;
  readonly where: Expr | null;
  readonly returning: readonly Output[];
}
/** A whole statement of raw SQL. */
export interface RawStatement {
  readonly kind: "raw";
  readonly fragment: Expr;
  readonly writes: boolean;
}

export type Statement = Select | Compound | Insert | Update | UpdateRows | Delete | RawStatement;

/** The SQL tree as frozen data: expressions and the statements built from them. Nodes never act; the compiler reads them. One file, since they contain each other. */

import type { AggregateName, BinaryOperator, DatePart, FrameNode, FunctionName, TruncUnit, WindowFunctionName } from "./names.js";
import type { ColumnType } from "./types.js";

export type * from "./names.js";

interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly type: ColumnType;
}

/** A column of a table source in this statement; `source` is the source's alias (or its table name), null for a bare name. */
export interface ColumnNode extends Node<"column"> {
  readonly source: string | null;
  readonly name: string;
  /** The column's own collation (`.collate(…)`): it orders by that, not by code point. */
  readonly collate?: string | null | undefined;
  /** Never NULL here (a NOT NULL column whose source is not left-joined): an index can then serve ORDER BY on every database. */
  readonly notNull?: boolean | undefined;
}
/**
 * A bound value. `value` is what the caller gave; `prepare` (a pure function, chosen by the lookup) turns it into what is bound,
 * so that a cached statement can be bound to new values. `slot` is the value's position in the query's value list, when it has one.
 * A NULL value is bound as NULL: whoever builds conditions has turned `= null` into IS NULL before.
 */
export interface ParamNode extends Node<"param"> {
  readonly value: unknown;
  readonly prepare?: ((value: never) => unknown) | undefined;
  readonly slot?: number | undefined;
}
/** A literal of the library's own (0, 1, true, null, a known word): written into the text, never a caller's value. */
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
/** `operand` is one of the elements of ONE array parameter (`= ANY($1)`, `IN (SELECT value FROM json_each(?))`). */
export interface InArrayNode extends Node<"inArray"> {
  readonly operand: Expr;
  readonly values: ParamNode;
}
/** `operand` (a row value if several) is in a sub-select's rows. */
export interface InQueryNode extends Node<"inQuery"> {
  readonly operands: readonly Expr[];
  readonly query: Select | Compound;
}
/** `operands` form a row that is one of `rows` (composite keys). */
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
 * Text matching. LIKE wildcards in the pattern are literal: `pattern` is the plain text looked for, a parameter or any expression,
 * and the compiler escapes it (in `prepare` for parameters, in SQL for expressions).
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
/** `weekday` 1 is Sunday … 7 Saturday (Django's week_day); `isoWeekday` 1 is Monday … 7 Sunday. `zone` an IANA name. */
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
/** A value inside JSON: `type` json gives JSON, any other type extracts the scalar as that type. Path segments are always bound; one of digits is a key or a place. */
export interface JsonPathNode extends Node<"jsonPath"> {
  readonly operand: Expr;
  readonly path: readonly (string | number)[];
}
/** `args` empty: COUNT(*). stringAgg has the separator as its second argument. */
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
/** A sub-select as one value. */
export interface ScalarQueryNode extends Node<"scalarQuery"> {
  readonly query: Select | Compound;
}
export interface ExistsNode extends Node<"exists"> {
  readonly query: Select | Compound;
  readonly negated: boolean;
}
/** The caller's own SQL: texts and the expressions (usually parameters) between them, `texts.length === values.length + 1`. */
export interface FragmentNode extends Node<"fragment"> {
  readonly texts: readonly string[];
  readonly values: readonly Expr[];
}
/** An identifier by itself (`sql.identifier`): always quoted. */
export interface IdentifierNode extends Node<"identifier"> {
  readonly parts: readonly string[];
}
/** The row that an upsert wanted to insert: `excluded.name`. */
export interface ExcludedNode extends Node<"excluded"> {
  readonly name: string;
}
/**
 * Something that needs a model before it is a node (`F("views")` inside a fragment): the query that it stands in replaces it
 * (`mapExpr`); a compiler that meets one throws.
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
  | UnresolvedNode;
export type ExprKind = Expr["kind"];

/** `nulls` null: the same on both databases, nulls last ascending and first descending (PostgreSQL's own order). */
export interface OrderNode {
  readonly expr: Expr;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
  /** The output of the same SELECT that `expr` is, counted from 1: it may be written as that number. */
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
  /** The caller's own SQL as a row source, `( … )`. */
  | { readonly kind: "fragment"; readonly fragment: Expr; readonly alias: string };

export interface Join {
  readonly kind: "inner" | "left";
  readonly source: Source;
  readonly on: Expr;
}
/** One output column; `name` is quoted as its alias, null lets the database name it. */
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
/** UNION and its siblings; order speaks of the first select's output names or positions. */
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
/** What happens on a conflict: nothing, or an update of the named columns to expressions (usually `excluded`). */
export interface OnConflict {
  readonly columns: readonly string[];
  readonly where: Expr | null;
  readonly action: "nothing" | readonly Assignment[];
}
/**
 * Rows into a table in one statement. `rows[r][c]` is the value an instance holds for `columns[c]` (encoded by the compiler with the
 * column's codec), or an expression when `expressions` is true for this statement. PostgreSQL gets `SELECT … FROM unnest(…) WITH ORDINALITY`,
 * SQLite multi-row VALUES. No columns and one row: DEFAULT VALUES.
 */
export interface Insert {
  readonly kind: "insert";
  readonly into: TableName;
  readonly columns: readonly TargetColumn[];
  readonly rows: readonly (readonly unknown[])[];
  readonly expressions: boolean;
  readonly onConflict: OnConflict | null;
  readonly returning: readonly Output[];
  /** RETURNING gives nothing but a key that the database counts up: it may be left out where the last key tells the others. */
  readonly counted: boolean;
}
/** `type` is the column's, so that what is computed is stored as the column stores it (rounded decimals); without it the value's own type counts. */
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
 * Many rows, each with its own values, in one statement: rows are matched by `keys` (equality of every key column; a version column is just another key),
 * `set` columns take the row's value, `also` are expressions for all rows (they may name the table's columns by `alias`). `rows[r]` has the keys' values, then the set columns'.
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
/** A whole statement of the caller's. */
export interface RawStatement {
  readonly kind: "raw";
  readonly fragment: Expr;
  readonly writes: boolean;
}

export type Statement = Select | Compound | Insert | Update | UpdateRows | Delete | RawStatement;

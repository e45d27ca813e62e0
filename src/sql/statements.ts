/** Statements as frozen data, built from expressions; each compiles to one text with parameters. */

import type { Expr, OrderNode } from "./expressions.js";
import type { ColumnType } from "./types.js";

export interface TableName { readonly schema: string | null; readonly name: string }

export type Source =
  | { readonly kind: "table"; readonly table: TableName; readonly alias: string }
  | { readonly kind: "query"; readonly query: Select | Compound; readonly alias: string }
  /** A common table expression by its name. */
  | { readonly kind: "cte"; readonly name: string; readonly alias: string }
  /** The caller's own SQL as a row source, `( … )`. */
  | { readonly kind: "fragment"; readonly fragment: Expr; readonly alias: string };

export interface Join { readonly kind: "inner" | "left"; readonly source: Source; readonly on: Expr }
/** One output column; `name` is quoted as its alias, null lets the database name it. */
export interface Output { readonly expr: Expr; readonly name: string | null }
export interface Lock { readonly strength: "update" | "noKeyUpdate" | "share" | "keyShare"; readonly skipLocked: boolean; readonly noWait: boolean; readonly of: readonly string[] }
export interface CommonTable { readonly name: string; readonly columns: readonly string[]; readonly query: Select | Compound; readonly recursive: boolean }

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

export interface TargetColumn { readonly name: string; readonly type: ColumnType }
/** What happens on a conflict: nothing, or an update of the named columns to expressions (usually `excluded`). */
export interface OnConflict { readonly columns: readonly string[]; readonly where: Expr | null; readonly action: "nothing" | readonly { readonly column: string; readonly value: Expr }[] }
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
}
export interface Assignment { readonly column: string; readonly value: Expr }
/** `UPDATE … SET … WHERE …`. */
export interface Update { readonly kind: "update"; readonly table: TableName; readonly alias: string; readonly set: readonly Assignment[]; readonly where: Expr | null; readonly returning: readonly Output[] }
/**
 * Many rows, each with its own values, in one statement: rows are matched by `keys` (equality of every key column; a version column is just another key),
 * `set` columns take the row's value, `also` are expressions for all rows (they may name the table's columns by `alias`). `rows[r]` has the keys' values, then the set columns'.
 */
export interface UpdateRows {
  readonly kind: "updateRows"; readonly table: TableName; readonly alias: string;
  readonly keys: readonly TargetColumn[]; readonly set: readonly TargetColumn[]; readonly also: readonly Assignment[];
  readonly rows: readonly (readonly unknown[])[]; readonly returning: readonly Output[];
}
export interface Delete { readonly kind: "delete"; readonly from: TableName; readonly alias: string; readonly where: Expr | null; readonly returning: readonly Output[] }
/** A whole statement of the caller's. */
export interface RawStatement { readonly kind: "raw"; readonly fragment: Expr; readonly writes: boolean }

export type Statement = Select | Compound | Insert | Update | UpdateRows | Delete | RawStatement;

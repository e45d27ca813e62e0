/** The picture of a schema as plain data: what models ask for, or what a database has. */

import type { Expr, TableName } from "../sql/nodes.js";
import type { ColumnType } from "../sql/types.js";

export interface ColumnPicture {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Counted up by the database; then it alone is the primary key. */
  readonly identity: boolean;
  readonly default: Expr | null;
  readonly generated: Expr | null;
  /** null: by code point. */
  readonly collate: string | null;
}
export interface UniquePicture {
  readonly name: string;
  readonly columns: readonly string[];
  /** Among these rows only; then the database keeps it by an index. */
  readonly where: Expr | null;
}
export interface CheckPicture {
  readonly name: string;
  readonly condition: Expr;
}
export interface IndexPicture {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[];
  readonly unique: boolean;
  readonly where: Expr | null;
}
/** What the database itself does with the row when the one it refers to goes; "nothing": it refuses. */
export type ForeignKeyAction = "cascade" | "setNull" | "setDefault" | "nothing";
export interface ForeignKeyPicture {
  readonly name: string;
  readonly column: string;
  readonly references: TableName;
  readonly referencedColumn: string;
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: "cascade" | "nothing";
}
export interface TablePicture {
  readonly name: TableName;
  readonly columns: readonly ColumnPicture[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly UniquePicture[];
  readonly checks: readonly CheckPicture[];
  readonly indexes: readonly IndexPicture[];
  readonly foreignKeys: readonly ForeignKeyPicture[];
  /** Made for a many-to-many relation: it is left out while a table that it links is neither here nor in the database. */
  readonly link: boolean;
}
/** Tables in the order in which they can be made: each after those it refers to, as far as circles allow. */
export interface SchemaPicture {
  readonly tables: readonly TablePicture[];
}

export const sameTable = (a: TableName, b: TableName): boolean => a.name === b.name && a.schema === b.schema;

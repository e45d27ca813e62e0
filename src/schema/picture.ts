/** The picture of a schema as plain data, ready for JSON: everything that distinguishes two schemas, asked for by models or read from a database. */

import type { TableName } from "../sql/nodes.js";
import type { DataType, IdentityKind } from "../sql/types.js";

/** SQL in each database's own words, by the dialect's name. A dialect that has no text here does not have the fact. */
export type SqlTexts = Readonly<Record<string, string>>;

export interface ColumnPicture {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** Counted up by the database; null: not. */
  readonly identity: IdentityKind | null;
  /** The text after DEFAULT, without the parentheses around it. */
  readonly default: SqlTexts | null;
  readonly generated: { readonly expression: SqlTexts; readonly stored: boolean } | null;
  /** null: by code point, or as types without an order of texts are; "default": as the database sorts by itself. */
  readonly collation: string | null;
  readonly comment: string | null;
}
export interface PrimaryKeyPicture {
  /** null: the name that the database gives by itself. */
  readonly name: string | null;
  readonly columns: readonly string[];
}
/** null: checked at once, always; else when the check happens unless the transaction says otherwise. */
export type Deferrable = "immediate" | "deferred" | null;
export interface UniquePicture {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that its index holds beside those. */
  readonly include: readonly string[];
  /** Two NULLs are the same value. */
  readonly nullsNotDistinct: boolean;
  readonly deferrable: Deferrable;
}
export interface CheckPicture {
  readonly name: string;
  /** The column whose type it keeps (members of an enum, 0 and 1, a length): it comes and goes with that type. */
  readonly column: string | null;
  readonly condition: SqlTexts;
  /** false: rows that were there before it have not been looked at (NOT VALID). */
  readonly valid: boolean;
}
/** One part of an index: a column or an expression. */
export interface IndexPart {
  readonly column: string | null;
  readonly expression: SqlTexts | null;
  readonly descending: boolean;
  /** null: where the database puts them by itself. */
  readonly nulls: "first" | "last" | null;
  /** null: that of the column. */
  readonly collation: string | null;
  /** null: the usual one of the type. */
  readonly operatorClass: string | null;
}
export interface IndexPicture {
  readonly name: string;
  /** "btree" where the database has no other. */
  readonly method: string;
  readonly parts: readonly IndexPart[];
  readonly include: readonly string[];
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  /** Only the rows for which this holds. */
  readonly where: SqlTexts | null;
  /** false: left behind by CREATE INDEX CONCURRENTLY that failed; no query uses it. */
  readonly valid: boolean;
}
/** What the database itself does with the row when the one it refers to goes, or changes its key; "nothing": it refuses at the end of the statement. */
export type ForeignKeyAction = "cascade" | "setNull" | "setDefault" | "restrict" | "nothing";
export interface ForeignKeyPicture {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: TableName;
  readonly referencedColumns: readonly string[];
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  readonly deferrable: Deferrable;
  /** false: rows that were there before it have not been looked at (NOT VALID). */
  readonly valid: boolean;
}
/** Constraints whose database keeps no name for them are called "". */
export interface TablePicture {
  readonly name: TableName;
  readonly columns: readonly ColumnPicture[];
  /** null: none. */
  readonly primaryKey: PrimaryKeyPicture | null;
  readonly uniques: readonly UniquePicture[];
  readonly checks: readonly CheckPicture[];
  readonly indexes: readonly IndexPicture[];
  readonly foreignKeys: readonly ForeignKeyPicture[];
  readonly comment: string | null;
  /** Words after the closing parenthesis of CREATE TABLE, by dialect: `STRICT`, `WITHOUT ROWID`. */
  readonly options: SqlTexts | null;
}
/** A type of its own that has these words for values. */
export interface EnumPicture {
  readonly name: TableName;
  readonly values: readonly string[];
  readonly comment: string | null;
}
/** A sequence that no identity and no `serial` brings along. */
export interface SequencePicture {
  readonly name: TableName;
  readonly type: DataType;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cycle: boolean;
  /** Goes when this column goes. */
  readonly ownedBy: { readonly table: TableName; readonly column: string } | null;
}
/** What no model says (views, triggers, policies …): kept, never dropped. */
export interface UnmanagedObject {
  readonly kind: string;
  readonly name: TableName;
  /** The table it is on, or null. */
  readonly table: TableName | null;
  /** Its definition as the database gives it. */
  readonly definition: string;
}
/** Tables in the order in which they can be made: each after those it refers to, as far as circles allow. */
export interface SchemaPicture {
  readonly tables: readonly TablePicture[];
  readonly enums: readonly EnumPicture[];
  readonly sequences: readonly SequencePicture[];
  readonly unmanaged: readonly UnmanagedObject[];
}

/** The key refers to what only a unique index keeps: it can stand only once that index is there. */
export const needsIndex = (key: ForeignKeyPicture, target: TablePicture | undefined): boolean => {
  if (target === undefined) return false;
  const wanted = [...key.referencedColumns].sort().join();
  const keys = [...(target.primaryKey === null ? [] : [target.primaryKey.columns]), ...target.uniques.map((unique) => unique.columns)];
  return !keys.some((columns) => [...columns].sort().join() === wanted);
};

export const sameTable = (a: TableName, b: TableName): boolean => a.name === b.name && a.schema === b.schema;

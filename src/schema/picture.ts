/**
 * The picture of a schema as plain JSON data: everything that distinguishes two schemas, whether defined by models or read from a database.
 */

import type { TableName } from "../sql/nodes.js";
import type { DataType, IdentityKind } from "../sql/types.js";

/** SQL by dialect name. A dialect without an entry lacks the object. */
export type SqlTexts = Readonly<Record<string, string>>;

export interface ColumnPicture {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** How the database generates keys; null if it does not. */
  readonly identity: IdentityKind | null;
  /** The text after DEFAULT, without the parentheses around it. */
  readonly default: SqlTexts | null;
  readonly generated: { readonly expression: SqlTexts; readonly stored: boolean } | null;
  /** null orders by code point (or has no meaning for the type); "default" uses the database's default collation. */
  readonly collation: string | null;
  readonly comment: string | null;
}
export interface PrimaryKeyPicture {
  /** null means the database's default name. */
  readonly name: string | null;
  readonly columns: readonly string[];
}
/** null is checked immediately and cannot be deferred; otherwise the initial mode. */
export type Deferrable = "immediate" | "deferred" | null;
export interface UniquePicture {
  readonly name: string;
  readonly columns: readonly string[];
  /** Additional columns stored in its index. */
  readonly include: readonly string[];
  /** Whether two NULLs count as equal. */
  readonly nullsNotDistinct: boolean;
  readonly deferrable: Deferrable;
}
export interface CheckPicture {
  readonly name: string;
  /** The column whose type it enforces (enum members, 0 and 1, a length); it exists only with that type. */
  readonly column: string | null;
  readonly condition: SqlTexts;
  /** false if existing rows have not been checked (NOT VALID). */
  readonly valid: boolean;
}
/** One part of an index: a column or an expression. */
export interface IndexPart {
  readonly column: string | null;
  readonly expression: SqlTexts | null;
  readonly descending: boolean;
  /** null means the database's default position. */
  readonly nulls: "first" | "last" | null;
  /** null means the column's collation. */
  readonly collation: string | null;
  /** null means the default class of the type. */
  readonly operatorClass: string | null;
}
export interface IndexPicture {
  readonly name: string;
  /** "btree" for databases with a single method. */
  readonly method: string;
  readonly parts: readonly IndexPart[];
  readonly include: readonly string[];
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  /** Limits the index to rows that satisfy the condition. */
  readonly where: SqlTexts | null;
  /** false for the remains of a failed CREATE INDEX CONCURRENTLY, which queries cannot use. */
  readonly valid: boolean;
}
/** The database's action when the referenced row is deleted or its key changes; "nothing" refuses at the end of the statement. */
export type ForeignKeyAction = "cascade" | "setNull" | "setDefault" | "restrict" | "nothing";
export interface ForeignKeyPicture {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: TableName;
  readonly referencedColumns: readonly string[];
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  readonly deferrable: Deferrable;
  /** false if existing rows have not been checked (NOT VALID). */
  readonly valid: boolean;
}
/** Constraints for which the database stores no name are called "". */
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
  /** SQL after the closing parenthesis of CREATE TABLE, by dialect: `STRICT`, `WITHOUT ROWID`. */
  readonly options: SqlTexts | null;
}
/** A native enum type. */
export interface EnumPicture {
  readonly name: TableName;
  readonly values: readonly string[];
  readonly comment: string | null;
}
/** A sequence that does not belong to an identity or `serial` column. */
export interface SequencePicture {
  readonly name: TableName;
  readonly type: DataType;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cycle: boolean;
  /** The column whose deletion also deletes the sequence. */
  readonly ownedBy: { readonly table: TableName; readonly column: string } | null;
}
/** Objects that models do not describe (views, triggers, policies …); they are kept, never dropped. */
export interface UnmanagedObject {
  readonly kind: string;
  readonly name: TableName;
  /** The table it belongs to, or null. */
  readonly table: TableName | null;
  /** Its definition as reported by the database. */
  readonly definition: string;
}
/** Tables in creation order: each after those it refers to, as far as cycles allow. */
export interface SchemaPicture {
  readonly tables: readonly TablePicture[];
  readonly enums: readonly EnumPicture[];
  readonly sequences: readonly SequencePicture[];
  readonly unmanaged: readonly UnmanagedObject[];
}

/** Whether the key refers to columns covered only by a unique index, so that it must be created after the index. */
export const needsIndex = (key: ForeignKeyPicture, target: TablePicture | undefined): boolean => {
  if (target === undefined) return false;
  const wanted = [...key.referencedColumns].sort().join();
  const keys = [...(target.primaryKey === null ? [] : [target.primaryKey.columns]), ...target.uniques.map((unique) => unique.columns)];
  return !keys.some((columns) => [...columns].sort().join() === wanted);
};

export const sameTable = (a: TableName, b: TableName): boolean => a.name === b.name && a.schema === b.schema;

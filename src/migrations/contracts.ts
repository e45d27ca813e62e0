/** What stands in a migration file, as frozen data: the constructors make it, the kit reads it. */

import type { FieldDefinition } from "../metadata/definition.js";
import type { Computed } from "../sql/typing.js";

/** SQL for every database, or a text of its own for each: `{ postgres: sql`…`, sqlite: sql`…` }`. */
export type DatabaseTexts = Computed | { readonly [dialect: string]: Computed };
/** SQL as above, or a value that is written as a literal of the column's type. */
export type ValueOrTexts = DatabaseTexts | string | number | bigint | boolean | Date;

/** A type and its traits, as `t.text().nullable()` makes it. */
export interface ColumnField {
  readonly $type: unknown;
}

/** What the chain after `t` cannot say. */
export interface ColumnOptions {
  readonly default?: ValueOrTexts | undefined;
  readonly generated?: DatabaseTexts | undefined;
  /** false: computed at each read. */
  readonly stored?: boolean | undefined;
  readonly identity?: "byDefault" | "always" | "serial" | undefined;
  readonly comment?: string | undefined;
}
export interface ColumnItem {
  readonly kind: "column";
  readonly field: FieldDefinition;
  readonly options: ColumnOptions;
}

export interface DeferrableOption {
  /** When it is checked, unless the transaction says otherwise; at once and always when not given. */
  readonly deferrable?: "immediate" | "deferred" | undefined;
}
export interface PrimaryKeyItem {
  readonly kind: "primaryKey";
  readonly columns: readonly string[];
  readonly name: string | null;
}
export interface UniqueOptions extends DeferrableOption {
  readonly name?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly nullsNotDistinct?: boolean | undefined;
}
export interface UniqueItem {
  readonly kind: "unique";
  readonly columns: readonly string[];
  readonly options: UniqueOptions;
}
export interface CheckItem {
  readonly kind: "check";
  readonly name: string;
  readonly condition: DatabaseTexts;
  readonly valid: boolean;
}
export type KeyAction = "cascade" | "setNull" | "setDefault" | "restrict" | "nothing";
export interface ForeignKeyOptions extends DeferrableOption {
  readonly name?: string | undefined;
  readonly onDelete?: KeyAction | undefined;
  readonly onUpdate?: KeyAction | undefined;
  readonly valid?: boolean | undefined;
}
export interface ForeignKeyItem {
  readonly kind: "foreignKey";
  readonly columns: readonly string[];
  readonly references: string;
  readonly referencedColumns: readonly string[];
  readonly options: ForeignKeyOptions;
}
export interface IndexPartOptions {
  readonly descending?: boolean | undefined;
  readonly nulls?: "first" | "last" | undefined;
  readonly collation?: string | undefined;
  readonly operatorClass?: string | undefined;
}
/** A column or an expression, and how it is sorted. */
export interface IndexPartItem extends IndexPartOptions {
  readonly kind: "part";
  readonly of: string | DatabaseTexts;
}
export interface IndexOptions {
  readonly name?: string | undefined;
  readonly unique?: boolean | undefined;
  readonly where?: DatabaseTexts | undefined;
  readonly method?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly nullsNotDistinct?: boolean | undefined;
}
export interface IndexItem {
  readonly kind: "index";
  readonly parts: readonly IndexPartItem[];
  readonly options: IndexOptions;
}
export type ConstraintItem = PrimaryKeyItem | UniqueItem | CheckItem | ForeignKeyItem;
export type TableItem = ConstraintItem | IndexItem | TableOptionsItem;
export interface TableOptions {
  readonly comment?: string | null | undefined;
  /** Words after the closing parenthesis of CREATE TABLE, by database: `{ sqlite: "STRICT" }`. */
  readonly words?: { readonly [dialect: string]: string } | null | undefined;
}
export interface TableOptionsItem {
  readonly kind: "tableOptions";
  readonly options: TableOptions;
}

/** What rows that are there get. */
export interface FillOption {
  readonly fill?: ValueOrTexts | undefined;
}
export interface ColumnChanges extends FillOption {
  readonly type?: ColumnField | undefined;
  readonly nullable?: boolean | undefined;
  readonly default?: ValueOrTexts | null | undefined;
  readonly generated?: DatabaseTexts | null | undefined;
  readonly stored?: boolean | undefined;
  readonly identity?: "byDefault" | "always" | "serial" | null | undefined;
  readonly collation?: string | null | undefined;
  readonly comment?: string | null | undefined;
  /** The new value made of the old one, where the database cannot convert it by itself. */
  readonly using?: DatabaseTexts | undefined;
}
/** Statements for every database, or for each its own. */
export type Statements = StatementList | { readonly [dialect: string]: StatementList };
type StatementList = Computed | readonly Computed[];
export interface SqlOptions {
  /** What undoes it; without, the migration cannot be rolled back. */
  readonly reverse?: Statements | undefined;
  /** The same as operations, so that later migrations know of it. */
  readonly state?: readonly MigrationItem[] | undefined;
}
export interface SequenceOptions {
  readonly type?: ColumnField | undefined;
  readonly start?: bigint | number | undefined;
  readonly increment?: bigint | number | undefined;
  readonly minimum?: bigint | number | undefined;
  readonly maximum?: bigint | number | undefined;
  readonly cycle?: boolean | undefined;
  /** `"orders.number"`: it goes when this column goes. */
  readonly ownedBy?: string | undefined;
}

interface ItemData {
  readonly addTable: {
    readonly table: string;
    readonly columns: Readonly<Record<string, ColumnItem>>;
    readonly items: readonly TableItem[];
  };
  readonly dropTable: { readonly table: string };
  readonly renameTable: { readonly from: string; readonly to: string };
  readonly alterTable: { readonly table: string; readonly options: TableOptions };
  readonly addColumn: {
    readonly table: string;
    readonly name: string;
    readonly column: ColumnItem;
    readonly fill: ValueOrTexts | null;
  };
  readonly dropColumn: { readonly table: string; readonly name: string };
  readonly renameColumn: { readonly table: string; readonly from: string; readonly to: string };
  readonly alterColumn: {
    readonly table: string;
    readonly name: string;
    readonly type: FieldDefinition | null;
    readonly changes: Omit<ColumnChanges, "type">;
  };
  readonly addConstraint: { readonly table: string; readonly item: ConstraintItem };
  readonly dropConstraint: { readonly table: string; readonly name: string };
  readonly renameConstraint: { readonly table: string; readonly from: string; readonly to: string };
  readonly addIndex: { readonly table: string; readonly item: IndexItem };
  readonly dropIndex: { readonly table: string; readonly name: string };
  readonly renameIndex: { readonly table: string; readonly from: string; readonly to: string };
  readonly addEnum: { readonly name: string; readonly values: readonly string[] };
  readonly dropEnum: { readonly name: string };
  readonly alterEnum: { readonly name: string; readonly values: readonly string[]; readonly renamed: Readonly<Record<string, string>> };
  readonly addSequence: { readonly name: string; readonly type: FieldDefinition | null; readonly options: Omit<SequenceOptions, "type"> };
  readonly dropSequence: { readonly name: string };
  readonly sql: { readonly up: Statements; readonly reverse: Statements | null; readonly state: readonly MigrationItem[] };
  readonly code: {
    readonly name: string;
    readonly models: readonly HistoricalModel[];
    readonly up: (...args: never[]) => unknown;
    readonly down: ((...args: never[]) => unknown) | null;
  };
  readonly backfill: {
    readonly model: HistoricalModel;
    readonly where: object;
    readonly set: Readonly<Record<string, unknown>>;
    readonly batch: number;
  };
  readonly contract: { readonly items: readonly MigrationItem[] };
  readonly loses: { readonly what: readonly string[] };
  readonly noTransaction: object;
}
export type ItemKind = keyof ItemData;
export type ItemOf<K extends ItemKind> = { readonly [P in K]: { readonly kind: P } & ItemData[P] }[K];
/** One entry of a migration: an operation, or a word about the whole (`loses`, `noTransaction`). */
export type MigrationItem = ItemOf<ItemKind>;

/** A model as it was at one place of the history, made by `past()`. */
export type HistoricalModel = abstract new (...args: never[]) => object;

export interface MigrationOptions {
  /** The migrations that come before this one, by name. */
  readonly after?: readonly string[] | undefined;
  /** Migrations that this one stands for: where all of them ran it counts as done. */
  readonly replaces?: readonly string[] | undefined;
}

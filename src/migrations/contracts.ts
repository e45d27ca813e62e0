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
  /** DEFAULT of the column: a literal, or SQL. */
  readonly default?: ValueOrTexts | undefined;
  /** SQL that the database computes the column from; it is never written. */
  readonly generated?: DatabaseTexts | undefined;
  /** false: computed at each read. */
  readonly stored?: boolean | undefined;
  /** How the database counts up: an identity column (`BY DEFAULT`, `ALWAYS`) or a sequence of its own. PostgreSQL. */
  readonly identity?: "byDefault" | "always" | "serial" | undefined;
  /** COMMENT ON COLUMN; SQLite keeps it in the history only. */
  readonly comment?: string | undefined;
}
/** A column with what its chain and its options say. */
export interface ColumnItem {
  /** Tells it from other entries. */
  readonly kind: "column";
  /** The type and its traits. */
  readonly field: FieldDefinition;
  /** What the chain cannot say. */
  readonly options: ColumnOptions;
}

/** When a constraint is checked. */
export interface DeferrableOption {
  /** When it is checked, unless the transaction says otherwise; at once and always when not given. */
  readonly deferrable?: "immediate" | "deferred" | undefined;
}
/** `primaryKey(…)`: the key of several columns. */
export interface PrimaryKeyItem {
  /** Tells it from other entries. */
  readonly kind: "primaryKey";
  /** In their order. */
  readonly columns: readonly string[];
  /** The constraint's name; null for the usual one. */
  readonly name: string | null;
}
/** Options of `unique(…)`. */
export interface UniqueOptions extends DeferrableOption {
  /** The constraint's name, where it is not the usual one. */
  readonly name?: string | undefined;
  /** Columns that the index carries along without their being unique. PostgreSQL. */
  readonly include?: readonly string[] | undefined;
  /** Two NULLs count as equal; false when not given. PostgreSQL 15 and newer. */
  readonly nullsNotDistinct?: boolean | undefined;
}
/** `unique(…)`: columns whose values together are in one row at most. */
export interface UniqueItem {
  /** Tells it from other entries. */
  readonly kind: "unique";
  /** In their order. */
  readonly columns: readonly string[];
  /** As given. */
  readonly options: UniqueOptions;
}
/** `check(…)`: a condition that every row meets. */
export interface CheckItem {
  /** Tells it from other entries. */
  readonly kind: "check";
  /** The constraint's name. */
  readonly name: string;
  /** SQL, for both databases or for each. */
  readonly condition: DatabaseTexts;
  /** false: rows that are there already are not checked. PostgreSQL. */
  readonly valid: boolean;
}
/** What happens to a row whose referenced row is deleted or gets another key. */
export type KeyAction = "cascade" | "setNull" | "setDefault" | "restrict" | "nothing";
/** Options of `foreignKey(…)`. */
export interface ForeignKeyOptions extends DeferrableOption {
  /** The constraint's name, where it is not the usual one. */
  readonly name?: string | undefined;
  /** When the referenced row is deleted; it is refused when not given. */
  readonly onDelete?: KeyAction | undefined;
  /** When the referenced key changes; it is refused when not given. */
  readonly onUpdate?: KeyAction | undefined;
  /** false: rows that are there already are not checked. PostgreSQL. */
  readonly valid?: boolean | undefined;
}
/** `foreignKey(…)`: columns that refer to another table. */
export interface ForeignKeyItem {
  /** Tells it from other entries. */
  readonly kind: "foreignKey";
  /** The columns that refer. */
  readonly columns: readonly string[];
  /** The table referred to. */
  readonly references: string;
  /** Its columns, in the same order. */
  readonly referencedColumns: readonly string[];
  /** As given. */
  readonly options: ForeignKeyOptions;
}
/** How a part of an index is sorted. */
export interface IndexPartOptions {
  /** From the greatest on; false when not given. */
  readonly descending?: boolean | undefined;
  /** Where NULL stands; last, or first when descending, when not given. PostgreSQL. */
  readonly nulls?: "first" | "last" | undefined;
  /** The collation that texts are sorted by. */
  readonly collation?: string | undefined;
  /** As in `text_pattern_ops`. PostgreSQL. */
  readonly operatorClass?: string | undefined;
}
/** A column or an expression, and how it is sorted. */
export interface IndexPartItem extends IndexPartOptions {
  /** Tells it from other entries. */
  readonly kind: "part";
  /** A column's name, or SQL. */
  readonly of: string | DatabaseTexts;
}
/** Options of `index(…)`. */
export interface IndexOptions {
  /** The index's name, where it is not the usual one. */
  readonly name?: string | undefined;
  /** No two rows have the same values; false when not given. */
  readonly unique?: boolean | undefined;
  /** Only rows that meet the condition are in the index. */
  readonly where?: DatabaseTexts | undefined;
  /** As in `gin`; `btree` when not given. PostgreSQL. */
  readonly method?: string | undefined;
  /** Columns that the index carries along. PostgreSQL. */
  readonly include?: readonly string[] | undefined;
  /** Two NULLs count as equal in a unique index. PostgreSQL 15 and newer. */
  readonly nullsNotDistinct?: boolean | undefined;
}
/** `index(…)`. */
export interface IndexItem {
  /** Tells it from other entries. */
  readonly kind: "index";
  /** Columns and expressions, in their order. */
  readonly parts: readonly IndexPartItem[];
  /** As given. */
  readonly options: IndexOptions;
}
/** What `addConstraint(…)` takes. */
export type ConstraintItem = PrimaryKeyItem | UniqueItem | CheckItem | ForeignKeyItem;
/** What `addTable(…)` takes after the columns. */
export type TableItem = ConstraintItem | IndexItem | TableOptionsItem;
/** Options of a table. */
export interface TableOptions {
  /** COMMENT ON TABLE; null removes it. */
  readonly comment?: string | null | undefined;
  /** Words after the closing parenthesis of CREATE TABLE, by database: `{ sqlite: "STRICT" }`. */
  readonly words?: { readonly [dialect: string]: string } | null | undefined;
}
/** `tableOptions(…)`. */
export interface TableOptionsItem {
  /** Tells it from other entries. */
  readonly kind: "tableOptions";
  /** As given. */
  readonly options: TableOptions;
}

/** What rows that are there get. */
export interface FillOption {
  /** A literal, or SQL. */
  readonly fill?: ValueOrTexts | undefined;
}
/** What `alterColumn(…)` changes; what is not given stays. */
export interface ColumnChanges extends FillOption {
  /** The new type. */
  readonly type?: ColumnField | undefined;
  /** Whether NULL is allowed. */
  readonly nullable?: boolean | undefined;
  /** The new default; null removes it. */
  readonly default?: ValueOrTexts | null | undefined;
  /** The new expression; null makes it an ordinary column. */
  readonly generated?: DatabaseTexts | null | undefined;
  /** false: computed at each read. */
  readonly stored?: boolean | undefined;
  /** How the database counts up; null ends it. PostgreSQL. */
  readonly identity?: "byDefault" | "always" | "serial" | null | undefined;
  /** The new collation; null for the usual one. */
  readonly collation?: string | null | undefined;
  /** The new comment; null removes it. */
  readonly comment?: string | null | undefined;
  /** The new value made of the old one, where the database cannot convert it by itself. */
  readonly using?: DatabaseTexts | undefined;
}
/** Statements for every database, or for each its own. */
export type Statements = StatementList | { readonly [dialect: string]: StatementList };
type StatementList = Computed | readonly Computed[];
/** Options of `sql(…)`. */
export interface SqlOptions {
  /** What undoes it; without, the migration cannot be rolled back. */
  readonly reverse?: Statements | undefined;
  /** The same as operations, so that later migrations know of it. */
  readonly state?: readonly MigrationItem[] | undefined;
}
/** Options of a sequence. PostgreSQL. */
export interface SequenceOptions {
  /** The type of its numbers; `bigint` when not given. */
  readonly type?: ColumnField | undefined;
  /** The first number; 1 when not given. */
  readonly start?: bigint | number | undefined;
  /** The step; 1 when not given. */
  readonly increment?: bigint | number | undefined;
  /** The least number. */
  readonly minimum?: bigint | number | undefined;
  /** The greatest number. */
  readonly maximum?: bigint | number | undefined;
  /** Begins again after the last number; false when not given. */
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
/** The kinds of entries of a migration. */
export type ItemKind = keyof ItemData;
/** An entry of one kind, as data. */
export type ItemOf<K extends ItemKind> = {
  readonly [P in K]: {
    /** Which entry it is. */
    readonly kind: P;
  } & ItemData[P];
}[K];
/** One entry of a migration: an operation, or a word about the whole (`loses`, `noTransaction`). */
export type MigrationItem = ItemOf<ItemKind>;

/** A model as it was at one place of the history, made by `past()`. */
export type HistoricalModel = abstract new (...args: never[]) => object;

/** The first argument of `migration(…)`. */
export interface MigrationOptions {
  /** The migrations that come before this one, by name. */
  readonly after?: readonly string[] | undefined;
  /** Migrations that this one stands for: where all of them ran it counts as done. */
  readonly replaces?: readonly string[] | undefined;
}

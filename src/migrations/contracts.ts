/** The contents of a migration file as frozen data: constructors create it, the kit reads it. */

import type { FieldDefinition } from "../metadata/definition.js";
import type { Computed } from "../sql/typing.js";

/** SQL for every database, or separate SQL for each: `{ postgres: sql`…`, sqlite: sql`…` }`. */
export type DatabaseTexts = Computed | { readonly [dialect: string]: Computed };
/** SQL as above, or a value that is written as a literal of the column's type. */
export type ValueOrTexts = DatabaseTexts | string | number | bigint | boolean | Date;

/** A type and its traits, as in `t.text().nullable()`. */
export interface ColumnField {
  readonly $type: unknown;
}

/** Column options that the chain after `t` does not have. */
export interface ColumnOptions {
  /** DEFAULT of the column: a literal, or SQL. */
  readonly default?: ValueOrTexts | undefined;
  /** SQL from which the database computes the column; it cannot be written. */
  readonly generated?: DatabaseTexts | undefined;
  /** false: computed at each read. */
  readonly stored?: boolean | undefined;
  /** How the database generates keys: an identity column (`BY DEFAULT`, `ALWAYS`) or a separate sequence. PostgreSQL. */
  readonly identity?: "byDefault" | "always" | "serial" | undefined;
  /** COMMENT ON COLUMN; SQLite keeps it only in the history. */
  readonly comment?: string | undefined;
}
/** A column with its chain and options. */
export interface ColumnItem {
  /** Identifies the kind of entry. */
  readonly kind: "column";
  /** The type and its traits. */
  readonly field: FieldDefinition;
  /** Options beyond the chain. */
  readonly options: ColumnOptions;
}

/** When a constraint is checked. */
export interface DeferrableOption {
  /** When it is checked by default; immediately and not deferrable if omitted. */
  readonly deferrable?: "immediate" | "deferred" | undefined;
}
/** `primaryKey(…)`: a composite key. */
export interface PrimaryKeyItem {
  /** Identifies the kind of entry. */
  readonly kind: "primaryKey";
  /** In key order. */
  readonly columns: readonly string[];
  /** The constraint's name; null for the default name. */
  readonly name: string | null;
}
/** Options of `unique(…)`. */
export interface UniqueOptions extends DeferrableOption {
  /** The constraint's name, if not the default name. */
  readonly name?: string | undefined;
  /** Additional columns stored in the index. PostgreSQL. */
  readonly include?: readonly string[] | undefined;
  /** Whether two NULLs count as equal; false by default. PostgreSQL 15 and newer. */
  readonly nullsNotDistinct?: boolean | undefined;
}
/** `unique(…)`: columns whose combined values are unique. */
export interface UniqueItem {
  /** Identifies the kind of entry. */
  readonly kind: "unique";
  /** In index order. */
  readonly columns: readonly string[];
  /** As given. */
  readonly options: UniqueOptions;
}
/** `check(…)`: a condition that every row must satisfy. */
export interface CheckItem {
  /** Identifies the kind of entry. */
  readonly kind: "check";
  /** The constraint's name. */
  readonly name: string;
  /** SQL, for both databases or for each. */
  readonly condition: DatabaseTexts;
  /** false: existing rows are not checked. PostgreSQL. */
  readonly valid: boolean;
}
/** What happens to a row when the referenced row is deleted or its key changes. */
export type KeyAction = "cascade" | "setNull" | "setDefault" | "restrict" | "nothing";
/** Options of `foreignKey(…)`. */
export interface ForeignKeyOptions extends DeferrableOption {
  /** The constraint's name, if not the default name. */
  readonly name?: string | undefined;
  /** When the referenced row is deleted; refused by default. */
  readonly onDelete?: KeyAction | undefined;
  /** When the referenced key changes; refused by default. */
  readonly onUpdate?: KeyAction | undefined;
  /** false: existing rows are not checked. PostgreSQL. */
  readonly valid?: boolean | undefined;
}
/** `foreignKey(…)`: columns that refer to another table. */
export interface ForeignKeyItem {
  /** Identifies the kind of entry. */
  readonly kind: "foreignKey";
  /** The referencing columns. */
  readonly columns: readonly string[];
  /** The referenced table. */
  readonly references: string;
  /** Its columns, in the same order. */
  readonly referencedColumns: readonly string[];
  /** As given. */
  readonly options: ForeignKeyOptions;
}
/** How a part of an index is sorted. */
export interface IndexPartOptions {
  /** Whether the order is descending; false by default. */
  readonly descending?: boolean | undefined;
  /** The position of NULL; by default last, or first if descending. PostgreSQL. */
  readonly nulls?: "first" | "last" | undefined;
  /** The collation for ordering texts. */
  readonly collation?: string | undefined;
  /** For example `text_pattern_ops`. PostgreSQL. */
  readonly operatorClass?: string | undefined;
}
/** A column or an expression, and its order. */
export interface IndexPartItem extends IndexPartOptions {
  /** Identifies the kind of entry. */
  readonly kind: "part";
  /** A column's name, or SQL. */
  readonly of: string | DatabaseTexts;
}
/** Options of `index(…)`. */
export interface IndexOptions {
  /** The index's name, if not the default name. */
  readonly name?: string | undefined;
  /** Whether values are unique; false by default. */
  readonly unique?: boolean | undefined;
  /** Limits the index to rows that satisfy the condition. */
  readonly where?: DatabaseTexts | undefined;
  /** For example `gin`; default `btree`. PostgreSQL. */
  readonly method?: string | undefined;
  /** Additional columns stored in the index. PostgreSQL. */
  readonly include?: readonly string[] | undefined;
  /** Whether two NULLs count as equal in a unique index. PostgreSQL 15 and newer. */
  readonly nullsNotDistinct?: boolean | undefined;
}
/** `index(…)`. */
export interface IndexItem {
  /** Identifies the kind of entry. */
  readonly kind: "index";
  /** Columns and expressions, in index order. */
  readonly parts: readonly IndexPartItem[];
  /** As given. */
  readonly options: IndexOptions;
}
/** Arguments of `addConstraint(…)`. */
export type ConstraintItem = PrimaryKeyItem | UniqueItem | CheckItem | ForeignKeyItem;
/** Arguments of `addTable(…)` after the columns. */
export type TableItem = ConstraintItem | IndexItem | TableOptionsItem;
/** Options of a table. */
export interface TableOptions {
  /** COMMENT ON TABLE; null removes it. */
  readonly comment?: string | null | undefined;
  /** SQL after the closing parenthesis of CREATE TABLE, by database: `{ sqlite: "STRICT" }`. */
  readonly words?: { readonly [dialect: string]: string } | null | undefined;
}
/** `tableOptions(…)`. */
export interface TableOptionsItem {
  /** Identifies the kind of entry. */
  readonly kind: "tableOptions";
  /** As given. */
  readonly options: TableOptions;
}

/** The value for existing rows. */
export interface FillOption {
  /** A literal, or SQL. */
  readonly fill?: ValueOrTexts | undefined;
}
/** The changes of `alterColumn(…)`; omitted properties are not changed. */
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
  /** How the database generates keys; null removes it. PostgreSQL. */
  readonly identity?: "byDefault" | "always" | "serial" | null | undefined;
  /** The new collation; null for the default one. */
  readonly collation?: string | null | undefined;
  /** The new comment; null removes it. */
  readonly comment?: string | null | undefined;
  /** SQL that computes the new value from the old one, if the database cannot convert it. */
  readonly using?: DatabaseTexts | undefined;
}
/** Statements for every database, or separate ones for each. */
export type Statements = StatementList | { readonly [dialect: string]: StatementList };
type StatementList = Computed | readonly Computed[];
/** Options of `sql(…)`. */
export interface SqlOptions {
  /** SQL that undoes it; without it, the migration cannot be rolled back. */
  readonly reverse?: Statements | undefined;
  /** The same change as operations, so that later migrations know about it. */
  readonly state?: readonly MigrationItem[] | undefined;
}
/** Options of a sequence. PostgreSQL. */
export interface SequenceOptions {
  /** The type of its numbers; default `bigint`. */
  readonly type?: ColumnField | undefined;
  /** The first number; default 1. */
  readonly start?: bigint | number | undefined;
  /** The step; default 1. */
  readonly increment?: bigint | number | undefined;
  /** The smallest number. */
  readonly minimum?: bigint | number | undefined;
  /** The largest number. */
  readonly maximum?: bigint | number | undefined;
  /** Whether it restarts after the last number; false by default. */
  readonly cycle?: boolean | undefined;
  /** `"orders.number"`: dropped together with this column. */
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
/** The kinds of entries in a migration. */
export type ItemKind = keyof ItemData;
/** An entry of one kind, as data. */
export type ItemOf<K extends ItemKind> = {
  readonly [P in K]: {
    /** Identifies the kind of entry. */
    readonly kind: P;
  } & ItemData[P];
}[K];
/** One entry of a migration: an operation, or a declaration about the migration (`loses`, `noTransaction`). */
export type MigrationItem = ItemOf<ItemKind>;

/** A model as of one point in the history, created by `past()`. */
export type HistoricalModel = abstract new (...args: never[]) => object;

/** The first argument of `migration(…)`. */
export interface MigrationOptions {
  /** The migrations that come before this one, by name. */
  readonly after?: readonly string[] | undefined;
  /** Migrations that this one replaces: where all of them have run, it counts as applied. */
  readonly replaces?: readonly string[] | undefined;
}

/** Operations of a migration as plain data, and the six pure functions of each kind. */

import type {
  CheckPicture,
  ColumnPicture,
  EnumPicture,
  ForeignKeyPicture,
  IndexPicture,
  PrimaryKeyPicture,
  SchemaPicture,
  SequencePicture,
  SqlTexts,
  TableName,
  TablePicture,
  UniquePicture,
} from "flash-db/internal";

export type Constraint =
  | ({ readonly kind: "primaryKey" } & PrimaryKeyPicture)
  | ({ readonly kind: "unique" } & UniquePicture)
  | ({ readonly kind: "check" } & CheckPicture)
  | ({ readonly kind: "foreignKey" } & ForeignKeyPicture);

/** The properties that alterColumn may change. */
export type ColumnChanges = Partial<Omit<ColumnPicture, "name">>;

/** Operations by kind. Everything is serializable as JSON, except the functions of `code` and the model of `backfill`. */
export interface Operations {
  readonly addTable: { readonly table: TablePicture };
  readonly dropTable: { readonly table: TableName };
  readonly renameTable: { readonly from: TableName; readonly to: TableName };
  readonly alterTable: { readonly table: TableName; readonly comment?: string | null; readonly options?: SqlTexts | null };
  readonly addColumn: {
    readonly table: TableName;
    readonly column: ColumnPicture;
    /** Checks of the column's type. */
    readonly checks: readonly CheckPicture[];
    /** The value for existing rows; null: the default, or NULL. */
    readonly fill: SqlTexts | null;
  };
  readonly dropColumn: { readonly table: TableName; readonly column: string };
  readonly renameColumn: { readonly table: TableName; readonly from: string; readonly to: string };
  readonly alterColumn: {
    readonly table: TableName;
    readonly column: string;
    readonly changes: ColumnChanges;
    /** Checks of the new type; null: the type does not change. */
    readonly checks: readonly CheckPicture[] | null;
    /** SQL that computes each new value from the old one; null: the database converts. */
    readonly using: SqlTexts | null;
    /** The value for rows with NULL when the column becomes NOT NULL. */
    readonly fill: SqlTexts | null;
  };
  readonly addConstraint: { readonly table: TableName; readonly constraint: Constraint };
  readonly dropConstraint: { readonly table: TableName; readonly name: string };
  readonly renameConstraint: { readonly table: TableName; readonly from: string; readonly to: string };
  readonly addIndex: { readonly table: TableName; readonly index: IndexPicture };
  readonly dropIndex: { readonly table: TableName; readonly name: string };
  readonly renameIndex: { readonly table: TableName; readonly from: string; readonly to: string };
  readonly addEnum: { readonly type: EnumPicture };
  readonly dropEnum: { readonly name: TableName };
  readonly alterEnum: {
    readonly name: TableName;
    readonly values: readonly string[];
    /** Old value → new value. */
    readonly renamed: Readonly<Record<string, string>>;
  };
  readonly addSequence: { readonly sequence: SequencePicture };
  readonly dropSequence: { readonly name: TableName };
  readonly sql: {
    /** Statements by dialect. */
    readonly up: Readonly<Record<string, readonly string[]>>;
    /** null: it cannot be undone. */
    readonly down: Readonly<Record<string, readonly string[]>> | null;
    /** Its effect on the picture. */
    readonly state: readonly Operation[];
  };
  readonly code: {
    readonly name: string;
    readonly up: CodeStep;
    readonly down: CodeStep | null;
    /** The tables that its historical models use. */
    readonly models: readonly HistoricalModel[];
  };
  readonly backfill: {
    readonly model: HistoricalModel;
    readonly where: object;
    readonly set: Readonly<Record<string, unknown>>;
    readonly batch: number;
  };
  /** Runs when no program needs the removed objects any more. */
  readonly contract: { readonly operations: readonly Operation[] };
}
export type Kind = keyof Operations;
export type OperationOf<K extends Kind> = { readonly [P in K]: { readonly kind: P } & Operations[P] }[K];
export type Operation = OperationOf<Kind>;

/** A user-written function; it receives a session in the transaction. */
export type CodeStep = (session: never) => unknown;
/** A model as of that point: its class, its table, and the columns it declares. */
export interface HistoricalModel {
  readonly model: abstract new (...args: never[]) => object;
  readonly table: TableName;
  readonly columns: readonly ColumnPicture[];
}

/**
 * Objects by name (`users`, `users.email`, `index users_email_idx`): two operations commute if neither writes what the other reads or
 * writes.
 */
export interface Footprint {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * What a database must do, in order. `alterTable` has the table before and after, and everything else follows from the two: which
 * constraints were renamed, what must be rebuilt. Adjacent steps on one table may be merged.
 */
export type Step =
  | { readonly kind: "createTable"; readonly table: TablePicture }
  | { readonly kind: "dropTable"; readonly table: TablePicture }
  | { readonly kind: "renameTable"; readonly before: TablePicture; readonly after: TablePicture }
  | {
      readonly kind: "alterTable";
      readonly before: TablePicture;
      readonly after: TablePicture;
      /** Columns: old name → new name. Any other column of the same name is the same column. */
      readonly renamed: Readonly<Record<string, string>>;
      /** By new name: the value for existing rows, in a new column, or for NULL in a column that becomes NOT NULL. */
      readonly fill: Readonly<Record<string, SqlTexts>>;
      /** By new name: SQL that computes the new value from the old columns. */
      readonly using: Readonly<Record<string, SqlTexts>>;
    }
  | { readonly kind: "createEnum"; readonly type: EnumPicture }
  | { readonly kind: "dropEnum"; readonly type: EnumPicture }
  | {
      readonly kind: "alterEnum";
      readonly before: EnumPicture;
      readonly after: EnumPicture;
      readonly renamed: Readonly<Record<string, string>>;
      /** Columns of the type. */
      readonly columns: readonly { readonly table: TablePicture; readonly column: string }[];
    }
  | { readonly kind: "createSequence"; readonly sequence: SequencePicture }
  | { readonly kind: "dropSequence"; readonly sequence: SequencePicture }
  | { readonly kind: "statements"; readonly texts: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: "code"; readonly name: string; readonly run: CodeStep }
  | {
      readonly kind: "backfill";
      readonly model: HistoricalModel;
      readonly where: object;
      readonly set: Readonly<Record<string, unknown>>;
      readonly batch: number;
    }
  /** From here on: wait until no program needs what the following steps remove. */
  | { readonly kind: "contract"; readonly needs: readonly string[] };

/** Prints TypeScript; the names it was asked for become the imports of the file. */
export interface Printer {
  /** The dialects whose SQL is printed. */
  readonly dialects: readonly string[];
  /** Records that the name is imported from `flash-db/migrations`, and returns it. */
  use(name: string): string;
}

export interface OperationKind<K extends Kind> {
  /** The picture afterwards. Throws an error that names what is missing or already exists. */
  readonly apply: (state: SchemaPicture, operation: OperationOf<K>) => SchemaPicture;
  /** The inverse operations, based on the picture before; null if it cannot be undone. */
  readonly invert: (before: SchemaPicture, operation: OperationOf<K>) => readonly Operation[] | null;
  readonly lower: (before: SchemaPicture, operation: OperationOf<K>) => readonly Step[];
  readonly footprint: (before: SchemaPicture, operation: OperationOf<K>) => Footprint;
  /** As written in a migration file. */
  readonly print: (operation: OperationOf<K>, printer: Printer) => string;
  /** As text: `add column users.email`. */
  readonly describe: (operation: OperationOf<K>) => string;
}

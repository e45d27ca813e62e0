/** What an operation of a migration is: plain data, and for each kind six pure functions over the picture of a schema. */

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

/** What alterColumn may change. */
export type ColumnChanges = Partial<Omit<ColumnPicture, "name">>;

/** Operations by kind. All of it can be written as JSON, but for the functions of `code` and the model of `backfill`. */
export interface Operations {
  readonly addTable: { readonly table: TablePicture };
  readonly dropTable: { readonly table: TableName };
  readonly renameTable: { readonly from: TableName; readonly to: TableName };
  readonly alterTable: { readonly table: TableName; readonly comment?: string | null; readonly options?: SqlTexts | null };
  readonly addColumn: {
    readonly table: TableName;
    readonly column: ColumnPicture;
    /** Checks that the column's type brings along. */
    readonly checks: readonly CheckPicture[];
    /** What rows that are there get; null: the default, or NULL. */
    readonly fill: SqlTexts | null;
  };
  readonly dropColumn: { readonly table: TableName; readonly column: string };
  readonly renameColumn: { readonly table: TableName; readonly from: string; readonly to: string };
  readonly alterColumn: {
    readonly table: TableName;
    readonly column: string;
    readonly changes: ColumnChanges;
    /** Checks that the new type brings along; null: the type stays. */
    readonly checks: readonly CheckPicture[] | null;
    /** The new value of each row, made of the old one; null: the database converts. */
    readonly using: SqlTexts | null;
    /** What rows with NULL get when the column becomes NOT NULL. */
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
    /** Old word → new word. */
    readonly renamed: Readonly<Record<string, string>>;
  };
  readonly addSequence: { readonly sequence: SequencePicture };
  readonly dropSequence: { readonly name: TableName };
  readonly sql: {
    /** Statements by dialect. */
    readonly up: Readonly<Record<string, readonly string[]>>;
    /** null: it cannot be undone. */
    readonly down: Readonly<Record<string, readonly string[]>> | null;
    /** What it does to the picture. */
    readonly state: readonly Operation[];
  };
  readonly code: {
    readonly name: string;
    readonly up: CodeStep;
    readonly down: CodeStep | null;
    /** Tables that its historical models speak of. */
    readonly models: readonly HistoricalModel[];
  };
  readonly backfill: {
    readonly model: HistoricalModel;
    readonly where: object;
    readonly set: Readonly<Record<string, unknown>>;
    readonly batch: number;
  };
  /** Runs when no program needs what it takes away any more. */
  readonly contract: { readonly operations: readonly Operation[] };
}
export type Kind = keyof Operations;
export type OperationOf<K extends Kind> = { readonly [P in K]: { readonly kind: P } & Operations[P] }[K];
export type Operation = OperationOf<Kind>;

/** A function of the migration's author; it is given a session of the transaction. */
export type CodeStep = (session: never) => unknown;
/** A model as it was at that place: its class, its table, and the columns that it says the table has. */
export interface HistoricalModel {
  readonly model: abstract new (...args: never[]) => object;
  readonly table: TableName;
  readonly columns: readonly ColumnPicture[];
}

/** Objects by name (`users`, `users.email`, `index users_email_idx`): two operations commute when neither writes what the other reads or writes. */
export interface Footprint {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * What a database has to do, in order. `alterTable` says before and after, and whatever is between them follows from the two: which constraints
 * were renamed, what must be built anew. Neighbouring steps on one table may be done as one.
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
      /** By name after: the value of rows that are there, for a column that is new, or where it was NULL and may be no longer. */
      readonly fill: Readonly<Record<string, SqlTexts>>;
      /** By name after: the new value made of the old columns. */
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
  /** From here on: wait until no program needs what the following steps take away. */
  | { readonly kind: "contract"; readonly needs: readonly string[] };

/** Writes TypeScript; what it was asked for becomes the imports of the file. */
export interface Printer {
  /** The dialects whose texts are written. */
  readonly dialects: readonly string[];
  /** Notes that the name is imported from `flash-db/migrations`, and gives it. */
  use(name: string): string;
}

export interface OperationKind<K extends Kind> {
  /** The picture afterwards. Throws an error that names what is missing or there already. */
  readonly apply: (state: SchemaPicture, operation: OperationOf<K>) => SchemaPicture;
  /** What undoes it, seen from the picture before; null: nothing can. */
  readonly invert: (before: SchemaPicture, operation: OperationOf<K>) => readonly Operation[] | null;
  readonly lower: (before: SchemaPicture, operation: OperationOf<K>) => readonly Step[];
  readonly footprint: (before: SchemaPicture, operation: OperationOf<K>) => Footprint;
  /** As it stands in a migration file. */
  readonly print: (operation: OperationOf<K>, printer: Printer) => string;
  /** In words: `add column users.email`. */
  readonly describe: (operation: OperationOf<K>) => string;
}

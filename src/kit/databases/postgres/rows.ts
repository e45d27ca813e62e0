/** Rows of the statements that read PostgreSQL's catalogue. */

export interface TableRow {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly comment: string | null;
  readonly partition: string | null;
}
export interface ColumnRow {
  readonly table: string;
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly value: string | null;
  readonly identity: string;
  readonly generated: string;
  /** The sequence that it owns, except that of an identity. */
  readonly sequence: string | null;
  readonly collation: string | null;
  /** Whether the collation is that of the type. */
  readonly usual: boolean;
  readonly comment: string | null;
}
export interface ConstraintRow {
  readonly table: string;
  readonly name: string;
  /** p: primary key, u: unique, c: check, f: foreign key, x: exclusion. */
  readonly kind: string;
  readonly columns: readonly number[] | null;
  readonly valid: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly condition: string | null;
  readonly definition: string;
  readonly toSchema: string | null;
  readonly to: string | null;
  readonly toColumns: readonly string[] | null;
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly include: readonly number[] | null;
  readonly nullsNotDistinct: boolean | null;
}
export interface IndexRow {
  readonly table: string;
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly where: string | null;
  readonly nullsNotDistinct: boolean | null;
  readonly include: readonly number[] | null;
  readonly parts: readonly {
    /** 0: an expression. */
    readonly column: number;
    readonly text: string;
    /** 1: descending, 2: nulls first. */
    readonly options: number;
    readonly class: string | null;
    readonly collation: string | null;
  }[];
}
export interface EnumRow {
  readonly schema: string;
  readonly name: string;
  readonly comment: string | null;
  readonly values: readonly string[] | null;
}
export interface SequenceRow {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cycle: boolean;
  readonly table: string | null;
  readonly column: string | null;
}
export interface UnmanagedRow {
  readonly kind: string;
  readonly schema: string;
  readonly name: string;
  readonly table: string | null;
  readonly definition: string | null;
}

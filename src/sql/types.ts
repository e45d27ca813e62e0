/** The types a column or an expression can have, as plain data; each dialect gives them names and codecs. */

/** A codec of the user's own: `sql` is the column type both databases are given. */
export interface CustomType {
  readonly kind: "custom";
  readonly sql: string;
  readonly encode: (value: never) => unknown;
  readonly decode: (value: unknown) => unknown;
}

export type ColumnType =
  | {
      readonly kind:
        | "text"
        | "smallint"
        | "bigint"
        | "real"
        | "double"
        | "boolean"
        | "uuid"
        | "timestamp"
        | "date"
        | "time"
        | "duration"
        | "json"
        | "bytes";
    }
  /** `wide`: any safe integer, the type of `id` and of the keys that refer to it (a PostgreSQL bigint that is read as a number). */
  | { readonly kind: "integer"; readonly wide?: true }
  /** `precision` null: as many digits as there are (results of arithmetic and aggregates). */
  | { readonly kind: "decimal"; readonly precision: number | null; readonly scale: number | null }
  | { readonly kind: "varchar"; readonly length: number }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  /** `nulls`: its elements may be NULL. */
  | { readonly kind: "array"; readonly of: ColumnType; readonly nulls?: true }
  | CustomType
  /** Nobody knows (raw fragments): what the driver gives passes through. */
  | { readonly kind: "unknown" };

export type TypeKind = ColumnType["kind"];

/** A type as a schema has it: data only, so that it can be printed, compared and stored as JSON. Every `ColumnType` is one. */
export type DataType =
  | Exclude<ColumnType, { readonly kind: "array" | "custom" }>
  | { readonly kind: "array"; readonly of: DataType }
  /** A type of the database's own, by its name there. */
  | { readonly kind: "custom"; readonly sql: string };

/** How the database counts a column up: SQL's identity (a given value is taken, or refused), or PostgreSQL's older `serial`. */
export type IdentityKind = "byDefault" | "always" | "serial";

const plain = <K extends Exclude<TypeKind, "decimal" | "varchar" | "enum" | "array" | "custom">>(kind: K): { readonly kind: K } =>
  Object.freeze({ kind });

/** The types that need no parameters, made once. */
export const types = {
  text: plain("text"),
  smallint: plain("smallint"),
  integer: plain("integer"),
  wideInteger: Object.freeze({ kind: "integer", wide: true }) as ColumnType,
  bigint: plain("bigint"),
  real: plain("real"),
  double: plain("double"),
  boolean: plain("boolean"),
  uuid: plain("uuid"),
  timestamp: plain("timestamp"),
  date: plain("date"),
  time: plain("time"),
  duration: plain("duration"),
  json: plain("json"),
  bytes: plain("bytes"),
  unknown: plain("unknown"),
  decimal: (precision: number | null = null, scale: number | null = null): ColumnType =>
    Object.freeze({ kind: "decimal", precision, scale }),
  varchar: (length: number): ColumnType => Object.freeze({ kind: "varchar", length }),
  enum: (values: readonly string[]): ColumnType => Object.freeze({ kind: "enum", values: Object.freeze([...values]) }),
  array: (of: ColumnType, nulls = false): ColumnType => Object.freeze(nulls ? { kind: "array", of, nulls } : { kind: "array", of }),
} as const;

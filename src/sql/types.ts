/** The types a column or an expression can have, as plain data; each dialect gives them names and codecs. */

/** A user-defined codec: `sql` is the column type on both databases. */
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
  /** `wide`: any safe integer, the type of `id` and of keys that refer to it (a PostgreSQL bigint read as a number). */
  | { readonly kind: "integer"; readonly wide?: true }
  /** `precision` null: unlimited digits (results of arithmetic and aggregates). */
  | { readonly kind: "decimal"; readonly precision: number | null; readonly scale: number | null }
  | { readonly kind: "varchar"; readonly length: number }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  /** `nulls`: elements may be NULL. */
  | { readonly kind: "array"; readonly of: ColumnType; readonly nulls?: true }
  | CustomType
  /** Unknown (raw fragments): the driver's cells are returned as they are. */
  | { readonly kind: "unknown" };

export type TypeKind = ColumnType["kind"];

/** A type in a schema: plain data that can be printed, compared and stored as JSON. Every `ColumnType` is one. */
export type DataType =
  | Exclude<ColumnType, { readonly kind: "array" | "custom" }>
  | { readonly kind: "array"; readonly of: DataType }
  /** A type of the database by its native name. */
  | { readonly kind: "custom"; readonly sql: string };

/** How the database generates keys: SQL's identity (accepting or refusing given values), or PostgreSQL's older `serial`. */
export type IdentityKind = "byDefault" | "always" | "serial";

const plain = <K extends Exclude<TypeKind, "decimal" | "varchar" | "enum" | "array" | "custom">>(kind: K): { readonly kind: K } =>
  Object.freeze({ kind });

/** The types without parameters, created once. */
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

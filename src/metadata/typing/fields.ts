/** Fields and relations as the compiler sees them: what `t.text()`, `foreignKey(…)` and their chains give. */

import type { Computed } from "../../sql/typing.js";
import type { OnDelete } from "../model-meta.js";
import type { StandardSchema } from "./standard-schema.js";

/**
 * A column. `T` is what an instance holds, `In` what create() takes (undefined in it: may be left out; never: may not be given),
 * `Pk` whether it is (part of) the primary key.
 */
export interface Field<out T, out In = T, out Pk = false, out Kind = unknown> {
  readonly $type: T;
  readonly $input: In;
  readonly $pk: Pk;
  readonly $kind: Kind;
  /** The column may be NULL: `age: t.integer().nullable()` holds `number | null`. */
  nullable(): Field<T | null, In | null | undefined, Pk, Kind>;
  /** No two rows have the same value. */
  unique(): Field<T, In, Pk, Kind>;
  index(): Field<T, In, Pk, Kind>;
  /** Applied at `new`: a value, or a function called each time. */
  default(value: T | (() => T)): Field<T, In | undefined, Pk, Kind>;
  /** Computed by the database at INSERT when no value was given: ``.dbDefault(sql`now()`)``. */
  dbDefault(value: Computed): Field<T, In | undefined, Pk, Kind>;
  /** Computed by the database from other columns, never given: ``.generated(sql`lower(name)`)``. */
  generated(value: Computed): Field<T, never, Pk, Kind>;
  /** Several fields with it make a composite key. */
  primaryKey(): Field<T, Kind extends "uuid" ? In | undefined : In, true, Kind>;
  /** The column's name, where it is not the property's in snake_case. */
  column(name: string): Field<T, In, Pk, Kind>;
  /** `editable(false)`: refused where values come from outside. */
  editable(yes: boolean): Field<T, In, Pk, Kind>;
  /** A Standard Schema (zod, valibot, arktype) that values must pass before they are written. */
  check(schema: StandardSchema): Field<T, In, Pk, Kind>;
  /** Called for each UPDATE that changes something else. */
  onUpdate(make: () => T): Field<T, In, Pk, Kind>;
  /** The collation texts are compared and ordered by; by code point when not given. */
  collate(name: string): Field<T, In, Pk, Kind>;
}

/** A foreign key, `author` and `authorId`: `Target` is the thunk, `Null` is null when it may be. */
export interface One<out Target, out Null = never, out Pk = false> {
  readonly $one: Target;
  readonly $null: Null;
  readonly $pk: Pk;
  nullable(): One<Target, null, Pk>;
  primaryKey(): One<Target, Null, true>;
  unique(): One<Target, Null, Pk>;
  column(name: string): One<Target, Null, Pk>;
  index(): One<Target, Null, Pk>;
}
/** The other side of a one-to-one: may always be null, has no column. */
export interface ReverseOne<out Target> {
  readonly $reverse: Target;
}
/** A collection: the other side of the foreign key `Via`, or many-to-many (`Via` is never). */
export interface Many<out Target, out Via = unknown> {
  readonly $many: Target;
  readonly $via: Via;
}
/** A reference to one of several models, `about`, stored as `aboutType` and `aboutId`. */
export interface AnyOf<out Targets, out Null = never> {
  readonly $anyOf: Targets;
  readonly $null: Null;
  nullable(): AnyOf<Targets, null>;
}

/** JSON's own null, where `null` itself is SQL NULL. */
export interface JsonNull {
  readonly $jsonNull: true;
}

export interface CustomCodec<T> {
  /** The column type both databases are given. */
  readonly sql: string;
  encode(value: T): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the driver gives is for the codec to know
  decode(value: any): T;
}

/** The field types: `t`. */
export interface FieldTypes {
  /** A 64-bit key counted up by the database, as a number. */
  id(): Field<number, number | undefined, true>;
  /** The same as a bigint. */
  bigid(): Field<bigint, bigint | undefined, true>;
  /** A UUID as text; as a primary key it is made here (v7) when none is given. */
  uuid(): Field<string, string, false, "uuid">;
  text(): Field<string>;
  varchar(length: number): Field<string>;
  smallint(): Field<number>;
  integer(): Field<number>;
  bigint(): Field<bigint>;
  real(): Field<number>;
  double(): Field<number>;
  /** An exact decimal as text: `t.decimal(20, 4)`. */
  decimal(precision: number, scale: number): Field<string>;
  boolean(): Field<boolean>;
  /** An instant, always UTC in the database. */
  timestamp(): Field<Date>;
  /** `"YYYY-MM-DD"`. */
  date(): Field<string, string, false, "date">;
  time(): Field<string>;
  /** Milliseconds. */
  duration(): Field<number>;
  bytes(): Field<Uint8Array>;
  /** `t.json<{ theme?: string }>()`, or with a Standard Schema that gives the type and checks values. */
  json<T>(schema?: StandardSchema<T>): Field<T>;
  /** One of some words: `t.enum(["admin", "member"])`. */
  enum<const E extends readonly string[]>(values: E): Field<E[number]>;
  array<T>(of: { readonly $type: T }): Field<T[]>;
  /** Counted up by each UPDATE; a write over a row that somebody else changed throws StaleDataError. */
  version(): Field<number, never>;
  custom<T>(codec: CustomCodec<T>): Field<T>;
}

/** Options of a reference that holds a key. */
export interface ReferenceOptions {
  /** What happens to this row when the one it points at is deleted; `protect` when not given. */
  readonly onDelete?: OnDelete | undefined;
  /** "session": by statements of the session, for tables whose constraint has no action. */
  readonly by?: "database" | "session" | undefined;
  readonly onUpdate?: "cascade" | undefined;
  /** The name of the relation that leads back. */
  readonly reverse?: string | undefined;
}
export interface CollectionOptions {
  /** "delete": what leaves the collection is deleted. */
  readonly orphans?: "keep" | "delete" | undefined;
}
export interface ManyToManyOptions<T> {
  readonly reverse?: string | undefined;
  /** A link model of one's own. */
  readonly through?: T | undefined;
  /** Which of its references lead here and there, where the models do not tell. */
  readonly throughFields?: readonly [near: string, far: string] | undefined;
  /** Linked with itself: whoever is my friend has me as a friend. Without `reverse` and `through` that is so when not said. */
  readonly symmetrical?: boolean | undefined;
  /** The automatic table's name and its two columns. */
  readonly table?: string | undefined;
  readonly columns?: readonly [string, string] | undefined;
}

// The thunk is an unconstrained type parameter: a constraint with a signature would make the compiler resolve the other class
// while its own base is still being resolved, and circular models could not infer.
export type ForeignKeyFunction = <F>(target: F, options?: ReferenceOptions) => One<F>;
export type HasManyFunction = <F, const V extends string>(target: F, via: V, options?: CollectionOptions) => Many<F, V>;
export type HasOneFunction = <F>(target: F, via: string, options?: CollectionOptions) => ReverseOne<F>;
export type ManyToManyFunction = <F, T = unknown>(target: F, options?: ManyToManyOptions<T>) => Many<F, never>;
export type AnyOfFunction = <F>(targets: F, options?: ReferenceOptions) => AnyOf<F>;

export interface Timestamps {
  createdAt: Field<Date, Date | undefined>;
  updatedAt: Field<Date, Date | undefined>;
}
export interface SoftDelete {
  deletedAt: Field<Date | null, Date | null | undefined>;
}

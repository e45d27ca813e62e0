/** Compile-time types of fields and relations: the results of `t.text()`, `foreignKey(…)` and their chains. */

import type { Computed } from "../../sql/typing.js";
import type { OnDelete } from "../model-meta.js";
import type { StandardSchema } from "./standard-schema.js";

/**
 * A column. `T` is the type in instances, `In` the type that create() takes (undefined: optional; never: not allowed), `Pk` whether it
 * belongs to the primary key: true, or false, or the reason why generated schemas omit the column.
 */
export interface Field<out T, out In = T, out Pk = false, out Kind = unknown> {
  readonly $type: T;
  readonly $input: In;
  readonly $pk: Pk;
  readonly $kind: Kind;
  /**
   * Allows NULL.
   * @example age: t.integer().nullable()   // "age" integer; an instance holds number | null
   */
  nullable(): Field<T | null, In | null | undefined, Pk, Kind>;
  /**
   * Adds a unique constraint.
   * @example email: t.text().unique()   // "email" text NOT NULL UNIQUE; a second one throws UniqueViolation
   */
  unique(): Field<T, In, Pk, Kind>;
  /**
   * Adds an index on the column.
   * @example nick: t.text().index()   // CREATE INDEX … ON users (nick)
   */
  index(): Field<T, In, Pk, Kind>;
  /**
   * The value for `new`: a value, or a function that is called each time.
   * @example role: t.text().default("member"), token: t.text().default(() => randomUUID())
   */
  default(value: T | (() => T)): Field<T, In | undefined, Pk, Kind>;
  /**
   * A default computed by the database at INSERT.
   * @example seen: t.timestamp().dbDefault(sql`CURRENT_TIMESTAMP`)   // "seen" … DEFAULT CURRENT_TIMESTAMP
   */
  dbDefault(value: Computed): Field<T, In | undefined, Pk, Kind>;
  /**
   * Computed by the database from other columns; cannot be assigned.
   * @example folded: t.text().generated(sql`lower(name)`)   // "folded" text GENERATED ALWAYS AS (lower(name)) STORED
   */
  generated(value: Computed): Field<T, never, Pk, Kind>;
  /**
   * Marks the primary key; several marked fields form a composite key. Without any, the model gets an `id`.
   * @example code: t.text().primaryKey()   // PRIMARY KEY ("code")
   */
  primaryKey(): Field<T, Kind extends "uuid" ? In | undefined : In, true, Kind>;
  /**
   * The column name, if it is not the property's name in snake_case.
   * @example email: t.text().column("e_mail")
   */
  column(name: string): Field<T, In, Pk, Kind>;
  /**
   * `editable(false)`: not writable from outside input. `set()` refuses the field and `fullClean()` does not check it; assigning the
   * property, create() and queries write it like any other. Like Django's.
   * @example points: t.integer().default(0).editable(false)   // user.set(request.body) throws ValidationError where points are in it
   */
  editable<const Yes extends boolean>(yes: Yes): Field<T, In, Yes extends false ? LeftOut<Pk, "readonly"> : Pk, Kind>;
  /**
   * Excludes the field from output: toJSON(), toObject() and console.log omit it, as do schemas generated from the model. In code it is an
   * ordinary property; `toObject({ include: ["passwordHash"] })` includes it.
   * @example passwordHash: t.text().hidden()   // JSON.stringify(user) has no passwordHash
   */
  hidden(): Field<T, In, Pk extends true ? true : "hidden", Kind>;
  /**
   * A Standard Schema (zod, valibot, arktype) that validates values before they are written; throws ValidationError.
   * @example email: t.text().check(z.string().email())
   */
  check(schema: StandardSchema): Field<T, In, Pk, Kind>;
  /**
   * Called for each UPDATE that changes another field.
   * @example changedAt: t.timestamp().onUpdate(() => new Date())
   */
  onUpdate(make: () => T): Field<T, In, LeftOut<Pk, "readonly">, Kind>;
  /**
   * The collation for comparing and ordering texts; by code point by default.
   * @example name: t.text().collate("nocase")
   */
  collate(name: string): Field<T, In, Pk, Kind>;
  /**
   * The column's former name: the next migration renames it and keeps its values. Remove this once that migration is written.
   * @example fullName: t.text().renamedFrom("name")   // ALTER TABLE "users" RENAME COLUMN "name" TO "full_name"
   */
  renamedFrom(column: string): Field<T, In, Pk, Kind>;
  /**
   * A comment stored on the column in PostgreSQL.
   * @example nick: t.text().comment("as others call them")   // COMMENT ON COLUMN "users"."nick" IS 'as others call them'
   */
  comment(text: string): Field<T, In, Pk, Kind>;
}

/** A key remains a key, and a hidden field remains hidden. */
type LeftOut<Pk, Why> = Pk extends false ? Why : Pk;

/** A foreign key, `author` and `authorId`: `Target` is the thunk, `Null` is null if it is nullable. */
export interface One<out Target, out Null = never, out Pk = false> {
  readonly $one: Target;
  readonly $null: Null;
  readonly $pk: Pk;
  /** Allows NULL: `author` and `authorId` may be null. */
  nullable(): One<Target, null, Pk>;
  /** Makes the key (part of) this table's primary key. */
  primaryKey(): One<Target, Null, true>;
  /** Adds a unique constraint, like oneToOne(). */
  unique(): One<Target, Null, Pk>;
  /** The name of the key column, if it is not `author_id`. */
  column(name: string): One<Target, Null, Pk>;
  /** Adds an index on the key column. */
  index(): One<Target, Null, Pk>;
  /**
   * The key column's former name: the next migration renames it and keeps its values.
   * @example writer: foreignKey(() => User).renamedFrom("author_id")   // ALTER TABLE "posts" RENAME COLUMN "author_id" TO "writer_id"
   */
  renamedFrom(column: string): One<Target, Null, Pk>;
  /** A comment stored on the key column in PostgreSQL. */
  comment(text: string): One<Target, Null, Pk>;
  /**
   * The default key, which `onDelete: "setDefault"` also uses.
   * @example editor: foreignKey(() => User, { onDelete: "setDefault" }).default(1)   // "editor_id" … DEFAULT 1 … ON DELETE SET DEFAULT
   */
  default(key: string | number | bigint): OneWithDefault<Target, Null, Pk>;
}
/** A foreign key with a default. */
export interface OneWithDefault<out Target, out Null = never, out Pk = false> extends One<Target, Null, Pk> {
  readonly $default: true;
  nullable(): OneWithDefault<Target, null, Pk>;
  primaryKey(): OneWithDefault<Target, Null, true>;
  unique(): OneWithDefault<Target, Null, Pk>;
  column(name: string): OneWithDefault<Target, Null, Pk>;
  index(): OneWithDefault<Target, Null, Pk>;
  renamedFrom(column: string): OneWithDefault<Target, Null, Pk>;
  comment(text: string): OneWithDefault<Target, Null, Pk>;
}
/** The reverse side of a one-to-one: always nullable, without a column. */
export interface ReverseOne<out Target> {
  readonly $reverse: Target;
}
/** A collection: the reverse of the foreign key `Via`, or many-to-many (`Via` is never). */
export interface Many<out Target, out Via = unknown> {
  readonly $many: Target;
  readonly $via: Via;
}
/** A reference to one of several models, `about`, stored as `aboutType` and `aboutId`. */
export interface AnyOf<out Targets, out Null = never> {
  readonly $anyOf: Targets;
  readonly $null: Null;
  /** Allows NULL in both columns. */
  nullable(): AnyOf<Targets, null>;
}

/** JSON null, as opposed to `null`, which is SQL NULL. */
export interface JsonNull {
  readonly $jsonNull: true;
}

/**
 * A custom type: how values are written to the database and read back.
 * @example point: t.custom<Point>({ sql: "text", encode: (p) => `${p.x},${p.y}`, decode: parsePoint })
 */
export interface CustomCodec<T> {
  /** The column type on both databases. */
  readonly sql: string;
  /** Converts a value for the driver. */
  encode(value: T): unknown;
  /** Converts the driver's value back. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the driver gives is for the codec to know
  decode(value: any): T;
}

/** The field types: `t`. */
export interface FieldTypes {
  /**
   * A 64-bit key generated by the database; instances hold a number. Models without a key get one as `id`.
   * @example id: t.id()   // bigint GENERATED BY DEFAULT AS IDENTITY on PostgreSQL, INTEGER PRIMARY KEY AUTOINCREMENT on SQLite
   */
  id(): Field<number, number | undefined, true>;
  /**
   * Like id(), but instances hold a bigint, for more than 2^53 rows.
   * @example id: t.bigid()
   */
  bigid(): Field<bigint, bigint | undefined, true>;
  /**
   * A UUID; instances hold its text. As a primary key it is generated (version 7, ascending) if none is given.
   * @example id: t.uuid().primaryKey()   // uuid on PostgreSQL, text on SQLite
   */
  uuid(): Field<string, string, false, "uuid">;
  /**
   * Text of any length; instances hold a string. Compared by code point on both databases.
   * @example name: t.text()
   */
  text(): Field<string>;
  /**
   * Text of at most `length` characters (code points); longer text is refused on both databases.
   * @example code: t.varchar(10)   // varchar(10) on PostgreSQL, with a CHECK on SQLite
   */
  varchar(length: number): Field<string>;
  /**
   * An integer from -32,768 to 32,767; instances hold a number.
   * @example floor: t.smallint()
   */
  smallint(): Field<number>;
  /**
   * A 32-bit integer, up to about ±2.1 billion; instances hold a number.
   * @example views: t.integer().default(0)
   */
  integer(): Field<number>;
  /**
   * A 64-bit integer; instances hold a bigint.
   * @example balance: t.bigint().default(0n)
   */
  bigint(): Field<bigint>;
  /**
   * A 32-bit floating-point number with about 7 digits; instances hold a number.
   * @example ratio: t.real()
   */
  real(): Field<number, number, false, "float">;
  /**
   * A 64-bit floating-point number, as in JavaScript; instances hold a number.
   * @example latitude: t.double()
   */
  double(): Field<number, number, false, "float">;
  /**
   * An exact decimal of at most `precision` digits, `scale` of them after the point; instances hold its text. Add and compare in the
   * database.
   * @example price: t.decimal(10, 2).default("0")   // an instance holds "12.50"
   */
  decimal(precision: number, scale: number): Field<string, string, false, "decimal">;
  /**
   * True or false; instances hold a boolean.
   * @example draft: t.boolean().default(true)
   */
  boolean(): Field<boolean>;
  /**
   * An instant, stored in UTC; instances hold a Date with milliseconds.
   * @example publishedAt: t.timestamp().nullable()   // timestamptz on PostgreSQL, ISO text on SQLite
   */
  timestamp(): Field<Date>;
  /**
   * A day without a time; instances hold the text `"YYYY-MM-DD"`.
   * @example birthday: t.date().nullable()
   */
  date(): Field<string, string, false, "date">;
  /**
   * A time of day; instances hold the text `"HH:MM:SS"`, with a fraction if there is one.
   * @example opens: t.time()
   */
  time(): Field<string, string, false, "time">;
  /**
   * A duration; instances hold milliseconds as a number.
   * @example lasts: t.duration()   // interval on PostgreSQL
   */
  duration(): Field<number, number, false, "duration">;
  /**
   * Bytes; instances hold a Uint8Array.
   * @example digest: t.bytes()
   */
  bytes(): Field<Uint8Array>;
  /**
   * A JSON value; instances hold `T`. Give the type, or a Standard Schema, which also validates values. `null` is SQL NULL, `Json.null` is
   * JSON null.
   * @example settings: t.json<{ theme?: string }>().default(() => ({}))
   */
  json<T>(schema?: StandardSchema<T>): Field<T>;
  /**
   * One of several strings; instances hold the string, typed as a union.
   * @example role: t.enum(["admin", "member"]).default("member")
   */
  enum<const E extends readonly string[]>(values: E): Field<E[number]>;
  /**
   * A list of values of another type; instances hold an array. An array in PostgreSQL, JSON in SQLite.
   * @example labels: t.array(t.text()).default(() => [])
   */
  array<T>(of: { readonly $type: T }): Field<T[]>;
  /**
   * Incremented by each UPDATE; writing over a row that another transaction changed throws StaleDataError. Like SQLAlchemy's
   * `version_id_col`.
   * @example version: t.version()   // UPDATE posts SET title = $1, version = 2 WHERE id = $2 AND version = 1
   */
  version(): Field<number, never>;
  /** A custom type, defined by a codec. */
  custom<T>(codec: CustomCodec<T>): Field<T>;
}

/** Options of a reference that holds a key. */
export interface ReferenceOptions {
  /** What happens to this row when the one it refers to is deleted; default `protect`. */
  readonly onDelete?: OnDelete | "doNothing" | undefined;
  /** "session": carried out by the session, for tables whose constraint has no action. */
  readonly by?: "database" | "session" | undefined;
  readonly onUpdate?: "cascade" | undefined;
  /**
   * Makes the constraint deferrable: "deferred" checks it at COMMIT by default, "immediate" only if the transaction requests it. Like
   * Django's.
   * @example next: foreignKey(() => Node, { deferrable: "deferred" })   // … REFERENCES "nodes" ("id") DEFERRABLE INITIALLY DEFERRED
   */
  readonly deferrable?: "immediate" | "deferred" | undefined;
  /** The name of the relation that leads back. */
  readonly reverse?: string | undefined;
}
/** Options of a reference to one of several models. */
export interface AnyOfOptions {
  /**
   * What happens to this row when the one it refers to is deleted; default `protect`. Carried out by the session, since no constraint can
   * do it.
   */
  readonly onDelete?: Exclude<OnDelete, "setDefault"> | "doNothing" | undefined;
}
/**
 * Options of hasMany and hasOne.
 * @example posts: hasMany(() => Post, "author", { orphans: "delete" })
 */
export interface CollectionOptions {
  /** "delete" deletes members that are removed from the collection. */
  readonly orphans?: "keep" | "delete" | undefined;
}
/**
 * Options of manyToMany.
 * @example tags: manyToMany(() => Tag, { reverse: "posts" }), friends: manyToMany(() => User, { symmetrical: true })
 */
export interface ManyToManyOptions<T> {
  readonly reverse?: string | undefined;
  /** A custom link model. */
  readonly through?: T | undefined;
  /** Which of its references lead to this model and to the target, if the models do not determine it. */
  readonly throughFields?: readonly [near: string, far: string] | undefined;
  /** For a relation of a model with itself: if I am your friend, you are mine. The default without `reverse` and `through`. */
  readonly symmetrical?: boolean | undefined;
  /** The name of the generated table, and of its two columns. */
  readonly table?: string | undefined;
  readonly columns?: readonly [string, string] | undefined;
}

// The thunk is an unconstrained type parameter: a constraint with a signature would make the compiler resolve the other class
// while its own base is still being resolved, and circular models could not infer.
/** A reference to one row: `author: foreignKey(() => User, { onDelete: "cascade" })`. */
export type ForeignKeyFunction = <F>(target: F, options?: ReferenceOptions) => One<F>;
/** The rows whose foreign key refers to this one: `posts: hasMany(() => Post, "author")`. */
export type HasManyFunction = <F, const V extends string>(target: F, via: V, options?: CollectionOptions) => Many<F, V>;
/** The row whose one-to-one refers to this one, or null: `profile: hasOne(() => Profile, "user")`. */
export type HasOneFunction = <F>(target: F, via: string, options?: CollectionOptions) => ReverseOne<F>;
/** Many rows on both sides: `tags: manyToMany(() => Tag)`. */
export type ManyToManyFunction = <F, T = unknown>(target: F, options?: ManyToManyOptions<T>) => Many<F, never>;
/** A row of one of several models: `about: anyOf({ post: () => Post, photo: () => Photo })`. */
export type AnyOfFunction = <F>(targets: F, options?: AnyOfOptions) => AnyOf<F>;

/** The fields of `...timestamps()`. */
export interface Timestamps {
  createdAt: Field<Date, Date | undefined, "readonly">;
  updatedAt: Field<Date, Date | undefined, "readonly">;
}
/** The field of `...softDelete()`. */
export interface SoftDelete {
  deletedAt: Field<Date | null, Date | null | undefined, "readonly">;
}

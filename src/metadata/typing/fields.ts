/** Fields and relations as the compiler sees them: what `t.text()`, `foreignKey(…)` and their chains give. */

import type { Computed } from "../../sql/typing.js";
import type { OnDelete } from "../model-meta.js";
import type { StandardSchema } from "./standard-schema.js";

/**
 * A column. `T` is what an instance holds, `In` what create() takes (undefined in it: may be left out; never: may not be given),
 * `Pk` whether it is (part of) the primary key: true, or false, or why schemas made from the model leave the column out.
 */
export interface Field<out T, out In = T, out Pk = false, out Kind = unknown> {
  readonly $type: T;
  readonly $input: In;
  readonly $pk: Pk;
  readonly $kind: Kind;
  /**
   * The column may be NULL.
   * @example age: t.integer().nullable()   // "age" integer; an instance holds number | null
   */
  nullable(): Field<T | null, In | null | undefined, Pk, Kind>;
  /**
   * No two rows have the same value.
   * @example email: t.text().unique()   // "email" text NOT NULL UNIQUE; a second one throws UniqueViolation
   */
  unique(): Field<T, In, Pk, Kind>;
  /**
   * An index over the column.
   * @example nick: t.text().index()   // CREATE INDEX … ON users (nick)
   */
  index(): Field<T, In, Pk, Kind>;
  /**
   * Applied at `new`: a value, or a function called each time.
   * @example role: t.text().default("member"), token: t.text().default(() => randomUUID())
   */
  default(value: T | (() => T)): Field<T, In | undefined, Pk, Kind>;
  /**
   * Computed by the database at INSERT when no value was given.
   * @example seen: t.timestamp().dbDefault(sql`CURRENT_TIMESTAMP`)   // "seen" … DEFAULT CURRENT_TIMESTAMP
   */
  dbDefault(value: Computed): Field<T, In | undefined, Pk, Kind>;
  /**
   * Computed by the database from other columns, never given.
   * @example folded: t.text().generated(sql`lower(name)`)   // "folded" text GENERATED ALWAYS AS (lower(name)) STORED
   */
  generated(value: Computed): Field<T, never, Pk, Kind>;
  /**
   * The table's key; several fields with it make a composite key. Without any, there is an `id`.
   * @example code: t.text().primaryKey()   // PRIMARY KEY ("code")
   */
  primaryKey(): Field<T, Kind extends "uuid" ? In | undefined : In, true, Kind>;
  /**
   * The column's name, where it is not the property's in snake_case.
   * @example email: t.text().column("e_mail")
   */
  column(name: string): Field<T, In, Pk, Kind>;
  /**
   * `editable(false)`: not for values from outside. `set()` refuses it, `fullClean()` does not judge it; assigning the property, create() and queries
   * write it like any other. As Django's.
   * @example points: t.integer().default(0).editable(false)   // user.set(request.body) throws ValidationError where points are in it
   */
  editable<const Yes extends boolean>(yes: Yes): Field<T, In, Yes extends false ? LeftOut<Pk, "readonly"> : Pk, Kind>;
  /**
   * Not for eyes outside: toJSON(), toObject() and console.log leave the field out, as do schemas made from the model. In the program it is a
   * property like any other; `toObject({ include: ["passwordHash"] })` names it.
   * @example passwordHash: t.text().hidden()   // JSON.stringify(user) has no passwordHash
   */
  hidden(): Field<T, In, Pk extends true ? true : "hidden", Kind>;
  /**
   * A Standard Schema (zod, valibot, arktype) that values must pass before they are written; else ValidationError.
   * @example email: t.text().check(z.string().email())
   */
  check(schema: StandardSchema): Field<T, In, Pk, Kind>;
  /**
   * Called for each UPDATE that changes something else.
   * @example changedAt: t.timestamp().onUpdate(() => new Date())
   */
  onUpdate(make: () => T): Field<T, In, LeftOut<Pk, "readonly">, Kind>;
  /**
   * The collation texts are compared and ordered by; by code point when not given.
   * @example name: t.text().collate("nocase")
   */
  collate(name: string): Field<T, In, Pk, Kind>;
  /**
   * The column's former name: the next migration renames it, and its values stay. To be removed again when that migration is written.
   * @example fullName: t.text().renamedFrom("name")   // ALTER TABLE "users" RENAME COLUMN "name" TO "full_name"
   */
  renamedFrom(column: string): Field<T, In, Pk, Kind>;
  /**
   * What PostgreSQL keeps beside the column for people.
   * @example nick: t.text().comment("as others call them")   // COMMENT ON COLUMN "users"."nick" IS 'as others call them'
   */
  comment(text: string): Field<T, In, Pk, Kind>;
}

/** A key stays one, and what is hidden stays hidden. */
type LeftOut<Pk, Why> = Pk extends false ? Why : Pk;

/** A foreign key, `author` and `authorId`: `Target` is the thunk, `Null` is null when it may be. */
export interface One<out Target, out Null = never, out Pk = false> {
  readonly $one: Target;
  readonly $null: Null;
  readonly $pk: Pk;
  /** The key may be NULL: `author` is `User | null`, `authorId` too. */
  nullable(): One<Target, null, Pk>;
  /** The key is (part of) this table's own. */
  primaryKey(): One<Target, Null, true>;
  /** No two rows point at the same one; oneToOne() says the same. */
  unique(): One<Target, Null, Pk>;
  /** The key column's name, where it is not `author_id`. */
  column(name: string): One<Target, Null, Pk>;
  /** An index over the key column. */
  index(): One<Target, Null, Pk>;
  /**
   * The key column's former name: the next migration renames it, and its values stay.
   * @example writer: foreignKey(() => User).renamedFrom("author_id")   // ALTER TABLE "posts" RENAME COLUMN "author_id" TO "writer_id"
   */
  renamedFrom(column: string): One<Target, Null, Pk>;
  /** What PostgreSQL keeps beside the key column for people. */
  comment(text: string): One<Target, Null, Pk>;
  /**
   * The key of the row that is meant when none is given; what `onDelete: "setDefault"` puts.
   * @example editor: foreignKey(() => User, { onDelete: "setDefault" }).default(1)   // "editor_id" … DEFAULT 1 … ON DELETE SET DEFAULT
   */
  default(key: string | number | bigint): OneWithDefault<Target, Null, Pk>;
}
/** A foreign key that need not be given. */
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
  /** Both columns may be NULL. */
  nullable(): AnyOf<Targets, null>;
}

/** JSON's own null, where `null` itself is SQL NULL. */
export interface JsonNull {
  readonly $jsonNull: true;
}

/**
 * A type of one's own: how values go to the database and come back.
 * @example point: t.custom<Point>({ sql: "text", encode: (p) => `${p.x},${p.y}`, decode: parsePoint })
 */
export interface CustomCodec<T> {
  /** The column type both databases are given. */
  readonly sql: string;
  /** What the driver is given. */
  encode(value: T): unknown;
  /** The value of what the driver gives. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the driver gives is for the codec to know
  decode(value: any): T;
}

/** The field types: `t`. */
export interface FieldTypes {
  /**
   * A 64-bit key that the database counts up; an instance holds a number. What a model without a key gets as `id`.
   * @example id: t.id()   // bigint GENERATED BY DEFAULT AS IDENTITY on PostgreSQL, INTEGER PRIMARY KEY AUTOINCREMENT on SQLite
   */
  id(): Field<number, number | undefined, true>;
  /**
   * The same key; an instance holds a bigint, for more than 2^53 rows.
   * @example id: t.bigid()
   */
  bigid(): Field<bigint, bigint | undefined, true>;
  /**
   * A UUID; an instance holds its text. As a primary key it is made (version 7, ascending) when none is given.
   * @example id: t.uuid().primaryKey()   // uuid on PostgreSQL, text on SQLite
   */
  uuid(): Field<string, string, false, "uuid">;
  /**
   * Text of any length; an instance holds a string. Compared by code point on both databases.
   * @example name: t.text()
   */
  text(): Field<string>;
  /**
   * Text of at most `length` characters (code points); longer ones are refused on both databases.
   * @example code: t.varchar(10)   // varchar(10) on PostgreSQL, with a CHECK on SQLite
   */
  varchar(length: number): Field<string>;
  /**
   * A whole number from -32,768 to 32,767; an instance holds a number.
   * @example floor: t.smallint()
   */
  smallint(): Field<number>;
  /**
   * A whole number of 32 bits, up to about ±2.1 billion; an instance holds a number.
   * @example views: t.integer().default(0)
   */
  integer(): Field<number>;
  /**
   * A whole number of 64 bits; an instance holds a bigint.
   * @example balance: t.bigint().default(0n)
   */
  bigint(): Field<bigint>;
  /**
   * A floating-point number of 32 bits, with some 7 digits; an instance holds a number.
   * @example ratio: t.real()
   */
  real(): Field<number, number, false, "float">;
  /**
   * A floating-point number of 64 bits, JavaScript's own; an instance holds a number.
   * @example latitude: t.double()
   */
  double(): Field<number, number, false, "float">;
  /**
   * An exact decimal of at most `precision` digits, `scale` of them after the point; an instance holds its text. Add and compare in the database.
   * @example price: t.decimal(10, 2).default("0")   // an instance holds "12.50"
   */
  decimal(precision: number, scale: number): Field<string, string, false, "decimal">;
  /**
   * True or false; an instance holds a boolean.
   * @example draft: t.boolean().default(true)
   */
  boolean(): Field<boolean>;
  /**
   * An instant; an instance holds a Date, in milliseconds. UTC in the database.
   * @example publishedAt: t.timestamp().nullable()   // timestamptz on PostgreSQL, ISO text on SQLite
   */
  timestamp(): Field<Date>;
  /**
   * A day without a time; an instance holds the text `"YYYY-MM-DD"`.
   * @example birthday: t.date().nullable()
   */
  date(): Field<string, string, false, "date">;
  /**
   * A time of day; an instance holds the text `"HH:MM:SS"`, with a fraction where there is one.
   * @example opens: t.time()
   */
  time(): Field<string, string, false, "time">;
  /**
   * A length of time; an instance holds milliseconds, a number.
   * @example lasts: t.duration()   // interval on PostgreSQL
   */
  duration(): Field<number, number, false, "duration">;
  /**
   * Bytes; an instance holds a Uint8Array.
   * @example digest: t.bytes()
   */
  bytes(): Field<Uint8Array>;
  /**
   * A JSON value; an instance holds `T`. Give the type, or a Standard Schema, which also checks values. `null` is SQL's NULL, `Json.null` JSON's own.
   * @example settings: t.json<{ theme?: string }>().default(() => ({}))
   */
  json<T>(schema?: StandardSchema<T>): Field<T>;
  /**
   * One of some words; an instance holds one of these strings, and the compiler knows which.
   * @example role: t.enum(["admin", "member"]).default("member")
   */
  enum<const E extends readonly string[]>(values: E): Field<E[number]>;
  /**
   * A list of values of another type; an instance holds an array. An array of the database on PostgreSQL, JSON on SQLite.
   * @example labels: t.array(t.text()).default(() => [])
   */
  array<T>(of: { readonly $type: T }): Field<T[]>;
  /**
   * Counted up by each UPDATE; a write over a row that somebody else changed throws StaleDataError. As SQLAlchemy's `version_id_col`.
   * @example version: t.version()   // UPDATE posts SET title = $1, version = 2 WHERE id = $2 AND version = 1
   */
  version(): Field<number, never>;
  /** A type of one's own, by a codec. */
  custom<T>(codec: CustomCodec<T>): Field<T>;
}

/** Options of a reference that holds a key. */
export interface ReferenceOptions {
  /** What happens to this row when the one it points at is deleted; `protect` when not given. */
  readonly onDelete?: OnDelete | "doNothing" | undefined;
  /** "session": by statements of the session, for tables whose constraint has no action. */
  readonly by?: "database" | "session" | undefined;
  readonly onUpdate?: "cascade" | undefined;
  /**
   * The constraint can wait until COMMIT: "deferred" makes it wait unless the transaction says otherwise, "immediate" the reverse. As Django's.
   * @example next: foreignKey(() => Node, { deferrable: "deferred" })   // … REFERENCES "nodes" ("id") DEFERRABLE INITIALLY DEFERRED
   */
  readonly deferrable?: "immediate" | "deferred" | undefined;
  /** The name of the relation that leads back. */
  readonly reverse?: string | undefined;
}
/** Options of a reference to one of several models. */
export interface AnyOfOptions {
  /** What happens to this row when the one it points at is deleted; `protect` when not given. Done by the session: no constraint can. */
  readonly onDelete?: Exclude<OnDelete, "setDefault"> | "doNothing" | undefined;
}
/**
 * Options of hasMany and hasOne.
 * @example posts: hasMany(() => Post, "author", { orphans: "delete" })
 */
export interface CollectionOptions {
  /** "delete": what leaves the collection is deleted. */
  readonly orphans?: "keep" | "delete" | undefined;
}
/**
 * Options of manyToMany.
 * @example tags: manyToMany(() => Tag, { reverse: "posts" }), friends: manyToMany(() => User, { symmetrical: true })
 */
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
/** A reference to one row: `author: foreignKey(() => User, { onDelete: "cascade" })`. */
export type ForeignKeyFunction = <F>(target: F, options?: ReferenceOptions) => One<F>;
/** The rows whose foreign key leads here: `posts: hasMany(() => Post, "author")`. */
export type HasManyFunction = <F, const V extends string>(target: F, via: V, options?: CollectionOptions) => Many<F, V>;
/** The one row whose one-to-one leads here, or null: `profile: hasOne(() => Profile, "user")`. */
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

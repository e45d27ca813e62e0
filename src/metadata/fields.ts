/** The field types `t`, and predefined groups of fields. */

import { type ColumnType, types } from "../sql/types.js";
import { ConfigurationError } from "../errors.js";
import { jsonNull } from "../support/json-null.js";
import { uuid7 } from "../support/uuid.js";
import { aFunction, nonEmptyText, refuseArgument, wholeNumber } from "./argument.js";
import { definitionOf } from "./definition.js";
import { field, type FieldBuilder, standardSchema } from "./field-builder.js";
import type { StandardSchemaLike } from "./model-meta.js";
import type { FieldTypes, JsonNull, SoftDelete, Timestamps } from "./typing/fields.js";

const now = (): Date => new Date();

const enumType = (values: unknown): ColumnType => {
  if (!Array.isArray(values) || values.length === 0) return refuseArgument("t.enum()", "a list of words", values);
  for (const word of values) nonEmptyText("t.enum()", word, "words that are not empty");
  if (new Set(values).size < values.length) throw new ConfigurationError(`t.enum(): a word stands twice in ${values.join(", ")}`);
  return types.enum(values as readonly string[]);
};

const decimalType = (precision: unknown, scale: unknown): ColumnType => {
  const digits = wholeNumber("t.decimal()", precision, 1, 1000, "a number of digits");
  return types.decimal(digits, wholeNumber("t.decimal()", scale, 0, digits, "a number of decimals"));
};

const arrayType = (of: unknown): ColumnType => {
  const element = definitionOf(of);
  if (element?.kind !== "field") return refuseArgument("t.array()", "the field type of its elements, as in t.array(t.text())", of);
  if (element.unique || element.primaryKey || element.version || element.default !== null || element.checks.length > 0)
    throw new ConfigurationError("t.array(): expected a bare element type; unique(), default() and check() belong after t.array(…)");
  return types.array(element.type, element.nullable);
};

const customType = (codec: unknown): ColumnType => {
  if (typeof codec !== "object" || codec === null) return refuseArgument("t.custom()", "{ sql, encode, decode }", codec);
  const { sql, encode, decode } = codec as Record<string, unknown>;
  return Object.freeze({
    kind: "custom",
    sql: nonEmptyText("t.custom()", sql, "the column type as `sql`"),
    encode: aFunction("t.custom()", encode as (value: never) => unknown, "a function as `encode`"),
    decode: aFunction("t.custom()", decode as (value: unknown) => unknown, "a function as `decode`"),
  });
};

const builders = {
  id: () => field({ type: types.wideInteger, primaryKey: true, identity: true }),
  bigid: () => field({ type: types.bigint, primaryKey: true, identity: true }),
  uuid: () => field({ type: types.uuid }),
  text: () => field({ type: types.text }),
  varchar: (length: number) => field({ type: types.varchar(wholeNumber("t.varchar()", length, 1, 10_485_760, "a length")) }),
  smallint: () => field({ type: types.smallint }),
  integer: () => field({ type: types.integer }),
  bigint: () => field({ type: types.bigint }),
  real: () => field({ type: types.real }),
  double: () => field({ type: types.double }),
  decimal: (precision: number, scale: number) => field({ type: decimalType(precision, scale) }),
  boolean: () => field({ type: types.boolean }),
  timestamp: () => field({ type: types.timestamp }),
  date: () => field({ type: types.date }),
  time: () => field({ type: types.time }),
  duration: () => field({ type: types.duration }),
  bytes: () => field({ type: types.bytes }),
  json: (schema?: StandardSchemaLike) =>
    field({ type: types.json, checks: schema === undefined ? [] : Object.freeze([standardSchema("t.json()", schema)]) }),
  enum: (values: readonly string[]) => field({ type: enumType(values) }),
  array: (of: unknown) => field({ type: arrayType(of) }),
  version: () => field({ type: types.integer, version: true, onInsert: () => 1, editable: false }),
  custom: (codec: unknown) => field({ type: customType(codec) }),
} satisfies Record<keyof FieldTypes, (...args: never[]) => FieldBuilder>;

/**
 * The field types.
 *
 * ```ts
 * class User extends model<User>("users")({ name: t.text(), age: t.integer().nullable(), role: t.enum(["admin", "member"]).default("member") }) {}
 * // CREATE TABLE "users" ("id" …, "name" text NOT NULL, "age" integer, "role" text NOT NULL, CHECK (…))
 * ```
 * @namespace
 */
export const t = Object.freeze(builders) as unknown as FieldTypes;

/** `createdAt` and `updatedAt`, maintained by the ORM: `...timestamps()`. */
export const timestamps = (): Timestamps =>
  ({
    createdAt: field({ type: types.timestamp, onInsert: now }),
    updatedAt: field({ type: types.timestamp, onInsert: now, onUpdate: now }),
  }) as unknown as Timestamps;

/** `deletedAt`: deleting a row sets it, and queries hide rows that have it: `...softDelete()`. */
export const softDelete = (): SoftDelete =>
  ({ deletedAt: field({ type: types.timestamp, nullable: true, softDelete: true }) }) as unknown as SoftDelete;

/** `Json.null`: JSON null in a JSON field, where `null` is the database's NULL. */
export const Json: {
  /** JSON's own null. */
  readonly null: JsonNull;
} = Object.freeze({ null: jsonNull });

/** Generates a primary key of type uuid that has no value at INSERT. */
export const makeUuid = (): string => uuid7();

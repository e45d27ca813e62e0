/** Binds the caller's values: checks them against the column's type, converts instances to keys, and assigns slots. */

import { FieldError, InvalidValue } from "../../../errors.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { json } from "../../../metadata/values.js";
import { param } from "../../../sql/factories/index.js";
import type { ParamNode } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import * as check from "../../../sql/values.js";
import { describe } from "../../../support/describe.js";
import { jsonNull } from "../../../support/json-null.js";
import { isPlainObject } from "../../../support/plain-data.js";
import { slotOf } from "../scope/context.js";
import type { PlanContext } from "../scope/scope.js";

/** Checks a value and returns the one to bind; throws FieldError. */
export type Convert = (value: unknown) => unknown;

/** The type of a value compared with a column of `type`: storage limits do not restrict comparisons. */
export const comparable = (type: ColumnType): ColumnType => {
  switch (type.kind) {
    case "varchar":
      return types.text;
    case "smallint":
      return types.integer;
    case "decimal":
      return types.decimal();
    default:
      return type;
  }
};

const jsonValue = (value: unknown): unknown => {
  if (value !== jsonNull) json(value);
  return value;
};
const asGiven = (value: unknown): unknown => value;

type Checks = { readonly [K in ColumnType["kind"]]: (type: Extract<ColumnType, { kind: K }>) => Convert };
const checks: Checks = {
  text: () => check.text,
  varchar: (type) => check.textUpTo(type.length),
  smallint: () => check.smallint,
  integer: () => check.integer,
  bigint: () => check.bigint,
  real: () => check.real,
  double: () => check.double,
  boolean: () => check.boolean,
  uuid: () => check.uuid,
  timestamp: () => check.timestamp,
  date: () => check.date,
  time: () => check.time,
  duration: () => check.duration,
  json: () => jsonValue,
  bytes: () => check.bytes,
  enum: (type) => check.member(type.values),
  decimal: (type) => {
    const fits = check.decimal(type);
    return (value) => {
      fits(value);
      return value;
    };
  },
  array: (type) => {
    const element = checkOf(type.of);
    return (value) => check.array(value).map((item) => (item === null ? null : element(item)));
  },
  custom: () => asGiven,
  unknown: () => asGiven,
};
const checkOf = (type: ColumnType): Convert => (checks[type.kind] as (type: ColumnType) => Convert)(type);

/** A hint for users who write `{ age: { gt: 18 } }`, as in other libraries. */
const LOOKUPS = ". Lookups are part of the name, as in { age__gt: 18 }";

/** `what` names the field in messages: "Post: 'views__gt'". */
export const converter = (type: ColumnType, what: string): Convert => {
  const checked = checkOf(type);
  return (value) => {
    if (value === undefined) throw new FieldError(`${what} is undefined. Leave the condition out with when(…), or give null for NULL`);
    if (value === null) return null;
    try {
      return checked(value);
    } catch (cause) {
      if (cause instanceof InvalidValue)
        throw new InvalidValue(`${what}: ${cause.message}${isPlainObject(value) ? LOOKUPS : ""}`, { cause });
      throw cause;
    }
  };
};

/** Binds a parameter. `owner` is the part of the state that holds the value; a cached plan uses it to find the value's slot. */
export const bound = (context: PlanContext, owner: object, value: unknown, type: ColumnType, convert: Convert): ParamNode => {
  const slot = slotOf(context.slots, owner, value);
  if (slot === undefined && context.slots !== null) context.notShareable = true;
  const converted = convert(value);
  // A cached plan must not hold the values of its first caller: they may change, and would never be freed.
  return slot === undefined ? param(converted, type) : param(null, type, { prepare: convert, slot });
};

const isInstanceOf = (value: object, meta: ModelMeta): boolean => {
  const root = meta.subtypes?.base ?? meta;
  return value instanceof root.ctor;
};

/** Converts an instance of `target`, or a plain key, to the key compared with `field`. */
export const keyConverter = (target: ModelMeta, field: FieldMeta, what: string): Convert => {
  const plain = converter(comparable(field.type), what);
  return (value) => {
    if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return plain(value);
    if (isInstanceOf(value, target)) {
      const key = (value as Record<string, unknown>)[field.name];
      if (key === undefined || key === null)
        throw new FieldError(`${what}: this ${target.name} has no ${field.name} yet: save or flush it first`);
      return plain(key);
    }
    if (typeof (value as { then?: unknown }).then === "function")
      throw new FieldError(`${what}: a relation that is not loaded is given: await it, or give its key`);
    if (isPlainObject(value) || Array.isArray(value)) return plain(value);
    throw new FieldError(`${what}: expected ${target.name} or its ${field.name}, got ${describe(value)}`);
  };
};

/** The limit of PostgreSQL's arrays. */
const MOST_DIMENSIONS = 6;

/** The type of a plain value without context. */
export const typeOfValue = (value: unknown, what: string, dimensions = 0): ColumnType => {
  switch (typeof value) {
    case "string":
      return types.text;
    case "number":
      return Number.isSafeInteger(value) ? types.integer : types.double;
    case "bigint":
      return types.bigint;
    case "boolean":
      return types.boolean;
    case "object":
      if (value === null) return types.unknown;
      if (value instanceof Date) return types.timestamp;
      if (value instanceof Uint8Array) return types.bytes;
      if (value === jsonNull || isPlainObject(value)) return types.json;
      if (Array.isArray(value)) {
        if (dimensions === MOST_DIMENSIONS) throw new InvalidValue(`${what}: expected an array of at most ${MOST_DIMENSIONS} dimensions`);
        return types.array(typeOfValue(value.find((item) => item !== null) ?? "", what, dimensions + 1));
      }
      break;
    default:
  }
  throw new FieldError(`${what}: no database type holds ${describe(value)}`);
};

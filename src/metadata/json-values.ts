/** Converts column values to and from JSON: instants as ISO text, 64-bit integers as digits, bytes as base64. */

import type { ColumnType, TypeKind } from "../sql/types.js";
import { parseInstant } from "../support/calendar.js";
import { jsonNull } from "../support/json-null.js";

type Convert = (value: unknown, type: ColumnType) => unknown;
interface Form {
  /** Instance value to JSON; a value of another type is returned unchanged. */
  readonly write: Convert;
  /** JSON to instance value; an unexpected format is returned unchanged, and the field's check rejects it. */
  readonly read: Convert;
}

const eachItem = (value: unknown, type: ColumnType, convert: (item: unknown, of: ColumnType) => unknown): unknown =>
  Array.isArray(value) ? value.map((item) => convert(item, (type as Extract<ColumnType, { kind: "array" }>).of)) : value;

const DIGITS = /^-?\d{1,19}$/;
export const BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";
const base64 = new RegExp(BASE64);
/** A complete instant: day, time and zone. */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

const readInstant = (value: unknown): unknown => {
  if (typeof value !== "string" || !INSTANT.test(value)) return value;
  const time = parseInstant(value.toUpperCase());
  return Number.isNaN(time) ? value : new Date(time);
};

/** The types whose values JSON cannot represent directly. */
const forms: { readonly [K in TypeKind]?: Form } = {
  timestamp: { write: (value) => (value instanceof Date ? value.toISOString() : value), read: readInstant },
  bigint: {
    write: (value) => (typeof value === "bigint" ? value.toString() : value),
    read: (value) => (typeof value === "string" && DIGITS.test(value) ? BigInt(value) : value),
  },
  bytes: {
    write: (value) =>
      value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") : value,
    read: (value) => (typeof value === "string" && base64.test(value) ? new Uint8Array(Buffer.from(value, "base64")) : value),
  },
  json: { write: (value) => (value === jsonNull ? null : value), read: (value) => value },
  array: {
    write: (value, type) => eachItem(value, type, toJsonValue),
    read: (value, type) => eachItem(value, type, fromJsonValue),
  },
};

export const toJsonValue: Convert = (value, type) => (value === null ? null : (forms[type.kind]?.write(value, type) ?? value));
export const fromJsonValue: Convert = (value, type) => (value === null ? null : (forms[type.kind]?.read(value, type) ?? value));

/** Column types as JSON Schema, never wider than what the field's check accepts. */

import { BASE64 } from "../metadata/json-values.js";
import type { ColumnType, TypeKind } from "../sql/types.js";
import type { JSONSchema } from "./typing/schema.js";

/** The year 0 is allowed by the format but refused by databases. */
const YEAR = String.raw`(?!0000)\d{4}`;
const INT64 = String.raw`^-?(?:\d{1,18}|[1-8]\d{18}|9[01]\d{17}|92[01]\d{16})$`;
const SMALLEST_SINGLE = 2 ** -149;
const LARGEST_SINGLE = (2 - 2 ** -23) * 2 ** 127;

const between = (minimum: number, maximum: number): JSONSchema => ({ type: "integer", minimum, maximum });
const safe = between(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const decimal = ({ precision, scale }: Extract<ColumnType, { kind: "decimal" }>): JSONSchema => {
  const decimals = scale ?? 0;
  const whole = precision === null ? String.raw`\d+` : precision === decimals ? "0" : String.raw`\d{1,${precision - decimals}}`;
  const fraction = precision === null ? String.raw`(?:\.\d+)?` : decimals === 0 ? "" : String.raw`(?:\.\d{1,${decimals}})?`;
  return { type: "string", pattern: `^-?${whole}${fraction}$` };
};

const schemas: { readonly [K in TypeKind]: (type: Extract<ColumnType, { kind: K }>) => JSONSchema } = {
  text: () => ({ type: "string" }),
  varchar: ({ length }) => ({ type: "string", maxLength: length }),
  enum: ({ values }) => ({ type: "string", enum: [...values] }),
  uuid: () => ({ type: "string", format: "uuid", pattern: "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" }),
  smallint: () => between(-32_768, 32_767),
  integer: ({ wide }) => (wide === true ? safe : between(-2_147_483_648, 2_147_483_647)),
  bigint: () => ({ type: "string", pattern: INT64 }),
  real: () => ({
    type: "number",
    format: "float",
    minimum: -LARGEST_SINGLE,
    maximum: LARGEST_SINGLE,
    // Numbers nearer to zero cannot be represented in 32 bits.
    anyOf: [{ const: 0 }, { minimum: SMALLEST_SINGLE }, { maximum: -SMALLEST_SINGLE }],
  }),
  double: () => ({ type: "number", format: "double" }),
  decimal,
  boolean: () => ({ type: "boolean" }),
  timestamp: () => ({
    type: "string",
    format: "date-time",
    pattern: String.raw`^${YEAR}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$`,
  }),
  date: () => ({ type: "string", format: "date", pattern: String.raw`^${YEAR}-\d\d-\d\d$` }),
  time: () => ({ type: "string", pattern: String.raw`^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?$` }),
  duration: () => ({ ...safe, description: "milliseconds" }),
  bytes: () => ({ type: "string", contentEncoding: "base64", pattern: BASE64 }),
  json: () => ({ type: ["object", "array", "string", "number", "boolean"] }),
  array: ({ of, nulls }) => ({ type: "array", items: nulls === true ? orNull(typeSchema(of)) : typeSchema(of) }),
  // Only the codec knows; but null is never a value.
  custom: () => ({ not: { type: "null" } }),
  unknown: () => ({ not: { type: "null" } }),
};

/** The JSON Schema of a type, without null. */
export const typeSchema = (type: ColumnType): JSONSchema => (schemas[type.kind] as (given: ColumnType) => JSONSchema)(type);

/** Adds null: as a list of types if possible. */
export const orNull = (schema: JSONSchema): JSONSchema => {
  const { type, enum: words, ...others } = schema;
  const types = typeof type === "string" ? [type] : Array.isArray(type) ? (type as readonly string[]) : null;
  if (types === null || ["anyOf", "allOf", "oneOf", "not", "const", "$ref"].some((word) => word in others))
    return { anyOf: [schema, { type: "null" }] };
  return { type: [...types, "null"], ...(Array.isArray(words) ? { enum: [...(words as readonly unknown[]), null] } : {}), ...others };
};

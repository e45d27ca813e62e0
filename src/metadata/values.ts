/** Validates values for fields: the type checks of codecs, and further checks of the column. */

import { InvalidValue } from "../errors.js";
import type { ColumnType, TypeKind } from "../sql/types.js";
import { compareDecimals, truncate } from "../support/decimal.js";
import { jsonNull } from "../support/json-null.js";
import { isPlainObject } from "../support/plain-data.js";
import * as values from "../sql/values.js";
import type { FieldMeta } from "./model-meta.js";

type Checked = Pick<FieldMeta, "type" | "nullable">;
type Check = (value: unknown) => unknown;

/** Returns null if the field can hold the value, otherwise a message such as `expected a string, got the number 3`. */
export const validateValue = (field: Checked, value: unknown): string | null => {
  if (value === null && field.nullable) return null;
  return problemWith(field.type, value);
};

/** The same for a type alone, which is never null. */
const problemWith = (type: ColumnType, value: unknown): string | null => problemFrom(valueCheck(type), value);

const made = new WeakMap<ColumnType, Check>();
/** Throws an InvalidValue if a column of the type cannot hold the value; does not check null. */
export const valueCheck = (type: ColumnType): Check => {
  let check = made.get(type);
  if (check === undefined) made.set(type, (check = (checks[type.kind] as (given: ColumnType) => Check)(type)));
  return check;
};

const int32 = (value: unknown): number => {
  const number = values.integer(value);
  return number >= -2_147_483_648 && number <= 2_147_483_647
    ? number
    : values.refuse("an integer of 32 bits (t.bigint() holds more)", value);
};

/** Refuses digits that the column would silently round, because the instance would then differ from its row. */
const exactDecimal = (type: Extract<ColumnType, { kind: "decimal" }>): Check => {
  const check = values.decimal(type);
  const { scale } = type;
  return (value) => {
    const parsed = check(value);
    if (typeof value === "string" && !/^-?\d/.test(value)) return values.refuse('a decimal number as "12.50"', value);
    if (scale !== null && compareDecimals(truncate(parsed, scale), parsed) !== 0)
      return values.refuse(`a decimal number as a string, with at most ${scale} decimals`, value);
    return parsed;
  };
};

/** Refuses values that JSON.stringify would drop or change, because the instance would then differ from its row. */
export const json: Check = (value) => {
  // First, since it detects circular references.
  const text = values.json(value);
  if (value !== jsonNull) plainJson(value);
  return text;
};
const plainJson = (value: unknown): void => {
  if (typeof value === "function" || typeof value === "symbol") values.refuse("values that JSON can hold", value);
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) value.forEach(plainJson);
  else if (isPlainObject(value)) Object.values(value).forEach(plainJson);
  else values.refuse("values that JSON can hold", value);
};

const arrayOf = ({ of, nulls }: Extract<ColumnType, { kind: "array" }>): Check => {
  const element = valueCheck(of);
  return (value) => {
    for (const [at, item] of values.array(value).entries()) {
      if (item === null && nulls === true) continue;
      const problem = problemFrom(element, item);
      if (problem !== null) throw new InvalidValue(`${problem} at [${at}]`);
    }
    if (of.kind === "array") rectangular(value as readonly (readonly unknown[])[]);
    return value;
  };
};
const rectangular = (rows: readonly (readonly unknown[])[]): void => {
  if (rows.some((row) => row.length !== rows[0]?.length))
    throw new InvalidValue("expected inner arrays of one length, got arrays of different lengths");
};
const problemFrom = (check: Check, value: unknown): string | null => {
  try {
    check(value);
    return null;
  } catch (error) {
    if (error instanceof InvalidValue) return error.message;
    throw error;
  }
};

const anything = (value: unknown): unknown => (value === undefined || value === null ? values.refuse("a value", value) : value);

const checks: { readonly [K in TypeKind]: (type: Extract<ColumnType, { kind: K }>) => Check } = {
  text: () => values.text,
  varchar: ({ length }) => values.textUpTo(length),
  enum: ({ values: words }) => values.member(words),
  uuid: () => values.uuid,
  smallint: () => values.smallint,
  integer: ({ wide }) => (wide === true ? values.integer : int32),
  bigint: () => values.bigint,
  real: () => values.real,
  double: () => values.double,
  decimal: exactDecimal,
  boolean: () => values.boolean,
  timestamp: () => values.timestamp,
  date: () => values.date,
  time: () => values.time,
  duration: () => values.duration,
  bytes: () => values.bytes,
  json: () => json,
  array: arrayOf,
  custom: () => anything,
  unknown: () => anything,
};

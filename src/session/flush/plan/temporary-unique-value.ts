/** Values for a unique column while its real value is still taken: NULL if allowed, otherwise a random value that satisfies the checks. */

import type { FieldMeta } from "../../../metadata/model-meta.js";
import type { ColumnType, TypeKind } from "../../../sql/types.js";

type Make = ((type: ColumnType) => unknown) | null;

const bytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const text = (length: number): string =>
  Buffer.from(bytes(Math.ceil(length / 2)))
    .toString("hex")
    .slice(0, length);
/** A random integer from 1 up to, but not including, `end`. */
const integer = (end: number): number => 1 + Math.floor(Math.random() * (end - 1));
const day = (): Date => new Date(Date.UTC(3000 + integer(5000), 0, 1) + integer(365 * 86_400_000));

/** Null for types that have too few values or whose values cannot be invented. */
const makers: { readonly [K in TypeKind]: Make } = {
  text: () => `temporary-${crypto.randomUUID()}`,
  varchar: (type) => text(Math.min((type as { readonly length: number }).length, 36)),
  smallint: () => -integer(32_768),
  integer: () => -integer(2_147_483_647),
  bigint: () => -BigInt(integer(281_474_976_710_655)),
  real: () => -integer(1_000_000),
  double: () => -integer(281_474_976_710_655),
  decimal: (type) => {
    const { precision, scale } = type as { readonly precision: number | null; readonly scale: number | null };
    const digits = Math.min(precision === null ? 12 : precision - (scale ?? 0), 12);
    return digits < 1 ? `-0.${integer(10)}` : `-${integer(10 ** digits)}`;
  },
  uuid: () => crypto.randomUUID(),
  timestamp: day,
  date: () => day().toISOString().slice(0, 10),
  time: () => day().toISOString().slice(11, 23),
  duration: () => -integer(281_474_976_710_655),
  bytes: () => bytes(16),
  json: () => ({ temporary: crypto.randomUUID() }),
  boolean: null,
  enum: null,
  array: null,
  custom: null,
  unknown: null,
};

const allowed = (field: FieldMeta, value: unknown): boolean =>
  field.checks.every((schema) => {
    const outcome = schema["~standard"].validate(value);
    return !(outcome instanceof Promise) && (outcome as { readonly issues?: unknown }).issues === undefined;
  });

/** Undefined if the field cannot hold one; then the database's constraint error stands. */
export const temporaryUniqueValue = (field: FieldMeta): unknown => {
  if (field.nullable) return null;
  const make = field.relation === null && !field.primaryKey ? makers[field.type.kind] : null;
  if (make === null) return undefined;
  const value = make(field.type);
  return allowed(field, value) ? value : undefined;
};

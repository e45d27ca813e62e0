/** Builds the codec of any type from a database's codecs for plain types and its factories for the others; each is created once. */

import type { Codec } from "../database/contracts.js";
import { InvalidValue } from "../errors.js";
import type { ColumnType, CustomType, TypeKind } from "../sql/types.js";
import { timestamp } from "../sql/values.js";
import { describe } from "../support/describe.js";
import { writeInstant } from "../support/calendar.js";

/** Types with parameters: digits, a length, members. */
type Parametrised = "decimal" | "varchar" | "enum" | "array" | "custom";
type Plain = Exclude<TypeKind, Parametrised>;

export type PlainCodecs = { readonly [K in Plain]: Codec };
export type CodecMakers = { readonly [K in Parametrised]: (type: Extract<ColumnType, { kind: K }>) => Codec };

/** Timestamps are written the same way everywhere; only reading differs. */
export const timestampCodec = (instant: (cell: unknown) => number, isFiner: (cell: unknown) => boolean): Codec => ({
  encode: (value) => writeInstant(timestamp(value).getTime()),
  decode: (cell) => new Date(instant(cell)),
  instant,
  isFiner,
});

/** Errors from user-defined codecs are wrapped, because on their own they do not mention the value or the database. */
const told = <A, R>(what: string, work: (value: A) => R): ((value: A) => R) => {
  return (value) => {
    try {
      return work(value);
    } catch (cause) {
      throw new InvalidValue(
        `the custom type could not ${what} ${describe(value)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          cause,
        },
      );
    }
  };
};
export const customFunctions = (
  type: CustomType,
): { readonly encode: (value: unknown) => unknown; readonly decode: (cell: unknown) => unknown } => ({
  encode: told("encode", (value: unknown) => type.encode(value as never)),
  decode: told("decode", (cell: unknown) => type.decode(cell)),
});

const isPlain = (type: ColumnType, plain: PlainCodecs): type is Extract<ColumnType, { kind: Plain }> => type.kind in plain;

export const codecTable = (plain: PlainCodecs, makers: CodecMakers): ((type: ColumnType) => Codec) => {
  const made = new WeakMap<ColumnType, Codec>();
  return (type) => {
    if (isPlain(type, plain)) return plain[type.kind];
    const known = made.get(type);
    if (known !== undefined) return known;
    const codec = (makers[type.kind] as (given: ColumnType) => Codec)(type);
    made.set(type, codec);
    return codec;
  };
};

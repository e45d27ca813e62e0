/** From the codecs of a database's plain types and the makers of the others to the codec of any type, made once for each. */

import type { Codec } from "../database/contracts.js";
import { InvalidValue } from "../errors.js";
import type { ColumnType, CustomType, TypeKind } from "../sql/types.js";
import { timestamp } from "../sql/values.js";
import { describe } from "../support/describe.js";
import { writeInstant } from "../support/calendar.js";

/** Types that say something beside their kind: digits, a length, members. */
type Parametrised = "decimal" | "varchar" | "enum" | "array" | "custom";
type Plain = Exclude<TypeKind, Parametrised>;

export type PlainCodecs = { readonly [K in Plain]: Codec };
export type CodecMakers = { readonly [K in Parametrised]: (type: Extract<ColumnType, { kind: K }>) => Codec };

/** Timestamps are written alike everywhere; how a cell is read differs. */
export const timestampCodec = (instant: (cell: unknown) => number, isFiner: (cell: unknown) => boolean): Codec => ({
  encode: (value) => writeInstant(timestamp(value).getTime()),
  decode: (cell) => new Date(instant(cell)),
  instant,
  isFiner,
});

/** What the user's own functions throw says nothing about values and databases by itself. */
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

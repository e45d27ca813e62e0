/** How SQLite stores each type, and how cells are read back, including those written by other programs. */

import type { Codec } from "../../database/contracts.js";
import { type CodecMakers, codecTable, customFunctions, type PlainCodecs, timestampCodec } from "../codec-table.js";
import * as values from "../../sql/values.js";
import type { ColumnType, CustomType } from "../../sql/types.js";
import { storedInstant } from "../../support/calendar.js";
import { formatDecimal, parseDecimal, rescale } from "../../support/decimal.js";

/** Statements with safe integers return every integer as a bigint, so numbers must accept both. */
function toNumber(cell: unknown): number {
  const number = typeof cell === "bigint" || typeof cell === "string" ? Number(cell) : cell;
  return typeof number === "number" && !Number.isNaN(number) ? number : values.refuse("a number in the database", cell);
}
function toInteger(cell: unknown): number {
  if (typeof cell === "number" && Number.isSafeInteger(cell)) return cell;
  const number = toNumber(cell);
  return Number.isSafeInteger(number)
    ? number
    : values.refuse("an integer in the safe range in the database (a bigint field holds larger ones)", cell);
}
const toDouble = (cell: unknown): number => (typeof cell === "number" ? cell : toNumber(cell));
function toBigint(cell: unknown): bigint {
  if (typeof cell === "bigint") return cell;
  if ((typeof cell === "number" && Number.isSafeInteger(cell)) || (typeof cell === "string" && /^-?\d+$/.test(cell))) return BigInt(cell);
  return values.refuse("an integer in the database", cell);
}
function toBoolean(cell: unknown): boolean {
  if (cell === 1 || cell === 1n) return true;
  if (cell === 0 || cell === 0n) return false;
  return values.refuse("0 or 1 in the database", cell);
}
/** Our format is read by position; other programs may have written any common format, or milliseconds. */
function toInstant(cell: unknown): number {
  const time = typeof cell === "string" || typeof cell === "number" || typeof cell === "bigint" ? storedInstant(cell) : NaN;
  return Number.isNaN(time) ? values.refuse("a timestamp in the database", cell) : time;
}
/** Other programs may have written microseconds. */
const isFinerInstant = (cell: unknown): boolean =>
  typeof cell === "string" ? /\.\d{3}\d*[1-9]/.test(cell) : typeof cell === "number" && !Number.isInteger(cell);
/** Other programs may have written a day with a time. */
function toDay(cell: unknown): string {
  if (typeof cell !== "string") return new Date(toInstant(cell)).toISOString().slice(0, 10);
  return cell.length > 10 && /^\d{4}-\d\d-\d\d[T ]/.test(cell) ? cell.slice(0, 10) : cell;
}
function toBytes(cell: unknown): Uint8Array {
  if (cell instanceof Uint8Array) return new Uint8Array(cell.buffer, cell.byteOffset, cell.byteLength);
  return typeof cell === "string" ? new Uint8Array(Buffer.from(cell, "utf8")) : values.refuse("bytes in the database", cell);
}
const toText = (cell: unknown): unknown =>
  typeof cell === "string" ? cell : cell instanceof Uint8Array ? Buffer.from(cell).toString("utf8") : String(cell);
const toJson = (cell: unknown): unknown => values.parseJson(typeof cell === "string" ? cell : String(toText(cell)));

/** A cell of unknown type: integers are numbers if a number holds them exactly. */
function toAnything(cell: unknown): unknown {
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
  return cell instanceof Uint8Array ? toBytes(cell) : cell;
}
function passThrough(value: unknown): unknown {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Date) return values.timestamp(value).toISOString();
  if (typeof value === "string") return values.text(value);
  if (typeof value === "number") return values.double(value);
  if (typeof value === "bigint" || value instanceof Uint8Array) return value;
  return values.refuse("a string, number, bigint, boolean, Date or Uint8Array", value);
}

const plain: PlainCodecs = {
  text: { encode: values.text, decode: undefined },
  smallint: { encode: values.smallint, decode: toInteger },
  integer: { encode: values.integer, decode: toInteger },
  bigint: { encode: values.bigint, decode: toBigint },
  real: { encode: values.real, decode: toDouble },
  double: { encode: values.double, decode: toDouble },
  boolean: { encode: (value) => (values.boolean(value) ? 1 : 0), decode: toBoolean },
  uuid: { encode: values.uuid, decode: undefined },
  timestamp: timestampCodec(toInstant, isFinerInstant),
  date: { encode: values.date, decode: toDay },
  time: { encode: values.time, decode: undefined },
  duration: { encode: values.duration, decode: toInteger },
  json: { encode: values.json, decode: toJson },
  bytes: { encode: values.bytes, decode: toBytes },
  unknown: { encode: passThrough, decode: toAnything },
};

function decimalCodec(type: Extract<ColumnType, { kind: "decimal" }>): Codec {
  const { scale } = type;
  const check = values.decimal(type);
  const point = scale === null || scale === 0 ? null : scale + 1;
  return {
    encode: (value) => {
      const parsed = check(value);
      return formatDecimal(scale === null ? parsed : rescale(parsed, scale));
    },
    decode: (cell) => {
      if (point !== null && typeof cell === "string" && cell.charCodeAt(cell.length - point) === 46) return cell;
      const parsed = parseDecimal(String(cell));
      if (parsed === null) return values.refuse("a decimal number in the database", cell);
      return formatDecimal(scale === null ? parsed : rescale(parsed, scale));
    },
  };
}

/**
 * Arrays are stored as JSON: booleans as true and false, bigints and decimals as text (JSON.parse would round them), bytes in hexadecimal,
 * other types in their storage format.
 */
function arrayCodec(of: ColumnType): Codec {
  const read = arrayReader(of);
  return { encode: arrayWriter(of), decode: (cell) => read(JSON.parse(String(toText(cell)))) };
}

function arrayWriter(of: ColumnType): (value: unknown) => string {
  const { encode } = codecFor(of);
  const write = (value: unknown): string => {
    if (value === null) return "null";
    const cell = encode(value);
    if (of.kind === "array") return String(cell);
    if (of.kind === "boolean") return cell === 1 ? "true" : "false";
    if (typeof cell === "bigint") return `"${cell}"`;
    return JSON.stringify(cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex") : cell);
  };
  return (value) => `[${values.array(value).map(write).join(",")}]`;
}
function arrayReader(of: ColumnType): (elements: unknown) => unknown {
  const decode =
    of.kind === "array"
      ? arrayReader(of.of)
      : of.kind === "bytes"
        ? fromHex
        : of.kind === "boolean"
          ? fromJsonBoolean
          : codecFor(of).decode;
  return (elements) => values.array(elements).map((cell) => (cell === null || decode === undefined ? cell : decode(cell)));
}
const fromHex = (cell: unknown): Uint8Array => new Uint8Array(Buffer.from(String(cell), "hex"));
const fromJsonBoolean = (cell: unknown): boolean => (typeof cell === "boolean" ? cell : toBoolean(cell));

function customCodec(type: CustomType): Codec {
  const { encode, decode } = customFunctions(type);
  return { encode: (value) => passThrough(encode(value)), decode: (cell) => decode(toAnything(cell)) };
}

const makers: CodecMakers = {
  decimal: decimalCodec,
  varchar: ({ length }) => ({ encode: values.textUpTo(length), decode: undefined }),
  enum: ({ values: members }) => ({ encode: values.member(members), decode: undefined }),
  array: ({ of }) => arrayCodec(of),
  custom: customCodec,
};

export const codecFor = codecTable(plain, makers);

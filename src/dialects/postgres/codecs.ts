/** Converts between instance values and PostgreSQL's text protocol: cells arrive as text, or already read from bytes. */

import type { Codec } from "../../database/contracts.js";
import { type CodecMakers, codecTable, customFunctions, type PlainCodecs, timestampCodec } from "../codec-table.js";
import * as values from "../../sql/values.js";
import type { ColumnType, CustomType } from "../../sql/types.js";
import { parseInstant, readInstant } from "../../support/calendar.js";
import { formatDecimal, parseDecimal, rescale } from "../../support/decimal.js";
import { type ArrayText, arrayLiteral, parseArray } from "./array-text.js";

/** Rounds to 32 bits: if a value has several shortest decimals, PostgreSQL may return another one than was written. */
const toReal = (cell: unknown): number => (Number.isFinite(Number(cell)) ? values.real(Number(cell)) : Number(cell));
const toDouble = (cell: unknown): number => Number(cell);
function toInteger(cell: unknown): number {
  if (typeof cell === "number") return cell;
  const number = Number(cell);
  return Number.isSafeInteger(number)
    ? number
    : values.refuse("an integer in the safe range in the database (a bigint field holds larger ones)", cell);
}
const toBigint = (cell: unknown): bigint => BigInt(cell as string);
const toBoolean = (cell: unknown): boolean => cell === "t" || cell === "true" || cell === true;

const PLUS = 43;
/** `2024-01-02 03:04:05.678+00` and its shorter forms: the session's time zone is UTC. */
function toInstant(cell: unknown): number {
  if (typeof cell === "number") return Math.floor(cell);
  const text = String(cell);
  let time = text.length === 26 && text.charCodeAt(23) === PLUS && text.endsWith("+00") ? readInstant(text) : NaN;
  if (Number.isNaN(time)) time = parseInstant(text);
  return Number.isNaN(time) ? values.refuse("a timestamp that a Date can hold in the database", cell) : time;
}

const BELOW_MS = /\.\d{3}\d*[1-9]/;
const isFinerInstant = (cell: unknown): boolean => (typeof cell === "number" ? !Number.isInteger(cell) : BELOW_MS.test(String(cell)));

const INTERVAL = /^(?:(-?\d+) years? ?)?(?:([-+]?\d+) mons? ?)?(?:([-+]?\d+) days? ?)?(?:([-+]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Months count as 30 days and years as 365.25, as in PostgreSQL's `extract(epoch …)`. */
function toDuration(cell: unknown): number {
  const found = INTERVAL.exec(String(cell));
  if (found === null || cell === "") return values.refuse("an interval in the database", cell);
  const [, years = "0", months = "0", days = "0", sign, hours = "0", minutes = "0", seconds = "0", fraction = "0"] = found;
  const clock =
    Number(hours) * 60 * MINUTE + Number(minutes) * MINUTE + Number(seconds) * 1000 + Math.trunc(Number(fraction.padEnd(6, "0")) / 1000);
  return Number(years) * 365.25 * DAY + Number(months) * 30 * DAY + Number(days) * DAY + (sign === "-" ? -clock : clock);
}

function toBytes(cell: unknown): Uint8Array {
  const text = String(cell);
  if (!text.startsWith("\\x")) return values.refuse("bytes in hexadecimal form in the database", cell);
  const made = new Uint8Array((text.length - 2) / 2);
  Buffer.from(made.buffer).write(text.slice(2), "hex");
  return made;
}
const toBuffer = (value: unknown): Buffer => {
  const { buffer, byteOffset, byteLength } = values.bytes(value);
  return Buffer.from(buffer, byteOffset, byteLength);
};

function passThrough(value: unknown): unknown {
  if (typeof value === "boolean") return value;
  if (value instanceof Date) return values.timestamp(value).toISOString();
  if (typeof value === "string") return values.text(value);
  if (typeof value === "number") return values.double(value);
  if (typeof value === "bigint") return value;
  if (value instanceof Uint8Array) return toBuffer(value);
  if (Array.isArray(value))
    return arrayLiteral(
      value.map((element) => (element === null ? null : passThrough(element))),
      value.some(Array.isArray),
    );
  return values.refuse("a string, number, bigint, boolean, Date, Uint8Array or an array of these", value);
}

const plain: PlainCodecs = {
  text: { encode: values.text, decode: undefined },
  smallint: { encode: values.smallint, decode: toInteger },
  integer: { encode: values.integer, decode: toInteger },
  bigint: { encode: values.bigint, decode: toBigint },
  real: { encode: values.real, decode: toReal },
  double: { encode: values.double, decode: toDouble },
  boolean: { encode: values.boolean, decode: toBoolean },
  uuid: { encode: values.uuid, decode: undefined },
  timestamp: timestampCodec(toInstant, isFinerInstant),
  date: { encode: values.date, decode: undefined },
  time: { encode: values.time, decode: undefined },
  duration: {
    encode: (value) => `${values.duration(value)} milliseconds`,
    decode: toDuration,
    isFiner: (cell) => BELOW_MS.test(String(cell)),
  },
  json: { encode: values.json, decode: (cell) => values.parseJson(String(cell)) },
  bytes: { encode: toBuffer, decode: toBytes },
  unknown: { encode: passThrough, decode: undefined },
};

/** Parameters keep their digits, since the column rounds when storing; cells are padded if a cast or a function lost the scale. */
function decimalCodec(type: Extract<ColumnType, { kind: "decimal" }>): Codec {
  const check = values.decimal(type);
  const { scale } = type;
  const encode = (value: unknown): string => formatDecimal(check(value));
  if (scale === null || scale === 0) return { encode, decode: undefined };
  return {
    encode,
    decode: (cell) => {
      const text = String(cell);
      if (text.charCodeAt(text.length - scale - 1) === 46) return text;
      const parsed = parseDecimal(text);
      return parsed === null ? text : formatDecimal(rescale(parsed, scale));
    },
  };
}

function arrayCodec(of: ColumnType): Codec {
  const { encode } = codecFor(of);
  const read = arrayReader(of);
  return {
    encode: (value) =>
      arrayLiteral(
        values.array(value).map((one) => (one === null ? null : encode(one))),
        of.kind === "array",
      ),
    decode: (cell) => read(parseArray(String(cell))),
  };
}
function arrayReader(of: ColumnType): (elements: ArrayText) => unknown {
  if (of.kind === "array") {
    const inner = arrayReader(of.of);
    return (elements) => elements.map((one) => (one === null ? null : inner(values.array(one) as ArrayText)));
  }
  const { decode } = codecFor(of);
  return (elements) => (decode === undefined ? elements : elements.map((one) => (one === null ? null : decode(one))));
}

function customCodec(type: CustomType): Codec {
  const { encode, decode } = customFunctions(type);
  return { encode: (value) => passThrough(encode(value)), decode };
}

const makers: CodecMakers = {
  decimal: decimalCodec,
  varchar: ({ length }) => ({ encode: values.textUpTo(length), decode: undefined }),
  enum: ({ values: members }) => ({ encode: values.member(members), decode: undefined }),
  array: ({ of }) => arrayCodec(of),
  custom: customCodec,
};

export const codecFor = codecTable(plain, makers);

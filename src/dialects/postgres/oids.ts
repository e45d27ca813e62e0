/** PostgreSQL's built-in type numbers, to decode outputs of unknown type. */

import type { ColumnType } from "../../sql/types.js";
import { types } from "../../sql/types.js";
import { codecFor } from "./codecs.js";

/**
 * A number if it holds the integer exactly, so that `count(*)` is a number; otherwise a bigint. SQLite's untyped integers behave the same.
 */
const anyInteger: ColumnType = Object.freeze({
  kind: "custom",
  sql: "bigint",
  encode: (value: never): unknown => value,
  decode: (cell: unknown): unknown => (Number.isSafeInteger(Number(cell)) ? Number(cell) : BigInt(String(cell))),
});

/** Type number, number of its array type, and type. */
const KNOWN: readonly (readonly [number, number, ColumnType])[] = [
  [16, 1000, types.boolean],
  [17, 1001, types.bytes],
  [20, 1016, anyInteger],
  [21, 1005, types.integer],
  [23, 1007, types.integer],
  [25, 1009, types.text],
  [26, 1028, anyInteger],
  [114, 199, types.json],
  [700, 1021, types.real],
  [701, 1022, types.double],
  [1042, 1014, types.text],
  [1043, 1015, types.text],
  [1082, 1182, types.date],
  [1083, 1183, types.time],
  [1114, 1115, types.timestamp],
  [1184, 1185, types.timestamp],
  [1186, 1187, types.duration],
  [1700, 1231, types.decimal()],
  [2950, 2951, types.uuid],
  [3802, 3807, types.json],
];

const byNumber = new Map<number, ColumnType>(
  KNOWN.flatMap(([one, many, type]) => [[one, type] as const, [many, types.array(type)] as const]),
);

/** All other types are returned as the text that PostgreSQL sends. */
export const typeOf = (number: number): ColumnType => byNumber.get(number) ?? types.text;

export const decoderOf = (number: number): ((cell: unknown) => unknown) | undefined => codecFor(typeOf(number)).decode;

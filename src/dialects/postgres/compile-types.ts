/** How values and texts get their types in PostgreSQL: explicitly, instead of relying on inference. */

import type { Handler, Writer } from "../../sql/compile/writer.js";
import type { Expr, ParamNode } from "../../sql/nodes.js";
import type { ColumnType, TypeKind } from "../../sql/types.js";
import { schemaSql } from "./schema.js";

/** Text types, and types treated as text. */
const quiet: ReadonlySet<TypeKind> = new Set<TypeKind>(["text", "varchar", "enum", "unknown"]);

type NameOf = (type: ColumnType) => string | null;
const own: NameOf = (type) => schemaSql.typeName(type);
const named =
  (name: string): NameOf =>
  () =>
    name;

/**
 * The type a parameter is cast to: the widest of its family, so that a comparison never rounds, truncates or overflows a value. Null lets
 * the database infer it.
 */
const casts: { readonly [K in TypeKind]: NameOf } = {
  text: named("text"),
  varchar: named("text"),
  enum: named("text"),
  smallint: named("bigint"),
  integer: named("bigint"),
  bigint: named("bigint"),
  real: own,
  double: own,
  boolean: own,
  uuid: own,
  date: own,
  duration: own,
  json: own,
  bytes: own,
  custom: own,
  decimal: named("numeric"),
  timestamp: named("timestamptz"),
  time: named("time"),
  array: (type) => (type.kind === "array" ? `${elementName(type.of)}[]` : null),
  unknown: () => null,
};
/** Arrays can only be compared with arrays of exactly the same type, ignoring the elements' length or precision. */
const elementNames: { readonly [K in TypeKind]?: string } = {
  varchar: "varchar",
  decimal: "numeric",
  timestamp: "timestamptz",
  time: "time",
};
const elementName = (type: ColumnType): string =>
  type.kind === "array" ? elementName(type.of) : (elementNames[type.kind] ?? schemaSql.typeName(type));
export const castName: NameOf = (type) => casts[type.kind](type);
/** The array type of a list of values to compare with. */
export function listName(type: ColumnType): string | null {
  const name = castName(type);
  return name === null ? null : `${name}[]`;
}
/** The element type of an `unnest(…)` column that carries rows; types that cannot be array elements are sent as text. */
export function batchName(type: ColumnType): { readonly array: string; readonly cast: string | null } {
  if (type.kind === "array" || type.kind === "custom") return { array: "text[]", cast: schemaSql.typeName(type) };
  return { array: quiet.has(type.kind) ? "text[]" : `${elementName(type)}[]`, cast: null };
}

export const isTextual = ({ type }: Expr): boolean => type.kind === "text" || type.kind === "varchar" || type.kind === "enum";
export const isWhole = ({ type }: Expr): boolean => type.kind === "integer" || type.kind === "smallint" || type.kind === "bigint";
export const isFloating = ({ type }: Expr): boolean => type.kind === "double" || type.kind === "real";

/** A parameter with its type. */
export const writeParam: Handler<ParamNode> = (node, out) => {
  const name = castName(node.type);
  const placeholder = out.bind(node);
  out.write(name === null ? placeholder : `${placeholder}::${name}`);
};
/** Next to an expression of its type a parameter needs no cast, except integers: a value beyond the column's range must not be an error. */
export function writeBeside(expr: Expr, other: Expr, out: Writer): void {
  if (expr.kind === "param" && other.kind !== "param" && other.type.kind === expr.type.kind && !isWhole(expr) && expr.type.kind !== "array")
    out.write(out.bind(expr));
  else out.operand(expr);
}

/**
 * Whether the column may have a native enum type, which supports neither collations nor text functions. Casting a text column has no
 * effect.
 */
const mayBeNative = (expr: Expr): boolean => expr.type.kind === "enum" && expr.kind === "column";

/** Casts to text; other types in the format that SQLite stores. */
export function writeText(expr: Expr, out: Writer): void {
  if (mayBeNative(expr)) out.write("CAST(").expr(expr).write(" AS text)");
  else if (quiet.has(expr.type.kind)) out.operand(expr);
  else if (expr.type.kind === "timestamp")
    out.write("TO_CHAR(").operand(expr).write(` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  else out.write("CAST(").expr(expr).write(" AS text)");
}
/** Text is ordered by code point, unless its column has its own collation. */
export function writeOrdered(expr: Expr, out: Writer): void {
  if (!isTextual(expr) || (expr.kind === "column" && typeof expr.collate === "string")) out.operand(expr);
  else {
    writeText(expr, out);
    out.write(' COLLATE "C"');
  }
}
/** A list next to a native enum column takes the column's type. */
export const listBeside = (type: ColumnType, operand: Expr): string | null =>
  type.kind === "enum" && mayBeNative(operand) ? null : listName(type);
/** Compares as text if only one side may be a native enum. */
export const comparesAsText = (left: Expr, right: Expr): boolean =>
  left.kind !== "param" && right.kind !== "param" && mayBeNative(left) !== mayBeNative(right) && isTextual(left) && isTextual(right);
/** Upper or lower case by Unicode's rules, independent of the database's locale; the result is ordered by code point again. */
export function writeCased(name: "UPPER" | "LOWER", expr: Expr, out: Writer): void {
  out.write(`(${name}(`);
  writeText(expr, out);
  out.write(' COLLATE "und-x-icu") COLLATE "C")');
}
/** For functions that take only int4. */
export function writeInt(expr: Expr, out: Writer): void {
  if (expr.kind === "literal") out.operand(expr);
  else out.write("CAST(").expr(expr).write(" AS integer)");
}
export const writeCastTo =
  (name: string): Handler<Expr> =>
  (expr, out) =>
    void out.write("CAST(").expr(expr).write(` AS ${name})`);
export const writeDouble: Handler<Expr> = (expr, out) =>
  expr.type.kind === "double" && expr.kind !== "param" ? void out.operand(expr) : writeCastTo("double precision")(expr, out);

/** CAST in SQLite, which has fewer types: each kind is cast to its storage format. */

import type { CastNode, Expr } from "../../sql/nodes.js";
import type { Writer } from "../../sql/compile/writer.js";
import type { ColumnType, TypeKind } from "../../sql/types.js";
import { sqliteFunctions } from "./function-names.js";

type Cast = (operand: Expr, out: Writer, type: ColumnType) => void;

const around =
  (before: string, after: string): Cast =>
  (operand, out) =>
    void out.write(before).expr(operand).write(after);
const as = (name: string): Cast => around("CAST(", ` AS ${name})`);
const sameText: Cast = (operand, out) => void out.operand(operand);
const FRACTIONAL: ReadonlySet<TypeKind> = new Set<TypeKind>(["real", "double", "decimal"]);

/** Rounds fractions half away from zero instead of truncating them. */
const toInteger: Cast = (operand, out) => {
  if (operand.type.kind === "decimal") out.write(`CAST(${sqliteFunctions.decimalRound}(`).expr(operand).write(", 0) AS INTEGER)");
  else if (FRACTIONAL.has(operand.type.kind)) out.write("CAST(ROUND(").expr(operand).write(") AS INTEGER)");
  else as("INTEGER")(operand, out, operand.type);
};
const toText: Cast = (operand, out, type) => {
  const { kind } = operand.type;
  const whole: Cast =
    kind === "double" || kind === "real" ? around(`${sqliteFunctions.floatText}(`, `, ${kind === "real" ? 32 : 64})`) : as("TEXT");
  if (kind === "boolean")
    out.write("CASE WHEN ").operand(operand).write(" THEN 'true' WHEN NOT ").operand(operand).write(" THEN 'false' END");
  else if (type.kind === "varchar") {
    out.write("substr(");
    whole(operand, out, type);
    out.write(`, 1, ${type.length})`);
  } else whole(operand, out, type);
};
const toDecimal: Cast = (operand, out, type) => {
  const scale = type.kind === "decimal" ? type.scale : null;
  if (scale === null) out.write(`${sqliteFunctions.decimal}(`).expr(operand).write(")");
  else out.write(`${sqliteFunctions.decimalRound}(`).expr(operand).write(`, ${scale})`);
};
const toBoolean: Cast = (operand, out) => {
  if (operand.type.kind === "text" || operand.type.kind === "varchar") {
    out
      .write("CASE lower(")
      .expr(operand)
      .write(") WHEN 'true' THEN 1 WHEN 't' THEN 1 WHEN '1' THEN 1 WHEN 'false' THEN 0 WHEN 'f' THEN 0 WHEN '0' THEN 0 END");
  } else out.write("(").operand(operand).write(" <> 0)");
};
const toJson: Cast = (operand, out) => {
  const { kind } = operand.type;
  if (kind === "text" || kind === "varchar" || kind === "json" || kind === "array") out.write("json(").expr(operand).write(")");
  else if (kind === "boolean")
    out.write("CASE WHEN ").operand(operand).write(" THEN 'true' WHEN NOT ").operand(operand).write(" THEN 'false' END");
  else out.write("CASE WHEN ").operand(operand).write(" IS NOT NULL THEN json_quote(").expr(operand).write(") END");
};
const fromMoment =
  (name: string, fallback: Cast): Cast =>
  (operand, out, type) => {
    if (operand.type.kind === "timestamp") out.write(`${name}(`).expr(operand).write(", 'UTC')");
    else fallback(operand, out, type);
  };

const casts: { readonly [K in TypeKind]: Cast } = {
  text: toText,
  varchar: toText,
  enum: toText,
  smallint: toInteger,
  integer: toInteger,
  bigint: toInteger,
  duration: toInteger,
  real: as("REAL"),
  double: as("REAL"),
  decimal: toDecimal,
  boolean: toBoolean,
  uuid: around("lower(", ")"),
  timestamp: around(`${sqliteFunctions.timestamp}(`, ")"),
  date: fromMoment(sqliteFunctions.dateOf, around("date(", ")")),
  time: fromMoment(sqliteFunctions.timeOf, sameText),
  json: toJson,
  bytes: as("BLOB"),
  array: sameText,
  custom: sameText,
  unknown: sameText,
};

const WHOLE: ReadonlySet<TypeKind> = new Set<TypeKind>(["smallint", "integer", "bigint", "duration"]);
/**
 * SQLite columns accept any value, so PostgreSQL's assignment casts are done here: decimals get the column's scale, fractions in integer
 * columns are rounded.
 */
export function writeStored(expr: Expr, type: ColumnType, out: Writer): void {
  const stored = expr.kind === "column" || expr.kind === "excluded" ? expr.type : null;
  if (
    type.kind === "decimal" &&
    type.scale !== null &&
    !(stored?.kind === "decimal" && stored.scale === type.scale) &&
    !isNullLiteral(expr)
  )
    toDecimal(expr, out, type);
  else if (WHOLE.has(type.kind) && !fitsAnyway(expr, type)) {
    const fractional = FRACTIONAL.has(expr.type.kind);
    const bits = bitsOf(type);
    out.write(
      `(SELECT CASE WHEN ${fits(bits, fractional || WHOLE.has(expr.type.kind))} THEN v ELSE ${sqliteFunctions.whole}(v, ${bits}) END FROM (SELECT `,
    );
    if (fractional) toInteger(expr, out, type);
    else out.expr(expr);
    out.write(" AS v))");
  } else out.expr(expr);
}

/**
 * What nearly every value passes, in SQL: a call of our function for each row takes longer than all the rest of such an UPDATE. Sums of
 * integers that are too large for 64 bits become floats in SQLite.
 */
const fits = (bits: number, isNumber: boolean): string => {
  if (bits === 64) return "typeof(v) = 'integer'";
  const inRange = `v BETWEEN ${-(2 ** (bits - 1))} AND ${2 ** (bits - 1) - 1}`;
  return isNumber ? inRange : `typeof(v) = 'integer' AND ${inRange}`;
};
const bitsOf = (type: ColumnType): number => (type.kind === "smallint" ? 16 : type.kind === "integer" && type.wide !== true ? 32 : 64);
/** Whether the value is certain to fit, so that its range need not be checked. */
const fitsAnyway = (expr: Expr, type: ColumnType): boolean =>
  (expr.kind === "column" || expr.kind === "excluded" || expr.kind === "literal") &&
  !FRACTIONAL.has(expr.type.kind) &&
  (expr.kind === "literal" || bitsOf(expr.type) <= bitsOf(type));

const isNullLiteral = (expr: Expr): boolean => expr.kind === "literal" && expr.value === null;

export function writeCast({ operand, type }: CastNode, out: Writer): void {
  if (isNullLiteral(operand)) return void out.write("NULL");
  casts[type.kind](operand, out, type);
}

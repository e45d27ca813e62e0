/** Decimals in SQLite are stored as text, so numeric operations use registered functions. */

import type { BinaryNode, BinaryOperator, Compound, Expr, InQueryNode, Select } from "../../sql/nodes.js";
import { outputsOf } from "../../sql/compile/queries.js";
import type { Writer } from "../../sql/compile/writer.js";
import { type ColumnType, types } from "../../sql/types.js";
import { codecFor } from "./codecs.js";
import { sqliteFunctions } from "./function-names.js";

export const isDecimal = (expr: Expr): boolean => expr.type.kind === "decimal";

/** Compared values keep all their digits; only storing in a column rounds. */
const exact = codecFor(types.decimal()).encode;
export const exactEncoder = (type: ColumnType): ((value: unknown) => unknown) => (type.kind === "decimal" ? exact : codecFor(type).encode);

const withoutZeros = (digits: string): string => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);

const storedEncoders = new WeakMap<ColumnType, (value: unknown) => unknown>();
/** The text that a column of this type stores for the number. A number that it cannot store stays as it is and equals none. */
export function storedEncoder(type: ColumnType): (value: unknown) => unknown {
  const known = storedEncoders.get(type);
  if (known !== undefined) return known;
  const { encode } = codecFor(type);
  const made = (value: unknown): unknown => {
    const given = exact(value) as string;
    try {
      const stored = encode(value) as string;
      return withoutZeros(stored) === withoutZeros(given) ? stored : given;
    } catch {
      return given;
    }
  };
  storedEncoders.set(type, made);
  return made;
}

const arithmetic: { readonly [O in BinaryOperator]?: string } = {
  "+": sqliteFunctions.decimalAdd,
  "-": sqliteFunctions.decimalSubtract,
  "*": sqliteFunctions.decimalMultiply,
  "/": sqliteFunctions.decimalDivide,
  "%": sqliteFunctions.decimalModulo,
};
const comparisons: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(["=", "<>", "<", "<=", ">", ">="]);

const isStored = (expr: Expr): boolean => expr.kind === "column" && expr.type.kind === "decimal" && expr.type.scale !== null;
const isFloat = (expr: Expr): boolean => expr.type.kind === "double" || expr.type.kind === "real";

/**
 * Writes the operation if one side is a decimal and the other is not a float (which would make it float arithmetic); returns true if it
 * did.
 */
export function writeDecimalBinary(node: BinaryNode, out: Writer): boolean {
  const { left, right, operator } = node;
  if (!isDecimal(left) && !isDecimal(right)) return false;
  if (comparisons.has(operator)) {
    if ((operator === "=" || operator === "<>") && writeStoredEquality(left, right, operator, out)) return true;
    compareDecimals(left, right, operator, out);
    return true;
  }
  if (isFloat(left) || isFloat(right)) {
    asReal(left, out);
    out.write(` ${operator} `);
    asReal(right, out);
    return true;
  }
  const name = arithmetic[operator];
  if (name === undefined) return false;
  out.write(`${name}(`).expr(left).write(", ").expr(right).write(")");
  return true;
}

/** Compares a column with a value of its own type: equal numbers have equal texts, so an index can be used. */
function writeStoredEquality(left: Expr, right: Expr, operator: "=" | "<>", out: Writer): boolean {
  if (isStored(left) && right.kind === "param" && isDecimal(right)) {
    out.expr(left).write(` ${operator} ${out.bind(right, storedEncoder(left.type))}`);
    return true;
  }
  if (isStored(left) && isStored(right) && sameScale(left.type, right.type)) {
    out.expr(left).write(` ${operator} `).expr(right);
    return true;
  }
  return false;
}
const sameScale = (a: ColumnType, b: ColumnType): boolean => a.kind === "decimal" && b.kind === "decimal" && a.scale === b.scale;

export function compareDecimals(left: Expr, right: Expr, operator: BinaryOperator, out: Writer): void {
  out.write(`${sqliteFunctions.decimalCompare}(`).expr(left).write(", ").expr(right).write(`) ${operator} 0`);
}

/** Casts a decimal to SQLite's floating-point number. */
export function asReal(expr: Expr, out: Writer): void {
  if (isDecimal(expr)) out.write("CAST(").expr(expr).write(" AS REAL)");
  else out.operand(expr);
}

/** A column with a scale stores equal numbers as equal texts; other expressions are compared by their sort key. */
export function storesOneText(expr: Expr): expr is Expr & { readonly kind: "column" } {
  return isStored(expr);
}

/** Writes the condition and returns true if it compares decimals that are not stored alike: both sides by their sort keys. */
export function writeDecimalInQuery({ operands, query }: InQueryNode, out: Writer): boolean {
  const [left, ...others] = operands;
  const right = outputsOf(query)[0]?.expr;
  if (left === undefined || right === undefined || others.length > 0 || (!isDecimal(left) && !isDecimal(right))) return false;
  if (isStored(left) && isStored(right) && sameScale(left.type, right.type)) return false;
  out.write(`${sqliteFunctions.decimalKey}(`).expr(left).write(`) IN (SELECT ${sqliteFunctions.decimalKey}(`).name(GIVEN);
  out.write(") FROM ").subquery(withName(query)).write(")");
  return true;
}
const GIVEN = "value";
const withName = (query: Select | Compound): Select | Compound =>
  query.kind === "compound"
    ? { ...query, queries: query.queries.map((one, at) => (at === 0 ? withName(one) : one)) }
    : { ...query, outputs: query.outputs.map((one, at) => (at === 0 ? { ...one, name: GIVEN } : one)) };

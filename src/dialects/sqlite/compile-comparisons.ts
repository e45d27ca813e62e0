/** Comparisons in SQLite: values that are stored as text, or as numbers of another kind, are brought to one form first. */

import type { BetweenNode, BinaryNode, Expr } from "../../sql/nodes.js";
import type { Handler, Writer } from "../../sql/compile/writer.js";
import { compareDecimals, exactEncoder, isDecimal } from "./compile-decimals.js";
import { sqliteFunctions } from "./function-names.js";

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
type Side = (expr: Expr, out: Writer) => void;

/** In comparisons, a float and an integer of the same value are equal. */
export const compared: Side = (expr, out) => {
  if (expr.kind === "param") out.write(out.bind(expr, exactEncoder(expr.type)));
  else out.operand(expr);
};

export const isJson = (expr: Expr): boolean => expr.type.kind === "json";
/** JSON is stored as text, so both sides are converted to a canonical form. */
export function canonical(expr: Expr, out: Writer): void {
  out.write(`${sqliteFunctions.jsonCanonical}(`).expr(expr).write(")");
}
/** A text whose order is that of `jsonb`. */
const asJsonKey: Side = (expr, out) => void out.write(`${sqliteFunctions.jsonKey}(`).expr(expr).write(")");

const isMoment = ({ type }: Expr): boolean => type.kind === "date" || type.kind === "timestamp";
/** A day compared with an instant means its midnight in UTC. */
const asInstant: Side = (expr, out) => {
  if (expr.type.kind === "timestamp") compared(expr, out);
  else out.write(`${sqliteFunctions.timestamp}(`).expr(expr).write(")");
};

const sideOf = ({ left, right, operator }: BinaryNode): Side => {
  if (isJson(left) && isJson(right)) return operator === "=" || operator === "<>" ? canonical : asJsonKey;
  return isMoment(left) && isMoment(right) && left.type.kind !== right.type.kind ? asInstant : compared;
};

/** Writes the node if it is a comparison. */
export const writeComparison = (node: BinaryNode, out: Writer): boolean => {
  if (!COMPARISONS.has(node.operator)) return false;
  const side = sideOf(node);
  side(node.left, out);
  out.write(` ${node.operator} `);
  side(node.right, out);
  return true;
};

export const writeBetween: Handler<BetweenNode> = ({ operand, low, high }, out) => {
  if (isDecimal(operand) || isDecimal(low) || isDecimal(high)) {
    compareDecimals(operand, low, ">=", out);
    out.write(" AND ");
    return compareDecimals(operand, high, "<=", out);
  }
  const side = [operand, low, high].every(isJson) ? asJsonKey : compared;
  if (side === compared) out.operand(operand);
  else side(operand, out);
  out.write(" BETWEEN ");
  side(low, out);
  out.write(" AND ");
  side(high, out);
};
